-- Codes for pupils who have no address and belong to this school alone; an unused one of theirs ends. Says for whom one was made. Which
-- of the staff may ask for whose is decided in code: a head for everybody, a teacher for their classes.
create or replace function app.door_issue_codes(p_institute uuid, p_users uuid[], p_hashes bytea[], p_seconds integer)
returns table (user_id uuid, expires_at timestamptz) language plpgsql volatile strict security definer set search_path = '' as $$
declare pupils uuid[];
begin
  if not p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_staff', true), ''), '{}')::uuid[]) then
    raise exception 'not theirs to sign in' using errcode = '42501';
  end if;
  perform 1 from public.institutes s where s.id = p_institute for share;
  select coalesce(pg_catalog.array_agg(m.user_id), '{}') into pupils from public.memberships m join public.users u on u.id = m.user_id
   where m.institute_id = p_institute and m.user_id = any(p_users) and m.role = 'student' and m.state = 'active'
     and u.email_key is null and not u.is_platform_admin
     and not exists (select 1 from public.memberships o
                      where o.user_id = m.user_id and o.institute_id <> p_institute and o.state <> 'left');
  update public.sign_in_codes c set expires_at = pg_catalog.now()
   where c.institute_id = p_institute and c.user_id = any(pupils) and c.used_at is null and c.expires_at > pg_catalog.now();
  return query insert into public.sign_in_codes as c (institute_id, user_id, hash, expires_at)
    select p_institute, w.user_id, w.hash, pg_catalog.now() + pg_catalog.make_interval(secs => p_seconds)
      from unnest(p_users, p_hashes) w (user_id, hash) where w.user_id = any(pupils)
    returning c.user_id, c.expires_at;
end $$;
