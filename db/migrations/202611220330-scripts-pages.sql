-- What came back from the scanner, and where each sheet side ended.
create table scans (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  project_id uuid,
  batch_id uuid not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  name text not null,
  media_type text not null,
  size bigint not null,
  page_total integer not null check (page_total > 0),
  state text not null default 'queued' check (state in ('queued', 'reading', 'done', 'failed')),
  file_key text not null,
  uploaded_by uuid,                             -- no membership key: platform admins act too
  created_at timestamptz not null default now(),
  primary key (institute_id, id),
  unique (institute_id, batch_id, id),
  unique (institute_id, batch_id, sha256),
  foreign key (institute_id, batch_id) references batches on delete restrict,
  foreign key (institute_id, project_id, batch_id) references batches (institute_id, project_id, id) on update cascade on delete restrict,
  foreign key (institute_id, project_id) references projects on delete restrict);

-- A run of a scan's pages that one worker reads at a go: it holds the row's lock while it reads, so that the death of a worker frees it.
create table scan_parts (
  institute_id uuid not null references institutes on delete restrict,
  scan_id uuid not null,
  batch_id uuid not null,
  first_page integer not null check (first_page > 0),
  last_page integer not null,
  project_id uuid,
  read_at timestamptz,
  primary key (institute_id, scan_id, first_page),
  check (last_page >= first_page),
  foreign key (institute_id, batch_id, scan_id) references scans (institute_id, batch_id, id) on delete restrict,
  foreign key (institute_id, project_id, batch_id) references batches (institute_id, project_id, id) on update cascade on delete restrict,
  foreign key (institute_id, project_id) references projects on delete restrict);

-- One scanned sheet side. It ends in exactly one place: a script's page, blank, the exceptions, or discarded by a person.
create table pages (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  project_id uuid,
  batch_id uuid not null,
  scan_id uuid not null,
  scan_page integer not null check (scan_page > 0),
  state text not null check (state in ('placed', 'blank', 'exception', 'discarded')),
  reason text,
  script_id uuid,                               -- also where an exception would belong, as far as that is known
  page integer check (page > 0),
  rotation integer not null default 0 check (rotation in (0, 90, 180, 270)),  -- clockwise, to turn the sheet upright
  residual_mm real,
  image_key text,                               -- placed: in the template's frame; else as scanned; null: cannot be read
  version integer not null default 1,
  created_at timestamptz not null default now(),
  primary key (institute_id, id),
  unique (institute_id, scan_id, scan_page),
  check (state <> 'placed' or (script_id is not null and page is not null and image_key is not null)),
  check (state <> 'exception' or reason is not null),
  foreign key (institute_id, project_id, batch_id) references batches (institute_id, project_id, id) on update cascade on delete restrict,
  foreign key (institute_id, batch_id, scan_id) references scans (institute_id, batch_id, id) on delete restrict,
  foreign key (institute_id, batch_id, script_id) references scripts (institute_id, batch_id, id) on delete restrict,
  foreign key (institute_id, project_id) references projects on delete restrict);
create unique index one_placed_page on pages (institute_id, script_id, page) where state = 'placed';
create index pages_of_batch on pages (institute_id, batch_id, state, id);

-- One script's crops of one item. A projection of its pages: rebuilt from them at any time, so nothing refers to it.
create table answers (
  institute_id uuid not null references institutes on delete restrict,
  script_id uuid not null,
  question_id uuid not null,
  project_id uuid,
  batch_id uuid not null,
  areas jsonb not null default '[]',            -- [{page, area_id, at, bounds, image_key, is_blank, ink_share}], by page and place
  state text not null check (state in ('ready', 'incomplete')),
  is_blank boolean,                             -- nothing written in any of its areas; null before all are seen
  ink_share real,                               -- of the most written area
  choice text,
  choice_confidence real,
  updated_at timestamptz not null default now(),
  primary key (institute_id, script_id, question_id),
  foreign key (institute_id, project_id, batch_id) references batches (institute_id, project_id, id) on update cascade on delete restrict,
  foreign key (institute_id, batch_id, script_id) references scripts (institute_id, batch_id, id) on delete restrict,
  foreign key (institute_id, question_id) references exam_questions on delete restrict,
  foreign key (institute_id, project_id) references projects on delete restrict);
create index answers_of_question on answers (institute_id, batch_id, question_id);

do $$ declare t regclass; begin
  foreach t in array array['scans', 'scan_parts', 'pages', 'answers']::regclass[] loop
    call app.protect_for_staff_and_project(t);
  end loop;
end $$;
-- What was scanned is never deleted.
revoke delete on scans, scan_parts, pages from markroom_app;
drop policy app_delete on scans;
drop policy app_delete on scan_parts;
drop policy app_delete on pages;
