-- When the results of a batch were given out, from when pupils see them, and when they were taken back.
create table releases (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  project_id uuid,
  batch_id uuid not null,
  released_by uuid not null,
  released_at timestamptz not null default now(),
  embargo_until timestamptz,
  withdrawn_by uuid,
  withdrawn_at timestamptz,
  primary key (institute_id, id),
  foreign key (institute_id, batch_id) references batches on delete restrict,
  foreign key (institute_id, released_by) references memberships on delete restrict,
  foreign key (institute_id, withdrawn_by) references memberships on delete restrict,
  foreign key (institute_id, project_id) references projects on delete restrict);
create unique index one_live_release on releases (institute_id, batch_id) where withdrawn_at is null;
call app.protect_for_staff_and_project('releases');
revoke delete on releases from markroom_app;
drop policy app_delete on releases;
