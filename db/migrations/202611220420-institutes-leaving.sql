-- How somebody leaves: a school, or altogether. The last school admin of a school cannot.


-- How many active school admins an institute would have without somebody. Call with the institute's row locked.
create function app.count_other_admins(p_institute uuid, p_without uuid) returns integer language sql volatile strict
security definer set search_path = '' as $$
  select count(*)::integer from public.memberships m
   where m.institute_id = p_institute and m.role = 'school_admin' and m.state = 'active' and m.user_id <> p_without
     and m.institute_id = any(nullif(pg_catalog.current_setting('app.i_any', true), '')::uuid[]) $$;
alter function app.count_other_admins(uuid, uuid) owner to markroom_guard;

drop policy door_update on memberships;
create policy door_update on memberships for update to markroom_door using (true) with check (state in ('active', 'left'));

-- The caller's own leaving, without its event. Says `left`, `last_admin`, or null where they do not belong to it.
create function app.door_leave(p_institute uuid) returns text language plpgsql volatile strict security definer set search_path = '' as $$
declare me constant uuid := nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid; mine text;
begin
  perform 1 from public.institutes s where s.id = p_institute for no key update;
  select m.role into mine from public.memberships m
   where m.institute_id = p_institute and m.user_id = me and m.state <> 'left';
  if mine is null then return null; end if;
  if mine = 'school_admin' and not exists (select 1 from public.memberships m
      where m.institute_id = p_institute and m.role = 'school_admin' and m.state = 'active' and m.user_id <> me) then
    return 'last_admin';
  end if;
  update public.memberships m set state = 'left', ended_at = pg_catalog.now(), version = m.version + 1
   where m.institute_id = p_institute and m.user_id = me;
  update public.invitations i set status = 'cancelled', decided_at = pg_catalog.now(), version = i.version + 1
   where i.institute_id = p_institute and i.invited_by = me and i.status = 'pending';
  return 'left';
end $$;

-- Ends the sessions of somebody who belongs nowhere any more; of nobody else.
create function app.door_end_sessions(p_user uuid) returns integer language plpgsql volatile strict security definer set search_path = '' as $$
declare ended integer;
begin
  if exists (select 1 from public.memberships m where m.user_id = p_user and m.state <> 'left')
     or not exists (select 1 from public.memberships m where m.user_id = p_user) then return 0; end if;
  update public.sessions s set revoked_at = pg_catalog.now() where s.user_id = p_user and s.revoked_at is null;
  get diagnostics ended = row_count;
  return ended;
end $$;
grant update (revoked_at) on sessions to markroom_door;
grant update (email, email_key, name, is_platform_admin) on users to markroom_door;

-- The caller's account goes: memberships, sessions, name and address. Says `deleted`, `last_admin` or `project_owner`.
create function app.door_delete_account() returns text language plpgsql volatile security definer set search_path = '' as $$
declare me constant uuid := nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid; place uuid;
begin
  if me is null then return null; end if;
  if exists (select 1 from public.projects p where p.owner_id = me and p.state <> 'deleted') then return 'project_owner'; end if;
  for place in select m.institute_id from public.memberships m where m.user_id = me and m.state <> 'left' order by 1 loop
    if app.door_leave(place) = 'last_admin' then return 'last_admin'; end if;
    insert into public.events (institute_id, user_id, credential, kind, subject_id, changed, facts, request_id)
    values (place, me, pg_catalog.current_setting('app.credential', true), 'member_left', me, '{state}', '{"by": "oneself"}',
            pg_catalog.current_setting('app.request_id', true));
  end loop;
  update public.sessions s set revoked_at = pg_catalog.now() where s.user_id = me and s.revoked_at is null;
  update public.memberships m set email = null, email_key = null, version = m.version + 1 where m.user_id = me;
  update public.users u set email = null, email_key = null, name = 'Former user', is_platform_admin = false, version = u.version + 1 where u.id = me;
  return 'deleted';
end $$;

do $$ declare f regprocedure; begin
  for f in select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname = 'app' and p.proname in ('door_leave', 'door_end_sessions', 'door_delete_account', 'count_other_admins') loop
    if f::text not like '%count_other_admins%' then execute format('alter function %s owner to markroom_door', f); end if;
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to markroom_app', f);
  end loop;
end $$;
