-- Classes: who teaches them, who is in them, and who asks to be.
create table classes (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  name text not null check (length(name) between 1 and 100),
  code text check (length(code) between 1 and 40),
  subject text check (length(subject) between 1 and 100),
  year_group text check (length(year_group) between 1 and 100),
  academic_year text check (length(academic_year) between 1 and 20),
  takes_requests boolean not null default true,  -- whether pupils of the school may find it by its name and ask to join
  previous_id uuid,                              -- the class of the year before that it was rolled over from
  created_by uuid not null,                      -- no membership key: platform admins act too
  created_at timestamptz not null default now(),
  archived_at timestamptz,
  version integer not null default 1,
  primary key (institute_id, id),
  foreign key (institute_id, previous_id) references classes on delete restrict);
create index classes_by_name on classes (institute_id, lower(name), id);
create unique index one_roll_over_a_year on classes (institute_id, previous_id, lower(academic_year)) where archived_at is null;

create table class_teachers (
  institute_id uuid not null references institutes on delete restrict,
  class_id uuid not null,
  user_id uuid not null,
  added_at timestamptz not null default now(),
  primary key (institute_id, class_id, user_id),
  foreign key (institute_id, class_id) references classes on delete restrict,
  foreign key (institute_id, user_id) references memberships on delete restrict);
create index classes_of_teacher on class_teachers (institute_id, user_id);

create table class_students (
  institute_id uuid not null references institutes on delete restrict,
  class_id uuid not null,
  user_id uuid not null,
  added_at timestamptz not null default now(),
  primary key (institute_id, class_id, user_id),
  foreign key (institute_id, class_id) references classes on delete restrict,
  foreign key (institute_id, user_id) references memberships on delete restrict);
create index classes_of_student on class_students (institute_id, user_id);

create table enrollment_requests (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  class_id uuid not null,
  user_id uuid not null,                         -- who would be in the class
  requested_by uuid not null,                    -- themselves, or staff; no membership key: platform admins act too
  state text not null default 'pending' check (state in ('pending', 'approved', 'rejected', 'withdrawn')),
  reason text check (length(reason) between 1 and 500),
  created_at timestamptz not null default now(),
  decided_at timestamptz,
  decided_by uuid,
  primary key (institute_id, id),
  foreign key (institute_id, class_id) references classes on delete restrict,
  foreign key (institute_id, user_id) references memberships on delete restrict);
create unique index one_pending_request on enrollment_requests (institute_id, class_id, user_id) where state = 'pending';
create index enrollment_requests_of_user on enrollment_requests (institute_id, user_id);

-- Pupils see of these tables what carries their own id. A class's name they read by app.list_pupil_classes.
do $$
declare
  staff text := 'institute_id = ' || app.among('i_staff');
  own text := format('institute_id = %s and %s', app.among('i_any'), app.is_caller('user_id'));
begin
  call app.protect('classes', p_select => staff, p_insert => staff, p_update => staff);
  call app.protect('class_teachers', p_select => staff, p_insert => staff, p_delete => staff);
  call app.protect('class_students', p_select => format('(%s) or (%s)', staff, own), p_insert => staff,
    p_delete => format('(%s) or (%s)', staff, own));
  call app.protect('enrollment_requests', p_select => format('(%s) or (%s)', staff, own),
    p_insert => format('(%s) or (%s and state = %L)', staff, own, 'pending'),
    p_update => format('(%s) or (%s and state in (%L, %L))', staff, own, 'pending', 'withdrawn'));
end $$;
revoke update on enrollment_requests from markroom_app;
grant update (state, reason, decided_at, decided_by) on enrollment_requests to markroom_app;

-- The class a candidate was entered from, as it was then.
alter table candidates add column class_id uuid,
  add foreign key (institute_id, class_id) references classes on delete restrict;
create index candidates_of_class on candidates (institute_id, class_id) where class_id is not null;

-- Rooms tell what they like: the list of kinds is the pages', who say them in words.
alter table notices drop constraint notices_kind_check, add constraint notices_kind_check check (kind ~ '^[a-z_]{1,60}$');
