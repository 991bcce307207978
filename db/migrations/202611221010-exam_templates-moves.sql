-- A paper goes into a project with all that belongs to it; nothing else of these rows ever changes.
do $$
declare
  child text;
  writes text := format('institute_id = %s and (institute_id = %s or project_id = %s)', app.among('i_any'), app.among('i_staff'), app.among('p_write'));
begin
  foreach child in array array['mark_scheme_versions', 'template_shares', 'template_versions'] loop
    execute format('create policy app_update on %s for update to markroom_app using (%s) with check (%s)', child, writes, writes);
    execute format('grant update (project_id) on %s to markroom_app', child);
  end loop;
end $$;

-- A batch is in the project of its paper, also where the paper moves while the batch is made. The foreign key says so for papers of
-- projects; this runs after it has waited for the move (triggers go by name), and so sees what became of the paper.
create function app.keep_batch_with_paper() returns trigger language plpgsql set search_path = '' as $$
begin
  perform from public.exam_templates t
    where t.institute_id = new.institute_id and t.id = new.template_id and t.project_id is not distinct from new.project_id;
  if not found then
    raise exception 'the paper of batch % is in another project', new.id using errcode = '23503';
  end if;
  return null;
end $$;
revoke all on function app.keep_batch_with_paper() from public;
create trigger keep_with_paper after insert on batches for each row execute function app.keep_batch_with_paper();
