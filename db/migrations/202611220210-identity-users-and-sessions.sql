-- A person is global; a row here is its owner's alone. What colleagues may see of one stands on the membership.
create table users (
  id uuid primary key default uuidv7(),
  email text,                                   -- as written; null for a pupil without mail
  email_key text unique,                        -- case-folded and trimmed: what is compared
  email_verified_at timestamptz,
  name text not null check (length(name) between 1 and 200),
  is_platform_admin boolean not null default false,
  created_at timestamptz not null default now(),
  version integer not null default 1,
  check ((email is null) = (email_key is null)));

create table sessions (
  id uuid primary key default uuidv7(),
  user_id uuid not null references users on delete restrict,
  hash bytea not null unique,
  user_agent text,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz);
create index sessions_of_user on sessions (user_id) where revoked_at is null;

-- A sign-in link. The token is derived from the id and the server's secret; only its hash is kept.
create table sign_in_tokens (
  id uuid primary key default uuidv7(),
  email text not null,
  email_key text not null,
  hash bytea not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  delivery text not null default 'queued' check (delivery in ('queued', 'sent', 'failed', 'unknown')));

-- What happened to a person outside any institute: signed in, signed out, account made.
create table identity_events (
  id uuid primary key default uuidv7(),
  at timestamptz not null default now(),
  user_id uuid references users on delete restrict,
  kind text not null,
  request_id text);

do $$ declare t text; begin
  foreach t in array array['users', 'sessions', 'sign_in_tokens', 'identity_events'] loop
    execute format('alter table %I owner to markroom_owner', t);
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
  end loop;
  execute format('create policy app_select on users for select to markroom_app using (%s)', app.is_caller('id'));
  execute format('create policy app_update on users for update to markroom_app using (%s) with check (%1$s)', app.is_caller('id'));
  execute format('create policy app_select on sessions for select to markroom_app using (%s)', app.is_caller('user_id'));
  execute format('create policy app_update on sessions for update to markroom_app using (%s) with check (%1$s)', app.is_caller('user_id'));
end $$;
grant select on users to markroom_app;
grant update (name, version) on users to markroom_app;
grant select (id, user_id, user_agent, created_at, last_seen_at, expires_at, revoked_at), update (revoked_at) on sessions to markroom_app;
create policy app_insert on identity_events for insert to markroom_app with check (true);
grant insert on identity_events to markroom_app;

-- The worker and the operator's commands. They make accounts and links; sessions stay closed to them.
create policy service_select on users for select to markroom_service using (true);
create policy service_insert on users for insert to markroom_service with check (true);
create policy service_update on users for update to markroom_service using (true) with check (true);
create policy service_select on sign_in_tokens for select to markroom_service using (true);
create policy service_insert on sign_in_tokens for insert to markroom_service with check (true);
create policy service_update on sign_in_tokens for update to markroom_service using (true) with check (true);
create policy service_insert on identity_events for insert to markroom_service with check (true);
grant select, insert on users, sign_in_tokens to markroom_service;
grant update (is_platform_admin, version) on users to markroom_service;
grant update (delivery) on sign_in_tokens to markroom_service;
grant insert on identity_events to markroom_service;

-- Doors: a token is known, the tenant is not.
create policy door_select on users for select to markroom_door using (true);
create policy door_insert on users for insert to markroom_door with check (true);
create policy door_update on users for update to markroom_door using (true) with check (true);
create policy door_select on sessions for select to markroom_door using (true);
create policy door_insert on sessions for insert to markroom_door with check (true);
create policy door_update on sessions for update to markroom_door using (true) with check (true);
create policy door_select on sign_in_tokens for select to markroom_door using (true);
create policy door_update on sign_in_tokens for update to markroom_door using (used_at is null) with check (used_at is not null);
grant select, insert on users to markroom_door;
grant update (email_verified_at, version) on users to markroom_door;
grant select, insert, update (last_seen_at) on sessions to markroom_door;
grant select, update (used_at) on sign_in_tokens to markroom_door;

-- Whether a sign-in link could still be used, without using it.
create function app.door_sign_in_token(p_hash bytea) returns table (email text) language sql stable strict rows 1
security definer set search_path = '' as $$
  select t.email from public.sign_in_tokens t where t.hash = p_hash and t.used_at is null and t.expires_at > pg_catalog.now() $$;

-- Uses a sign-in link up: proves the address, makes the account when there is none, opens a session.
create function app.door_sign_in(p_token_hash bytea, p_session_hash bytea, p_seconds integer, p_user_agent text)
returns table (user_id uuid, session_id uuid, expires_at timestamptz) language plpgsql volatile strict rows 1
security definer set search_path = '' as $$
declare token record; account uuid;
begin
  update public.sign_in_tokens t set used_at = pg_catalog.now()
   where t.hash = p_token_hash and t.used_at is null and t.expires_at > pg_catalog.now() returning t.email, t.email_key into token;
  if not found then return; end if;
  insert into public.users (email, email_key, name, email_verified_at)
  values (token.email, token.email_key, pg_catalog.split_part(token.email, '@', 1), pg_catalog.now())
  on conflict (email_key) do update set email_verified_at = coalesce(users.email_verified_at, pg_catalog.now())
  returning users.id into account;
  return query insert into public.sessions as s (user_id, hash, user_agent, expires_at)
    values (account, p_session_hash, p_user_agent, pg_catalog.now() + pg_catalog.make_interval(secs => p_seconds))
    returning s.user_id, s.id, s.expires_at;
end $$;

do $$ declare f regprocedure; begin
  for f in select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname = 'app' and p.proname in ('door_sign_in_token', 'door_sign_in') loop
    execute format('alter function %s owner to markroom_door', f);
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to markroom_app', f);
  end loop;
end $$;
