-- What pupils see of classes, and what a class's teacher may do for pupils without an address.

-- The classes of the caller, those they asked to join, and those they could ask: with the names of the teachers, whose memberships
-- pupils do not see. `p_own`: only those they are in. `p_class`: only this one.
create function app.list_pupil_classes(p_institute uuid, p_own boolean, p_class uuid)
returns table (id uuid, name text, code text, subject text, year_group text, academic_year text, takes_requests boolean, previous_id uuid,
  created_at timestamptz, archived_at timestamptz, version integer, teachers jsonb, student_count integer, is_own boolean)
language sql stable security definer set search_path = '' as $$
  with me as (
    select m.user_id from public.memberships m
     where m.institute_id = p_institute and m.state = 'active' and m.role = 'student'
       and m.user_id = nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid
       and m.institute_id = any(nullif(pg_catalog.current_setting('app.i_any', true), '')::uuid[]))
  select c.id, c.name, c.code, c.subject, c.year_group, c.academic_year, c.takes_requests, null::uuid,
         c.created_at, c.archived_at, c.version,
         (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('user_id', t.user_id, 'name', n.name) order by t.added_at, t.user_id), '[]')
            from public.class_teachers t join public.memberships n on n.institute_id = t.institute_id and n.user_id = t.user_id
           where t.institute_id = p_institute and n.institute_id = p_institute and t.class_id = c.id and n.state = 'active'),
         null::integer, s.user_id is not null
    from me join public.classes c on c.institute_id = p_institute
    left join public.class_students s on s.institute_id = p_institute and s.class_id = c.id and s.user_id = me.user_id
   where (p_class is null or c.id = p_class)
     and (s.user_id is not null
       or (not p_own and (c.takes_requests and c.archived_at is null
         or exists (select from public.enrollment_requests r
                     where r.institute_id = p_institute and r.class_id = c.id and r.user_id = me.user_id)))) $$;
alter function app.list_pupil_classes(uuid, boolean, uuid) owner to markroom_guard;
create policy guard_select on classes for select to markroom_guard using (true);
create policy guard_select on class_teachers for select to markroom_guard using (true);
create policy guard_select on class_students for select to markroom_guard using (true);
create policy guard_select on enrollment_requests for select to markroom_guard using (true);
grant select on classes, class_teachers, class_students, enrollment_requests to markroom_guard;

-- Whether the caller manages the institute or teaches the class.
create function app.runs_class(p_institute uuid, p_class uuid) returns boolean language sql stable set search_path = '' as $$
  select exists (select from public.classes c where c.institute_id = p_institute and c.id = p_class and c.archived_at is null)
     and (p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_manage', true), ''), '{}')::uuid[])
       or (p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_staff', true), ''), '{}')::uuid[])
         and exists (select from public.class_teachers t
                      where t.institute_id = p_institute and t.class_id = p_class
                        and t.user_id = nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid))) $$;
create policy door_select on classes for select to markroom_door using (true);
create policy door_select on class_teachers for select to markroom_door using (true);
create policy door_select on class_students for select to markroom_door using (true);
create policy door_insert on class_students for insert to markroom_door with check (true);
grant select on classes, class_teachers, class_students to markroom_door;
grant insert on class_students to markroom_door;

-- Makes pupils without an address in a class, in the order given. A manager's right is lent for this call alone.
create function app.door_add_class_pupils(p_institute uuid, p_class uuid, p_names text[], p_metadata jsonb) returns table (user_id uuid)
language plpgsql volatile strict security definer set search_path = '' as $$
declare own constant text := coalesce(pg_catalog.current_setting('app.i_manage', true), ''); made uuid[];
begin
  if not app.runs_class(p_institute, p_class) then raise exception 'not their class' using errcode = '42501'; end if;
  execute pg_catalog.format('set local app.i_manage = %L', array[p_institute]);
  select pg_catalog.array_agg(a.user_id order by a.ordinality) into made
    from app.door_add_pupils(p_institute, p_names, p_metadata) with ordinality a;
  execute pg_catalog.format('set local app.i_manage = %L', own);
  insert into public.class_students (institute_id, class_id, user_id) select p_institute, p_class, u from pg_catalog.unnest(made) u;
  return query select u from pg_catalog.unnest(made) u;
end $$;

do $$ declare f regprocedure; begin
  for f in select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname = 'app' and p.proname in ('list_pupil_classes', 'runs_class', 'door_add_class_pupils') loop
    if f::text like '%door\_%' then execute format('alter function %s owner to markroom_door', f); end if;
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to markroom_app', f);
  end loop;
end $$;
grant execute on function app.runs_class(uuid, uuid) to markroom_door;
