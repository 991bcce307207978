-- The last of deleting one's account. Open schools were left before, one by one, with what hangs on that; this leaves those one is
-- suspended in and closed ones, and forgets name and address. Says `deleted`, `last_admin` or `project_owner`.
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
    insert into public.events (institute_id, user_id, credential, kind, subject_id, changed, facts, request_id)
    values (place.institute_id, me, pg_catalog.current_setting('app.credential', true), 'member_left', me, '{state}', '{"by": "oneself"}',
            pg_catalog.current_setting('app.request_id', true));
  end loop;
  update public.sessions s set revoked_at = pg_catalog.now() where s.user_id = me and s.revoked_at is null;
  update public.memberships m set email = null, email_key = null, version = m.version + 1 where m.user_id = me;
  update public.users u set email = null, email_key = null, name = 'Former user', is_platform_admin = false, version = u.version + 1 where u.id = me;
  return 'deleted';
end $$;
