-- Who may edit a template beside its owner, and the canvases it had.

-- With a colleague, or with a department: those whose membership names it.
create table template_shares (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  project_id uuid,
  template_id uuid not null,
  user_id uuid,
  department text check (length(department) between 1 and 200),
  shared_at timestamptz not null default now(),
  primary key (institute_id, id),
  check (num_nonnulls(user_id, department) = 1),
  foreign key (institute_id, project_id) references projects on delete restrict,
  foreign key (institute_id, template_id) references exam_templates on delete restrict,
  foreign key (institute_id, project_id, template_id) references exam_templates (institute_id, project_id, id)
    on update cascade on delete restrict,
  foreign key (institute_id, user_id) references memberships on delete restrict);
create unique index one_share_with_a_colleague on template_shares (institute_id, template_id, user_id) where user_id is not null;
create unique index one_share_with_a_department on template_shares (institute_id, template_id, lower(department)) where department is not null;
create index template_shares_of_user on template_shares (institute_id, user_id);

-- What a template's canvas was after each change of it; `number` is the template's version then.
create table template_versions (
  institute_id uuid not null references institutes on delete restrict,
  project_id uuid,
  template_id uuid not null,
  number integer not null,
  reason text not null check (reason in ('found', 'replaced', 'detected', 'question', 'restored', 'cloned', 'imported')),
  changes jsonb not null default '{}',          -- {added, updated, removed}: rows beside the version before
  canvas jsonb not null,                        -- {questions, response_areas, boundaries}
  questions integer not null,                   -- how many, and the marks of its items
  total_marks bigint,
  saved_by uuid,                                -- no membership key: platform admins and jobs save too
  saved_at timestamptz not null default now(),
  primary key (institute_id, template_id, number),
  foreign key (institute_id, project_id) references projects on delete restrict,
  foreign key (institute_id, template_id) references exam_templates on delete restrict,
  foreign key (institute_id, project_id, template_id) references exam_templates (institute_id, project_id, id)
    on update cascade on delete restrict);

call app.protect_for_staff_and_project('template_shares');
call app.protect_for_staff_and_project('template_versions');
revoke update on template_shares, template_versions from markroom_app, markroom_service;
revoke delete on template_versions from markroom_app, markroom_service;
grant update (project_id) on template_shares, template_versions to markroom_service;  -- their project may go
drop policy app_update on template_shares;
drop policy app_update on template_versions;
drop policy app_delete on template_versions;

insert into template_versions (institute_id, project_id, template_id, number, reason, questions, total_marks, canvas)
select t.institute_id, t.project_id, t.id, t.version, 'found',
  (select count(*) from exam_questions q where q.institute_id = t.institute_id and q.template_id = t.id),
  (select sum(q.max_marks) from exam_questions q where q.institute_id = t.institute_id and q.template_id = t.id and q.is_item),
  jsonb_build_object(
    'questions', (select coalesce(jsonb_agg(jsonb_build_object('id', q.id, 'parent_id', q.parent_id, 'label', q.label, 'order', q."order",
        'max_marks', q.max_marks, 'answer_type', q.answer_type, 'mcq_options', q.mcq_options, 'mark_scheme', q.mark_scheme,
        'spec_ref', q.spec_ref, 'source', q.source, 'confirmed', q.confirmed, 'confidence', q.confidence) order by q."order", q.id), '[]')
      from exam_questions q where q.institute_id = t.institute_id and q.template_id = t.id),
    'response_areas', (select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'question_id', a.question_id, 'page', a.page, 'bounds', a.bounds,
        'kind', a.kind, 'response_form', a.response_form, 'source', a.source, 'confirmed', a.confirmed, 'confidence', a.confidence)), '[]')
      from response_areas a where a.institute_id = t.institute_id and a.template_id = t.id and a.retired_at is null),
    'boundaries', (select coalesce(jsonb_agg(jsonb_build_object('id', b.id, 'question_id', b.question_id, 'label', b.label, 'page', b.page,
        'y', b.y, 'bounds', b.bounds, 'source', b.source, 'confirmed', b.confirmed, 'confidence', b.confidence)), '[]')
      from exam_boundaries b where b.institute_id = t.institute_id and b.template_id = t.id))
  from exam_templates t
 where exists (select from exam_questions q where q.institute_id = t.institute_id and q.template_id = t.id);

-- Kinds are named by the rooms that tell them.
alter table notices drop constraint if exists notices_kind_check;
alter table notices add constraint notices_kind_check check (kind ~ '^[a-z_]{1,60}$');
