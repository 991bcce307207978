-- Which words stand in which memory, a row each, so that a search reads the rows of its own words and no others. Text is compared by
-- operators that row security lets into an index, which it does not do for @@. Byte by byte: a beginning of words is then a range.
-- Rows are made and deleted with their memory by the trigger below, and by nobody else: that stands for references to memories and
-- institutes, which would be looked up once a word.
create table memory_words (
  institute_id uuid not null,
  project_id uuid not null,
  lexeme text collate "C" not null,
  memory_id uuid not null,
  approval text not null,                       -- the memory's, and of how many words it is,
  length integer not null);                     -- so that a search need not look there

create function app.keep_words() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  if tg_op <> 'INSERT' then
    delete from public.memory_words w where w.institute_id = old.institute_id and w.memory_id = old.id;
  end if;
  if tg_op <> 'DELETE' then
    insert into public.memory_words (institute_id, project_id, lexeme, memory_id, approval, length)
    select new.institute_id, new.project_id, lexeme, new.id, new.approval, pg_catalog.count(*) over ()
      from pg_catalog.unnest(pg_catalog.tsvector_to_array(app.memory_words(new.text, new.tags))) as lexeme;
  end if;
  return null;
end $$;
create trigger keep_words after insert or delete on memories for each row execute function app.keep_words();
create trigger keep_changed_words after update on memories for each row
  when ((old.text, old.tags, old.approval, old.project_id) is distinct from (new.text, new.tags, new.approval, new.project_id))
  execute function app.keep_words();

-- The triggers above hold off whoever writes, until this is done.
insert into memory_words (institute_id, project_id, lexeme, memory_id, approval, length)
select m.institute_id, m.project_id, lexeme, m.id, m.approval, length(m.words)
  from memories m, unnest(tsvector_to_array(m.words)) as lexeme;
alter table memories drop column words;
alter table memory_words add primary key (institute_id, project_id, lexeme, memory_id) include (approval, length);
create index memory_words_of_memory on memory_words (institute_id, memory_id);
-- The primary key is read alone only after a vacuum: after a hundredth of new rows, not a fifth.
alter table memory_words set (autovacuum_vacuum_insert_scale_factor = 0.01);
analyze memory_words;

do $$
begin
  call app.protect('memory_words',
    p_select => format('institute_id = %s and project_id = %s', app.among('i_any'), app.among('p_read')));
end $$;
create policy guard_select on memory_words for select to markroom_guard using (true);
create policy guard_insert on memory_words for insert to markroom_guard with check (true);
create policy guard_delete on memory_words for delete to markroom_guard using (true);
grant select, insert, delete on memory_words to markroom_guard;
alter function app.keep_words() owner to markroom_guard;
revoke all on function app.keep_words() from public;
