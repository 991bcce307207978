-- Who an identity provider's user is here: the account linked to issuer and subject; on first sight the one with the address the
-- provider has verified, or a new one where somebody awaits it or sign-up is open. A proof of an address by a provider counts as one
-- by mail: whoever was signed in to the account before is signed out, as it may have been somebody else.
create function app.link_identity(p_issuer text, p_subject text, p_email text, p_email_key text, p_name text, p_sign_up_open boolean)
returns table (identity_id uuid, user_id uuid, is_new boolean) language plpgsql volatile rows 1 set search_path = '' as $$
declare account uuid; linked boolean := false;
begin
  if not exists (select 1 from public.external_identities e where e.issuer = p_issuer and e.subject = p_subject) then
    if p_email_key is null then return; end if;
    if not (p_sign_up_open or exists (select 1 from public.users u where u.email_key = p_email_key) or app.door_is_awaited(p_email_key)) then
      return;
    end if;
    update public.sessions s set revoked_at = pg_catalog.now() from public.users u
     where u.email_key = p_email_key and u.email_verified_at is null and s.user_id = u.id and s.revoked_at is null;
    insert into public.users (email, email_key, name, email_verified_at) values (p_email, p_email_key, p_name, pg_catalog.now())
    on conflict (email_key) do update set email_verified_at = coalesce(users.email_verified_at, pg_catalog.now())
    returning users.id into account;
    insert into public.external_identities (issuer, subject, user_id) values (p_issuer, p_subject, account) on conflict (issuer, subject) do nothing;
    linked := found;
  end if;
  return query select e.id, e.user_id, linked from public.external_identities e where e.issuer = p_issuer and e.subject = p_subject;
end $$;
revoke all on function app.link_identity(text, text, text, text, text, boolean) from public;
grant execute on function app.link_identity(text, text, text, text, text, boolean) to markroom_door;

-- Look-up of somebody whose token was verified, and their context, in one call. `p_email` is given only where the provider has verified it.
create or replace function app.begin_external(p_issuer text, p_subject text, p_email text, p_email_key text, p_name text, p_sign_up_open boolean,
  p_institute uuid, p_everywhere boolean, p_request text)
returns table (identity_id uuid, is_new boolean, user_id uuid, institute_id uuid, role text, is_platform_admin boolean, name text, places integer)
language plpgsql volatile rows 1 security definer set search_path = '' as $$
declare x record; wanted uuid := p_institute; mine uuid[];
begin
  select l.* into x from app.link_identity(p_issuer, p_subject, p_email, p_email_key, p_name, p_sign_up_open) l;
  if not found then return; end if;
  if wanted is null then
    mine := app.list_open_places(x.user_id);
    if pg_catalog.cardinality(mine) = 1 and not p_everywhere then wanted := mine[1]; end if;
  end if;
  return query select x.identity_id, x.is_new, b.user_id, b.institute_id, b.role, b.is_platform_admin, b.name, pg_catalog.cardinality(mine)
    from app.begin_as(x.user_id, null, wanted, 'external:' || x.identity_id, p_request) b;
end $$;

-- Opens a session for somebody a provider has just sent back to the sign-in page.
create function app.door_sign_in_external(p_issuer text, p_subject text, p_email text, p_email_key text, p_name text, p_sign_up_open boolean,
  p_session_hash bytea, p_seconds integer, p_user_agent text)
returns table (user_id uuid, session_id uuid, expires_at timestamptz, is_new boolean) language plpgsql volatile rows 1
security definer set search_path = '' as $$
declare x record;
begin
  select l.* into x from app.link_identity(p_issuer, p_subject, p_email, p_email_key, p_name, p_sign_up_open) l;
  if not found then return; end if;
  return query insert into public.sessions as s (user_id, hash, user_agent, expires_at)
    values (x.user_id, p_session_hash, p_user_agent, pg_catalog.now() + pg_catalog.make_interval(secs => p_seconds))
    returning s.user_id, s.id, s.expires_at, x.is_new;
end $$;
alter function app.door_sign_in_external(text, text, text, text, text, boolean, bytea, integer, text) owner to markroom_door;
revoke all on function app.door_sign_in_external(text, text, text, text, text, boolean, bytea, integer, text) from public;
grant execute on function app.door_sign_in_external(text, text, text, text, text, boolean, bytea, integer, text) to markroom_app;
