-- A team's workspace and its keys; and the request context, which is worked out from memberships and projects together.
create table projects (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  name text not null check (length(name) between 1 and 200),
  owner_id uuid not null,
  state text not null default 'active' check (state in ('active', 'archived', 'deleted')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  primary key (institute_id, id),
  foreign key (institute_id, owner_id) references memberships on delete restrict);
create unique index one_project_of_a_name on projects (institute_id, lower(name)) where state <> 'deleted';

create table project_members (
  institute_id uuid not null,
  project_id uuid not null,
  user_id uuid not null,
  role text not null check (role in ('admin', 'editor', 'viewer')),
  added_at timestamptz not null default now(),
  added_by uuid,
  version integer not null default 1,
  primary key (institute_id, project_id, user_id),
  foreign key (institute_id, project_id) references projects on delete restrict,
  foreign key (institute_id, user_id) references memberships on delete restrict);
create index projects_of_member on project_members (institute_id, user_id);

create table api_keys (
  institute_id uuid not null,
  id uuid not null default uuidv7(),
  project_id uuid not null,
  user_id uuid not null,
  name text not null,
  prefix text not null,
  hash bytea not null,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  deactivated_at timestamptz,
  deactivated_by uuid,
  deactivated_reason text,
  primary key (institute_id, id),
  unique (institute_id, hash),
  foreign key (institute_id, project_id) references projects on delete restrict,
  foreign key (institute_id, user_id) references memberships on delete restrict);

do $$
declare any_mine text := 'institute_id = ' || app.among('i_any');
begin
  call app.protect('projects', p_select => format('%s and (institute_id = %s or id = %s)', any_mine, app.among('i_admin'), app.among('p_read')),
    p_insert => 'institute_id = ' || app.among('i_staff'), p_update => format('%s and id = %s', any_mine, app.among('p_admin')));
  call app.protect('project_members', p_select => format('%s and project_id = %s', any_mine, app.among('p_read')),
    p_insert => format('%s and project_id = %s', any_mine, app.among('p_admin')),
    p_update => format('%s and project_id = %s', any_mine, app.among('p_admin')),
    p_delete => format('%s and (project_id = %s or %s)', any_mine, app.among('p_admin'), app.is_caller('user_id')));
  call app.protect('api_keys', p_select => format('%s and project_id = %s', any_mine, app.among('p_read')),
    p_insert => format('%s and project_id = %s and %s', any_mine, app.among('p_read'), app.is_caller('user_id')),
    p_update => format('%s and (project_id = %s or %s)', any_mine, app.among('p_admin'), app.is_caller('user_id')));
end $$;
revoke select on api_keys from markroom_app;
grant select (institute_id, id, project_id, user_id, name, prefix, scopes, created_at, expires_at, last_used_at, deactivated_at,
  deactivated_by, deactivated_reason) on api_keys to markroom_app;
create policy door_select on projects for select to markroom_door using (true);
create policy door_select on project_members for select to markroom_door using (true);
create policy door_select on api_keys for select to markroom_door using (true);
grant select on projects, project_members, api_keys to markroom_door;

-- The caller's rights, worked out once per transaction and kept as transaction-local settings that policies read.
-- With an institute: what the user may there. Without: what they may read in all of theirs, and write nowhere.
create function app.begin_as(p_user uuid, p_key uuid default null, p_institute uuid default null, p_credential text default '', p_request text default '')
returns table (user_id uuid, institute_id uuid, role text, is_platform_admin boolean, name text) language plpgsql volatile
security definer set search_path = '' as $$
declare
  no constant uuid[] := '{}'; account record; m_role text; k record; p record;
  ia uuid[] := no; staff uuid[] := no; manage uuid[] := no; adm uuid[] := no;
begin
  if p_user is null or (p_key is not null and p_institute is null) then raise exception 'begin_as' using errcode = '28000'; end if;
  select u.is_platform_admin, u.name into account from public.users u where u.id = p_user;
  if not found then raise exception 'no such user' using errcode = '28000'; end if;
  if p_institute is not null then
    select ms.role into m_role from public.memberships ms
     where ms.institute_id = p_institute and ms.user_id = p_user and ms.state = 'active';
    if account.is_platform_admin and p_key is null and exists (select 1 from public.institutes s where s.id = p_institute) then m_role := 'platform_admin'; end if;
    if m_role is not null then ia := array[p_institute]; end if;
    if m_role in ('platform_admin', 'school_admin', 'department_head', 'teacher') then staff := ia; end if;
    if m_role in ('platform_admin', 'school_admin', 'department_head') then manage := ia; end if;
    if m_role in ('platform_admin', 'school_admin') then adm := ia; end if;
    select coalesce(array_agg(x.id), no) r, coalesce(array_agg(x.id) filter (where x.role in ('admin', 'editor')), no) w,
           coalesce(array_agg(x.id) filter (where x.role = 'admin'), no) a into p
      from (select pr.id, case when adm <> no or pr.owner_id = p_user then 'admin' else pm.role end as role
              from public.projects pr
              left join public.project_members pm on pm.institute_id = pr.institute_id and pm.project_id = pr.id and pm.user_id = p_user
             where pr.institute_id = p_institute and pr.state <> 'deleted') x
     where x.role is not null and m_role is not null;
    if p_key is not null then           -- scopes within current rights, one project, nothing institute-wide
      select a.project_id, a.scopes into k from public.api_keys a
       where a.institute_id = p_institute and a.id = p_key and a.user_id = p_user
         and a.deactivated_at is null and (a.expires_at is null or a.expires_at > pg_catalog.now());
      if not found then raise exception 'key not live' using errcode = '28000'; end if;
      staff := no; manage := no; adm := no;
      p.r := case when 'read' = any(k.scopes) and k.project_id = any(p.r) then array[k.project_id] else no end;
      p.w := case when 'write' = any(k.scopes) and k.project_id = any(p.w) then array[k.project_id] else no end;
      p.a := case when 'manage' = any(k.scopes) and k.project_id = any(p.a) then array[k.project_id] else no end;
    end if;
  else
    select coalesce(array_agg(ms.institute_id), no) i,
           coalesce(array_agg(ms.institute_id) filter (where ms.role in ('school_admin', 'department_head', 'teacher')), no) s
      into k from public.memberships ms where ms.user_id = p_user and ms.state = 'active';
    ia := k.i; staff := k.s;
    select coalesce(array_agg(pr.id), no) r, no as w, no as a into p
      from public.memberships ms join public.projects pr on pr.institute_id = ms.institute_id and pr.state <> 'deleted'
      left join public.project_members pm on pm.institute_id = pr.institute_id and pm.project_id = pr.id and pm.user_id = ms.user_id
     where ms.user_id = p_user and ms.state = 'active' and (ms.role = 'school_admin' or pr.owner_id = p_user or pm.user_id is not null);
  end if;
  -- SET LOCAL and not set_config: a distributed database carries it to its workers.
  execute pg_catalog.format('set local app.user_id = %L; set local app.key_id = %L; set local app.credential = %L; set local app.request_id = %L; '
    'set local app.i_any = %L; set local app.i_staff = %L; set local app.i_manage = %L; set local app.i_admin = %L; '
    'set local app.p_read = %L; set local app.p_write = %L; set local app.p_admin = %L',
    p_user, coalesce(p_key::text, ''), p_credential, p_request, ia, staff, manage, adm, p.r, p.w, p.a);
  return query select p_user, case when m_role is not null then p_institute end, m_role, account.is_platform_admin, account.name;
end $$;

-- Look-up of a session and its context in one call. No row: no such session. `places` counts the institutes of a caller who named none.
create function app.begin_session(p_hash bytea, p_institute uuid, p_everywhere boolean, p_request text)
returns table (user_id uuid, session_id uuid, institute_id uuid, role text, is_platform_admin boolean, name text, places integer) language plpgsql volatile
security definer set search_path = '' as $$
declare s record; wanted uuid := p_institute; mine uuid[];
begin
  select x.id, x.user_id into s from public.sessions x
   where x.hash = p_hash and x.revoked_at is null and x.expires_at > pg_catalog.now();
  if not found then return; end if;
  if wanted is null then
    select coalesce(array_agg(ms.institute_id), '{}') into mine from public.memberships ms where ms.user_id = s.user_id and ms.state = 'active';
    if pg_catalog.cardinality(mine) = 1 and not p_everywhere then wanted := mine[1]; end if;
  end if;
  return query select b.user_id, s.id, b.institute_id, b.role, b.is_platform_admin, b.name, pg_catalog.cardinality(mine)
    from app.begin_as(s.user_id, null, wanted, 'session:' || s.id, p_request) b;
end $$;

-- Where a key points; the context is begun with begin_as(user, key, institute).
create function app.door_api_key(p_hash bytea) returns table (institute_id uuid, key_id uuid, user_id uuid, project_id uuid)
language sql stable strict rows 1 security definer set search_path = '' as $$
  select a.institute_id, a.id, a.user_id, a.project_id from public.api_keys a
   where a.hash = p_hash and a.deactivated_at is null and (a.expires_at is null or a.expires_at > pg_catalog.now()) $$;
create index api_keys_by_hash on api_keys (hash);

do $$ declare f regprocedure; begin
  for f in select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname = 'app' and (p.proname like 'door\_%' or p.proname in ('begin_as', 'begin_session')) loop
    execute format('alter function %s owner to markroom_door', f);
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to markroom_app', f);
  end loop;
end $$;
grant usage on schema app to markroom_door;
grant execute on function app.door_is_awaited(text) to markroom_service;
