-- Whoever manages people ends what was opened with a pupil's codes, and the codes not used: somebody else may have had one.
create function app.door_end_codes(p_institute uuid, p_user uuid) returns integer language plpgsql volatile strict
security definer set search_path = '' as $$
declare ended integer;
begin
  if not p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_manage', true), ''), '{}')::uuid[]) then
    raise exception 'not theirs to sign out' using errcode = '42501';
  end if;
  if not exists (select 1 from public.memberships m join public.users u on u.id = m.user_id
                  where m.institute_id = p_institute and m.user_id = p_user and m.role = 'student' and u.email_key is null) then return null; end if;
  update public.sign_in_codes c set expires_at = pg_catalog.now()
   where c.institute_id = p_institute and c.user_id = p_user and c.used_at is null and c.expires_at > pg_catalog.now();
  update public.sessions s set revoked_at = pg_catalog.now() where s.user_id = p_user and s.is_by_code and s.revoked_at is null;
  get diagnostics ended = row_count;
  return ended;
end $$;
alter function app.door_end_codes(uuid, uuid) owner to markroom_door;
revoke all on function app.door_end_codes(uuid, uuid) from public;
grant execute on function app.door_end_codes(uuid, uuid) to markroom_app;
