-- Keys of projects: found by their hash and begun in one call, and never able to make more of themselves.
alter table api_keys add column successor_id uuid;
alter table api_keys add foreign key (institute_id, successor_id) references api_keys on delete restrict;
alter table api_keys add check (length(name) between 1 and 100);
alter table api_keys add check ('read' = any(scopes) and scopes <@ array['read', 'write', 'manage']);
create index api_keys_of_project on api_keys (institute_id, project_id, id);
create index api_keys_of_person on api_keys (institute_id, user_id);
grant select (successor_id) on api_keys to markroom_app;
revoke update on api_keys from markroom_app;
grant update (expires_at, successor_id, deactivated_at, deactivated_by, deactivated_reason) on api_keys to markroom_app;

-- People only: in the context of a key no key is made or changed, and nobody leaves a project, whatever its scopes.
do $$
declare
  mine text := 'institute_id = ' || app.among('i_any');
  by_person text := $p$(select nullif(current_setting('app.key_id', true), '')) is null$p$;
  changes text := format('%s and (project_id = %s or %s) and %s', mine, app.among('p_admin'), app.is_caller('user_id'), by_person);
begin
  drop policy app_insert on api_keys;
  drop policy app_update on api_keys;
  execute format('create policy app_insert on api_keys for insert to markroom_app with check (%s and project_id = %s and %s and %s)',
    mine, app.among('p_read'), app.is_caller('user_id'), by_person);
  drop policy app_delete on project_members;
  execute format('create policy app_delete on project_members for delete to markroom_app using (%s and (project_id = %s or %s) and %s)',
    mine, app.among('p_admin'), app.is_caller('user_id'), by_person);
  execute format('create policy app_update on api_keys for update to markroom_app using (%s) with check (%1$s)', changes);
end $$;

-- Look-up of a key and its context in one call. No row: no such key, or nothing is left of its rights. `scopes`: what is left now.
-- Its use is noted once in ten minutes, by one of the requests of that moment; none waits for another.
create function app.begin_key(p_hash bytea, p_request text)
returns table (user_id uuid, key_id uuid, project_id uuid, scopes text[], institute_id uuid, role text, name text) language plpgsql
volatile strict rows 1 security definer set search_path = '' as $$
declare k record; who record; held text[];
begin
  select a.institute_id, a.id, a.user_id, a.project_id, a.last_used_at into k from public.api_keys a
   where a.hash = p_hash and a.deactivated_at is null and (a.expires_at is null or a.expires_at > pg_catalog.now());
  if not found then return; end if;
  select * into who from app.begin_as(k.user_id, k.id, k.institute_id, 'key:' || k.id, p_request);
  held := array_remove(array[
    case when pg_catalog.current_setting('app.p_read') <> '{}' then 'read' end,
    case when pg_catalog.current_setting('app.p_write') <> '{}' then 'write' end,
    case when pg_catalog.current_setting('app.p_admin') <> '{}' then 'manage' end], null);
  if pg_catalog.cardinality(held) = 0 then return; end if;
  set local app.p_admin = '{}';         -- members, invitations and the project itself are for people: no policy lets a key there
  if k.last_used_at is null or k.last_used_at < pg_catalog.now() - interval '10 minutes' then
    update public.api_keys a set last_used_at = pg_catalog.now()
     where a.institute_id = k.institute_id and a.id = (select x.id from public.api_keys x
       where x.institute_id = k.institute_id and x.id = k.id for no key update skip locked);
  end if;
  return query select k.user_id, k.id, k.project_id, held, who.institute_id, who.role, who.name;
end $$;
alter function app.begin_key(bytea, text) owner to markroom_door;
revoke all on function app.begin_key(bytea, text) from public;
grant execute on function app.begin_key(bytea, text) to markroom_app;
create policy door_update on api_keys for update to markroom_door using (true) with check (true);
grant update (last_used_at) on api_keys to markroom_door;
drop function app.door_api_key(bytea);
