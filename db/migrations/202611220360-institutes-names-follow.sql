-- What colleagues see of a person follows the name the person gave themselves.
-- A guard's work, not a door's: a second policy for the door's updates would open to it what neither means to.
do $$ declare own text := app.is_caller('user_id'); begin
  create policy guard_select on memberships for select to markroom_guard using (true);
  execute format('create policy guard_rename on memberships for update to markroom_guard using (%s) with check (%s)', own, own);
end $$;
grant select, update (name, version) on memberships to markroom_guard;

create function app.carry_name() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  update public.memberships m set name = new.name, version = m.version + 1 where m.user_id = new.id and m.name is distinct from new.name;
  return null;
end $$;
alter function app.carry_name() owner to markroom_guard;
revoke all on function app.carry_name() from public;
create trigger carry_name after update of name on users for each row when (new.name is distinct from old.name) execute function app.carry_name();
