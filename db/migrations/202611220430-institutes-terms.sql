-- A school's own words: its departments, subjects, year groups and rooms. Rows, so that others can refer to them; one no
-- longer used is archived and not deleted.
create table institute_terms (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  kind text not null check (kind in ('department', 'subject', 'year_group', 'room')),
  name text not null check (length(name) between 1 and 100),
  position integer not null,
  archived_at timestamptz,
  primary key (institute_id, id));
create unique index one_term_of_a_name on institute_terms (institute_id, kind, lower(name)) where archived_at is null;

do $$ declare admin text := 'institute_id = ' || app.among('i_admin'); begin
  call app.protect('institute_terms', p_select => 'institute_id = ' || app.among('i_any'), p_insert => admin, p_update => admin);
end $$;

-- A school's slug and its birth are written once.
revoke update on institutes from markroom_app;
grant update (name, kind, website, time_zone, urn, centre_number, version) on institutes to markroom_app;
