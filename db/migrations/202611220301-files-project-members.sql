-- Members of a project who are not staff, and its keys, read the paper behind the project's templates. A file has no project of its own
-- and no list; which of them a template leads to is decided with the template.
drop policy app_select on source_files;
do $$ begin
  execute format(
    'create policy app_select on source_files for select to markroom_app using (institute_id = %s and (institute_id = %s or %s))',
    app.among('i_any'), app.among('i_staff'), $p$(select coalesce(nullif(current_setting('app.p_read', true), ''), '{}')) <> '{}'$p$);
end $$;
