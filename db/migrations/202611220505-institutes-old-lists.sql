-- Rows of lists to invite that no job finished: personal data nobody needs after a week.
create policy guard_select on invitation_rows for select to markroom_guard using (true);
create policy guard_delete on invitation_rows for delete to markroom_guard using (created_at < now() - interval '7 days');
grant select, delete on invitation_rows to markroom_guard;
create index invitation_rows_by_age on invitation_rows (created_at);

create function app.guard_sweep_invitation_rows() returns integer language plpgsql volatile security definer set search_path = '' as $$
declare swept integer;
begin
  delete from public.invitation_rows r where r.created_at < pg_catalog.now() - interval '7 days';
  get diagnostics swept = row_count;
  return swept;
end $$;
alter function app.guard_sweep_invitation_rows() owner to markroom_guard;
revoke all on function app.guard_sweep_invitation_rows() from public;
grant execute on function app.guard_sweep_invitation_rows() to markroom_service;
