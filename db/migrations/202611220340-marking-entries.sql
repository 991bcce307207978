-- Who has an answer open, the mark it got, and every mark it had before. project_id is carried from the batch.

-- A lease on one answer. There is one row for an answer at most, so two live claims on it cannot exist; a lease that ran out is taken
-- over in place, under a new id. Saving the mark ends it.
create table claims (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  project_id uuid,
  batch_id uuid not null,
  script_id uuid not null,
  question_id uuid not null,
  marker_id uuid not null,
  claimed_at timestamptz not null default now(),
  expires_at timestamptz not null,
  primary key (institute_id, id),
  unique (institute_id, script_id, question_id),
  foreign key (institute_id, batch_id, script_id) references scripts (institute_id, batch_id, id) on delete restrict,
  foreign key (institute_id, question_id) references exam_questions on delete restrict,
  foreign key (institute_id, marker_id) references memberships on delete restrict,
  foreign key (institute_id, project_id) references projects on delete restrict);
create index claims_of_marker on claims (institute_id, batch_id, marker_id);
create index claims_of_question on claims (institute_id, question_id);

-- The mark in force of one item of one script.
create table mark_entries (
  institute_id uuid not null references institutes on delete restrict,
  script_id uuid not null,
  question_id uuid not null,
  project_id uuid,
  batch_id uuid not null,
  state text not null check (state in ('awarded', 'not_attempted', 'query')),
  marks numeric check (marks >= 0 and marks * 2 = trunc(marks * 2)),
  points jsonb not null default '[]',           -- chosen points of the mark scheme
  comment text,
  annotations jsonb not null default '[]',      -- ink, text, ticks and crosses, in fractions of the crop they lie on
  scheme_version integer not null,              -- of the mark scheme it was given under
  marker_id uuid,                               -- null: the machine
  source text not null check (source in ('human', 'machine')),
  confirmed boolean not null default true,
  why text,                                     -- the reason given for the last change
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  primary key (institute_id, script_id, question_id),
  check (state <> 'awarded' or marks is not null),
  check (state <> 'not_attempted' or marks is null),
  check ((source = 'human') = (marker_id is not null)),
  foreign key (institute_id, batch_id, script_id) references scripts (institute_id, batch_id, id) on delete restrict,
  foreign key (institute_id, question_id) references exam_questions on delete restrict,
  foreign key (institute_id, marker_id) references memberships on delete restrict,
  foreign key (institute_id, project_id) references projects on delete restrict);
create index mark_entries_of_batch on mark_entries (institute_id, batch_id, question_id);
create index mark_entries_of_question on mark_entries (institute_id, question_id);

-- Every mark an answer ever had, written by the database itself.
create table mark_changes (
  institute_id uuid not null references institutes on delete restrict,
  script_id uuid not null,
  question_id uuid not null,
  version integer not null,
  project_id uuid,
  at timestamptz not null default now(),
  marker_id uuid,
  source text not null,
  from_state text,                              -- null: the first mark
  from_marks numeric,
  to_state text not null,
  to_marks numeric,
  replaced jsonb,                               -- what else the earlier entry held: {points, comment, annotations}
  why text,
  primary key (institute_id, script_id, question_id, version),
  foreign key (institute_id, script_id, question_id) references mark_entries on delete restrict,
  foreign key (institute_id, project_id) references projects on delete restrict);

create function app.keep_mark_change() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.mark_changes (institute_id, script_id, question_id, version, project_id, marker_id, source, from_state, from_marks,
    to_state, to_marks, replaced, why)
  values (new.institute_id, new.script_id, new.question_id, new.version, new.project_id, new.marker_id, new.source,
    case when tg_op = 'UPDATE' then old.state end, case when tg_op = 'UPDATE' then old.marks end, new.state, new.marks,
    case when tg_op = 'UPDATE' then pg_catalog.jsonb_build_object('points', old.points, 'comment', old.comment, 'annotations', old.annotations) end,
    new.why);
  return null;
end $$;
create trigger keep_mark_change after insert or update on mark_entries for each row execute function app.keep_mark_change();

-- One may claim and mark as oneself alone; what the machine read may be entered by whoever's change brought it, never changed so.
do $$
declare
  tenant text := 'institute_id = ' || app.among('i_any');
  reads text := format('%s and (institute_id = %s or project_id = %s)', tenant, app.among('i_staff'), app.among('p_read'));
  writes text := format('%s and (institute_id = %s or project_id = %s)', tenant, app.among('i_staff'), app.among('p_write'));
  own text := app.is_caller('marker_id');
begin
  call app.protect('claims', p_select => reads, p_insert => format('%s and %s', writes, own), p_delete => writes);
  execute format('create policy app_update on claims for update to markroom_app using (%s) with check (%s and %s)', writes, writes, own);
  call app.protect('mark_entries', p_select => reads, p_insert => format('%s and (%s or source = ''machine'')', writes, own));
  execute format('create policy app_update on mark_entries for update to markroom_app using (%s) with check (%s and %s)', writes, writes, own);
  call app.protect('mark_changes', p_select => reads);
end $$;
grant update on claims, mark_entries to markroom_app;
revoke update, delete on mark_entries from markroom_service;
revoke insert, update, delete on mark_changes from markroom_service;
create policy guard_insert on mark_changes for insert to markroom_guard with check (true);
grant insert on mark_changes to markroom_guard;

-- Which of these questions have recorded marks, in any batch whatever the caller may see; and which have one above its new maximum
-- ({question: maximum}). VOLATILE: it must see what was committed while the caller waited for the questions' locks.
create policy guard_select on mark_entries for select to markroom_guard using (true);
grant select on mark_entries to markroom_guard;
create function app.guard_recorded_marks(p_institute uuid, p_questions uuid[], p_lowered jsonb) returns setof uuid
language sql volatile strict security definer set search_path = '' as $$
  select distinct e.question_id from public.mark_entries e
   where e.institute_id = p_institute
     and (p_institute = any(nullif(pg_catalog.current_setting('app.i_any', true), '')::uuid[])
          or p_institute = nullif(pg_catalog.current_setting('app.service_institute', true), '')::uuid)
     and e.question_id = any(p_questions || array(select k::uuid from pg_catalog.jsonb_object_keys(p_lowered) k))
     and (e.question_id = any(p_questions) or e.marks > (p_lowered ->> e.question_id::text)::numeric) $$;

alter function app.guard_recorded_marks(uuid, uuid[], jsonb) owner to markroom_guard;
alter function app.keep_mark_change() owner to markroom_guard;
revoke all on function app.guard_recorded_marks(uuid, uuid[], jsonb), app.keep_mark_change() from public;
grant execute on function app.guard_recorded_marks(uuid, uuid[], jsonb) to markroom_app, markroom_service;
