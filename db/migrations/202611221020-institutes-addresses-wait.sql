-- Whoever holds a pupil's printed code can type an address. So an address given by a code's session waits until somebody who manages
-- people says yes to it; only then is a mail sent to it.

-- Who made a code, and that a session was opened by one. What is there already is found by its moment: both were written at once.
alter table sign_in_codes add column issued_by uuid;      -- no membership key: platform admins act too
grant select (issued_by) on sign_in_codes to markroom_app;
update sign_in_codes c set issued_by = e.user_id from events e
 where e.institute_id = c.institute_id and e.subject_id = c.user_id and e.kind = 'sign_in_code_issued' and e.at = c.issued_at;

alter table sessions add column is_by_code boolean not null default false, add column code_issued_by uuid references users on delete restrict;
grant select (is_by_code, code_issued_by) on sessions to markroom_app;
update sessions s set is_by_code = true,
       code_issued_by = (select c.issued_by from sign_in_codes c where c.user_id = s.user_id and c.used_at = s.created_at limit 1)
  from users u where u.id = s.user_id and u.email_key is null;

-- As before, and keeps who asked.
create or replace function app.door_issue_codes(p_institute uuid, p_users uuid[], p_hashes bytea[], p_seconds integer)
returns table (user_id uuid, expires_at timestamptz) language plpgsql volatile strict security definer set search_path = '' as $$
declare pupils uuid[];
begin
  if not p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_staff', true), ''), '{}')::uuid[]) then
    raise exception 'not theirs to sign in' using errcode = '42501';
  end if;
  perform 1 from public.institutes s where s.id = p_institute for share;
  select coalesce(pg_catalog.array_agg(m.user_id), '{}') into pupils from public.memberships m join public.users u on u.id = m.user_id
   where m.institute_id = p_institute and m.user_id = any(p_users) and m.role = 'student' and m.state = 'active'
     and u.email_key is null and not u.is_platform_admin
     and not exists (select 1 from public.memberships o
                      where o.user_id = m.user_id and o.institute_id <> p_institute and o.state <> 'left');
  update public.sign_in_codes c set expires_at = pg_catalog.now()
   where c.institute_id = p_institute and c.user_id = any(pupils) and c.used_at is null and c.expires_at > pg_catalog.now();
  return query insert into public.sign_in_codes as c (institute_id, user_id, hash, expires_at, issued_by)
    select p_institute, w.user_id, w.hash, pg_catalog.now() + pg_catalog.make_interval(secs => p_seconds),
           nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid
      from unnest(p_users, p_hashes) w (user_id, hash) where w.user_id = any(pupils)
    returning c.user_id, c.expires_at;
end $$;

-- As before, and the session says what opened it.
create or replace function app.door_sign_in_by_code(p_hash bytea, p_session_hash bytea, p_seconds integer, p_user_agent text)
returns table (user_id uuid, session_id uuid, expires_at timestamptz) language plpgsql volatile strict rows 1
security definer set search_path = '' as $$
declare code record;
begin
  update public.sign_in_codes c set used_at = pg_catalog.now()
    from public.memberships m, public.users u, public.institutes s
   where c.hash = p_hash and c.used_at is null and c.expires_at > pg_catalog.now()
     and m.institute_id = c.institute_id and m.user_id = c.user_id and m.role = 'student' and m.state = 'active'
     and u.id = c.user_id and u.email_key is null and s.id = c.institute_id and s.closed_at is null
  returning c.user_id, c.issued_by into code;
  if not found then return; end if;
  return query insert into public.sessions as s (user_id, hash, user_agent, expires_at, is_by_code, code_issued_by)
    values (code.user_id, p_session_hash, p_user_agent, pg_catalog.now() + pg_catalog.make_interval(secs => p_seconds), true, code.issued_by)
    returning s.user_id, s.id, s.expires_at;
end $$;

-- Whether a session, whose token the caller has just shown, was opened by a printed code.
create function app.door_is_by_code(p_session uuid) returns boolean language sql stable strict security definer set search_path = '' as $$
  select s.is_by_code from public.sessions s where s.id = p_session $$;
alter function app.door_is_by_code(uuid) owner to markroom_door;
revoke all on function app.door_is_by_code(uuid) from public;
grant execute on function app.door_is_by_code(uuid) to markroom_app;

-- `pending` waits for the school's yes; `asked` was mailed. Only somebody who manages people writes or makes an `asked` one, and never of
-- themselves. Links on their way end with this migration: nobody said yes to them.
alter table address_proofs
  add column state text not null default 'asked' check (state in ('pending', 'asked', 'refused')),
  add column code_issued_by uuid,                         -- who made the code by which it was given; no membership key, as above
  add column decided_by uuid,
  add column decided_at timestamptz;
update address_proofs set expires_at = now() where used_at is null and expires_at > now();
create index address_proofs_pending on address_proofs (institute_id, id) where state = 'pending';

drop policy app_insert on address_proofs;
do $$
declare
  mine text := 'institute_id = ' || app.among('i_any'); manage text := 'institute_id = ' || app.among('i_manage');
  own text := app.is_caller('user_id'); decided text := app.is_caller('decided_by');
begin
  execute format('create policy app_insert on address_proofs for insert to markroom_app with check (%s and used_at is null and ('
    '(%s and state = ''pending'' and decided_by is null) or (%s and state = ''asked'' and %s and not %s)))', mine, own, manage, decided, own);
  execute format('create policy app_update on address_proofs for update to markroom_app using (%1$s and state = ''pending'' and not %2$s) '
    'with check (%1$s and state in (''asked'', ''refused'') and %3$s)', manage, own, decided);
end $$;
grant select (state, code_issued_by, decided_by, decided_at), update (state, decided_by, decided_at, expires_at) on address_proofs to markroom_app;

-- As before; only of an address that the school agreed to.
create or replace function app.door_address_proof(p_hash bytea) returns table (
  institute_id uuid, proof_id uuid, user_id uuid, institute_name text, name text, email text, email_key text, has_account boolean)
language sql stable strict rows 1 security definer set search_path = '' as $$
  select p.institute_id, p.id, p.user_id, s.name, m.name, p.email, p.email_key,
         exists (select 1 from public.users o where o.email_key = p.email_key)
    from public.address_proofs p
    join public.institutes s on s.id = p.institute_id and s.closed_at is null
    join public.memberships m on m.institute_id = p.institute_id and m.user_id = p.user_id and m.state = 'active'
    join public.users u on u.id = p.user_id and u.email_key is null
   where p.hash = p_hash and p.state = 'asked' and p.used_at is null and p.expires_at > pg_catalog.now()
     and not exists (select 1 from public.address_proofs n where n.institute_id = p.institute_id and n.user_id = p.user_id and n.asked_at > p.asked_at) $$;
