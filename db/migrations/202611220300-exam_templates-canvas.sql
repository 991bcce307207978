-- A paper as a template: its question tree, where each is answered, where each begins. Children carry project_id, so that no policy
-- looks at another table; the key with it is skipped where it is null, so the key without it stands beside.
create table exam_templates (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  project_id uuid,
  teacher_id uuid not null,
  title text not null check (length(title) between 1 and 300),
  subject text,
  exam_id uuid,                                 -- the catalogue's paper
  exam_code text,
  source_file_id uuid,
  page_count integer check (page_count between 1 and 500),
  visibility text not null default 'institute' check (visibility in ('institute', 'private')),
  status text not null default 'draft' check (status in ('draft', 'ready', 'live', 'closed')),
  archived_at timestamptz,
  detection jsonb,                              -- {total_marks, warnings, at} of the last reading of the paper
  warnings jsonb not null default '[]',         -- what does not add up in the canvas as it stands
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  primary key (institute_id, id),
  unique (institute_id, project_id, id),
  foreign key (institute_id, project_id) references projects on delete restrict,
  foreign key (institute_id, teacher_id) references memberships on delete restrict,
  foreign key (institute_id, source_file_id) references source_files on delete restrict);
create index exam_templates_newest on exam_templates (institute_id, updated_at desc, id desc);
create index exam_templates_of_source on exam_templates (institute_id, source_file_id);

create table exam_questions (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  project_id uuid,
  template_id uuid not null,
  parent_id uuid,
  label text not null,
  "order" integer not null,
  max_marks integer check (max_marks >= 0),
  answer_type text check (answer_type in ('mcq', 'short', 'lines', 'long', 'numeric', 'table', 'drawing', 'graph')),
  mcq_options jsonb,
  mark_scheme jsonb,
  mark_scheme_version integer not null default 1,
  spec_ref text,
  source text not null default 'manual' check (source in ('manual', 'auto', 'import')),
  confirmed boolean not null default true,
  confidence double precision check (confidence between 0 and 1),
  path text not null,                           -- these four follow from the tree and are written with it
  position integer[] not null,                  -- the orders from the outermost question down: sorts in reading order
  is_container boolean not null,
  is_item boolean not null,
  version integer not null default 1,
  primary key (institute_id, id),
  unique (institute_id, template_id, id),
  foreign key (institute_id, project_id) references projects on delete restrict,
  foreign key (institute_id, template_id) references exam_templates on delete restrict,
  foreign key (institute_id, project_id, template_id) references exam_templates (institute_id, project_id, id)
    on update cascade on delete restrict,
  foreign key (institute_id, template_id, parent_id) references exam_questions (institute_id, template_id, id) on delete restrict);
create index exam_questions_of_parent on exam_questions (institute_id, template_id, parent_id);

-- Schemes that were replaced; the one in force stands on the question, with its number.
create table mark_scheme_versions (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  project_id uuid,
  template_id uuid not null,
  question_id uuid not null,
  number integer not null,
  mark_scheme jsonb,
  replaced_by uuid,                             -- no membership key: platform admins act too
  replaced_at timestamptz not null default now(),
  primary key (institute_id, id),
  unique (institute_id, question_id, number),
  foreign key (institute_id, project_id) references projects on delete restrict,
  foreign key (institute_id, project_id, template_id) references exam_templates (institute_id, project_id, id)
    on update cascade on delete restrict,
  foreign key (institute_id, template_id, question_id) references exam_questions (institute_id, template_id, id) on delete restrict);

create table response_areas (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  project_id uuid,
  template_id uuid not null,
  question_id uuid,                             -- null for the name, the candidate number and what is to be ignored
  page integer not null check (page >= 1),
  bounds jsonb not null,                        -- {x, y, w, h}, fractions of the page from its top left
  kind text not null check (kind in ('answer', 'mcq', 'name', 'candidate_number', 'ignore')),
  response_form jsonb,
  source text not null default 'manual' check (source in ('manual', 'auto', 'import')),
  confirmed boolean not null default true,
  confidence double precision check (confidence between 0 and 1),
  retired_at timestamptz,                       -- removed from the canvas; kept for the answers cropped from it
  primary key (institute_id, id),
  unique (institute_id, template_id, id),
  foreign key (institute_id, project_id) references projects on delete restrict,
  foreign key (institute_id, template_id) references exam_templates on delete restrict,
  foreign key (institute_id, project_id, template_id) references exam_templates (institute_id, project_id, id)
    on update cascade on delete restrict,
  foreign key (institute_id, template_id, question_id) references exam_questions (institute_id, template_id, id) on delete restrict,
  check (retired_at is not null or question_id is not null or kind not in ('answer', 'mcq')));
create index response_areas_of_question on response_areas (institute_id, template_id, question_id);

create table exam_boundaries (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  project_id uuid,
  template_id uuid not null,
  question_id uuid not null,
  label text not null,
  page integer not null check (page >= 1),
  y double precision not null check (y between 0 and 1),
  bounds jsonb,
  source text not null default 'manual' check (source in ('manual', 'auto', 'import')),
  confirmed boolean not null default true,
  confidence double precision check (confidence between 0 and 1),
  primary key (institute_id, id),
  foreign key (institute_id, project_id) references projects on delete restrict,
  foreign key (institute_id, template_id) references exam_templates on delete restrict,
  foreign key (institute_id, project_id, template_id) references exam_templates (institute_id, project_id, id)
    on update cascade on delete restrict,
  foreign key (institute_id, template_id, question_id) references exam_questions (institute_id, template_id, id) on delete restrict);
create index exam_boundaries_of_question on exam_boundaries (institute_id, template_id, question_id);

call app.protect_for_staff_and_project('exam_templates');
call app.protect_for_staff_and_project('exam_questions');
call app.protect_for_staff_and_project('mark_scheme_versions');
call app.protect_for_staff_and_project('response_areas');
call app.protect_for_staff_and_project('exam_boundaries');
revoke delete on exam_templates, response_areas from markroom_app, markroom_service;
drop policy app_delete on exam_templates;
drop policy app_delete on response_areas;
revoke update on mark_scheme_versions from markroom_app, markroom_service;
drop policy app_update on mark_scheme_versions;

-- What is marked, in reading order.
create view exam_items with (security_invoker = true) as
  select institute_id, project_id, template_id, id as question_id, position, path, label, max_marks, answer_type, mcq_options,
         mark_scheme, mark_scheme_version
    from exam_questions where is_item;
alter view exam_items owner to markroom_owner;
grant select on exam_items to markroom_app, markroom_service;
