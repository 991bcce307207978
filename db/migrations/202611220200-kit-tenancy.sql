-- How a tenant table is guarded, in one place: app.protect() writes the policies and grants of every table from one list.

-- The settings that app.begin_as() fills and policies read. The cast stands inside and outside the sub-select: inside, the
-- text is parsed once per statement; outside, any() sees an array and not a sub-query.
create function app.among(p_setting text) returns text language sql immutable as $$
  select format('any((select nullif(current_setting(%L, true), '''')::uuid[])::uuid[])', 'app.' || p_setting) $$;

-- The same for a table whose statements find their rows by an index of their own: it costs the planner no estimate.
create function app.has(p_setting text) returns text language sql immutable as $$
  select format('array_position((select nullif(current_setting(%L, true), '''')::uuid[])::uuid[], institute_id) is not null', 'app.' || p_setting) $$;

create function app.is_caller(p_column text) returns text language sql immutable as $$
  select format('%I = (select nullif(current_setting(''app.user_id'', true), '''')::uuid)', p_column) $$;

create function app.is_service_institute(p_column text) returns text language sql immutable as $$
  select format('%I = (select nullif(current_setting(''app.service_institute'', true), '''')::uuid)', p_column) $$;

-- Rules for the application role, by command; null means the command is not granted at all. Column grants narrow later.
create procedure app.protect(
  p_table regclass, p_select text default null, p_insert text default null, p_update text default null,
  p_delete text default null, p_tenant text default 'institute_id') language plpgsql as $$
declare service text := app.is_service_institute(p_tenant);
begin
  execute format('alter table %s owner to markroom_owner', p_table);
  execute format('alter table %s enable row level security', p_table);
  execute format('alter table %s force row level security', p_table);
  if p_select is not null then
    execute format('create policy app_select on %s for select to markroom_app using (%s)', p_table, p_select);
    execute format('grant select on %s to markroom_app', p_table);
  end if;
  if p_insert is not null then
    execute format('create policy app_insert on %s for insert to markroom_app with check (%s)', p_table, p_insert);
    execute format('grant insert on %s to markroom_app', p_table);
  end if;
  if p_update is not null then
    execute format('create policy app_update on %s for update to markroom_app using (%s) with check (%s)', p_table, p_update, p_update);
    execute format('grant update on %s to markroom_app', p_table);
  end if;
  if p_delete is not null then
    execute format('create policy app_delete on %s for delete to markroom_app using (%s)', p_table, p_delete);
    execute format('grant delete on %s to markroom_app', p_table);
  end if;
  execute format('create policy service_select on %s for select to markroom_service using (%s)', p_table, service);
  execute format('create policy service_insert on %s for insert to markroom_service with check (%s)', p_table, service);
  execute format('create policy service_update on %s for update to markroom_service using (%s) with check (%s)', p_table, service, service);
  execute format('create policy service_delete on %s for delete to markroom_service using (%s)', p_table, service);
  execute format('grant select, insert, update, delete on %s to markroom_service', p_table);
  if p_tenant = 'institute_id' then
    execute format('create trigger keep_institute before update of institute_id on %s for each row '
      'when (old.institute_id is distinct from new.institute_id) execute function app.refuse_new_institute()', p_table);
  end if;
end $$;

-- The two shapes that most tables have.
create procedure app.protect_for_staff(p_table regclass) language plpgsql as $$
declare rule text := 'institute_id = ' || app.among('i_staff');
begin call app.protect(p_table, rule, rule, rule, rule); end $$;

-- Staff of the institute, and whoever the project names (a project key counts as its project's member).
create procedure app.protect_for_staff_and_project(p_table regclass) language plpgsql as $$
declare
  tenant text := 'institute_id = ' || app.among('i_any');
  reads text := format('%s and (institute_id = %s or project_id = %s)', tenant, app.among('i_staff'), app.among('p_read'));
  writes text := format('%s and (institute_id = %s or project_id = %s)', tenant, app.among('i_staff'), app.among('p_write'));
begin call app.protect(p_table, reads, writes, writes, writes); end $$;

-- A tenant never changes hands: institute_id is written once.
create function app.refuse_new_institute() returns trigger language plpgsql set search_path = '' as $$
begin raise exception 'institute_id is immutable' using errcode = '42501'; end $$;

-- The worker acts inside exactly one institute at a time.
create function app.begin_service(p_institute uuid) returns void language plpgsql volatile set search_path = '' as $$
begin
  if p_institute is null then raise exception 'begin_service needs an institute' using errcode = '28000'; end if;
  execute pg_catalog.format('set local app.service_institute = %L', p_institute);
end $$;

revoke all on all functions in schema app from public;
revoke all on all procedures in schema app from public;
grant execute on function app.begin_service(uuid) to markroom_service;
