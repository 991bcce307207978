-- What printed codes open ends with what they were printed for: once an address is proved, and once whoever printed them is staff no more.

-- As before, by the clock: a code that ends while somebody waits to use it has ended for them too, however long ago they asked.
create or replace function app.door_sign_in_by_code(p_hash bytea, p_session_hash bytea, p_seconds integer, p_user_agent text)
returns table (user_id uuid, session_id uuid, expires_at timestamptz) language plpgsql volatile strict rows 1
security definer set search_path = '' as $$
declare code record;
begin
  update public.sign_in_codes c set used_at = pg_catalog.now()
    from public.memberships m, public.users u, public.institutes s
   where c.hash = p_hash and c.used_at is null and c.expires_at > pg_catalog.clock_timestamp()
     and m.institute_id = c.institute_id and m.user_id = c.user_id and m.role = 'student' and m.state = 'active'
     and u.id = c.user_id and u.email_key is null and s.id = c.institute_id and s.closed_at is null
  returning c.user_id, c.issued_by into code;
  if not found then return; end if;
  return query insert into public.sessions as s (user_id, hash, user_agent, expires_at, is_by_code, code_issued_by)
    values (code.user_id, p_session_hash, p_user_agent, pg_catalog.now() + pg_catalog.make_interval(secs => p_seconds), true, code.issued_by)
    returning s.user_id, s.id, s.expires_at;
end $$;

-- As before; nobody without an address has signed in by anything but a code, whatever the session says.
create or replace function app.door_is_by_code(p_session uuid) returns boolean language sql stable strict security definer set search_path = '' as $$
  select s.is_by_code or u.email_key is null from public.sessions s join public.users u on u.id = s.user_id where s.id = p_session $$;

-- As before, and of whoever came to an address what a code opened still. Null where there is nothing of the kind to end.
create or replace function app.door_end_codes(p_institute uuid, p_user uuid) returns integer language plpgsql volatile strict
security definer set search_path = '' as $$
declare has_address boolean; ended integer;
begin
  if not p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_manage', true), ''), '{}')::uuid[]) then
    raise exception 'not theirs to sign out' using errcode = '42501';
  end if;
  select u.email_key is not null into has_address from public.memberships m join public.users u on u.id = m.user_id
   where m.institute_id = p_institute and m.user_id = p_user;
  if not found then return null; end if;
  update public.sign_in_codes c set expires_at = pg_catalog.now()
   where c.institute_id = p_institute and c.user_id = p_user and c.used_at is null and c.expires_at > pg_catalog.now();
  update public.sessions s set revoked_at = pg_catalog.now()
   where s.user_id = p_user and (s.is_by_code or not has_address) and s.revoked_at is null;
  get diagnostics ended = row_count;
  return case when ended > 0 or not has_address then ended end;
end $$;

-- As before; codes end before sessions do, or a code used in between would keep its session.
create or replace function app.door_prove_address(p_hash bytea, p_request text) returns table (institute_id uuid, user_id uuid, account_id uuid, job_id uuid)
language plpgsql volatile strict rows 1 security definer set search_path = '' as $$
declare proof record; account record; job constant uuid := pg_catalog.uuidv7();
begin
  perform 1 from public.institutes s join public.address_proofs p on p.institute_id = s.id where p.hash = p_hash for share of s;
  select * into proof from app.door_address_proof(p_hash);
  if not found then return; end if;
  update public.address_proofs p set used_at = pg_catalog.now()
   where p.institute_id = proof.institute_id and p.id = proof.proof_id and p.used_at is null;
  if not found then return; end if;
  update public.sign_in_codes c set expires_at = pg_catalog.now()
   where c.institute_id = proof.institute_id and c.user_id = proof.user_id and c.used_at is null and c.expires_at > pg_catalog.now();
  update public.sessions s set revoked_at = pg_catalog.now() where s.user_id = proof.user_id and s.revoked_at is null;
  insert into public.events (institute_id, user_id, credential, kind, subject_id, changed, request_id)
  values (proof.institute_id, proof.user_id, 'address:' || proof.proof_id, 'address_proved', proof.user_id, '{email}', p_request);
  loop
    select u.id, u.email_verified_at into account from public.users u where u.email_key = proof.email_key for update;
    exit when found;
    begin
      update public.users u set email = proof.email, email_key = proof.email_key, email_verified_at = pg_catalog.now(), version = u.version + 1
       where u.id = proof.user_id;
      update public.memberships m set email = proof.email, email_key = proof.email_key, version = m.version + 1
       where m.institute_id = proof.institute_id and m.user_id = proof.user_id;
      return query select proof.institute_id, proof.user_id, null::uuid, null::uuid;
      return;
    exception when unique_violation then null;  -- somebody made an account of this address meanwhile
    end;
  end loop;
  if account.email_verified_at is null then
    update public.sessions s set revoked_at = pg_catalog.now() where s.user_id = account.id and s.revoked_at is null;
    update public.users u set email_verified_at = pg_catalog.now(), version = u.version + 1 where u.id = account.id;
  end if;
  insert into public.jobs (institute_id, id, kind, subject_id, args)
  values (proof.institute_id, job, 'join_account', proof.user_id, pg_catalog.jsonb_build_object('account_id', account.id));
  return query select proof.institute_id, proof.user_id, account.id, job;
end $$;

-- As before; none for whoever is staff no more once they have the school's lock.
create or replace function app.door_issue_codes(p_institute uuid, p_users uuid[], p_hashes bytea[], p_seconds integer)
returns table (user_id uuid, expires_at timestamptz) language plpgsql volatile strict security definer set search_path = '' as $$
declare me constant uuid := nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid; pupils uuid[];
begin
  if not p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_staff', true), ''), '{}')::uuid[]) then
    raise exception 'not theirs to sign in' using errcode = '42501';
  end if;
  perform 1 from public.institutes s where s.id = p_institute for share;
  if not exists (select 1 from public.users u left join public.memberships m on m.institute_id = p_institute and m.user_id = u.id
                  where u.id = me and (u.is_platform_admin or m.state = 'active' and m.role not in ('student', 'guest'))) then return; end if;
  select coalesce(pg_catalog.array_agg(m.user_id), '{}') into pupils from public.memberships m join public.users u on u.id = m.user_id
   where m.institute_id = p_institute and m.user_id = any(p_users) and m.role = 'student' and m.state = 'active'
     and u.email_key is null and not u.is_platform_admin
     and not exists (select 1 from public.memberships o
                      where o.user_id = m.user_id and o.institute_id <> p_institute and o.state <> 'left');
  update public.sign_in_codes c set expires_at = pg_catalog.now()
   where c.institute_id = p_institute and c.user_id = any(pupils) and c.used_at is null and c.expires_at > pg_catalog.now();
  return query insert into public.sign_in_codes as c (institute_id, user_id, hash, expires_at, issued_by)
    select p_institute, w.user_id, w.hash, pg_catalog.now() + pg_catalog.make_interval(secs => p_seconds), me
      from unnest(p_users, p_hashes) w (user_id, hash) where w.user_id = any(pupils)
    returning c.user_id, c.expires_at;
end $$;

-- Whoever is staff no more may have kept codes they printed for pupils: those end, and what they opened, in the same transaction.
create index sessions_by_code_of on sessions (code_issued_by) where code_issued_by is not null and revoked_at is null;
create function app.end_codes_of_leaver() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  update public.sign_in_codes c set expires_at = pg_catalog.now()
   where c.institute_id = new.institute_id and c.issued_by = new.user_id and c.used_at is null and c.expires_at > pg_catalog.now();
  update public.sessions s set revoked_at = pg_catalog.now()
    from public.memberships m
   where s.code_issued_by = new.user_id and s.is_by_code and s.revoked_at is null
     and m.institute_id = new.institute_id and m.user_id = s.user_id;
  return null;
end $$;
alter function app.end_codes_of_leaver() owner to markroom_door;
revoke all on function app.end_codes_of_leaver() from public;
create trigger end_codes_of_leaver after update of state, role on memberships for each row
  when (old.state = 'active' and old.role not in ('student', 'guest') and (new.state <> 'active' or new.role in ('student', 'guest')))
  execute function app.end_codes_of_leaver();

-- What was open already against these rules.
update sign_in_codes c set expires_at = now() from memberships m
 where m.institute_id = c.institute_id and m.user_id = c.issued_by and (m.state <> 'active' or m.role in ('student', 'guest'))
   and c.used_at is null and c.expires_at > now();
update sessions s set revoked_at = now() from users u
 where u.id = s.user_id and s.is_by_code and s.revoked_at is null
   and (u.email_key is not null or exists (select 1 from memberships m where m.user_id = u.id and m.role <> 'student' and m.state <> 'left'));
