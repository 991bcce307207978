-- What a team knows: its decisions, exemplars, misconceptions, comments and notes, as somebody wrote them. Only the project's members
-- and keys reach them. What a key writes is pending until a person approves it; a key changes nothing but that.
create function app.memory_words(p_text text, p_tags text[]) returns tsvector language sql immutable parallel safe
set search_path = '' as $$ select pg_catalog.to_tsvector('english', p_text || ' ' || pg_catalog.array_to_string(p_tags, ' ')) $$;

create table memories (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  project_id uuid not null,
  kind text not null check (kind in ('decision', 'exemplar', 'misconception', 'comment', 'note')),
  text text not null check (length(text) between 1 and 10000),
  text_hash bytea not null,                     -- of the text without case, punctuation at its ends and extra space
  is_duplicate boolean not null default false,  -- kept although another with this text was there
  tags text[] not null default '{}' check (cardinality(tags) <= 20),
  template_id uuid,
  question_id uuid,
  script_id uuid,                               -- with the question: an answer
  class_id uuid,
  approval text not null check (approval in ('approved', 'pending')),
  approved_by uuid,                             -- people are named without a membership key: platform admins act too
  approved_at timestamptz,
  author_id uuid not null,                      -- who made it, and by which key; null: by hand
  key_id uuid,
  written_by uuid not null,                     -- who wrote what stands there now
  written_key_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version integer not null default 1,
  words tsvector generated always as (app.memory_words(text, tags)) stored,
  primary key (institute_id, id),
  unique (institute_id, project_id, id),
  unique (institute_id, project_id, id, approval),
  check (template_id is not null or question_id is null),
  check (question_id is not null or script_id is null),
  foreign key (institute_id, project_id) references projects on delete restrict,
  foreign key (institute_id, template_id) references exam_templates on delete restrict,
  foreign key (institute_id, template_id, question_id) references exam_questions (institute_id, template_id, id) on delete restrict,
  foreign key (institute_id, script_id) references scripts on delete restrict,
  foreign key (institute_id, class_id) references classes on delete restrict,
  foreign key (institute_id, key_id) references api_keys on delete restrict,
  foreign key (institute_id, written_key_id) references api_keys on delete restrict);
create unique index one_memory_of_a_text on memories (institute_id, project_id, text_hash) where not is_duplicate;
create index memories_by_text on memories (institute_id, project_id, text_hash);
create index memories_newest on memories (institute_id, project_id, created_at desc, id desc);
create index memories_of_template on memories (institute_id, template_id) where template_id is not null;
create index memories_of_question on memories (institute_id, question_id) where question_id is not null;
create index memories_of_script on memories (institute_id, script_id) where script_id is not null;
create index memories_of_class on memories (institute_id, class_id) where class_id is not null;
create index memories_of_key on memories (institute_id, key_id) where key_id is not null;

-- What stood there before each change, oldest first.
create table memory_versions (
  institute_id uuid not null references institutes on delete restrict,
  memory_id uuid not null,
  number integer not null,
  project_id uuid not null,
  kind text not null,
  text text not null,
  tags text[] not null,
  links jsonb not null,                         -- {template_id, question_id, script_id, class_id}
  written_by uuid not null,
  written_key_id uuid,
  written_at timestamptz not null,
  primary key (institute_id, memory_id, number),
  foreign key (institute_id, project_id, memory_id) references memories (institute_id, project_id, id) on delete restrict);

-- What each text means, as the named model sees it: made by the worker alone, gone with the text it was made from.
create table memory_vectors (
  institute_id uuid not null references institutes on delete restrict,
  project_id uuid not null,
  memory_id uuid not null,
  approval text not null,                       -- the memory's, so that a search need not look there
  model text not null,
  dimension integer not null,
  embedding vector not null check (vector_dims(embedding) = dimension),
  code varbit generated always as (binary_quantize(embedding)::varbit) stored,  -- a bit a dimension: its sign
  primary key (institute_id, project_id, memory_id),
  foreign key (institute_id, project_id, memory_id, approval) references memories (institute_id, project_id, id, approval)
    on update cascade on delete restrict);
-- Big projects are searched by code first, in this index alone. It is walked within one project, so no other's size shows in what is found.
create index memory_codes on memory_vectors (institute_id, project_id, approval, model, code, memory_id);

do $$
declare
  tenant text := 'institute_id = ' || app.among('i_any');
  key text := '(select nullif(current_setting(''app.key_id'', true), '''')::uuid)';
  reads text := format('%s and project_id = %s', tenant, app.among('p_read'));
  writes text := format('%s and project_id = %s', tenant, app.among('p_write'));
  own text := format('(%s is null or (key_id = %s and approval = ''pending''))', key, key);
begin
  call app.protect('memories', p_select => reads,
    p_insert => format('%s and %s and key_id is not distinct from %s and %s', writes, app.is_caller('author_id'), key, own),
    p_update => format('%s and %s', writes, own), p_delete => format('%s and %s', writes, own));
  call app.protect('memory_versions', p_select => reads, p_insert => writes, p_delete => writes);
  call app.protect('memory_vectors', p_select => reads, p_delete => writes);
end $$;
revoke all on function app.memory_words(text, text[]) from public;
grant execute on function app.memory_words(text, text[]) to markroom_app, markroom_service, markroom_guard;

-- A question that is taken off its paper leaves the memories about it, whoever may see them; they keep the template.
create function app.unlink_memories() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  update public.memories set question_id = null, script_id = null, version = version + 1
   where institute_id = old.institute_id and question_id = old.id;
  return old;
end $$;
create trigger unlink_memories before delete on exam_questions for each row execute function app.unlink_memories();

-- Answers kept for a day for requests sent again must not outlive the memory they show.
create function app.forget_answers() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  delete from public.idempotent_answers a using gone g
   where a.institute_id = g.institute_id and a.route like '/api/%memories%'
     and position(pg_catalog.convert_to(g.id::text, 'UTF8') in a.answer) > 0;
  return null;
end $$;
create trigger forget_answers after delete on memories referencing old table as gone for each statement execute function app.forget_answers();

create policy guard_select on memories for select to markroom_guard using (true);
create policy guard_update on memories for update to markroom_guard using (true) with check (true);
grant select, update (question_id, script_id, version) on memories to markroom_guard;
create policy guard_select on idempotent_answers for select to markroom_guard using (true);
create policy guard_delete on idempotent_answers for delete to markroom_guard using (true);
grant select, delete on idempotent_answers to markroom_guard;
alter function app.unlink_memories() owner to markroom_guard;
alter function app.forget_answers() owner to markroom_guard;
revoke all on function app.unlink_memories(), app.forget_answers() from public;
