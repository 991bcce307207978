-- The life of a project: who is asked about whom, what a leaver leaves behind, and deletion that can be taken back for thirty days.
alter table projects add column deleted_at timestamptz, add column deleted_by uuid;  -- no membership key: platform admins act too
alter table projects add check ((state = 'deleted') = (deleted_at is not null));

-- Who was in a project when it was deleted.
create table former_project_members (
  institute_id uuid not null,
  project_id uuid not null,
  user_id uuid not null,
  role text not null check (role in ('admin', 'editor', 'viewer')),
  added_at timestamptz not null,
  added_by uuid,
  primary key (institute_id, project_id, user_id),
  foreign key (institute_id, project_id) references projects on delete restrict,
  foreign key (institute_id, user_id) references memberships on delete restrict);

do $$
declare
  mine text := 'institute_id = ' || app.among('i_any');
  runs text := format('%s and project_id = %s', mine, app.among('p_admin'));
  in_person text := $p$(select nullif(current_setting('app.key_id', true), '')) is null$p$;
  -- A deleted project is in nobody's rights: its owner and the school's admins find it again. Of one that is not, they are the admins anyway.
  theirs text := format('((institute_id = %s or %s) and %s)', app.among('i_admin'), app.is_caller('owner_id'), in_person);
begin
  call app.protect('former_project_members', p_select => runs, p_insert => runs, p_delete => runs);
  drop policy app_select on projects;
  drop policy app_update on projects;
  execute format('create policy app_select on projects for select to markroom_app using (%s and (id = %s or %s))', mine, app.among('p_read'), theirs);
  execute format('create policy app_update on projects for update to markroom_app using (%1$s and (id = %2$s or %3$s)) with check (%1$s and (id = %2$s or %3$s))',
    mine, app.among('p_admin'), theirs);
end $$;
revoke update on projects from markroom_app;
grant update (name, state, owner_id, updated_at, version, deleted_at, deleted_by) on projects to markroom_app;

create policy guard_select on projects for select to markroom_guard using (true);
create policy guard_update on projects for update to markroom_guard using (true) with check (true);
create policy guard_select on project_members for select to markroom_guard using (true);
create policy guard_insert on project_members for insert to markroom_guard with check (true);
create policy guard_update on project_members for update to markroom_guard using (true) with check (role = 'admin');
create policy guard_delete on project_members for delete to markroom_guard using (true);
create policy guard_delete on former_project_members for delete to markroom_guard using (true);
create policy guard_select on former_project_members for select to markroom_guard using (true);
create policy guard_select on api_keys for select to markroom_guard using (true);
create policy guard_update on api_keys for update to markroom_guard using (true) with check (deactivated_at is not null);
create policy guard_select on invitations for select to markroom_guard using (true);
grant select, update (owner_id, updated_at, version) on projects to markroom_guard;
grant select, insert, update (role, version), delete on project_members to markroom_guard;
grant select, delete on former_project_members to markroom_guard;
grant select (institute_id, id, project_id, user_id, deactivated_at), update (deactivated_at, deactivated_by, deactivated_reason) on api_keys to markroom_guard;
grant select (institute_id, invited_by, status, expires_at) on invitations to markroom_guard;

-- Whether there is such a project, for staff of its institute alone: a colleague is told that it is not theirs.
create function app.guard_project(p_institute uuid, p_project uuid) returns boolean language sql stable strict security definer set search_path = '' as $$
  select exists (select 1 from public.projects p where p.institute_id = p_institute and p.id = p_project and p.state <> 'deleted'
    and p.institute_id = any(nullif(pg_catalog.current_setting('app.i_staff', true), '')::uuid[])) $$;

-- Keeps a project's members, state and owner from changing until the transaction ends; also for whoever may only leave it.
create function app.guard_lock_project(p_institute uuid, p_project uuid) returns boolean language plpgsql volatile strict security definer set search_path = '' as $$
begin
  perform 1 from public.projects p where p.institute_id = p_institute and p.id = p_project
     and p.institute_id = any(nullif(pg_catalog.current_setting('app.i_any', true), '')::uuid[]) for no key update;
  return found;
end $$;

-- What members of a project see of each other, staff or not.
create function app.list_project_people(p_institute uuid, p_project uuid) returns table (user_id uuid, name text, email text, state text)
language sql stable strict security definer set search_path = '' as $$
  select ms.user_id, ms.name, ms.email, ms.state
    from public.project_members m join public.memberships ms on ms.institute_id = m.institute_id and ms.user_id = m.user_id
   where m.institute_id = p_institute and m.project_id = p_project
     and m.institute_id = any(nullif(pg_catalog.current_setting('app.i_any', true), '')::uuid[])
     and m.project_id = any(nullif(pg_catalog.current_setting('app.p_read', true), '')::uuid[]) $$;

-- Somebody of the institute by id or by address, for a project's admin; their membership is kept from ending until the transaction ends.
create function app.door_find_person(p_institute uuid, p_user uuid, p_email_key text) returns table (user_id uuid, state text)
language plpgsql volatile rows 1 security definer set search_path = '' as $$
begin
  if not p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_any', true), ''), '{}')::uuid[])
     or coalesce(nullif(pg_catalog.current_setting('app.p_admin', true), ''), '{}') = '{}' then return; end if;
  perform 1 from public.institutes s where s.id = p_institute for share;
  return query select m.user_id, m.state from public.memberships m
    where m.institute_id = p_institute and (m.user_id = p_user or m.email_key = p_email_key) order by m.state = 'left', m.user_id limit 1;
end $$;

-- The caller's own institute, kept from losing members until the transaction ends. For whoever is about to own something in it.
create function app.door_hold_institute(p_institute uuid) returns void language plpgsql volatile strict security definer set search_path = '' as $$
begin
  perform 1 from public.institutes s where s.id = p_institute
     and s.id = any(nullif(pg_catalog.current_setting('app.i_any', true), '')::uuid[]) for share;
end $$;

-- What somebody leaves behind with an institute: their places in projects and their keys end, the projects they own pass to whoever has
-- been an admin there longest, else to the school's admin who ended it, else to whoever has been that longest. Changes nothing for
-- somebody who is still there. Call with the institute locked; says which projects passed to whom.
create function app.guard_leave_projects(p_institute uuid, p_user uuid) returns table (project_id uuid, heir uuid) language plpgsql volatile strict
security definer set search_path = '' as $$
declare me constant uuid := nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid; owned uuid; successor uuid;
begin
  if not exists (select 1 from public.memberships m where m.institute_id = p_institute and m.user_id = p_user and m.state = 'left') then return; end if;
  perform 1 from public.projects p where p.institute_id = p_institute and p.state <> 'deleted' and (p.owner_id = p_user
      or p.id in (select m.project_id from public.project_members m where m.institute_id = p_institute and m.user_id = p_user))
    order by p.id for no key update;
  for owned in select p.id from public.projects p where p.institute_id = p_institute and p.owner_id = p_user and p.state <> 'deleted' order by p.id loop
    select coalesce(
      (select m.user_id from public.project_members m
         join public.memberships s on s.institute_id = m.institute_id and s.user_id = m.user_id and s.state = 'active'
        where m.institute_id = p_institute and m.project_id = owned and m.role = 'admin' and m.user_id <> p_user
        order by m.added_at, m.user_id limit 1),
      (select s.user_id from public.memberships s
        where s.institute_id = p_institute and s.role = 'school_admin' and s.state = 'active' and s.user_id <> p_user
        order by s.user_id is distinct from me, s.joined_at, s.user_id limit 1)) into successor;
    continue when successor is null;  -- the last of the institute: there is nobody to pass it to
    insert into public.project_members as m (institute_id, project_id, user_id, role, added_by) values (p_institute, owned, successor, 'admin', me)
      on conflict on constraint project_members_pkey do update set role = 'admin', version = m.version + 1;
    update public.projects p set owner_id = successor, updated_at = pg_catalog.now(), version = p.version + 1
     where p.institute_id = p_institute and p.id = owned;
    project_id := owned;
    heir := successor;
    return next;
  end loop;
  delete from public.project_members m where m.institute_id = p_institute and m.user_id = p_user;
  delete from public.former_project_members m where m.institute_id = p_institute and m.user_id = p_user;
  update public.invitations i set status = 'cancelled', decided_at = pg_catalog.now(), ended_reason = 'member_left', version = i.version + 1
    from public.memberships m
   where m.institute_id = p_institute and m.user_id = p_user and i.institute_id = p_institute and i.email_key = m.email_key
     and i.project_id is not null and i.status = 'pending';  -- into projects they could no longer come to
  update public.api_keys k set deactivated_at = pg_catalog.now(), deactivated_by = me, deactivated_reason = 'member_left'
   where k.institute_id = p_institute and k.user_id = p_user and k.deactivated_at is null;
end $$;

-- What would end with somebody's membership, for whoever manages people: they need not see the projects themselves.
create function app.guard_count_what_ends(p_institute uuid, p_user uuid) returns table (invitations bigint, api_keys bigint, owned_projects bigint)
language sql stable strict rows 1 security definer set search_path = '' as $$
  select (select count(*) from public.invitations i where i.institute_id = p_institute and i.invited_by = p_user and i.status = 'pending'),
         (select count(*) from public.api_keys k where k.institute_id = p_institute and k.user_id = p_user and k.deactivated_at is null),
         (select count(*) from public.projects p where p.institute_id = p_institute and p.owner_id = p_user and p.state <> 'deleted')
   where p_institute = any(nullif(pg_catalog.current_setting('app.i_manage', true), '')::uuid[]) $$;

-- Deleted projects whose time is over, of all institutes: the worker's clock asks, and a job in each institute does the rest.
create function app.guard_list_purges() returns table (institute_id uuid, project_id uuid) language sql stable security definer set search_path = '' as $$
  select p.institute_id, p.id from public.projects p
   where p.state = 'deleted' and p.deleted_at < pg_catalog.now() - interval '30 days' order by p.deleted_at limit 100 $$;

-- Takes a project off everything that stays with the institute without it: every table with a nullable project_id, beginning with those
-- that others refer to by it, whose rows follow. With the rights of the caller, which is a job of the institute.
create function app.detach_project(p_institute uuid, p_project uuid) returns void language plpgsql volatile strict set search_path = '' as $$
declare child record;
begin
  for child in
    with recursive named as (
      select a.attrelid as id from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
       where a.attname = 'project_id' and not a.attnotnull and not a.attisdropped and c.relkind = 'r'
         and c.relnamespace = 'public'::pg_catalog.regnamespace),
    below as (
      select n.id, 0 as depth from named n
      union
      select k.conrelid, b.depth + 1 from below b join pg_catalog.pg_constraint k on k.confrelid = b.id and k.contype = 'f' and k.conrelid <> b.id
       where exists (select 1 from pg_catalog.pg_attribute a where a.attrelid = k.conrelid and a.attname = 'project_id' and a.attnum = any(k.conkey))
         and b.depth < 20)
    select b.id::pg_catalog.regclass as name from below b join named n on n.id = b.id
     where pg_catalog.has_column_privilege(b.id, 'project_id', 'update') group by b.id order by max(b.depth), b.id
  loop
    execute pg_catalog.format('update %s set project_id = null where institute_id = $1 and project_id = $2', child.name) using p_institute, p_project;
  end loop;
end $$;

do $$ declare f regprocedure; begin
  for f in select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname = 'app' and p.proname in ('guard_project', 'guard_lock_project', 'list_project_people', 'door_find_person', 'door_hold_institute',
              'guard_leave_projects', 'guard_count_what_ends', 'guard_list_purges') loop
    execute format('alter function %s owner to %I', f, case when f::text like '%door%' then 'markroom_door' else 'markroom_guard' end);
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to %I', f, case when f::text like '%purges%' then 'markroom_service' else 'markroom_app' end);
  end loop;
end $$;
revoke all on function app.detach_project(uuid, uuid) from public;
grant execute on function app.detach_project(uuid, uuid) to markroom_service;
grant execute on function app.guard_leave_projects(uuid, uuid) to markroom_door;
