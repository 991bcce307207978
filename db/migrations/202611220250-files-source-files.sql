-- Uploaded PDFs and images, stored once per institute by their hash. The bytes lie in the object store.
create table source_files (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  name text not null,
  media_type text not null,
  size bigint not null,
  page_count integer not null,
  page_sizes jsonb not null,                    -- [[width_mm, height_mm], …]
  uploaded_by uuid,
  created_at timestamptz not null default now(),
  primary key (institute_id, id),
  unique (institute_id, sha256));
call app.protect_for_staff('source_files');
revoke update, delete on source_files from markroom_app;
drop policy app_update on source_files;
drop policy app_delete on source_files;
