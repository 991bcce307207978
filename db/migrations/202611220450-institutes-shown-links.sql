-- An invitation's link that was shown to whoever manages people, because mail does not work: it proves no address.
alter table invitation_tokens add column is_shown boolean not null default false;
grant select (is_shown) on invitation_tokens to markroom_app;

-- Makes the account of a new person whose live invitation this is, and opens a session. Who holds a mailed link has proved the address;
-- after a link that was shown it stays unverified until a mail proves it.
drop function app.door_join(bytea, text, bytea, integer, text, boolean);
create function app.door_join(p_invitation_hash bytea, p_name text, p_session_hash bytea, p_seconds integer, p_user_agent text)
returns table (user_id uuid, session_id uuid, expires_at timestamptz) language plpgsql volatile strict rows 1
security definer set search_path = '' as $$
declare account uuid;
begin
  insert into public.users (email, email_key, name, email_verified_at)
  select d.email, d.email_key, p_name, case when not t.is_shown then pg_catalog.now() end
    from app.door_invitation(p_invitation_hash) d
    join public.invitation_tokens t on t.institute_id = d.institute_id and t.hash = p_invitation_hash
   where d.status = 'pending'
  on conflict (email_key) do nothing returning id into account;
  if account is null then return; end if;
  return query insert into public.sessions as s (user_id, hash, user_agent, expires_at)
    values (account, p_session_hash, p_user_agent, pg_catalog.now() + pg_catalog.make_interval(secs => p_seconds))
    returning s.user_id, s.id, s.expires_at;
end $$;

-- Uses a sign-in link up: proves the address, makes the account when there is none, opens a session. Whoever was signed in to an account
-- before its address was proved is signed out: it may have been somebody else.
create or replace function app.door_sign_in(p_token_hash bytea, p_session_hash bytea, p_seconds integer, p_user_agent text)
returns table (user_id uuid, session_id uuid, expires_at timestamptz) language plpgsql volatile strict rows 1
security definer set search_path = '' as $$
declare token record; account uuid;
begin
  update public.sign_in_tokens t set used_at = pg_catalog.now()
   where t.hash = p_token_hash and t.used_at is null and t.expires_at > pg_catalog.now() returning t.email, t.email_key into token;
  if not found then return; end if;
  update public.sessions s set revoked_at = pg_catalog.now() from public.users u
   where u.email_key = token.email_key and u.email_verified_at is null and s.user_id = u.id and s.revoked_at is null;
  insert into public.users (email, email_key, name, email_verified_at)
  values (token.email, token.email_key, pg_catalog.split_part(token.email, '@', 1), pg_catalog.now())
  on conflict (email_key) do update set email_verified_at = coalesce(users.email_verified_at, pg_catalog.now())
  returning users.id into account;
  return query insert into public.sessions as s (user_id, hash, user_agent, expires_at)
    values (account, p_session_hash, p_user_agent, pg_catalog.now() + pg_catalog.make_interval(secs => p_seconds))
    returning s.user_id, s.id, s.expires_at;
end $$;

alter function app.door_join(bytea, text, bytea, integer, text) owner to markroom_door;
revoke all on function app.door_join(bytea, text, bytea, integer, text) from public;
grant execute on function app.door_join(bytea, text, bytea, integer, text) to markroom_app;
