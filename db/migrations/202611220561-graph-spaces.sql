-- The property graph beside the database: what may be asked there follows from here, and all of it can be made again.
-- Where each school's graph lies. `generation` is the one in use; 0: none yet.
create table graph_spaces (
  institute_id uuid primary key references institutes on delete restrict,
  name text not null,                           -- follows from the institute's id
  state text not null default 'preparing' check (state in ('preparing', 'ready', 'failed', 'removed')),
  generation integer not null default 0,
  catalogue_version text,                       -- of the catalogue that its part of it was taken from
  error text,
  projected_at timestamptz);

-- What is not in the graph yet: written with each change, deleted when it is. Without a template: the school itself.
create table graph_changes (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  template_id uuid,                             -- no key: only a word to look there
  at timestamptz not null default now(),
  primary key (institute_id, id));

insert into graph_spaces (institute_id, name) select id, 'markroom_' || replace(id::text, '-', '') from institutes;

do $$ begin
  call app.protect('graph_spaces', p_select => 'institute_id = ' || app.among('i_staff'));
  call app.protect('graph_changes', p_insert => 'institute_id = ' || app.among('i_any'));
end $$;
create policy guard_select on graph_spaces for select to markroom_guard using (true);
create policy guard_select on graph_changes for select to markroom_guard using (true);
create policy guard_select on catalogue_loads for select to markroom_guard using (true);
grant select on graph_spaces, graph_changes, catalogue_loads to markroom_guard;

-- The schools whose graph waits: for its first projection, for a newer catalogue, or for a change nobody took up.
create function app.guard_list_waiting_graphs(p_older_than interval) returns setof uuid language sql stable strict security definer set search_path = '' as $$
  select s.institute_id from public.graph_spaces s
   where (s.state <> 'removed' and (s.generation = 0 or s.catalogue_version is distinct from
           (select l.version from public.catalogue_loads l order by l.loaded_at desc, l.version desc limit 1)))
      or exists (select 1 from public.graph_changes c where c.institute_id = s.institute_id and c.at < pg_catalog.now() - p_older_than) $$;
alter function app.guard_list_waiting_graphs(interval) owner to markroom_guard;
revoke all on function app.guard_list_waiting_graphs(interval) from public;
grant execute on function app.guard_list_waiting_graphs(interval) to markroom_service;
