-- Pupils without an address sign in by a printed code, once. Only a keyed hash of it is kept.
create table sign_in_codes (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  user_id uuid not null,
  hash bytea not null,
  issued_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (institute_id, id),
  foreign key (institute_id, user_id) references memberships on delete restrict);
create index sign_in_codes_by_hash on sign_in_codes (hash);
create index sign_in_codes_of_user on sign_in_codes (institute_id, user_id) where used_at is null;

do $$ begin
  call app.protect('sign_in_codes', p_select => 'institute_id = ' || app.among('i_manage'));
end $$;
revoke select on sign_in_codes from markroom_app;
grant select (institute_id, id, user_id, issued_at, expires_at, used_at) on sign_in_codes to markroom_app;
create policy door_select on sign_in_codes for select to markroom_door using (true);
create policy door_insert on sign_in_codes for insert to markroom_door with check (true);
create policy door_update on sign_in_codes for update to markroom_door using (used_at is null) with check (true);
grant select, insert, update (used_at, expires_at) on sign_in_codes to markroom_door;

-- Makes pupils without an address, in the order given: a user and a membership each. Only for whoever manages people there.
create function app.door_add_pupils(p_institute uuid, p_names text[], p_metadata jsonb) returns table (user_id uuid)
language plpgsql volatile strict security definer set search_path = '' as $$
begin
  if not p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_manage', true), ''), '{}')::uuid[]) then
    raise exception 'not theirs to add to' using errcode = '42501';
  end if;
  return query
    with pupil as materialized (
      select pg_catalog.uuidv7() as id, n.name, p_metadata -> (n.place - 1)::integer as metadata, n.place
        from unnest(p_names) with ordinality n (name, place)),
    made as (insert into public.users (id, name) select p.id, p.name from pupil p),
    joined as (insert into public.memberships (institute_id, user_id, role, name, metadata)
      select p_institute, p.id, 'student', p.name, p.metadata from pupil p)
    select p.id from pupil p order by p.place;
end $$;

-- Codes for pupils who have no address and belong to this school alone; an unused one of theirs ends. Says for whom one was made.
create function app.door_issue_codes(p_institute uuid, p_users uuid[], p_hashes bytea[], p_seconds integer)
returns table (user_id uuid, expires_at timestamptz) language plpgsql volatile strict security definer set search_path = '' as $$
declare pupils uuid[];
begin
  if not p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_manage', true), ''), '{}')::uuid[]) then
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
  return query insert into public.sign_in_codes as c (institute_id, user_id, hash, expires_at)
    select p_institute, w.user_id, w.hash, pg_catalog.now() + pg_catalog.make_interval(secs => p_seconds)
      from unnest(p_users, p_hashes) w (user_id, hash) where w.user_id = any(pupils)
    returning c.user_id, c.expires_at;
end $$;

-- Uses a code up and opens a session, while its holder is still an active pupil without an address.
create function app.door_sign_in_by_code(p_hash bytea, p_session_hash bytea, p_seconds integer, p_user_agent text)
returns table (user_id uuid, session_id uuid, expires_at timestamptz) language plpgsql volatile strict rows 1
security definer set search_path = '' as $$
declare pupil uuid;
begin
  update public.sign_in_codes c set used_at = pg_catalog.now()
    from public.memberships m, public.users u
   where c.hash = p_hash and c.used_at is null and c.expires_at > pg_catalog.now()
     and m.institute_id = c.institute_id and m.user_id = c.user_id and m.role = 'student' and m.state = 'active'
     and u.id = c.user_id and u.email_key is null
  returning c.user_id into pupil;
  if not found then return; end if;
  return query insert into public.sessions as s (user_id, hash, user_agent, expires_at)
    values (pupil, p_session_hash, p_user_agent, pg_catalog.now() + pg_catalog.make_interval(secs => p_seconds))
    returning s.user_id, s.id, s.expires_at;
end $$;

do $$ declare f regprocedure; begin
  for f in select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname = 'app' and p.proname in ('door_add_pupils', 'door_issue_codes', 'door_sign_in_by_code') loop
    execute format('alter function %s owner to markroom_door', f);
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to markroom_app', f);
  end loop;
end $$;
