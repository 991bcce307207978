-- What somebody asked for is counted over the last sixty seconds, not since the clock's minute began: the minute before is told too, and how
-- far this one has come.
drop function app.count_request(text, bytea);
create function app.count_request(p_name text, p_subject bytea, out previous integer, out n integer, out elapsed double precision)
language plpgsql volatile strict security definer set search_path = '' as $$
declare
  this_moment constant timestamptz := pg_catalog.clock_timestamp();
  this_minute constant timestamptz := pg_catalog.date_trunc('minute', this_moment);
begin
  insert into public.rate_counts as c (name, subject, minute) values (p_name, p_subject, this_minute)
  on conflict (minute, name, subject) do update set n = c.n + 1 returning c.n into count_request.n;
  if count_request.n = 1 then delete from public.rate_counts c where c.minute < this_minute - interval '5 minutes'; end if;
  select coalesce(max(c.n), 0) into previous from public.rate_counts c
   where c.minute = this_minute - interval '1 minute' and c.name = p_name and c.subject = p_subject;
  elapsed := extract(epoch from this_moment - this_minute);
end $$;
alter function app.count_request(text, bytea) owner to markroom_door;
revoke all on function app.count_request(text, bytea) from public;
grant execute on function app.count_request(text, bytea) to markroom_app;
