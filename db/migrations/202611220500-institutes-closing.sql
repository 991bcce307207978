-- A school can be closed: nothing opens it to anybody any more, and everything in it is kept. Whatever begins a context or looks up a
-- token by itself asks `closed_at is null`.
alter table institutes add column closed_at timestamptz;
drop policy door_lock on institutes;
create policy door_close on institutes for update to markroom_door using (true) with check (closed_at is not null);  -- and the locks
grant update (closed_at) on institutes to markroom_door;

-- Whose right an invitation rests on: looked at again when it is accepted, also of a platform admin, who belongs to no school.
-- Null: the operator's command line.
alter table invitations add column granted_by uuid references users on delete restrict
  default nullif(current_setting('app.user_id', true), '')::uuid;

-- The caller's rights, worked out once per transaction and kept as transaction-local settings that policies read.
-- With an institute: what the user may there. Without: what they may read in all of theirs, and write nowhere.
create or replace function app.begin_as(p_user uuid, p_key uuid default null, p_institute uuid default null, p_credential text default '', p_request text default '')
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
    select case when account.is_platform_admin and p_key is null then 'platform_admin' else ms.role end into m_role
      from public.institutes s
      left join public.memberships ms on ms.institute_id = p_institute and ms.user_id = p_user and ms.state = 'active'
     where s.id = p_institute and s.closed_at is null;
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
      into k from public.memberships ms join public.institutes s on s.id = ms.institute_id and s.closed_at is null
     where ms.user_id = p_user and ms.state = 'active';
    ia := k.i; staff := k.s;
    select coalesce(array_agg(pr.id), no) r, no as w, no as a into p
      from public.memberships ms join public.projects pr on pr.institute_id = ms.institute_id and pr.state <> 'deleted'
      left join public.project_members pm on pm.institute_id = pr.institute_id and pm.project_id = pr.id and pm.user_id = ms.user_id
     where ms.user_id = p_user and ms.state = 'active' and ms.institute_id = any(ia)
       and (ms.role = 'school_admin' or pr.owner_id = p_user or pm.user_id is not null);
  end if;
  -- SET LOCAL and not set_config: a distributed database carries it to its workers.
  execute pg_catalog.format('set local app.user_id = %L; set local app.key_id = %L; set local app.credential = %L; set local app.request_id = %L; '
    'set local app.i_any = %L; set local app.i_staff = %L; set local app.i_manage = %L; set local app.i_admin = %L; '
    'set local app.p_read = %L; set local app.p_write = %L; set local app.p_admin = %L',
    p_user, coalesce(p_key::text, ''), p_credential, p_request, ia, staff, manage, adm, p.r, p.w, p.a);
  return query select p_user, case when m_role is not null then p_institute end, m_role, account.is_platform_admin, account.name;
end $$;

-- The institutes somebody acts in, where they name none: all open ones they belong to.
create function app.list_open_places(p_user uuid) returns uuid[] language sql stable strict set search_path = '' as $$
  select coalesce(pg_catalog.array_agg(ms.institute_id), '{}')
    from public.memberships ms join public.institutes s on s.id = ms.institute_id and s.closed_at is null
   where ms.user_id = p_user and ms.state = 'active' $$;
revoke all on function app.list_open_places(uuid) from public;
grant execute on function app.list_open_places(uuid) to markroom_door;

-- Look-up of a session and its context in one call. No row: no such session. `places` counts the institutes of a caller who named none.
create or replace function app.begin_session(p_hash bytea, p_institute uuid, p_everywhere boolean, p_request text)
returns table (user_id uuid, session_id uuid, institute_id uuid, role text, is_platform_admin boolean, name text, places integer) language plpgsql volatile
security definer set search_path = '' as $$
declare s record; wanted uuid := p_institute; mine uuid[];
begin
  select x.id, x.user_id into s from public.sessions x
   where x.hash = p_hash and x.revoked_at is null and x.expires_at > pg_catalog.now();
  if not found then return; end if;
  if wanted is null then
    mine := app.list_open_places(s.user_id);
    if pg_catalog.cardinality(mine) = 1 and not p_everywhere then wanted := mine[1]; end if;
  end if;
  return query select b.user_id, s.id, b.institute_id, b.role, b.is_platform_admin, b.name, pg_catalog.cardinality(mine)
    from app.begin_as(s.user_id, null, wanted, 'session:' || s.id, p_request) b;
end $$;

-- Where a key points; the context is begun with begin_as(user, key, institute).
create or replace function app.door_api_key(p_hash bytea) returns table (institute_id uuid, key_id uuid, user_id uuid, project_id uuid)
language sql stable strict rows 1 security definer set search_path = '' as $$
  select a.institute_id, a.id, a.user_id, a.project_id
    from public.api_keys a join public.institutes s on s.id = a.institute_id and s.closed_at is null
   where a.hash = p_hash and a.deactivated_at is null and (a.expires_at is null or a.expires_at > pg_catalog.now()) $$;

-- What an invitation link says to whoever holds it. A link of an earlier generation says `replaced`. `inviter_role` is what whoever it
-- rests on has now: null where they have nothing there any more.
create or replace function app.door_invitation(p_hash bytea) returns table (
  institute_id uuid, invitation_id uuid, institute_name text, email text, email_key text, role text, status text, expires_at timestamptz,
  accepted_by uuid, invited_by uuid, inviter_role text, has_account boolean)
language sql stable strict rows 1 security definer set search_path = '' as $$
  select i.institute_id, i.id, s.name, i.email, i.email_key, i.role,
         case when i.status = 'pending' and s.closed_at is not null then 'cancelled'
              when i.status = 'pending' and t.generation < i.generation then 'replaced'
              when i.status = 'pending' and i.expires_at <= pg_catalog.now() then 'expired' else i.status end,
         i.expires_at, i.accepted_by, i.invited_by,
         case when i.invited_by is not null then m.role
              when i.granted_by is null then 'operator'
              when exists (select 1 from public.users g where g.id = i.granted_by and g.is_platform_admin) then 'platform_admin' end,
         exists (select 1 from public.users u where u.email_key = i.email_key)
    from public.invitation_tokens t
    join public.invitations i on i.institute_id = t.institute_id and i.id = t.invitation_id
    join public.institutes s on s.id = i.institute_id
    left join public.memberships m on m.institute_id = i.institute_id and m.user_id = i.invited_by and m.state = 'active'
   where t.hash = p_hash $$;

-- Whether an address may sign in without an account yet: somebody asked it to join.
create or replace function app.door_is_awaited(p_email_key text) returns boolean language sql stable strict security definer set search_path = '' as $$
  select exists (select 1 from public.invitations i join public.institutes s on s.id = i.institute_id and s.closed_at is null
    where i.email_key = p_email_key and i.status = 'pending' and i.expires_at > pg_catalog.now()) $$;

-- Uses a code up and opens a session, while its holder is still an active pupil without an address.
create or replace function app.door_sign_in_by_code(p_hash bytea, p_session_hash bytea, p_seconds integer, p_user_agent text)
returns table (user_id uuid, session_id uuid, expires_at timestamptz) language plpgsql volatile strict rows 1
security definer set search_path = '' as $$
declare pupil uuid;
begin
  update public.sign_in_codes c set used_at = pg_catalog.now()
    from public.memberships m, public.users u, public.institutes s
   where c.hash = p_hash and c.used_at is null and c.expires_at > pg_catalog.now()
     and m.institute_id = c.institute_id and m.user_id = c.user_id and m.role = 'student' and m.state = 'active'
     and u.id = c.user_id and u.email_key is null and s.id = c.institute_id and s.closed_at is null
  returning c.user_id into pupil;
  if not found then return; end if;
  return query insert into public.sessions as s (user_id, hash, user_agent, expires_at)
    values (pupil, p_session_hash, p_user_agent, pg_catalog.now() + pg_catalog.make_interval(secs => p_seconds))
    returning s.user_id, s.id, s.expires_at;
end $$;

-- Ends the sessions of somebody who belongs to no open institute any more; of nobody else.
create or replace function app.door_end_sessions(p_user uuid) returns integer language plpgsql volatile strict security definer set search_path = '' as $$
declare ended integer;
begin
  if not exists (select 1 from public.memberships m where m.user_id = p_user)
     or exists (select 1 from public.memberships m join public.institutes s on s.id = m.institute_id and s.closed_at is null
                 where m.user_id = p_user and m.state <> 'left') then return 0; end if;
  update public.sessions s set revoked_at = pg_catalog.now() where s.user_id = p_user and s.revoked_at is null;
  get diagnostics ended = row_count;
  return ended;
end $$;

-- Closes an institute and ends the sessions of whoever belongs to no open one any more; how many. Null where it is closed already. Only
-- for its admins, and for the service inside it.
create function app.door_close_institute(p_institute uuid) returns integer language plpgsql volatile strict security definer set search_path = '' as $$
declare ended integer;
begin
  if not p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_admin', true), ''), '{}')::uuid[])
     and p_institute is distinct from nullif(pg_catalog.current_setting('app.service_institute', true), '')::uuid then
    raise exception 'not theirs to close' using errcode = '42501';
  end if;
  update public.institutes s set closed_at = pg_catalog.now(), version = s.version + 1 where s.id = p_institute and s.closed_at is null;
  if not found then return null; end if;
  update public.sessions x set revoked_at = pg_catalog.now() from public.memberships m, public.users u
   where m.institute_id = p_institute and m.state <> 'left' and u.id = m.user_id and not u.is_platform_admin
     and x.user_id = m.user_id and x.revoked_at is null
     and not exists (select 1 from public.memberships o join public.institutes s on s.id = o.institute_id and s.closed_at is null
                      where o.user_id = m.user_id and o.state <> 'left');
  get diagnostics ended = row_count;
  return ended;
end $$;
alter function app.door_close_institute(uuid) owner to markroom_door;
revoke all on function app.door_close_institute(uuid) from public;
grant execute on function app.door_close_institute(uuid) to markroom_app, markroom_service;
