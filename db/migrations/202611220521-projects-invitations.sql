-- Invitations into projects, by the same engine. With a project of its own an invitation is for somebody who is in the institute already,
-- and its role is one of the project. Without, it is into the institute; the projects it brings besides are its assignments.
alter table invitations add column project_id uuid,
  add column project_ids uuid[] not null default '{}',   -- those of its assignments, for the rules below: kept by a trigger
  add column ended_reason text,
  add foreign key (institute_id, project_id) references projects on delete restrict,
  drop constraint invitations_role_check,
  add constraint invitations_role_check check (case when project_id is null
    then role in ('school_admin', 'department_head', 'teacher', 'student', 'guest') else role in ('admin', 'editor', 'viewer') end);
drop index one_live_invitation;
create unique index one_live_invitation on invitations (institute_id, project_id, email_key) nulls not distinct where status = 'pending';
create index invitations_of_project on invitations (institute_id, project_id, id) where project_id is not null;

create table invitation_assignments (
  institute_id uuid not null,
  invitation_id uuid not null,
  project_id uuid not null,
  role text not null check (role in ('admin', 'editor', 'viewer')),
  granted_by uuid not null references users on delete restrict,  -- whose right it rests on, looked at again as it is accepted
  assigned_at timestamptz not null default now(),
  primary key (institute_id, invitation_id, project_id),
  foreign key (institute_id, invitation_id) references invitations on delete restrict,
  foreign key (institute_id, project_id) references projects on delete restrict);
create index assignments_of_project on invitation_assignments (institute_id, project_id, invitation_id);

do $$
declare
  mine text := 'institute_id = ' || app.among('i_any');
  manage text := 'institute_id = ' || app.among('i_manage');
  runs text := format('%s and project_id = %s', mine, app.among('p_admin'));
  admin_of text := $p$(select nullif(current_setting('app.p_admin', true), '')::uuid[])::uuid[]$p$;
  shown text := format('%s or (%s and (project_id = %s or project_ids && %s))', manage, mine, app.among('p_admin'), admin_of);
begin
  call app.protect('invitation_assignments', p_select => format('%s or (%s)', manage, runs),
    p_insert => format('%s and %s', runs, app.is_caller('granted_by')), p_delete => runs);
  drop policy app_select on invitations;
  drop policy app_insert on invitations;
  drop policy app_update on invitations;
  execute format('create policy app_select on invitations for select to markroom_app using (%s)', shown);
  execute format('create policy app_update on invitations for update to markroom_app using (%s) with check (%1$s)', shown);
  -- Into a project of theirs; or as a guest, with projects of theirs.
  execute format('create policy app_insert on invitations for insert to markroom_app with check (%s or (%s and (project_id = %s '
    'or (project_id is null and role = %L and cardinality(project_ids) > 0 and project_ids <@ %s))))', manage, mine, app.among('p_admin'), 'guest', admin_of);
  drop policy app_select on invitation_tokens;
  drop policy app_insert on invitation_tokens;
  -- A token tells no project: that it belongs to an invitation of theirs is seen by the statements that change the invitation itself.
  execute format('create policy app_select on invitation_tokens for select to markroom_app using (%s or (%s and %s <> %L))', manage, mine,
    $p$(select coalesce(nullif(current_setting('app.p_admin', true), ''), '{}'))$p$, '{}');
  execute format('create policy app_insert on invitation_tokens for insert to markroom_app with check (%s or (%s and %s <> %L))', manage, mine,
    $p$(select coalesce(nullif(current_setting('app.p_admin', true), ''), '{}'))$p$, '{}');
end $$;
-- Whom an invitation is for and what it grants is said once.
revoke update on invitations from markroom_app;
grant update (status, generation, expires_at, delivery, decided_at, ended_reason, version) on invitations to markroom_app;

create policy guard_update on invitations for update to markroom_guard using (true) with check (true);
create policy guard_select on invitation_assignments for select to markroom_guard using (true);
grant select (id, email_key, project_id, project_ids, version), update (status, decided_at, ended_reason, project_ids, version)
  on invitations to markroom_guard;
grant select on invitation_assignments to markroom_guard;
create policy door_select on invitation_assignments for select to markroom_door using (true);
create policy door_lock on projects for update to markroom_door using (true) with check (false);
create policy door_insert on project_members for insert to markroom_door with check (true);
grant select on invitation_assignments to markroom_door;
grant update (version) on projects to markroom_door;  -- for the lock alone: its policy lets no new row through
grant insert on project_members to markroom_door;

create function app.carry_assignments() returns trigger language plpgsql security definer set search_path = '' as $$
declare tenant constant uuid := coalesce(new.institute_id, old.institute_id); invitation constant uuid := coalesce(new.invitation_id, old.invitation_id);
begin
  update public.invitations i set project_ids = coalesce((select pg_catalog.array_agg(a.project_id order by a.project_id)
      from public.invitation_assignments a where a.institute_id = tenant and a.invitation_id = invitation), '{}'), version = i.version + 1
   where i.institute_id = tenant and i.id = invitation;
  return null;
end $$;
alter function app.carry_assignments() owner to markroom_guard;
revoke all on function app.carry_assignments() from public;
create trigger carry_assignments after insert or delete on invitation_assignments for each row execute function app.carry_assignments();

-- The projects an invitation offers, and whether whoever put each there still runs it.
create function app.list_assignments(p_institute uuid, p_invitation uuid)
returns table (project_id uuid, project_name text, role text, granted_by uuid, is_granted boolean) language sql stable strict set search_path = '' as $$
  select o.project_id, p.name, o.role, o.granted_by, p.state <> 'deleted' and (
      exists (select 1 from public.users u where u.id = o.granted_by and u.is_platform_admin)
      or exists (select 1 from public.memberships m
                   left join public.project_members pm on pm.institute_id = p_institute and pm.project_id = p.id and pm.user_id = m.user_id
                  where m.institute_id = p_institute and m.user_id = o.granted_by and m.state = 'active'
                    and (m.role = 'school_admin' or p.owner_id = m.user_id or pm.role = 'admin')))
    from (select i.project_id, i.role, i.granted_by from public.invitations i
           where i.institute_id = p_institute and i.id = p_invitation and i.project_id is not null
          union all
          select a.project_id, a.role, a.granted_by from public.invitation_assignments a
           where a.institute_id = p_institute and a.invitation_id = p_invitation) o
    join public.projects p on p.institute_id = p_institute and p.id = o.project_id $$;
revoke all on function app.list_assignments(uuid, uuid) from public;
grant execute on function app.list_assignments(uuid, uuid) to markroom_door, markroom_service;

-- As before, with the project it is for and the projects it still brings: `[{id, name, role}]` by name.
drop function app.door_lock_invitation(bytea);
drop function app.door_invitation(bytea);
create function app.door_invitation(p_hash bytea) returns table (
  institute_id uuid, invitation_id uuid, institute_name text, email text, email_key text, role text, status text, expires_at timestamptz,
  accepted_by uuid, invited_by uuid, inviter_role text, has_account boolean, project_id uuid, projects jsonb)
language sql stable strict rows 1 security definer set search_path = '' as $$
  select i.institute_id, i.id, s.name, i.email, i.email_key, i.role,
         case when i.status = 'pending' and s.closed_at is not null then 'cancelled'
              when i.status = 'pending' and t.generation < i.generation then 'replaced'
              when i.status = 'pending' and i.expires_at <= pg_catalog.now() then 'expired' else i.status end,
         i.expires_at, i.accepted_by, i.invited_by,
         case when i.invited_by is not null then m.role
              when i.granted_by is null then 'operator'
              when exists (select 1 from public.users g where g.id = i.granted_by and g.is_platform_admin) then 'platform_admin' end,
         exists (select 1 from public.users u where u.email_key = i.email_key), i.project_id,
         coalesce((select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('id', a.project_id, 'name', a.project_name, 'role', a.role)
                          order by pg_catalog.lower(a.project_name), a.project_id)
                     from app.list_assignments(i.institute_id, i.id) a where a.is_granted), '[]')
    from public.invitation_tokens t
    join public.invitations i on i.institute_id = t.institute_id and i.id = t.invitation_id
    join public.institutes s on s.id = i.institute_id
    left join public.memberships m on m.institute_id = i.institute_id and m.user_id = i.invited_by and m.state = 'active'
   where t.hash = p_hash $$;

-- The same with the institute's row shared-locked (against role changes), its projects' (against their deletion, and changes of who runs
-- them), and the invitation's row locked (against a second answer).
create function app.door_lock_invitation(p_hash bytea) returns table (
  institute_id uuid, invitation_id uuid, institute_name text, email text, email_key text, role text, status text, expires_at timestamptz,
  accepted_by uuid, invited_by uuid, inviter_role text, has_account boolean, project_id uuid, projects jsonb)
language plpgsql volatile strict rows 1 security definer set search_path = '' as $$
declare tenant uuid; invitation uuid;
begin
  select t.institute_id, t.invitation_id into tenant, invitation from public.invitation_tokens t where t.hash = p_hash;
  if not found then return; end if;
  perform 1 from public.institutes s where s.id = tenant for share;
  perform 1 from public.projects p where p.institute_id = tenant
     and p.id in (select a.project_id from app.list_assignments(tenant, invitation) a) order by p.id for share;
  perform 1 from public.invitations i where i.institute_id = tenant and i.id = invitation and i.status = 'pending' for update;
  return query select d.* from app.door_invitation(p_hash) d;
end $$;

-- As before; into a project it makes no membership but needs one.
create or replace function app.door_accept_invitation(p_hash bytea, p_user uuid) returns boolean language plpgsql volatile strict
security definer set search_path = '' as $$
declare offer record;
begin
  update public.invitations i set status = 'accepted', accepted_by = p_user, decided_at = pg_catalog.now(), version = i.version + 1
    from public.invitation_tokens t, public.users u
   where t.hash = p_hash and i.institute_id = t.institute_id and i.id = t.invitation_id and i.generation = t.generation
     and i.status = 'pending' and i.expires_at > pg_catalog.now()
     and u.id = p_user and u.email_key = i.email_key
     and (i.project_id is null or exists (select 1 from public.memberships m
            where m.institute_id = i.institute_id and m.user_id = p_user and m.state = 'active'))
  returning i.institute_id, i.id, i.invited_by, i.role, i.metadata, i.project_id, u.name, u.email, u.email_key into offer;
  if not found then return false; end if;
  if offer.project_id is null then
    update public.memberships m set role = offer.role, state = 'active', name = offer.name, email = offer.email, email_key = offer.email_key,
           metadata = offer.metadata, joined_at = pg_catalog.now(), ended_at = null, version = m.version + 1
     where m.institute_id = offer.institute_id and m.user_id = p_user and m.state = 'left';
    if not found then
      insert into public.memberships (institute_id, user_id, role, name, email, email_key, metadata)
      values (offer.institute_id, p_user, offer.role, offer.name, offer.email, offer.email_key, offer.metadata)
      on conflict (institute_id, user_id) do nothing;
    end if;
  end if;
  if offer.invited_by is not null then
    insert into public.notices (institute_id, user_id, kind, subject_id, facts)
    values (offer.institute_id, offer.invited_by, 'invitation_accepted', offer.id,
            pg_catalog.jsonb_build_object('user_id', p_user, 'role', offer.role));
  end if;
  return true;
end $$;

-- As before; of an invitation that brought projects everybody is told whose it was.
create or replace function app.door_end_invitation(p_hash bytea, p_status text) returns boolean language plpgsql volatile strict
security definer set search_path = '' as $$
declare ended record;
begin
  if p_status not in ('declined', 'cancelled') then raise exception 'not an end: %', p_status; end if;
  update public.invitations i set status = p_status, decided_at = pg_catalog.now(), version = i.version + 1
    from public.invitation_tokens t
   where t.hash = p_hash and i.institute_id = t.institute_id and i.id = t.invitation_id and i.generation = t.generation and i.status = 'pending'
  returning i.institute_id, i.id, i.invited_by, i.role into ended;
  if not found then return false; end if;
  insert into public.events (institute_id, user_id, credential, kind, subject_id, changed, facts, request_id)
  values (ended.institute_id, nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid, pg_catalog.current_setting('app.credential', true),
          'invitation_ended', ended.id, '{status}', pg_catalog.jsonb_build_object('status', p_status), pg_catalog.current_setting('app.request_id', true));
  if p_status = 'cancelled' then
    insert into public.notices (institute_id, user_id, kind, subject_id, facts)
    select m.institute_id, m.user_id, 'invitation_void', ended.id, pg_catalog.jsonb_build_object('role', ended.role) from public.memberships m
     where m.institute_id = ended.institute_id and (m.user_id = ended.invited_by
       or m.user_id in (select a.granted_by from app.list_assignments(ended.institute_id, ended.id) a));
  end if;
  return true;
end $$;

-- Gives whoever accepts an invitation, in the transaction they accept it in, the places in projects it brings. Who is in one already stays
-- what they are; where whoever offered it may not any more, they are told.
create function app.door_take_assignments(p_institute uuid, p_invitation uuid) returns table (project_id uuid, role text) language plpgsql volatile strict
security definer set search_path = '' as $$
declare me constant uuid := nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid;
begin
  if not exists (select 1 from public.invitations i where i.institute_id = p_institute and i.id = p_invitation and i.status = 'accepted'
                    and i.accepted_by = me and i.decided_at = pg_catalog.now()) then return; end if;
  perform 1 from public.projects p where p.institute_id = p_institute
     and p.id in (select a.project_id from app.list_assignments(p_institute, p_invitation) a) order by p.id for share;
  insert into public.notices (institute_id, user_id, kind, subject_id, facts)
  select p_institute, m.user_id, 'invitation_void', p_invitation, pg_catalog.jsonb_build_object('role', a.role)
    from app.list_assignments(p_institute, p_invitation) a
    join public.memberships m on m.institute_id = p_institute and m.user_id = a.granted_by
   where not a.is_granted;
  return query insert into public.project_members as m (institute_id, project_id, user_id, role, added_by)
    select p_institute, a.project_id, me, a.role, a.granted_by from app.list_assignments(p_institute, p_invitation) a where a.is_granted
    on conflict on constraint project_members_pkey do nothing returning m.project_id, m.role;
end $$;

-- The live invitation of an address into the institute, locked, for a project's admin who would add their project to it. One whose time is
-- over ends here, so that it stands in nobody's way.
create function app.door_pending_invitation(p_institute uuid, p_email_key text) returns uuid language plpgsql volatile strict
security definer set search_path = '' as $$
declare waiting uuid;
begin
  if not p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_any', true), ''), '{}')::uuid[])
     or coalesce(nullif(pg_catalog.current_setting('app.p_admin', true), ''), '{}') = '{}' then return null; end if;
  update public.invitations i set status = 'expired', version = i.version + 1
   where i.institute_id = p_institute and i.email_key = p_email_key and i.project_id is null and i.status = 'pending' and i.expires_at <= pg_catalog.now();
  select i.id into waiting from public.invitations i
   where i.institute_id = p_institute and i.email_key = p_email_key and i.project_id is null and i.status = 'pending' for update;
  return waiting;
end $$;

-- As before; also with a membership that is suspended or of a closed school end the places in its projects.
create or replace function app.door_delete_account() returns text language plpgsql volatile security definer set search_path = '' as $$
declare me constant uuid := nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid; place record;
begin
  if me is null then return null; end if;
  if exists (select 1 from public.projects p join public.institutes s on s.id = p.institute_id and s.closed_at is null
              where p.owner_id = me and p.state <> 'deleted') then return 'project_owner'; end if;
  for place in select m.institute_id, s.closed_at from public.memberships m join public.institutes s on s.id = m.institute_id
                where m.user_id = me and m.state <> 'left' order by 1 loop
    if place.closed_at is null then
      if app.door_leave(place.institute_id) = 'last_admin' then return 'last_admin'; end if;
    else
      update public.memberships m set state = 'left', ended_at = pg_catalog.now(), version = m.version + 1
       where m.institute_id = place.institute_id and m.user_id = me;
    end if;
    perform app.guard_leave_projects(place.institute_id, me);
    insert into public.events (institute_id, user_id, credential, kind, subject_id, changed, facts, request_id)
    values (place.institute_id, me, pg_catalog.current_setting('app.credential', true), 'member_left', me, '{state}', '{"by": "oneself"}',
            pg_catalog.current_setting('app.request_id', true));
  end loop;
  update public.sessions s set revoked_at = pg_catalog.now() where s.user_id = me and s.revoked_at is null;
  update public.memberships m set email = null, email_key = null, version = m.version + 1 where m.user_id = me;
  update public.users u set email = null, email_key = null, name = 'Former user', is_platform_admin = false, version = u.version + 1 where u.id = me;
  return 'deleted';
end $$;

do $$ declare f regprocedure; begin
  for f in select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname = 'app' and p.proname in ('door_invitation', 'door_lock_invitation', 'door_take_assignments', 'door_pending_invitation') loop
    execute format('alter function %s owner to markroom_door', f);
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to markroom_app', f);
  end loop;
end $$;
grant execute on function app.guard_leave_projects(uuid, uuid) to markroom_service;
