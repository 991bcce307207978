-- One sitting of one template: who sits it, who marks it, and the numbered scripts that are printed and come back scanned.
-- project_id is carried from the template, so that no policy has to look at another table.
create table batches (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  project_id uuid,
  template_id uuid not null,
  source_file_id uuid not null,                 -- the paper as it is printed, whatever the template is given later
  title text not null check (length(title) between 1 and 200),
  blind boolean not null default false,
  state text not null default 'open' check (state in ('open', 'marking', 'moderation', 'released', 'closed')),
  code_places jsonb,                            -- where the page codes stand; planned once, null before
  print_key text,                               -- the printed scripts in the object store
  created_by uuid not null,                     -- no membership key: platform admins act too
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  primary key (institute_id, id),
  unique (institute_id, project_id, id),
  foreign key (institute_id, project_id) references projects on delete restrict,
  foreign key (institute_id, template_id) references exam_templates on delete restrict,
  foreign key (institute_id, project_id, template_id) references exam_templates (institute_id, project_id, id)
    on update cascade on delete restrict,
  foreign key (institute_id, source_file_id) references source_files on delete restrict);
create index batches_of_template on batches (institute_id, template_id);

create table batch_markers (
  institute_id uuid not null references institutes on delete restrict,
  batch_id uuid not null,
  user_id uuid not null,
  project_id uuid,
  added_at timestamptz not null default now(),
  primary key (institute_id, batch_id, user_id),
  foreign key (institute_id, batch_id) references batches on delete restrict,
  foreign key (institute_id, project_id, batch_id) references batches (institute_id, project_id, id) on update cascade on delete restrict,
  foreign key (institute_id, project_id) references projects on delete restrict,
  foreign key (institute_id, user_id) references memberships on delete restrict);
create index batches_of_marker on batch_markers (institute_id, user_id);

create table candidates (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  project_id uuid,
  batch_id uuid not null,
  name text not null check (length(name) between 1 and 200),
  number text check (length(number) between 1 and 40),
  user_id uuid,
  primary key (institute_id, id),
  unique (institute_id, batch_id, id),
  unique (institute_id, batch_id, number),
  foreign key (institute_id, batch_id) references batches on delete restrict,
  foreign key (institute_id, project_id, batch_id) references batches (institute_id, project_id, id) on update cascade on delete restrict,
  foreign key (institute_id, project_id) references projects on delete restrict,
  foreign key (institute_id, user_id) references memberships on delete restrict);

create table scripts (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  project_id uuid,
  batch_id uuid not null,
  number integer not null check (number between 1 and 65535),
  candidate_id uuid,
  state text not null default 'awaited' check (state in ('awaited', 'incomplete', 'complete', 'absent')),
  primary key (institute_id, id),
  unique (institute_id, batch_id, id),
  unique (institute_id, batch_id, number),
  unique (institute_id, candidate_id),
  foreign key (institute_id, batch_id) references batches on delete restrict,
  foreign key (institute_id, project_id, batch_id) references batches (institute_id, project_id, id) on update cascade on delete restrict,
  foreign key (institute_id, batch_id, candidate_id) references candidates (institute_id, batch_id, id) on delete restrict,
  foreign key (institute_id, project_id) references projects on delete restrict);

do $$ declare t regclass; begin
  foreach t in array array['batches', 'batch_markers', 'candidates', 'scripts']::regclass[] loop
    call app.protect_for_staff_and_project(t);
  end loop;
end $$;
