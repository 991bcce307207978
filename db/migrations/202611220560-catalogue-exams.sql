-- What the boards publish about their exams: the same for every school, so no tenant's. Read by everybody, written by the operator alone.
-- Ids follow from the boards' own codes: the same on every server, and a second load finds its rows again. Nothing is ever deleted.
create table catalogue_loads (
  version text primary key,
  sha256 text not null,
  counts jsonb not null,
  loaded_at timestamptz not null default now());

create table catalogue_boards (
  id uuid primary key,
  code text not null,
  name text not null,
  version text not null references catalogue_loads on delete restrict);        -- the load that gave the row this form

create table catalogue_qualifications (
  id uuid primary key,
  code text not null,
  name text not null,
  version text not null references catalogue_loads on delete restrict);

create table catalogue_specifications (
  id uuid primary key,
  board_id uuid not null references catalogue_boards on delete restrict,
  qualification_id uuid not null references catalogue_qualifications on delete restrict,
  code text not null,
  title text not null,
  subject text not null,
  first_exam_year integer check (first_exam_year between 1900 and 2200),
  last_exam_year integer check (last_exam_year between 1900 and 2200),
  version text not null references catalogue_loads on delete restrict);
create index catalogue_specifications_of_board on catalogue_specifications (board_id);

create table catalogue_papers (
  id uuid primary key,                                                         -- exam_templates.exam_id
  specification_id uuid not null references catalogue_specifications on delete restrict,
  code text not null,
  title text not null,
  tier text,
  minutes integer check (minutes > 0),
  marks integer check (marks > 0),
  weight numeric check (weight > 0 and weight <= 100),                         -- per cent of the qualification
  version text not null references catalogue_loads on delete restrict);
create index catalogue_papers_of_specification on catalogue_papers (specification_id, code);

create table catalogue_objectives (
  id uuid primary key,
  specification_id uuid not null references catalogue_specifications on delete restrict,
  code text not null,
  description text not null,
  weight_from numeric check (weight_from between 0 and 100),
  weight_to numeric check (weight_to between weight_from and 100),
  version text not null references catalogue_loads on delete restrict);
create index catalogue_objectives_of_specification on catalogue_objectives (specification_id, code);

create table catalogue_spec_points (
  id uuid primary key,
  specification_id uuid not null references catalogue_specifications on delete restrict,
  parent_id uuid references catalogue_spec_points on delete restrict,
  ref text not null,
  title text not null,
  place integer not null,                                                      -- in the specification's own order
  version text not null references catalogue_loads on delete restrict);
create index catalogue_spec_points_of_specification on catalogue_spec_points (specification_id, place);

do $$ declare t text; begin
  foreach t in array array['loads', 'boards', 'qualifications', 'specifications', 'papers', 'objectives', 'spec_points'] loop
    t := 'catalogue_' || t;
    execute format('alter table %I owner to markroom_owner', t);
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy app_select on %I for select to markroom_app using (true)', t);
    execute format('create policy service_select on %I for select to markroom_service using (true)', t);
    execute format('create policy service_insert on %I for insert to markroom_service with check (true)', t);
    execute format('create policy service_update on %I for update to markroom_service using (true) with check (true)', t);
    execute format('grant select on %I to markroom_app', t);
    execute format('grant select, insert, update on %I to markroom_service', t);
  end loop;
end $$;

alter table exam_templates add foreign key (exam_id) references catalogue_papers on delete restrict;
