-- Who somebody is at an identity provider. Nobody reads or writes this but the door.
create table external_identities (
  id uuid primary key default uuidv7(),
  issuer text not null,
  subject text not null,
  user_id uuid not null references users on delete restrict,
  created_at timestamptz not null default now(),
  unique (issuer, subject));
create index external_identities_of_user on external_identities (user_id);
alter table external_identities owner to markroom_owner;
alter table external_identities enable row level security;
alter table external_identities force row level security;
create policy door_select on external_identities for select to markroom_door using (true);
create policy door_insert on external_identities for insert to markroom_door with check (true);
create policy door_delete on external_identities for delete to markroom_door using (true);
grant select, insert, delete on external_identities to markroom_door;

-- Look-up of somebody whose token was verified, and their context, in one call. `p_email` is given only where the provider has
-- verified it: on first sight it finds the account, or makes one for an address that is awaited or where sign-up is open.
create function app.begin_external(p_issuer text, p_subject text, p_email text, p_email_key text, p_name text, p_sign_up_open boolean,
  p_institute uuid, p_everywhere boolean, p_request text)
returns table (identity_id uuid, is_new boolean, user_id uuid, institute_id uuid, role text, is_platform_admin boolean, name text, places integer)
language plpgsql volatile rows 1 security definer set search_path = '' as $$
declare x record; account uuid; linked boolean := false; wanted uuid := p_institute; mine uuid[];
begin
  select e.id, e.user_id into x from public.external_identities e where e.issuer = p_issuer and e.subject = p_subject;
  if not found then
    if p_email_key is null then return; end if;
    if not (p_sign_up_open or exists (select 1 from public.users u where u.email_key = p_email_key) or app.door_is_awaited(p_email_key)) then
      return;
    end if;
    insert into public.users (email, email_key, name, email_verified_at) values (p_email, p_email_key, p_name, pg_catalog.now())
    on conflict (email_key) do update set email_verified_at = coalesce(users.email_verified_at, pg_catalog.now())
    returning users.id into account;
    insert into public.external_identities (issuer, subject, user_id) values (p_issuer, p_subject, account) on conflict (issuer, subject) do nothing;
    linked := found;
    select e.id, e.user_id into x from public.external_identities e where e.issuer = p_issuer and e.subject = p_subject;
  end if;
  if wanted is null then
    select coalesce(array_agg(ms.institute_id), '{}') into mine from public.memberships ms where ms.user_id = x.user_id and ms.state = 'active';
    if pg_catalog.cardinality(mine) = 1 and not p_everywhere then wanted := mine[1]; end if;
  end if;
  return query select x.id, linked, b.user_id, b.institute_id, b.role, b.is_platform_admin, b.name, pg_catalog.cardinality(mine)
    from app.begin_as(x.user_id, null, wanted, 'external:' || x.id, p_request) b;
end $$;
alter function app.begin_external(text, text, text, text, text, boolean, uuid, boolean, text) owner to markroom_door;
revoke all on function app.begin_external(text, text, text, text, text, boolean, uuid, boolean, text) from public;
grant execute on function app.begin_external(text, text, text, text, text, boolean, uuid, boolean, text) to markroom_app;

-- Who gives up their account is unknown to every provider again.
create function app.forget_identities() returns trigger language plpgsql set search_path = '' as $$
begin
  delete from public.external_identities e where e.user_id = new.id;
  return null;
end $$;
revoke all on function app.forget_identities() from public;
create trigger forget_identities after update of email_key on users for each row
  when (old.email_key is not null and new.email_key is null) execute function app.forget_identities();
