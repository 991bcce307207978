-- A link to a file opens for nobody any more once its school is closed: whoever follows it is in no context that could tell.
create function app.door_institute_open(p_institute uuid) returns boolean
language sql stable strict security definer set search_path = '' as $$
  select exists (select 1 from public.institutes s where s.id = p_institute and s.closed_at is null) $$;
alter function app.door_institute_open(uuid) owner to markroom_door;
revoke all on function app.door_institute_open(uuid) from public;
grant execute on function app.door_institute_open(uuid) to markroom_app;
