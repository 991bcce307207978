-- A paper is read by staff, and by the members and keys of those projects whose templates stand on it or whose keys sent it: its id
-- alone opens it to nobody.
alter table source_files add column project_ids uuid[] not null default '{}';
update source_files f set project_ids = t.projects
  from (select institute_id, source_file_id, array_agg(distinct project_id) as projects from exam_templates
         where project_id is not null and source_file_id is not null group by 1, 2) t
 where f.institute_id = t.institute_id and f.id = t.source_file_id;

drop policy app_select on source_files;
drop policy app_insert on source_files;
do $$
declare mine text := 'institute_id = ' || app.among('i_any'); of text := $p$(select nullif(current_setting('app.%s', true), '')::uuid[])$p$;
begin
  execute format('create policy app_select on source_files for select to markroom_app using (%s and (institute_id = %s or project_ids && %s))',
    mine, app.among('i_staff'), format(of, 'p_read'));
  execute format('create policy app_insert on source_files for insert to markroom_app with check (%s and (institute_id = %s or '
    '(project_ids <> ''{}'' and project_ids <@ %s)))', mine, app.among('i_staff'), format(of, 'p_write'));
end $$;
create policy guard_select on source_files for select to markroom_guard using (true);
create policy guard_update on source_files for update to markroom_guard using (true) with check (true);
grant select, update (project_ids) on source_files to markroom_guard;

-- For whoever has just sent the file with this hash: it is their project's too.
create function app.guard_lend_file(p_institute uuid, p_sha256 text, p_project uuid) returns void language sql volatile strict
security definer set search_path = '' as $$
  update public.source_files f set project_ids = f.project_ids || p_project
   where f.institute_id = p_institute and f.sha256 = p_sha256 and not f.project_ids @> array[p_project]
     and f.institute_id = any(nullif(pg_catalog.current_setting('app.i_any', true), '')::uuid[])
     and p_project = any(nullif(pg_catalog.current_setting('app.p_write', true), '')::uuid[]) $$;
alter function app.guard_lend_file(uuid, text, uuid) owner to markroom_guard;
revoke all on function app.guard_lend_file(uuid, text, uuid) from public;
grant execute on function app.guard_lend_file(uuid, text, uuid) to markroom_app;

-- A template takes its paper into its project.
create function app.lend_paper() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  update public.source_files f set project_ids = f.project_ids || new.project_id
   where f.institute_id = new.institute_id and f.id = new.source_file_id and not f.project_ids @> array[new.project_id];
  return null;
end $$;
alter function app.lend_paper() owner to markroom_guard;
revoke all on function app.lend_paper() from public;
create trigger lend_paper after insert or update of source_file_id, project_id on exam_templates for each row
  when (new.project_id is not null and new.source_file_id is not null) execute function app.lend_paper();
