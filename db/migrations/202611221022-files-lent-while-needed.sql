-- A paper is open to a project while one of its templates stands on it, or for good where the project's key sent it: whoever sent it has
-- it. What a project had once is not left open to its members and keys.
alter table source_files add column sent_by_projects uuid[] not null default '{}';
update source_files f set sent_by_projects = array(
  select distinct k.project_id from events e join api_keys k on k.institute_id = e.institute_id and e.credential = 'key:' || k.id
   where e.institute_id = f.institute_id and e.kind = 'file_uploaded' and e.subject_id = f.id);
update source_files f set project_ids = array(
  select t.project_id from exam_templates t where t.institute_id = f.institute_id and t.source_file_id = f.id and t.project_id is not null
  union select unnest(f.sent_by_projects));
alter table source_files add check (sent_by_projects <@ project_ids);
grant update (sent_by_projects) on source_files to markroom_guard;
create policy guard_select on exam_templates for select to markroom_guard using (true);
grant select (institute_id, source_file_id, project_id) on exam_templates to markroom_guard;
create index exam_templates_of_paper on exam_templates (institute_id, source_file_id, project_id) where project_id is not null;

-- For whoever has just sent the file with this hash: it is their project's too, and stays it.
create or replace function app.guard_lend_file(p_institute uuid, p_sha256 text, p_project uuid) returns void language sql volatile strict
security definer set search_path = '' as $$
  update public.source_files f
     set project_ids = case when f.project_ids @> array[p_project] then f.project_ids else f.project_ids || p_project end,
         sent_by_projects = f.sent_by_projects || p_project
   where f.institute_id = p_institute and f.sha256 = p_sha256 and not f.sent_by_projects @> array[p_project]
     and f.institute_id = any(nullif(pg_catalog.current_setting('app.i_any', true), '')::uuid[])
     and p_project = any(nullif(pg_catalog.current_setting('app.p_write', true), '')::uuid[]) $$;

-- A template takes its paper into its project, and out of the one it leaves, unless another needs it there. The papers are locked first:
-- of two that leave at once the second sees that the first is gone, and who leaves sees who comes.
create or replace function app.lend_paper() returns trigger language plpgsql security definer set search_path = '' as $$
declare left_by constant uuid := case when old.source_file_id is not null then old.project_id end;
  needed_by constant uuid := case when new.source_file_id is not null then new.project_id end;
begin
  if (left_by, old.source_file_id) is not distinct from (needed_by, new.source_file_id) then return null; end if;
  perform 1 from public.source_files f where f.institute_id = new.institute_id
     and (f.id = old.source_file_id and left_by is not null or f.id = new.source_file_id and needed_by is not null)
   order by f.id for no key update;
  update public.source_files f set project_ids = f.project_ids || needed_by
   where f.institute_id = new.institute_id and f.id = new.source_file_id and needed_by is not null and not f.project_ids @> array[needed_by];
  update public.source_files f set project_ids = pg_catalog.array_remove(f.project_ids, left_by)
   where f.institute_id = new.institute_id and f.id = old.source_file_id and f.project_ids @> array[left_by] and not f.sent_by_projects @> array[left_by]
     and not exists (select 1 from public.exam_templates t
                      where t.institute_id = new.institute_id and t.source_file_id = old.source_file_id and t.project_id = left_by);
  return null;
end $$;
drop trigger lend_paper on exam_templates;
create trigger lend_paper after insert or update of source_file_id, project_id on exam_templates for each row execute function app.lend_paper();
