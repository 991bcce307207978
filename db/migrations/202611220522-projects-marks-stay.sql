-- The history of a mark is of its versions: an entry whose project goes is not another mark.
create or replace trigger keep_mark_change after insert or update of version on mark_entries for each row execute function app.keep_mark_change();
grant update (project_id) on mark_scheme_versions, mark_entries, mark_changes to markroom_service;  -- nothing else of them: their project may go
