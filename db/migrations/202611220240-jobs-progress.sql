-- What people see of long work: one row per job, beside the queue that carries it.
create table jobs (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  kind text not null,
  subject_id uuid,
  args jsonb not null default '{}',             -- ids only
  state text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed')),
  done integer not null default 0,
  total integer,
  result jsonb,
  error text,
  attempts integer not null default 0,
  started_by uuid,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (institute_id, id));
create index jobs_of_subject on jobs (institute_id, subject_id, id);
create index jobs_by_state on jobs (institute_id, state, id);

do $$
declare staff text := 'institute_id = ' || app.among('i_staff'); own text := format('institute_id = %s and %s', app.among('i_any'), app.is_caller('started_by'));
begin
  call app.protect('jobs', p_select => format('(%s) or (%s)', staff, own), p_insert => 'institute_id = ' || app.among('i_any'),
    p_update => 'institute_id = ' || app.among('i_manage'));
end $$;
