-- How often somebody asked for something in the current minute, shared by every server. No tenant: a credential or an address is counted.
create table rate_counts (
  name text not null,
  subject bytea not null,                       -- hash of a credential, an e-mail address or a network address
  minute timestamptz not null,
  n integer not null default 1,
  primary key (minute, name, subject));
alter table rate_counts owner to markroom_owner;
alter table rate_counts enable row level security;
alter table rate_counts force row level security;
create policy door_select on rate_counts for select to markroom_door using (true);
create policy door_insert on rate_counts for insert to markroom_door with check (true);
create policy door_update on rate_counts for update to markroom_door using (true) with check (true);
create policy door_delete on rate_counts for delete to markroom_door using (true);
grant select, insert, update, delete on rate_counts to markroom_door;

-- Counts one request and says how many there were in this minute, and how many seconds of it are left.
create function app.count_request(p_name text, p_subject bytea, out n integer, out seconds_left integer) language plpgsql volatile strict
security definer set search_path = '' as $$
declare this_minute constant timestamptz := pg_catalog.date_trunc('minute', pg_catalog.clock_timestamp());
begin
  insert into public.rate_counts as c (name, subject, minute) values (p_name, p_subject, this_minute)
  on conflict (minute, name, subject) do update set n = c.n + 1 returning c.n into count_request.n;
  if count_request.n = 1 then delete from public.rate_counts c where c.minute < this_minute - interval '5 minutes'; end if;
  seconds_left := 60 - extract(second from pg_catalog.clock_timestamp())::integer;
end $$;
alter function app.count_request(text, bytea) owner to markroom_door;
revoke all on function app.count_request(text, bytea) from public;
grant execute on function app.count_request(text, bytea) to markroom_app;
