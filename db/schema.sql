CREATE SCHEMA app;

ALTER SCHEMA app OWNER TO markroom_owner;

CREATE SCHEMA ops;

ALTER SCHEMA ops OWNER TO postgres;

CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;

COMMENT ON EXTENSION vector IS 'vector data type and ivfflat and hnsw access methods';

CREATE FUNCTION app.among(p_setting text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  select format('any((select nullif(current_setting(%L, true), '''')::uuid[])::uuid[])', 'app.' || p_setting) $$;

ALTER FUNCTION app.among(p_setting text) OWNER TO postgres;

CREATE FUNCTION app.begin_as(p_user uuid, p_key uuid DEFAULT NULL::uuid, p_institute uuid DEFAULT NULL::uuid, p_credential text DEFAULT ''::text, p_request text DEFAULT ''::text) RETURNS TABLE(user_id uuid, institute_id uuid, role text, is_platform_admin boolean, name text)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare
  no constant uuid[] := '{}'; account record; m_role text; k record; p record;
  ia uuid[] := no; staff uuid[] := no; manage uuid[] := no; adm uuid[] := no;
begin
  if p_user is null or (p_key is not null and p_institute is null) then raise exception 'begin_as' using errcode = '28000'; end if;
  select u.is_platform_admin, u.name into account from public.users u where u.id = p_user;
  if not found then raise exception 'no such user' using errcode = '28000'; end if;
  if p_institute is not null then
    select case when account.is_platform_admin and p_key is null then 'platform_admin' else ms.role end into m_role
      from public.institutes s
      left join public.memberships ms on ms.institute_id = p_institute and ms.user_id = p_user and ms.state = 'active'
     where s.id = p_institute and s.closed_at is null;
    if m_role is not null then ia := array[p_institute]; end if;
    if m_role in ('platform_admin', 'school_admin', 'department_head', 'teacher') then staff := ia; end if;
    if m_role in ('platform_admin', 'school_admin', 'department_head') then manage := ia; end if;
    if m_role in ('platform_admin', 'school_admin') then adm := ia; end if;
    select coalesce(array_agg(x.id), no) r, coalesce(array_agg(x.id) filter (where x.role in ('admin', 'editor')), no) w,
           coalesce(array_agg(x.id) filter (where x.role = 'admin'), no) a into p
      from (select pr.id, case when adm <> no or pr.owner_id = p_user then 'admin' else pm.role end as role
              from public.projects pr
              left join public.project_members pm on pm.institute_id = pr.institute_id and pm.project_id = pr.id and pm.user_id = p_user
             where pr.institute_id = p_institute and pr.state <> 'deleted') x
     where x.role is not null and m_role is not null;
    if p_key is not null then           -- scopes within current rights, one project, nothing institute-wide
      select a.project_id, a.scopes into k from public.api_keys a
       where a.institute_id = p_institute and a.id = p_key and a.user_id = p_user
         and a.deactivated_at is null and (a.expires_at is null or a.expires_at > pg_catalog.now());
      if not found then raise exception 'key not live' using errcode = '28000'; end if;
      staff := no; manage := no; adm := no;
      p.r := case when 'read' = any(k.scopes) and k.project_id = any(p.r) then array[k.project_id] else no end;
      p.w := case when 'write' = any(k.scopes) and k.project_id = any(p.w) then array[k.project_id] else no end;
      p.a := case when 'manage' = any(k.scopes) and k.project_id = any(p.a) then array[k.project_id] else no end;
    end if;
  else
    select coalesce(array_agg(ms.institute_id), no) i,
           coalesce(array_agg(ms.institute_id) filter (where ms.role in ('school_admin', 'department_head', 'teacher')), no) s
      into k from public.memberships ms join public.institutes s on s.id = ms.institute_id and s.closed_at is null
     where ms.user_id = p_user and ms.state = 'active';
    ia := k.i; staff := k.s;
    select coalesce(array_agg(pr.id), no) r, no as w, no as a into p
      from public.memberships ms join public.projects pr on pr.institute_id = ms.institute_id and pr.state <> 'deleted'
      left join public.project_members pm on pm.institute_id = pr.institute_id and pm.project_id = pr.id and pm.user_id = ms.user_id
     where ms.user_id = p_user and ms.state = 'active' and ms.institute_id = any(ia)
       and (ms.role = 'school_admin' or pr.owner_id = p_user or pm.user_id is not null);
  end if;
  -- SET LOCAL and not set_config: a distributed database carries it to its workers.
  execute pg_catalog.format('set local app.user_id = %L; set local app.key_id = %L; set local app.credential = %L; set local app.request_id = %L; '
    'set local app.i_any = %L; set local app.i_staff = %L; set local app.i_manage = %L; set local app.i_admin = %L; '
    'set local app.p_read = %L; set local app.p_write = %L; set local app.p_admin = %L',
    p_user, coalesce(p_key::text, ''), p_credential, p_request, ia, staff, manage, adm, p.r, p.w, p.a);
  return query select p_user, case when m_role is not null then p_institute end, m_role, account.is_platform_admin, account.name;
end $$;

ALTER FUNCTION app.begin_as(p_user uuid, p_key uuid, p_institute uuid, p_credential text, p_request text) OWNER TO markroom_door;

CREATE FUNCTION app.begin_external(p_issuer text, p_subject text, p_email text, p_email_key text, p_name text, p_sign_up_open boolean, p_institute uuid, p_everywhere boolean, p_request text) RETURNS TABLE(identity_id uuid, is_new boolean, user_id uuid, institute_id uuid, role text, is_platform_admin boolean, name text, places integer)
    LANGUAGE plpgsql SECURITY DEFINER ROWS 1
    SET search_path TO ''
    AS $$
declare x record; wanted uuid := p_institute; mine uuid[];
begin
  select l.* into x from app.link_identity(p_issuer, p_subject, p_email, p_email_key, p_name, p_sign_up_open) l;
  if not found then return; end if;
  if wanted is null then
    mine := app.list_open_places(x.user_id);
    if pg_catalog.cardinality(mine) = 1 and not p_everywhere then wanted := mine[1]; end if;
  end if;
  return query select x.identity_id, x.is_new, b.user_id, b.institute_id, b.role, b.is_platform_admin, b.name, pg_catalog.cardinality(mine)
    from app.begin_as(x.user_id, null, wanted, 'external:' || x.identity_id, p_request) b;
end $$;

ALTER FUNCTION app.begin_external(p_issuer text, p_subject text, p_email text, p_email_key text, p_name text, p_sign_up_open boolean, p_institute uuid, p_everywhere boolean, p_request text) OWNER TO markroom_door;

CREATE FUNCTION app.begin_key(p_hash bytea, p_request text) RETURNS TABLE(user_id uuid, key_id uuid, project_id uuid, scopes text[], institute_id uuid, role text, name text)
    LANGUAGE plpgsql STRICT SECURITY DEFINER ROWS 1
    SET search_path TO ''
    AS $$
declare k record; who record; held text[];
begin
  select a.institute_id, a.id, a.user_id, a.project_id, a.last_used_at into k from public.api_keys a
   where a.hash = p_hash and a.deactivated_at is null and (a.expires_at is null or a.expires_at > pg_catalog.now());
  if not found then return; end if;
  select * into who from app.begin_as(k.user_id, k.id, k.institute_id, 'key:' || k.id, p_request);
  held := array_remove(array[
    case when pg_catalog.current_setting('app.p_read') <> '{}' then 'read' end,
    case when pg_catalog.current_setting('app.p_write') <> '{}' then 'write' end,
    case when pg_catalog.current_setting('app.p_admin') <> '{}' then 'manage' end], null);
  if pg_catalog.cardinality(held) = 0 then return; end if;
  set local app.p_admin = '{}';         -- members, invitations and the project itself are for people: no policy lets a key there
  if k.last_used_at is null or k.last_used_at < pg_catalog.now() - interval '10 minutes' then
    update public.api_keys a set last_used_at = pg_catalog.now()
     where a.institute_id = k.institute_id and a.id = (select x.id from public.api_keys x
       where x.institute_id = k.institute_id and x.id = k.id for no key update skip locked);
  end if;
  return query select k.user_id, k.id, k.project_id, held, who.institute_id, who.role, who.name;
end $$;

ALTER FUNCTION app.begin_key(p_hash bytea, p_request text) OWNER TO markroom_door;

CREATE FUNCTION app.begin_service(p_institute uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if p_institute is null then raise exception 'begin_service needs an institute' using errcode = '28000'; end if;
  execute pg_catalog.format('set local app.service_institute = %L', p_institute);
end $$;

ALTER FUNCTION app.begin_service(p_institute uuid) OWNER TO postgres;

CREATE FUNCTION app.begin_session(p_hash bytea, p_institute uuid, p_everywhere boolean, p_request text) RETURNS TABLE(user_id uuid, session_id uuid, institute_id uuid, role text, is_platform_admin boolean, name text, places integer)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare s record; wanted uuid := p_institute; mine uuid[];
begin
  select x.id, x.user_id into s from public.sessions x
   where x.hash = p_hash and x.revoked_at is null and x.expires_at > pg_catalog.now();
  if not found then return; end if;
  if wanted is null then
    mine := app.list_open_places(s.user_id);
    if pg_catalog.cardinality(mine) = 1 and not p_everywhere then wanted := mine[1]; end if;
  end if;
  return query select b.user_id, s.id, b.institute_id, b.role, b.is_platform_admin, b.name, pg_catalog.cardinality(mine)
    from app.begin_as(s.user_id, null, wanted, 'session:' || s.id, p_request) b;
end $$;

ALTER FUNCTION app.begin_session(p_hash bytea, p_institute uuid, p_everywhere boolean, p_request text) OWNER TO markroom_door;

CREATE FUNCTION app.carry_assignments() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare tenant constant uuid := coalesce(new.institute_id, old.institute_id); invitation constant uuid := coalesce(new.invitation_id, old.invitation_id);
begin
  update public.invitations i set project_ids = coalesce((select pg_catalog.array_agg(a.project_id order by a.project_id)
      from public.invitation_assignments a where a.institute_id = tenant and a.invitation_id = invitation), '{}'), version = i.version + 1
   where i.institute_id = tenant and i.id = invitation;
  return null;
end $$;

ALTER FUNCTION app.carry_assignments() OWNER TO markroom_guard;

CREATE FUNCTION app.carry_name() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update public.memberships m set name = new.name, version = m.version + 1 where m.user_id = new.id and m.name is distinct from new.name;
  return null;
end $$;

ALTER FUNCTION app.carry_name() OWNER TO markroom_guard;

CREATE FUNCTION app.count_other_admins(p_institute uuid, p_without uuid) RETURNS integer
    LANGUAGE sql STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select count(*)::integer from public.memberships m
   where m.institute_id = p_institute and m.role = 'school_admin' and m.state = 'active' and m.user_id <> p_without
     and m.institute_id = any(nullif(pg_catalog.current_setting('app.i_any', true), '')::uuid[]) $$;

ALTER FUNCTION app.count_other_admins(p_institute uuid, p_without uuid) OWNER TO markroom_guard;

CREATE FUNCTION app.count_request(p_name text, p_subject bytea, OUT previous integer, OUT n integer, OUT elapsed double precision) RETURNS record
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
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

ALTER FUNCTION app.count_request(p_name text, p_subject bytea, OUT previous integer, OUT n integer, OUT elapsed double precision) OWNER TO markroom_door;

CREATE FUNCTION app.detach_project(p_institute uuid, p_project uuid) RETURNS void
    LANGUAGE plpgsql STRICT
    SET search_path TO ''
    AS $_$
declare child record;
begin
  for child in
    with recursive named as (
      select a.attrelid as id from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
       where a.attname = 'project_id' and not a.attnotnull and not a.attisdropped and c.relkind = 'r'
         and c.relnamespace = 'public'::pg_catalog.regnamespace),
    below as (
      select n.id, 0 as depth from named n
      union
      select k.conrelid, b.depth + 1 from below b join pg_catalog.pg_constraint k on k.confrelid = b.id and k.contype = 'f' and k.conrelid <> b.id
       where exists (select 1 from pg_catalog.pg_attribute a where a.attrelid = k.conrelid and a.attname = 'project_id' and a.attnum = any(k.conkey))
         and b.depth < 20)
    select b.id::pg_catalog.regclass as name from below b join named n on n.id = b.id
     where pg_catalog.has_column_privilege(b.id, 'project_id', 'update') group by b.id order by max(b.depth), b.id
  loop
    execute pg_catalog.format('update %s set project_id = null where institute_id = $1 and project_id = $2', child.name) using p_institute, p_project;
  end loop;
end $_$;

ALTER FUNCTION app.detach_project(p_institute uuid, p_project uuid) OWNER TO postgres;

CREATE FUNCTION app.door_accept_invitation(p_hash bytea, p_user uuid) RETURNS boolean
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare offer record;
begin
  update public.invitations i set status = 'accepted', accepted_by = p_user, decided_at = pg_catalog.now(), version = i.version + 1
    from public.invitation_tokens t, public.users u
   where t.hash = p_hash and i.institute_id = t.institute_id and i.id = t.invitation_id and i.generation = t.generation
     and i.status = 'pending' and i.expires_at > pg_catalog.now()
     and u.id = p_user and u.email_key = i.email_key
     and (i.project_id is null or exists (select 1 from public.memberships m
            where m.institute_id = i.institute_id and m.user_id = p_user and m.state = 'active'))
  returning i.institute_id, i.id, i.invited_by, i.role, i.metadata, i.project_id, u.name, u.email, u.email_key into offer;
  if not found then return false; end if;
  if offer.project_id is null then
    update public.memberships m set role = offer.role, state = 'active', name = offer.name, email = offer.email, email_key = offer.email_key,
           metadata = offer.metadata, joined_at = pg_catalog.now(), ended_at = null, version = m.version + 1
     where m.institute_id = offer.institute_id and m.user_id = p_user and m.state = 'left';
    if not found then
      insert into public.memberships (institute_id, user_id, role, name, email, email_key, metadata)
      values (offer.institute_id, p_user, offer.role, offer.name, offer.email, offer.email_key, offer.metadata)
      on conflict (institute_id, user_id) do nothing;
    end if;
  end if;
  if offer.invited_by is not null then
    insert into public.notices (institute_id, user_id, kind, subject_id, facts)
    values (offer.institute_id, offer.invited_by, 'invitation_accepted', offer.id,
            pg_catalog.jsonb_build_object('user_id', p_user, 'role', offer.role));
  end if;
  return true;
end $$;

ALTER FUNCTION app.door_accept_invitation(p_hash bytea, p_user uuid) OWNER TO markroom_door;

CREATE FUNCTION app.door_add_class_pupils(p_institute uuid, p_class uuid, p_names text[], p_metadata jsonb) RETURNS TABLE(user_id uuid)
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare own constant text := coalesce(pg_catalog.current_setting('app.i_manage', true), ''); made uuid[];
begin
  if not app.runs_class(p_institute, p_class) then raise exception 'not their class' using errcode = '42501'; end if;
  execute pg_catalog.format('set local app.i_manage = %L', array[p_institute]);
  select pg_catalog.array_agg(a.user_id order by a.ordinality) into made
    from app.door_add_pupils(p_institute, p_names, p_metadata) with ordinality a;
  execute pg_catalog.format('set local app.i_manage = %L', own);
  insert into public.class_students (institute_id, class_id, user_id) select p_institute, p_class, u from pg_catalog.unnest(made) u;
  return query select u from pg_catalog.unnest(made) u;
end $$;

ALTER FUNCTION app.door_add_class_pupils(p_institute uuid, p_class uuid, p_names text[], p_metadata jsonb) OWNER TO markroom_door;

CREATE FUNCTION app.door_add_pupils(p_institute uuid, p_names text[], p_metadata jsonb) RETURNS TABLE(user_id uuid)
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if not p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_manage', true), ''), '{}')::uuid[]) then
    raise exception 'not theirs to add to' using errcode = '42501';
  end if;
  return query
    with pupil as materialized (
      select pg_catalog.uuidv7() as id, n.name, p_metadata -> (n.place - 1)::integer as metadata, n.place
        from unnest(p_names) with ordinality n (name, place)),
    made as (insert into public.users (id, name) select p.id, p.name from pupil p),
    joined as (insert into public.memberships (institute_id, user_id, role, name, metadata)
      select p_institute, p.id, 'student', p.name, p.metadata from pupil p)
    select p.id from pupil p order by p.place;
end $$;

ALTER FUNCTION app.door_add_pupils(p_institute uuid, p_names text[], p_metadata jsonb) OWNER TO markroom_door;

CREATE FUNCTION app.door_address_proof(p_hash bytea) RETURNS TABLE(institute_id uuid, proof_id uuid, user_id uuid, institute_name text, name text, email text, email_key text, has_account boolean)
    LANGUAGE sql STABLE STRICT SECURITY DEFINER ROWS 1
    SET search_path TO ''
    AS $$
  select p.institute_id, p.id, p.user_id, s.name, m.name, p.email, p.email_key,
         exists (select 1 from public.users o where o.email_key = p.email_key)
    from public.address_proofs p
    join public.institutes s on s.id = p.institute_id and s.closed_at is null
    join public.memberships m on m.institute_id = p.institute_id and m.user_id = p.user_id and m.state = 'active'
    join public.users u on u.id = p.user_id and u.email_key is null
   where p.hash = p_hash and p.state = 'asked' and p.used_at is null and p.expires_at > pg_catalog.now()
     and not exists (select 1 from public.address_proofs n where n.institute_id = p.institute_id and n.user_id = p.user_id and n.asked_at > p.asked_at) $$;

ALTER FUNCTION app.door_address_proof(p_hash bytea) OWNER TO markroom_door;

CREATE FUNCTION app.door_close_institute(p_institute uuid) RETURNS integer
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare ended integer;
begin
  if not p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_admin', true), ''), '{}')::uuid[])
     and p_institute is distinct from nullif(pg_catalog.current_setting('app.service_institute', true), '')::uuid then
    raise exception 'not theirs to close' using errcode = '42501';
  end if;
  update public.institutes s set closed_at = pg_catalog.now(), version = s.version + 1 where s.id = p_institute and s.closed_at is null;
  if not found then return null; end if;
  update public.sessions x set revoked_at = pg_catalog.now() from public.memberships m, public.users u
   where m.institute_id = p_institute and m.state <> 'left' and u.id = m.user_id and not u.is_platform_admin
     and x.user_id = m.user_id and x.revoked_at is null
     and not exists (select 1 from public.memberships o join public.institutes s on s.id = o.institute_id and s.closed_at is null
                      where o.user_id = m.user_id and o.state <> 'left');
  get diagnostics ended = row_count;
  return ended;
end $$;

ALTER FUNCTION app.door_close_institute(p_institute uuid) OWNER TO markroom_door;

CREATE FUNCTION app.door_delete_account() RETURNS TABLE(outcome text, institute_id uuid, job_id uuid)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare me constant uuid := nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid; place record;
  credential constant text := pg_catalog.current_setting('app.credential', true); request constant text := pg_catalog.current_setting('app.request_id', true);
begin
  if me is null then return; end if;
  perform 1 from public.users u where u.id = me for no key update;
  if exists (select 1 from public.projects p join public.institutes s on s.id = p.institute_id and s.closed_at is null
              where p.owner_id = me and p.state <> 'deleted') then
    return query select 'project_owner', null::uuid, null::uuid;
    return;
  end if;
  outcome := 'deleted';
  for place in select m.institute_id, s.closed_at from public.memberships m join public.institutes s on s.id = m.institute_id
                where m.user_id = me and m.state <> 'left' order by 1 loop
    if place.closed_at is null then
      if app.door_leave(place.institute_id) = 'last_admin' then
        return query select 'last_admin', null::uuid, null::uuid;
        return;
      end if;
    else
      update public.memberships m set state = 'left', ended_at = pg_catalog.now(), version = m.version + 1
       where m.institute_id = place.institute_id and m.user_id = me;
    end if;
    insert into public.events (institute_id, user_id, credential, kind, subject_id, changed, facts, request_id)
    values (place.institute_id, me, credential, 'member_left', me, '{state}', '{"by": "oneself"}', request);
    insert into public.events (institute_id, user_id, credential, kind, subject_id, changed, facts, request_id)
    select place.institute_id, me, credential, 'project_passed_on', g.project_id, '{owner_id}',
           pg_catalog.jsonb_build_object('from', me, 'to', g.heir), request
      from app.guard_leave_projects(place.institute_id, me) g;
    institute_id := place.institute_id;
    job_id := pg_catalog.uuidv7();
    insert into public.jobs (institute_id, id, kind, subject_id) values (place.institute_id, job_id, 'end_membership', me);
    return next;
  end loop;
  update public.sessions s set revoked_at = pg_catalog.now() where s.user_id = me and s.revoked_at is null;
  update public.memberships m set email = null, email_key = null, version = m.version + 1 where m.user_id = me;
  update public.users u set email = null, email_key = null, name = 'Former user', is_platform_admin = false, version = u.version + 1 where u.id = me;
  institute_id := null;
  job_id := null;
  return next;
end $$;

ALTER FUNCTION app.door_delete_account() OWNER TO markroom_door;

CREATE FUNCTION app.door_end_codes(p_institute uuid, p_user uuid) RETURNS integer
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare has_address boolean; ended integer;
begin
  if not p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_manage', true), ''), '{}')::uuid[]) then
    raise exception 'not theirs to sign out' using errcode = '42501';
  end if;
  select u.email_key is not null into has_address from public.memberships m join public.users u on u.id = m.user_id
   where m.institute_id = p_institute and m.user_id = p_user;
  if not found then return null; end if;
  update public.sign_in_codes c set expires_at = pg_catalog.now()
   where c.institute_id = p_institute and c.user_id = p_user and c.used_at is null and c.expires_at > pg_catalog.now();
  update public.sessions s set revoked_at = pg_catalog.now()
   where s.user_id = p_user and (s.is_by_code or not has_address) and s.revoked_at is null;
  get diagnostics ended = row_count;
  return case when ended > 0 or not has_address then ended end;
end $$;

ALTER FUNCTION app.door_end_codes(p_institute uuid, p_user uuid) OWNER TO markroom_door;

CREATE FUNCTION app.door_end_invitation(p_hash bytea, p_status text) RETURNS boolean
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare ended record;
begin
  if p_status not in ('declined', 'cancelled') then raise exception 'not an end: %', p_status; end if;
  update public.invitations i set status = p_status, decided_at = pg_catalog.now(), version = i.version + 1
    from public.invitation_tokens t
   where t.hash = p_hash and i.institute_id = t.institute_id and i.id = t.invitation_id and i.generation = t.generation and i.status = 'pending'
  returning i.institute_id, i.id, i.invited_by, i.role into ended;
  if not found then return false; end if;
  insert into public.events (institute_id, user_id, credential, kind, subject_id, changed, facts, request_id)
  values (ended.institute_id, nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid, pg_catalog.current_setting('app.credential', true),
          'invitation_ended', ended.id, '{status}', pg_catalog.jsonb_build_object('status', p_status), pg_catalog.current_setting('app.request_id', true));
  if p_status = 'cancelled' then
    insert into public.notices (institute_id, user_id, kind, subject_id, facts)
    select m.institute_id, m.user_id, 'invitation_void', ended.id, pg_catalog.jsonb_build_object('role', ended.role) from public.memberships m
     where m.institute_id = ended.institute_id and (m.user_id = ended.invited_by
       or m.user_id in (select a.granted_by from app.list_assignments(ended.institute_id, ended.id) a));
  end if;
  return true;
end $$;

ALTER FUNCTION app.door_end_invitation(p_hash bytea, p_status text) OWNER TO markroom_door;

CREATE FUNCTION app.door_end_sessions(p_user uuid) RETURNS integer
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare ended integer;
begin
  if not exists (select 1 from public.memberships m where m.user_id = p_user)
     or exists (select 1 from public.memberships m join public.institutes s on s.id = m.institute_id and s.closed_at is null
                 where m.user_id = p_user and m.state <> 'left') then return 0; end if;
  update public.sessions s set revoked_at = pg_catalog.now() where s.user_id = p_user and s.revoked_at is null;
  get diagnostics ended = row_count;
  return ended;
end $$;

ALTER FUNCTION app.door_end_sessions(p_user uuid) OWNER TO markroom_door;

CREATE FUNCTION app.door_find_person(p_institute uuid, p_user uuid, p_email_key text) RETURNS TABLE(user_id uuid, state text)
    LANGUAGE plpgsql SECURITY DEFINER ROWS 1
    SET search_path TO ''
    AS $$
begin
  if not p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_any', true), ''), '{}')::uuid[])
     or coalesce(nullif(pg_catalog.current_setting('app.p_admin', true), ''), '{}') = '{}' then return; end if;
  perform 1 from public.institutes s where s.id = p_institute for share;
  return query select m.user_id, m.state from public.memberships m
    where m.institute_id = p_institute and (m.user_id = p_user or m.email_key = p_email_key) order by m.state = 'left', m.user_id limit 1;
end $$;

ALTER FUNCTION app.door_find_person(p_institute uuid, p_user uuid, p_email_key text) OWNER TO markroom_door;

CREATE FUNCTION app.door_hold_institute(p_institute uuid) RETURNS void
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform 1 from public.institutes s where s.id = p_institute
     and s.id = any(nullif(pg_catalog.current_setting('app.i_any', true), '')::uuid[]) for share;
end $$;

ALTER FUNCTION app.door_hold_institute(p_institute uuid) OWNER TO markroom_door;

CREATE FUNCTION app.door_institute_open(p_institute uuid) RETURNS boolean
    LANGUAGE sql STABLE STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select exists (select 1 from public.institutes s where s.id = p_institute and s.closed_at is null) $$;

ALTER FUNCTION app.door_institute_open(p_institute uuid) OWNER TO markroom_door;

CREATE FUNCTION app.door_invitation(p_hash bytea) RETURNS TABLE(institute_id uuid, invitation_id uuid, institute_name text, email text, email_key text, role text, status text, expires_at timestamp with time zone, accepted_by uuid, invited_by uuid, inviter_role text, has_account boolean, project_id uuid, projects jsonb)
    LANGUAGE sql STABLE STRICT SECURITY DEFINER ROWS 1
    SET search_path TO ''
    AS $$
  select i.institute_id, i.id, s.name, i.email, i.email_key, i.role,
         case when i.status = 'pending' and s.closed_at is not null then 'cancelled'
              when i.status = 'pending' and t.generation < i.generation then 'replaced'
              when i.status = 'pending' and i.expires_at <= pg_catalog.now() then 'expired' else i.status end,
         i.expires_at, i.accepted_by, i.invited_by,
         case when i.invited_by is not null then m.role
              when i.granted_by is null then 'operator'
              when exists (select 1 from public.users g where g.id = i.granted_by and g.is_platform_admin) then 'platform_admin' end,
         exists (select 1 from public.users u where u.email_key = i.email_key), i.project_id,
         coalesce((select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('id', a.project_id, 'name', a.project_name, 'role', a.role)
                          order by pg_catalog.lower(a.project_name), a.project_id)
                     from app.list_assignments(i.institute_id, i.id) a where a.is_granted), '[]')
    from public.invitation_tokens t
    join public.invitations i on i.institute_id = t.institute_id and i.id = t.invitation_id
    join public.institutes s on s.id = i.institute_id
    left join public.memberships m on m.institute_id = i.institute_id and m.user_id = i.invited_by and m.state = 'active'
   where t.hash = p_hash $$;

ALTER FUNCTION app.door_invitation(p_hash bytea) OWNER TO markroom_door;

CREATE FUNCTION app.door_is_awaited(p_email_key text) RETURNS boolean
    LANGUAGE sql STABLE STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select exists (select 1 from public.invitations i join public.institutes s on s.id = i.institute_id and s.closed_at is null
    where i.email_key = p_email_key and i.status = 'pending' and i.expires_at > pg_catalog.now()) $$;

ALTER FUNCTION app.door_is_awaited(p_email_key text) OWNER TO markroom_door;

CREATE FUNCTION app.door_is_by_code(p_session uuid) RETURNS boolean
    LANGUAGE sql STABLE STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select s.is_by_code or u.email_key is null from public.sessions s join public.users u on u.id = s.user_id where s.id = p_session $$;

ALTER FUNCTION app.door_is_by_code(p_session uuid) OWNER TO markroom_door;

CREATE FUNCTION app.door_issue_codes(p_institute uuid, p_users uuid[], p_hashes bytea[], p_seconds integer) RETURNS TABLE(user_id uuid, expires_at timestamp with time zone)
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare me constant uuid := nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid; pupils uuid[];
begin
  if not p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_staff', true), ''), '{}')::uuid[]) then
    raise exception 'not theirs to sign in' using errcode = '42501';
  end if;
  perform 1 from public.institutes s where s.id = p_institute for share;
  if not exists (select 1 from public.users u left join public.memberships m on m.institute_id = p_institute and m.user_id = u.id
                  where u.id = me and (u.is_platform_admin or m.state = 'active' and m.role not in ('student', 'guest'))) then return; end if;
  select coalesce(pg_catalog.array_agg(m.user_id), '{}') into pupils from public.memberships m join public.users u on u.id = m.user_id
   where m.institute_id = p_institute and m.user_id = any(p_users) and m.role = 'student' and m.state = 'active'
     and u.email_key is null and not u.is_platform_admin
     and not exists (select 1 from public.memberships o
                      where o.user_id = m.user_id and o.institute_id <> p_institute and o.state <> 'left');
  update public.sign_in_codes c set expires_at = pg_catalog.now()
   where c.institute_id = p_institute and c.user_id = any(pupils) and c.used_at is null and c.expires_at > pg_catalog.now();
  return query insert into public.sign_in_codes as c (institute_id, user_id, hash, expires_at, issued_by)
    select p_institute, w.user_id, w.hash, pg_catalog.now() + pg_catalog.make_interval(secs => p_seconds), me
      from unnest(p_users, p_hashes) w (user_id, hash) where w.user_id = any(pupils)
    returning c.user_id, c.expires_at;
end $$;

ALTER FUNCTION app.door_issue_codes(p_institute uuid, p_users uuid[], p_hashes bytea[], p_seconds integer) OWNER TO markroom_door;

CREATE FUNCTION app.door_join(p_invitation_hash bytea, p_name text, p_session_hash bytea, p_seconds integer, p_user_agent text) RETURNS TABLE(user_id uuid, session_id uuid, expires_at timestamp with time zone)
    LANGUAGE plpgsql STRICT SECURITY DEFINER ROWS 1
    SET search_path TO ''
    AS $$
declare account uuid;
begin
  insert into public.users (email, email_key, name, email_verified_at)
  select d.email, d.email_key, p_name, case when not t.is_shown then pg_catalog.now() end
    from app.door_invitation(p_invitation_hash) d
    join public.invitation_tokens t on t.institute_id = d.institute_id and t.hash = p_invitation_hash
   where d.status = 'pending'
  on conflict (email_key) do nothing returning id into account;
  if account is null then return; end if;
  return query insert into public.sessions as s (user_id, hash, user_agent, expires_at)
    values (account, p_session_hash, p_user_agent, pg_catalog.now() + pg_catalog.make_interval(secs => p_seconds))
    returning s.user_id, s.id, s.expires_at;
end $$;

ALTER FUNCTION app.door_join(p_invitation_hash bytea, p_name text, p_session_hash bytea, p_seconds integer, p_user_agent text) OWNER TO markroom_door;

CREATE FUNCTION app.door_leave(p_institute uuid) RETURNS text
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare me constant uuid := nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid; mine text;
begin
  perform 1 from public.institutes s where s.id = p_institute for no key update;
  select m.role into mine from public.memberships m
   where m.institute_id = p_institute and m.user_id = me and m.state <> 'left';
  if mine is null then return null; end if;
  if mine = 'school_admin' and not exists (select 1 from public.memberships m
      where m.institute_id = p_institute and m.role = 'school_admin' and m.state = 'active' and m.user_id <> me) then
    return 'last_admin';
  end if;
  update public.memberships m set state = 'left', ended_at = pg_catalog.now(), version = m.version + 1
   where m.institute_id = p_institute and m.user_id = me;
  update public.invitations i set status = 'cancelled', decided_at = pg_catalog.now(), version = i.version + 1
   where i.institute_id = p_institute and i.invited_by = me and i.status = 'pending';
  return 'left';
end $$;

ALTER FUNCTION app.door_leave(p_institute uuid) OWNER TO markroom_door;

CREATE FUNCTION app.door_lock_invitation(p_hash bytea) RETURNS TABLE(institute_id uuid, invitation_id uuid, institute_name text, email text, email_key text, role text, status text, expires_at timestamp with time zone, accepted_by uuid, invited_by uuid, inviter_role text, has_account boolean, project_id uuid, projects jsonb)
    LANGUAGE plpgsql STRICT SECURITY DEFINER ROWS 1
    SET search_path TO ''
    AS $$
declare tenant uuid; invitation uuid;
begin
  select t.institute_id, t.invitation_id into tenant, invitation from public.invitation_tokens t where t.hash = p_hash;
  if not found then return; end if;
  perform 1 from public.institutes s where s.id = tenant for share;
  perform 1 from public.projects p where p.institute_id = tenant
     and p.id in (select a.project_id from app.list_assignments(tenant, invitation) a) order by p.id for share;
  perform 1 from public.invitations i where i.institute_id = tenant and i.id = invitation and i.status = 'pending' for update;
  return query select d.* from app.door_invitation(p_hash) d;
end $$;

ALTER FUNCTION app.door_lock_invitation(p_hash bytea) OWNER TO markroom_door;

CREATE FUNCTION app.door_pending_invitation(p_institute uuid, p_email_key text) RETURNS uuid
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare waiting uuid;
begin
  if not p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_any', true), ''), '{}')::uuid[])
     or coalesce(nullif(pg_catalog.current_setting('app.p_admin', true), ''), '{}') = '{}' then return null; end if;
  update public.invitations i set status = 'expired', version = i.version + 1
   where i.institute_id = p_institute and i.email_key = p_email_key and i.project_id is null and i.status = 'pending' and i.expires_at <= pg_catalog.now();
  select i.id into waiting from public.invitations i
   where i.institute_id = p_institute and i.email_key = p_email_key and i.project_id is null and i.status = 'pending' for update;
  return waiting;
end $$;

ALTER FUNCTION app.door_pending_invitation(p_institute uuid, p_email_key text) OWNER TO markroom_door;

CREATE FUNCTION app.door_prove_address(p_hash bytea, p_request text) RETURNS TABLE(institute_id uuid, user_id uuid, account_id uuid, job_id uuid)
    LANGUAGE plpgsql STRICT SECURITY DEFINER ROWS 1
    SET search_path TO ''
    AS $$
declare proof record; account record; job constant uuid := pg_catalog.uuidv7();
begin
  perform 1 from public.institutes s join public.address_proofs p on p.institute_id = s.id where p.hash = p_hash for share of s;
  select * into proof from app.door_address_proof(p_hash);
  if not found then return; end if;
  update public.address_proofs p set used_at = pg_catalog.now()
   where p.institute_id = proof.institute_id and p.id = proof.proof_id and p.used_at is null;
  if not found then return; end if;
  update public.sign_in_codes c set expires_at = pg_catalog.now()
   where c.institute_id = proof.institute_id and c.user_id = proof.user_id and c.used_at is null and c.expires_at > pg_catalog.now();
  update public.sessions s set revoked_at = pg_catalog.now() where s.user_id = proof.user_id and s.revoked_at is null;
  insert into public.events (institute_id, user_id, credential, kind, subject_id, changed, request_id)
  values (proof.institute_id, proof.user_id, 'address:' || proof.proof_id, 'address_proved', proof.user_id, '{email}', p_request);
  loop
    select u.id, u.email_verified_at into account from public.users u where u.email_key = proof.email_key for update;
    exit when found;
    begin
      update public.users u set email = proof.email, email_key = proof.email_key, email_verified_at = pg_catalog.now(), version = u.version + 1
       where u.id = proof.user_id;
      update public.memberships m set email = proof.email, email_key = proof.email_key, version = m.version + 1
       where m.institute_id = proof.institute_id and m.user_id = proof.user_id;
      return query select proof.institute_id, proof.user_id, null::uuid, null::uuid;
      return;
    exception when unique_violation then null;  -- somebody made an account of this address meanwhile
    end;
  end loop;
  if account.email_verified_at is null then
    update public.sessions s set revoked_at = pg_catalog.now() where s.user_id = account.id and s.revoked_at is null;
    update public.users u set email_verified_at = pg_catalog.now(), version = u.version + 1 where u.id = account.id;
  end if;
  insert into public.jobs (institute_id, id, kind, subject_id, args)
  values (proof.institute_id, job, 'join_account', proof.user_id, pg_catalog.jsonb_build_object('account_id', account.id));
  return query select proof.institute_id, proof.user_id, account.id, job;
end $$;

ALTER FUNCTION app.door_prove_address(p_hash bytea, p_request text) OWNER TO markroom_door;

CREATE FUNCTION app.door_rename_pupil(p_institute uuid, p_user uuid, p_name text) RETURNS boolean
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  if not p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_manage', true), ''), '{}')::uuid[]) then
    raise exception 'not theirs to name' using errcode = '42501';
  end if;
  update public.users u set name = p_name, version = u.version + 1
    from public.memberships m
   where u.id = p_user and u.email_key is null and not u.is_platform_admin
     and m.institute_id = p_institute and m.user_id = u.id and m.role = 'student' and m.state = 'active'
     and not exists (select 1 from public.memberships o
                      where o.user_id = u.id and o.institute_id <> p_institute and o.state <> 'left');
  if not found then return false; end if;
  update public.memberships m set name = p_name, version = m.version + 1 where m.institute_id = p_institute and m.user_id = p_user;
  return true;
end $$;

ALTER FUNCTION app.door_rename_pupil(p_institute uuid, p_user uuid, p_name text) OWNER TO markroom_door;

CREATE FUNCTION app.door_sign_in(p_token_hash bytea, p_session_hash bytea, p_seconds integer, p_user_agent text) RETURNS TABLE(user_id uuid, session_id uuid, expires_at timestamp with time zone)
    LANGUAGE plpgsql STRICT SECURITY DEFINER ROWS 1
    SET search_path TO ''
    AS $$
declare token record; account uuid;
begin
  update public.sign_in_tokens t set used_at = pg_catalog.now()
   where t.hash = p_token_hash and t.used_at is null and t.expires_at > pg_catalog.now() returning t.email, t.email_key into token;
  if not found then return; end if;
  update public.sessions s set revoked_at = pg_catalog.now() from public.users u
   where u.email_key = token.email_key and u.email_verified_at is null and s.user_id = u.id and s.revoked_at is null;
  insert into public.users (email, email_key, name, email_verified_at)
  values (token.email, token.email_key, pg_catalog.split_part(token.email, '@', 1), pg_catalog.now())
  on conflict (email_key) do update set email_verified_at = coalesce(users.email_verified_at, pg_catalog.now())
  returning users.id into account;
  return query insert into public.sessions as s (user_id, hash, user_agent, expires_at)
    values (account, p_session_hash, p_user_agent, pg_catalog.now() + pg_catalog.make_interval(secs => p_seconds))
    returning s.user_id, s.id, s.expires_at;
end $$;

ALTER FUNCTION app.door_sign_in(p_token_hash bytea, p_session_hash bytea, p_seconds integer, p_user_agent text) OWNER TO markroom_door;

CREATE FUNCTION app.door_sign_in_by_code(p_hash bytea, p_session_hash bytea, p_seconds integer, p_user_agent text) RETURNS TABLE(user_id uuid, session_id uuid, expires_at timestamp with time zone)
    LANGUAGE plpgsql STRICT SECURITY DEFINER ROWS 1
    SET search_path TO ''
    AS $$
declare code record;
begin
  update public.sign_in_codes c set used_at = pg_catalog.now()
    from public.memberships m, public.users u, public.institutes s
   where c.hash = p_hash and c.used_at is null and c.expires_at > pg_catalog.clock_timestamp()
     and m.institute_id = c.institute_id and m.user_id = c.user_id and m.role = 'student' and m.state = 'active'
     and u.id = c.user_id and u.email_key is null and s.id = c.institute_id and s.closed_at is null
  returning c.user_id, c.issued_by into code;
  if not found then return; end if;
  return query insert into public.sessions as s (user_id, hash, user_agent, expires_at, is_by_code, code_issued_by)
    values (code.user_id, p_session_hash, p_user_agent, pg_catalog.now() + pg_catalog.make_interval(secs => p_seconds), true, code.issued_by)
    returning s.user_id, s.id, s.expires_at;
end $$;

ALTER FUNCTION app.door_sign_in_by_code(p_hash bytea, p_session_hash bytea, p_seconds integer, p_user_agent text) OWNER TO markroom_door;

CREATE FUNCTION app.door_sign_in_external(p_issuer text, p_subject text, p_email text, p_email_key text, p_name text, p_sign_up_open boolean, p_session_hash bytea, p_seconds integer, p_user_agent text) RETURNS TABLE(user_id uuid, session_id uuid, expires_at timestamp with time zone, is_new boolean)
    LANGUAGE plpgsql SECURITY DEFINER ROWS 1
    SET search_path TO ''
    AS $$
declare x record;
begin
  select l.* into x from app.link_identity(p_issuer, p_subject, p_email, p_email_key, p_name, p_sign_up_open) l;
  if not found then return; end if;
  return query insert into public.sessions as s (user_id, hash, user_agent, expires_at)
    values (x.user_id, p_session_hash, p_user_agent, pg_catalog.now() + pg_catalog.make_interval(secs => p_seconds))
    returning s.user_id, s.id, s.expires_at, x.is_new;
end $$;

ALTER FUNCTION app.door_sign_in_external(p_issuer text, p_subject text, p_email text, p_email_key text, p_name text, p_sign_up_open boolean, p_session_hash bytea, p_seconds integer, p_user_agent text) OWNER TO markroom_door;

CREATE FUNCTION app.door_sign_in_token(p_hash bytea) RETURNS TABLE(email text)
    LANGUAGE sql STABLE STRICT SECURITY DEFINER ROWS 1
    SET search_path TO ''
    AS $$
  select t.email from public.sign_in_tokens t where t.hash = p_hash and t.used_at is null and t.expires_at > pg_catalog.now() $$;

ALTER FUNCTION app.door_sign_in_token(p_hash bytea) OWNER TO markroom_door;

CREATE FUNCTION app.door_take_assignments(p_institute uuid, p_invitation uuid) RETURNS TABLE(project_id uuid, role text)
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare me constant uuid := nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid;
begin
  if not exists (select 1 from public.invitations i where i.institute_id = p_institute and i.id = p_invitation and i.status = 'accepted'
                    and i.accepted_by = me and i.decided_at = pg_catalog.now()) then return; end if;
  perform 1 from public.projects p where p.institute_id = p_institute
     and p.id in (select a.project_id from app.list_assignments(p_institute, p_invitation) a) order by p.id for share;
  insert into public.notices (institute_id, user_id, kind, subject_id, facts)
  select p_institute, m.user_id, 'invitation_void', p_invitation, pg_catalog.jsonb_build_object('role', a.role)
    from app.list_assignments(p_institute, p_invitation) a
    join public.memberships m on m.institute_id = p_institute and m.user_id = a.granted_by
   where not a.is_granted;
  return query insert into public.project_members as m (institute_id, project_id, user_id, role, added_by)
    select p_institute, a.project_id, me, a.role, a.granted_by from app.list_assignments(p_institute, p_invitation) a where a.is_granted
    on conflict on constraint project_members_pkey do nothing returning m.project_id, m.role;
end $$;

ALTER FUNCTION app.door_take_assignments(p_institute uuid, p_invitation uuid) OWNER TO markroom_door;

CREATE FUNCTION app.end_codes_of_leaver() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update public.sign_in_codes c set expires_at = pg_catalog.now()
   where c.institute_id = new.institute_id and c.issued_by = new.user_id and c.used_at is null and c.expires_at > pg_catalog.now();
  update public.sessions s set revoked_at = pg_catalog.now()
    from public.memberships m
   where s.code_issued_by = new.user_id and s.is_by_code and s.revoked_at is null
     and m.institute_id = new.institute_id and m.user_id = s.user_id;
  return null;
end $$;

ALTER FUNCTION app.end_codes_of_leaver() OWNER TO markroom_door;

CREATE FUNCTION app.forget_answers() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  delete from public.idempotent_answers a using gone g
   where a.institute_id = g.institute_id and a.route like '/api/%memories%'
     and position(pg_catalog.convert_to(g.id::text, 'UTF8') in a.answer) > 0;
  return null;
end $$;

ALTER FUNCTION app.forget_answers() OWNER TO markroom_guard;

CREATE FUNCTION app.forget_identities() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  delete from public.external_identities e where e.user_id = new.id;
  return null;
end $$;

ALTER FUNCTION app.forget_identities() OWNER TO postgres;

CREATE FUNCTION app.guard_count_what_ends(p_institute uuid, p_user uuid) RETURNS TABLE(invitations bigint, api_keys bigint, owned_projects bigint)
    LANGUAGE sql STABLE STRICT SECURITY DEFINER ROWS 1
    SET search_path TO ''
    AS $$
  select (select count(*) from public.invitations i where i.institute_id = p_institute and i.invited_by = p_user and i.status = 'pending'),
         (select count(*) from public.api_keys k where k.institute_id = p_institute and k.user_id = p_user and k.deactivated_at is null),
         (select count(*) from public.projects p where p.institute_id = p_institute and p.owner_id = p_user and p.state <> 'deleted')
   where p_institute = any(nullif(pg_catalog.current_setting('app.i_manage', true), '')::uuid[]) $$;

ALTER FUNCTION app.guard_count_what_ends(p_institute uuid, p_user uuid) OWNER TO markroom_guard;

CREATE FUNCTION app.guard_leave_projects(p_institute uuid, p_user uuid) RETURNS TABLE(project_id uuid, heir uuid)
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare me constant uuid := nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid; owned uuid; successor uuid;
begin
  if not exists (select 1 from public.memberships m where m.institute_id = p_institute and m.user_id = p_user and m.state = 'left') then return; end if;
  perform 1 from public.projects p where p.institute_id = p_institute and p.state <> 'deleted' and (p.owner_id = p_user
      or p.id in (select m.project_id from public.project_members m where m.institute_id = p_institute and m.user_id = p_user))
    order by p.id for no key update;
  for owned in select p.id from public.projects p where p.institute_id = p_institute and p.owner_id = p_user and p.state <> 'deleted' order by p.id loop
    select coalesce(
      (select m.user_id from public.project_members m
         join public.memberships s on s.institute_id = m.institute_id and s.user_id = m.user_id and s.state = 'active'
        where m.institute_id = p_institute and m.project_id = owned and m.role = 'admin' and m.user_id <> p_user
        order by m.added_at, m.user_id limit 1),
      (select s.user_id from public.memberships s
        where s.institute_id = p_institute and s.role = 'school_admin' and s.state = 'active' and s.user_id <> p_user
        order by s.user_id is distinct from me, s.joined_at, s.user_id limit 1)) into successor;
    continue when successor is null;  -- the last of the institute: there is nobody to pass it to
    insert into public.project_members as m (institute_id, project_id, user_id, role, added_by) values (p_institute, owned, successor, 'admin', me)
      on conflict on constraint project_members_pkey do update set role = 'admin', version = m.version + 1;
    update public.projects p set owner_id = successor, updated_at = pg_catalog.now(), version = p.version + 1
     where p.institute_id = p_institute and p.id = owned;
    project_id := owned;
    heir := successor;
    return next;
  end loop;
  delete from public.project_members m where m.institute_id = p_institute and m.user_id = p_user;
  delete from public.former_project_members m where m.institute_id = p_institute and m.user_id = p_user;
  update public.invitations i set status = 'cancelled', decided_at = pg_catalog.now(), ended_reason = 'member_left', version = i.version + 1
    from public.memberships m
   where m.institute_id = p_institute and m.user_id = p_user and i.institute_id = p_institute and i.email_key = m.email_key
     and i.project_id is not null and i.status = 'pending';  -- into projects they could no longer come to
  update public.api_keys k set deactivated_at = pg_catalog.now(), deactivated_by = me, deactivated_reason = 'member_left'
   where k.institute_id = p_institute and k.user_id = p_user and k.deactivated_at is null;
end $$;

ALTER FUNCTION app.guard_leave_projects(p_institute uuid, p_user uuid) OWNER TO markroom_guard;

CREATE FUNCTION app.guard_lend_file(p_institute uuid, p_sha256 text, p_project uuid) RETURNS void
    LANGUAGE sql STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
  update public.source_files f
     set project_ids = case when f.project_ids @> array[p_project] then f.project_ids else f.project_ids || p_project end,
         sent_by_projects = f.sent_by_projects || p_project
   where f.institute_id = p_institute and f.sha256 = p_sha256 and not f.sent_by_projects @> array[p_project]
     and f.institute_id = any(nullif(pg_catalog.current_setting('app.i_any', true), '')::uuid[])
     and p_project = any(nullif(pg_catalog.current_setting('app.p_write', true), '')::uuid[]) $$;

ALTER FUNCTION app.guard_lend_file(p_institute uuid, p_sha256 text, p_project uuid) OWNER TO markroom_guard;

CREATE FUNCTION app.guard_list_purges() RETURNS TABLE(institute_id uuid, project_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select p.institute_id, p.id from public.projects p
   where p.state = 'deleted' and p.deleted_at < pg_catalog.now() - interval '30 days' order by p.deleted_at limit 100 $$;

ALTER FUNCTION app.guard_list_purges() OWNER TO markroom_guard;

CREATE FUNCTION app.guard_list_waiting_graphs(p_older_than interval) RETURNS SETOF uuid
    LANGUAGE sql STABLE STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select s.institute_id from public.graph_spaces s
   where (s.state <> 'removed' and (s.generation = 0 or s.catalogue_version is distinct from
           (select l.version from public.catalogue_loads l order by l.loaded_at desc, l.version desc limit 1)))
      or exists (select 1 from public.graph_changes c where c.institute_id = s.institute_id and c.at < pg_catalog.now() - p_older_than) $$;

ALTER FUNCTION app.guard_list_waiting_graphs(p_older_than interval) OWNER TO markroom_guard;

CREATE FUNCTION app.guard_lock_project(p_institute uuid, p_project uuid) RETURNS boolean
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  perform 1 from public.projects p where p.institute_id = p_institute and p.id = p_project
     and p.institute_id = any(nullif(pg_catalog.current_setting('app.i_any', true), '')::uuid[]) for no key update;
  return found;
end $$;

ALTER FUNCTION app.guard_lock_project(p_institute uuid, p_project uuid) OWNER TO markroom_guard;

CREATE FUNCTION app.guard_project(p_institute uuid, p_project uuid) RETURNS boolean
    LANGUAGE sql STABLE STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select exists (select 1 from public.projects p where p.institute_id = p_institute and p.id = p_project and p.state <> 'deleted'
    and p.institute_id = any(nullif(pg_catalog.current_setting('app.i_staff', true), '')::uuid[])) $$;

ALTER FUNCTION app.guard_project(p_institute uuid, p_project uuid) OWNER TO markroom_guard;

CREATE FUNCTION app.guard_recorded_marks(p_institute uuid, p_questions uuid[], p_lowered jsonb) RETURNS SETOF uuid
    LANGUAGE sql STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select distinct e.question_id from public.mark_entries e
   where e.institute_id = p_institute
     and (p_institute = any(nullif(pg_catalog.current_setting('app.i_any', true), '')::uuid[])
          or p_institute = nullif(pg_catalog.current_setting('app.service_institute', true), '')::uuid)
     and e.question_id = any(p_questions || array(select k::uuid from pg_catalog.jsonb_object_keys(p_lowered) k))
     and (e.question_id = any(p_questions) or e.marks > (p_lowered ->> e.question_id::text)::numeric) $$;

ALTER FUNCTION app.guard_recorded_marks(p_institute uuid, p_questions uuid[], p_lowered jsonb) OWNER TO markroom_guard;

CREATE FUNCTION app.guard_sweep_invitation_rows() RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare swept integer;
begin
  delete from public.invitation_rows r where r.created_at < pg_catalog.now() - interval '7 days';
  get diagnostics swept = row_count;
  return swept;
end $$;

ALTER FUNCTION app.guard_sweep_invitation_rows() OWNER TO markroom_guard;

CREATE FUNCTION app.has(p_setting text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  select format('array_position((select nullif(current_setting(%L, true), '''')::uuid[])::uuid[], institute_id) is not null', 'app.' || p_setting) $$;

ALTER FUNCTION app.has(p_setting text) OWNER TO postgres;

CREATE FUNCTION app.is_caller(p_column text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  select format('%I = (select nullif(current_setting(''app.user_id'', true), '''')::uuid)', p_column) $$;

ALTER FUNCTION app.is_caller(p_column text) OWNER TO postgres;

CREATE FUNCTION app.is_service_institute(p_column text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  select format('%I = (select nullif(current_setting(''app.service_institute'', true), '''')::uuid)', p_column) $$;

ALTER FUNCTION app.is_service_institute(p_column text) OWNER TO postgres;

CREATE FUNCTION app.keep_batch_with_paper() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  perform from public.exam_templates t
    where t.institute_id = new.institute_id and t.id = new.template_id and t.project_id is not distinct from new.project_id;
  if not found then
    raise exception 'the paper of batch % is in another project', new.id using errcode = '23503';
  end if;
  return null;
end $$;

ALTER FUNCTION app.keep_batch_with_paper() OWNER TO postgres;

CREATE FUNCTION app.keep_mark_change() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  insert into public.mark_changes (institute_id, script_id, question_id, version, project_id, marker_id, source, from_state, from_marks,
    to_state, to_marks, replaced, why)
  values (new.institute_id, new.script_id, new.question_id, new.version, new.project_id, new.marker_id, new.source,
    case when tg_op = 'UPDATE' then old.state end, case when tg_op = 'UPDATE' then old.marks end, new.state, new.marks,
    case when tg_op = 'UPDATE' then pg_catalog.jsonb_build_object('points', old.points, 'comment', old.comment, 'annotations', old.annotations) end,
    new.why);
  return null;
end $$;

ALTER FUNCTION app.keep_mark_change() OWNER TO markroom_guard;

CREATE FUNCTION app.keep_words() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
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

ALTER FUNCTION app.keep_words() OWNER TO markroom_guard;

CREATE FUNCTION app.lend_paper() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
declare left_by constant uuid := case when old.source_file_id is not null then old.project_id end;
  needed_by constant uuid := case when new.source_file_id is not null then new.project_id end;
begin
  if (left_by, old.source_file_id) is not distinct from (needed_by, new.source_file_id) then return null; end if;
  perform 1 from public.source_files f where f.institute_id = new.institute_id
     and (f.id = old.source_file_id and left_by is not null or f.id = new.source_file_id and needed_by is not null)
   order by f.id for no key update;
  update public.source_files f set project_ids = f.project_ids || needed_by
   where f.institute_id = new.institute_id and f.id = new.source_file_id and needed_by is not null and not f.project_ids @> array[needed_by];
  update public.source_files f set project_ids = pg_catalog.array_remove(f.project_ids, left_by)
   where f.institute_id = new.institute_id and f.id = old.source_file_id and f.project_ids @> array[left_by] and not f.sent_by_projects @> array[left_by]
     and not exists (select 1 from public.exam_templates t
                      where t.institute_id = new.institute_id and t.source_file_id = old.source_file_id and t.project_id = left_by);
  return null;
end $$;

ALTER FUNCTION app.lend_paper() OWNER TO markroom_guard;

CREATE FUNCTION app.link_identity(p_issuer text, p_subject text, p_email text, p_email_key text, p_name text, p_sign_up_open boolean) RETURNS TABLE(identity_id uuid, user_id uuid, is_new boolean)
    LANGUAGE plpgsql ROWS 1
    SET search_path TO ''
    AS $$
declare account uuid; linked boolean := false;
begin
  if not exists (select 1 from public.external_identities e where e.issuer = p_issuer and e.subject = p_subject) then
    if p_email_key is null then return; end if;
    if not (p_sign_up_open or exists (select 1 from public.users u where u.email_key = p_email_key) or app.door_is_awaited(p_email_key)) then
      return;
    end if;
    update public.sessions s set revoked_at = pg_catalog.now() from public.users u
     where u.email_key = p_email_key and u.email_verified_at is null and s.user_id = u.id and s.revoked_at is null;
    insert into public.users (email, email_key, name, email_verified_at) values (p_email, p_email_key, p_name, pg_catalog.now())
    on conflict (email_key) do update set email_verified_at = coalesce(users.email_verified_at, pg_catalog.now())
    returning users.id into account;
    insert into public.external_identities (issuer, subject, user_id) values (p_issuer, p_subject, account) on conflict (issuer, subject) do nothing;
    linked := found;
  end if;
  return query select e.id, e.user_id, linked from public.external_identities e where e.issuer = p_issuer and e.subject = p_subject;
end $$;

ALTER FUNCTION app.link_identity(p_issuer text, p_subject text, p_email text, p_email_key text, p_name text, p_sign_up_open boolean) OWNER TO postgres;

CREATE FUNCTION app.list_assignments(p_institute uuid, p_invitation uuid) RETURNS TABLE(project_id uuid, project_name text, role text, granted_by uuid, is_granted boolean)
    LANGUAGE sql STABLE STRICT
    SET search_path TO ''
    AS $$
  select o.project_id, p.name, o.role, o.granted_by, p.state <> 'deleted' and (
      exists (select 1 from public.users u where u.id = o.granted_by and u.is_platform_admin)
      or exists (select 1 from public.memberships m
                   left join public.project_members pm on pm.institute_id = p_institute and pm.project_id = p.id and pm.user_id = m.user_id
                  where m.institute_id = p_institute and m.user_id = o.granted_by and m.state = 'active'
                    and (m.role = 'school_admin' or p.owner_id = m.user_id or pm.role = 'admin')))
    from (select i.project_id, i.role, i.granted_by from public.invitations i
           where i.institute_id = p_institute and i.id = p_invitation and i.project_id is not null
          union all
          select a.project_id, a.role, a.granted_by from public.invitation_assignments a
           where a.institute_id = p_institute and a.invitation_id = p_invitation) o
    join public.projects p on p.institute_id = p_institute and p.id = o.project_id $$;

ALTER FUNCTION app.list_assignments(p_institute uuid, p_invitation uuid) OWNER TO postgres;

CREATE FUNCTION app.list_open_places(p_user uuid) RETURNS uuid[]
    LANGUAGE sql STABLE STRICT
    SET search_path TO ''
    AS $$
  select coalesce(pg_catalog.array_agg(ms.institute_id), '{}')
    from public.memberships ms join public.institutes s on s.id = ms.institute_id and s.closed_at is null
   where ms.user_id = p_user and ms.state = 'active' $$;

ALTER FUNCTION app.list_open_places(p_user uuid) OWNER TO postgres;

CREATE FUNCTION app.list_project_people(p_institute uuid, p_project uuid) RETURNS TABLE(user_id uuid, name text, email text, state text)
    LANGUAGE sql STABLE STRICT SECURITY DEFINER
    SET search_path TO ''
    AS $$
  select ms.user_id, ms.name, ms.email, ms.state
    from public.project_members m join public.memberships ms on ms.institute_id = m.institute_id and ms.user_id = m.user_id
   where m.institute_id = p_institute and m.project_id = p_project
     and m.institute_id = any(nullif(pg_catalog.current_setting('app.i_any', true), '')::uuid[])
     and m.project_id = any(nullif(pg_catalog.current_setting('app.p_read', true), '')::uuid[]) $$;

ALTER FUNCTION app.list_project_people(p_institute uuid, p_project uuid) OWNER TO markroom_guard;

CREATE FUNCTION app.list_pupil_classes(p_institute uuid, p_own boolean, p_class uuid) RETURNS TABLE(id uuid, name text, code text, subject text, year_group text, academic_year text, takes_requests boolean, previous_id uuid, created_at timestamp with time zone, archived_at timestamp with time zone, version integer, teachers jsonb, student_count integer, is_own boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
  with me as (
    select m.user_id from public.memberships m
     where m.institute_id = p_institute and m.state = 'active' and m.role = 'student'
       and m.user_id = nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid
       and m.institute_id = any(nullif(pg_catalog.current_setting('app.i_any', true), '')::uuid[]))
  select c.id, c.name, c.code, c.subject, c.year_group, c.academic_year, c.takes_requests, null::uuid,
         c.created_at, c.archived_at, c.version,
         (select coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('user_id', t.user_id, 'name', n.name) order by t.added_at, t.user_id), '[]')
            from public.class_teachers t join public.memberships n on n.institute_id = t.institute_id and n.user_id = t.user_id
           where t.institute_id = p_institute and n.institute_id = p_institute and t.class_id = c.id and n.state = 'active'),
         null::integer, s.user_id is not null
    from me join public.classes c on c.institute_id = p_institute
    left join public.class_students s on s.institute_id = p_institute and s.class_id = c.id and s.user_id = me.user_id
   where (p_class is null or c.id = p_class)
     and (s.user_id is not null
       or (not p_own and (c.takes_requests and c.archived_at is null
         or exists (select from public.enrollment_requests r
                     where r.institute_id = p_institute and r.class_id = c.id and r.user_id = me.user_id)))) $$;

ALTER FUNCTION app.list_pupil_classes(p_institute uuid, p_own boolean, p_class uuid) OWNER TO markroom_guard;

CREATE FUNCTION app.memory_words(p_text text, p_tags text[]) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO ''
    AS $$ select pg_catalog.to_tsvector('english', p_text || ' ' || pg_catalog.array_to_string(p_tags, ' ')) $$;

ALTER FUNCTION app.memory_words(p_text text, p_tags text[]) OWNER TO postgres;

CREATE PROCEDURE app.protect(IN p_table regclass, IN p_select text DEFAULT NULL::text, IN p_insert text DEFAULT NULL::text, IN p_update text DEFAULT NULL::text, IN p_delete text DEFAULT NULL::text, IN p_tenant text DEFAULT 'institute_id'::text)
    LANGUAGE plpgsql
    AS $$
declare service text := app.is_service_institute(p_tenant);
begin
  execute format('alter table %s owner to markroom_owner', p_table);
  execute format('alter table %s enable row level security', p_table);
  execute format('alter table %s force row level security', p_table);
  if p_select is not null then
    execute format('create policy app_select on %s for select to markroom_app using (%s)', p_table, p_select);
    execute format('grant select on %s to markroom_app', p_table);
  end if;
  if p_insert is not null then
    execute format('create policy app_insert on %s for insert to markroom_app with check (%s)', p_table, p_insert);
    execute format('grant insert on %s to markroom_app', p_table);
  end if;
  if p_update is not null then
    execute format('create policy app_update on %s for update to markroom_app using (%s) with check (%s)', p_table, p_update, p_update);
    execute format('grant update on %s to markroom_app', p_table);
  end if;
  if p_delete is not null then
    execute format('create policy app_delete on %s for delete to markroom_app using (%s)', p_table, p_delete);
    execute format('grant delete on %s to markroom_app', p_table);
  end if;
  execute format('create policy service_select on %s for select to markroom_service using (%s)', p_table, service);
  execute format('create policy service_insert on %s for insert to markroom_service with check (%s)', p_table, service);
  execute format('create policy service_update on %s for update to markroom_service using (%s) with check (%s)', p_table, service, service);
  execute format('create policy service_delete on %s for delete to markroom_service using (%s)', p_table, service);
  execute format('grant select, insert, update, delete on %s to markroom_service', p_table);
  if p_tenant = 'institute_id' then
    execute format('create trigger keep_institute before update of institute_id on %s for each row '
      'when (old.institute_id is distinct from new.institute_id) execute function app.refuse_new_institute()', p_table);
  end if;
end $$;

ALTER PROCEDURE app.protect(IN p_table regclass, IN p_select text, IN p_insert text, IN p_update text, IN p_delete text, IN p_tenant text) OWNER TO postgres;

CREATE PROCEDURE app.protect_for_staff(IN p_table regclass)
    LANGUAGE plpgsql
    AS $$
declare rule text := 'institute_id = ' || app.among('i_staff');
begin call app.protect(p_table, rule, rule, rule, rule); end $$;

ALTER PROCEDURE app.protect_for_staff(IN p_table regclass) OWNER TO postgres;

CREATE PROCEDURE app.protect_for_staff_and_project(IN p_table regclass)
    LANGUAGE plpgsql
    AS $$
declare
  tenant text := 'institute_id = ' || app.among('i_any');
  reads text := format('%s and (institute_id = %s or project_id = %s)', tenant, app.among('i_staff'), app.among('p_read'));
  writes text := format('%s and (institute_id = %s or project_id = %s)', tenant, app.among('i_staff'), app.among('p_write'));
begin call app.protect(p_table, reads, writes, writes, writes); end $$;

ALTER PROCEDURE app.protect_for_staff_and_project(IN p_table regclass) OWNER TO postgres;

CREATE FUNCTION app.refuse_new_institute() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin raise exception 'institute_id is immutable' using errcode = '42501'; end $$;

ALTER FUNCTION app.refuse_new_institute() OWNER TO postgres;

CREATE FUNCTION app.runs_class(p_institute uuid, p_class uuid) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO ''
    AS $$
  select exists (select from public.classes c where c.institute_id = p_institute and c.id = p_class and c.archived_at is null)
     and (p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_manage', true), ''), '{}')::uuid[])
       or (p_institute = any(coalesce(nullif(pg_catalog.current_setting('app.i_staff', true), ''), '{}')::uuid[])
         and exists (select from public.class_teachers t
                      where t.institute_id = p_institute and t.class_id = p_class
                        and t.user_id = nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid))) $$;

ALTER FUNCTION app.runs_class(p_institute uuid, p_class uuid) OWNER TO postgres;

CREATE FUNCTION app.unlink_memories() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
begin
  update public.memories set question_id = null, script_id = null, version = version + 1
   where institute_id = old.institute_id and question_id = old.id;
  return old;
end $$;

ALTER FUNCTION app.unlink_memories() OWNER TO markroom_guard;

CREATE TABLE ops.markroom_migrations (
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ops.markroom_migrations OWNER TO postgres;

CREATE TABLE public.address_proofs (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    user_id uuid NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    hash bytea NOT NULL,
    asked_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    delivery text DEFAULT 'queued'::text NOT NULL,
    state text DEFAULT 'asked'::text NOT NULL,
    code_issued_by uuid,
    decided_by uuid,
    decided_at timestamp with time zone,
    CONSTRAINT address_proofs_delivery_check CHECK ((delivery = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text, 'unknown'::text]))),
    CONSTRAINT address_proofs_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'asked'::text, 'refused'::text])))
);

ALTER TABLE ONLY public.address_proofs FORCE ROW LEVEL SECURITY;

ALTER TABLE public.address_proofs OWNER TO markroom_owner;

CREATE TABLE public.answers (
    institute_id uuid NOT NULL,
    script_id uuid NOT NULL,
    question_id uuid NOT NULL,
    project_id uuid,
    batch_id uuid NOT NULL,
    areas jsonb DEFAULT '[]'::jsonb NOT NULL,
    state text NOT NULL,
    is_blank boolean,
    ink_share real,
    choice text,
    choice_confidence real,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT answers_state_check CHECK ((state = ANY (ARRAY['ready'::text, 'incomplete'::text])))
);

ALTER TABLE ONLY public.answers FORCE ROW LEVEL SECURITY;

ALTER TABLE public.answers OWNER TO markroom_owner;

CREATE TABLE public.api_keys (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    project_id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    hash bytea NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    deactivated_at timestamp with time zone,
    deactivated_by uuid,
    deactivated_reason text,
    successor_id uuid,
    CONSTRAINT api_keys_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT api_keys_scopes_check CHECK ((('read'::text = ANY (scopes)) AND (scopes <@ ARRAY['read'::text, 'write'::text, 'manage'::text])))
);

ALTER TABLE ONLY public.api_keys FORCE ROW LEVEL SECURITY;

ALTER TABLE public.api_keys OWNER TO markroom_owner;

CREATE TABLE public.batch_markers (
    institute_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    user_id uuid NOT NULL,
    project_id uuid,
    added_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.batch_markers FORCE ROW LEVEL SECURITY;

ALTER TABLE public.batch_markers OWNER TO markroom_owner;

CREATE TABLE public.batches (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    project_id uuid,
    template_id uuid NOT NULL,
    source_file_id uuid NOT NULL,
    title text NOT NULL,
    blind boolean DEFAULT false NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    code_places jsonb,
    print_key text,
    created_by uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT batches_state_check CHECK ((state = ANY (ARRAY['open'::text, 'marking'::text, 'moderation'::text, 'released'::text, 'closed'::text]))),
    CONSTRAINT batches_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
);

ALTER TABLE ONLY public.batches FORCE ROW LEVEL SECURITY;

ALTER TABLE public.batches OWNER TO markroom_owner;

CREATE TABLE public.candidates (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    project_id uuid,
    batch_id uuid NOT NULL,
    name text NOT NULL,
    number text,
    user_id uuid,
    class_id uuid,
    CONSTRAINT candidates_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT candidates_number_check CHECK (((length(number) >= 1) AND (length(number) <= 40)))
);

ALTER TABLE ONLY public.candidates FORCE ROW LEVEL SECURITY;

ALTER TABLE public.candidates OWNER TO markroom_owner;

CREATE TABLE public.catalogue_boards (
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    version text NOT NULL
);

ALTER TABLE ONLY public.catalogue_boards FORCE ROW LEVEL SECURITY;

ALTER TABLE public.catalogue_boards OWNER TO markroom_owner;

CREATE TABLE public.catalogue_loads (
    version text NOT NULL,
    sha256 text NOT NULL,
    counts jsonb NOT NULL,
    loaded_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.catalogue_loads FORCE ROW LEVEL SECURITY;

ALTER TABLE public.catalogue_loads OWNER TO markroom_owner;

CREATE TABLE public.catalogue_objectives (
    id uuid NOT NULL,
    specification_id uuid NOT NULL,
    code text NOT NULL,
    description text NOT NULL,
    weight_from numeric,
    weight_to numeric,
    version text NOT NULL,
    CONSTRAINT catalogue_objectives_check CHECK (((weight_to >= weight_from) AND (weight_to <= (100)::numeric))),
    CONSTRAINT catalogue_objectives_weight_from_check CHECK (((weight_from >= (0)::numeric) AND (weight_from <= (100)::numeric)))
);

ALTER TABLE ONLY public.catalogue_objectives FORCE ROW LEVEL SECURITY;

ALTER TABLE public.catalogue_objectives OWNER TO markroom_owner;

CREATE TABLE public.catalogue_papers (
    id uuid NOT NULL,
    specification_id uuid NOT NULL,
    code text NOT NULL,
    title text NOT NULL,
    tier text,
    minutes integer,
    marks integer,
    weight numeric,
    version text NOT NULL,
    CONSTRAINT catalogue_papers_marks_check CHECK ((marks > 0)),
    CONSTRAINT catalogue_papers_minutes_check CHECK ((minutes > 0)),
    CONSTRAINT catalogue_papers_weight_check CHECK (((weight > (0)::numeric) AND (weight <= (100)::numeric)))
);

ALTER TABLE ONLY public.catalogue_papers FORCE ROW LEVEL SECURITY;

ALTER TABLE public.catalogue_papers OWNER TO markroom_owner;

CREATE TABLE public.catalogue_qualifications (
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    version text NOT NULL
);

ALTER TABLE ONLY public.catalogue_qualifications FORCE ROW LEVEL SECURITY;

ALTER TABLE public.catalogue_qualifications OWNER TO markroom_owner;

CREATE TABLE public.catalogue_spec_points (
    id uuid NOT NULL,
    specification_id uuid NOT NULL,
    parent_id uuid,
    ref text NOT NULL,
    title text NOT NULL,
    place integer NOT NULL,
    version text NOT NULL
);

ALTER TABLE ONLY public.catalogue_spec_points FORCE ROW LEVEL SECURITY;

ALTER TABLE public.catalogue_spec_points OWNER TO markroom_owner;

CREATE TABLE public.catalogue_specifications (
    id uuid NOT NULL,
    board_id uuid NOT NULL,
    qualification_id uuid NOT NULL,
    code text NOT NULL,
    title text NOT NULL,
    subject text NOT NULL,
    first_exam_year integer,
    last_exam_year integer,
    version text NOT NULL,
    CONSTRAINT catalogue_specifications_first_exam_year_check CHECK (((first_exam_year >= 1900) AND (first_exam_year <= 2200))),
    CONSTRAINT catalogue_specifications_last_exam_year_check CHECK (((last_exam_year >= 1900) AND (last_exam_year <= 2200)))
);

ALTER TABLE ONLY public.catalogue_specifications FORCE ROW LEVEL SECURITY;

ALTER TABLE public.catalogue_specifications OWNER TO markroom_owner;

CREATE TABLE public.claims (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    project_id uuid,
    batch_id uuid NOT NULL,
    script_id uuid NOT NULL,
    question_id uuid NOT NULL,
    marker_id uuid NOT NULL,
    claimed_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.claims FORCE ROW LEVEL SECURITY;

ALTER TABLE public.claims OWNER TO markroom_owner;

CREATE TABLE public.class_students (
    institute_id uuid NOT NULL,
    class_id uuid NOT NULL,
    user_id uuid NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.class_students FORCE ROW LEVEL SECURITY;

ALTER TABLE public.class_students OWNER TO markroom_owner;

CREATE TABLE public.class_teachers (
    institute_id uuid NOT NULL,
    class_id uuid NOT NULL,
    user_id uuid NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.class_teachers FORCE ROW LEVEL SECURITY;

ALTER TABLE public.class_teachers OWNER TO markroom_owner;

CREATE TABLE public.classes (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    name text NOT NULL,
    code text,
    subject text,
    year_group text,
    academic_year text,
    takes_requests boolean DEFAULT true NOT NULL,
    previous_id uuid,
    created_by uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    archived_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT classes_academic_year_check CHECK (((length(academic_year) >= 1) AND (length(academic_year) <= 20))),
    CONSTRAINT classes_code_check CHECK (((length(code) >= 1) AND (length(code) <= 40))),
    CONSTRAINT classes_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT classes_subject_check CHECK (((length(subject) >= 1) AND (length(subject) <= 100))),
    CONSTRAINT classes_year_group_check CHECK (((length(year_group) >= 1) AND (length(year_group) <= 100)))
);

ALTER TABLE ONLY public.classes FORCE ROW LEVEL SECURITY;

ALTER TABLE public.classes OWNER TO markroom_owner;

CREATE TABLE public.enrollment_requests (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    class_id uuid NOT NULL,
    user_id uuid NOT NULL,
    requested_by uuid NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    reason text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    decided_at timestamp with time zone,
    decided_by uuid,
    CONSTRAINT enrollment_requests_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500))),
    CONSTRAINT enrollment_requests_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text, 'withdrawn'::text])))
);

ALTER TABLE ONLY public.enrollment_requests FORCE ROW LEVEL SECURITY;

ALTER TABLE public.enrollment_requests OWNER TO markroom_owner;

CREATE TABLE public.events (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    user_id uuid,
    credential text,
    kind text NOT NULL,
    subject_id uuid,
    changed text[] DEFAULT '{}'::text[] NOT NULL,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id text
);

ALTER TABLE ONLY public.events FORCE ROW LEVEL SECURITY;

ALTER TABLE public.events OWNER TO markroom_owner;

CREATE TABLE public.exam_boundaries (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    project_id uuid,
    template_id uuid NOT NULL,
    question_id uuid NOT NULL,
    label text NOT NULL,
    page integer NOT NULL,
    y double precision NOT NULL,
    bounds jsonb,
    source text DEFAULT 'manual'::text NOT NULL,
    confirmed boolean DEFAULT true NOT NULL,
    confidence double precision,
    CONSTRAINT exam_boundaries_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
    CONSTRAINT exam_boundaries_page_check CHECK ((page >= 1)),
    CONSTRAINT exam_boundaries_source_check CHECK ((source = ANY (ARRAY['manual'::text, 'auto'::text, 'import'::text]))),
    CONSTRAINT exam_boundaries_y_check CHECK (((y >= (0)::double precision) AND (y <= (1)::double precision)))
);

ALTER TABLE ONLY public.exam_boundaries FORCE ROW LEVEL SECURITY;

ALTER TABLE public.exam_boundaries OWNER TO markroom_owner;

CREATE TABLE public.exam_questions (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    project_id uuid,
    template_id uuid NOT NULL,
    parent_id uuid,
    label text NOT NULL,
    "order" integer NOT NULL,
    max_marks integer,
    answer_type text,
    mcq_options jsonb,
    mark_scheme jsonb,
    mark_scheme_version integer DEFAULT 1 NOT NULL,
    spec_ref text,
    source text DEFAULT 'manual'::text NOT NULL,
    confirmed boolean DEFAULT true NOT NULL,
    confidence double precision,
    path text NOT NULL,
    "position" integer[] NOT NULL,
    is_container boolean NOT NULL,
    is_item boolean NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT exam_questions_answer_type_check CHECK ((answer_type = ANY (ARRAY['mcq'::text, 'short'::text, 'lines'::text, 'long'::text, 'numeric'::text, 'table'::text, 'drawing'::text, 'graph'::text]))),
    CONSTRAINT exam_questions_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
    CONSTRAINT exam_questions_max_marks_check CHECK ((max_marks >= 0)),
    CONSTRAINT exam_questions_source_check CHECK ((source = ANY (ARRAY['manual'::text, 'auto'::text, 'import'::text])))
);

ALTER TABLE ONLY public.exam_questions FORCE ROW LEVEL SECURITY;

ALTER TABLE public.exam_questions OWNER TO markroom_owner;

CREATE VIEW public.exam_items WITH (security_invoker='true') AS
 SELECT institute_id,
    project_id,
    template_id,
    id AS question_id,
    "position",
    path,
    label,
    max_marks,
    answer_type,
    mcq_options,
    mark_scheme,
    mark_scheme_version
   FROM public.exam_questions
  WHERE is_item;

ALTER VIEW public.exam_items OWNER TO markroom_owner;

CREATE TABLE public.exam_templates (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    project_id uuid,
    teacher_id uuid NOT NULL,
    title text NOT NULL,
    subject text,
    exam_id uuid,
    exam_code text,
    source_file_id uuid,
    page_count integer,
    visibility text DEFAULT 'institute'::text NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    archived_at timestamp with time zone,
    detection jsonb,
    warnings jsonb DEFAULT '[]'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT exam_templates_page_count_check CHECK (((page_count >= 1) AND (page_count <= 500))),
    CONSTRAINT exam_templates_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'ready'::text, 'live'::text, 'closed'::text]))),
    CONSTRAINT exam_templates_title_check CHECK (((length(title) >= 1) AND (length(title) <= 300))),
    CONSTRAINT exam_templates_visibility_check CHECK ((visibility = ANY (ARRAY['institute'::text, 'private'::text])))
);

ALTER TABLE ONLY public.exam_templates FORCE ROW LEVEL SECURITY;

ALTER TABLE public.exam_templates OWNER TO markroom_owner;

CREATE TABLE public.external_identities (
    id uuid DEFAULT uuidv7() NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.external_identities FORCE ROW LEVEL SECURITY;

ALTER TABLE public.external_identities OWNER TO markroom_owner;

CREATE TABLE public.former_project_members (
    institute_id uuid NOT NULL,
    project_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    added_at timestamp with time zone NOT NULL,
    added_by uuid,
    CONSTRAINT former_project_members_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'editor'::text, 'viewer'::text])))
);

ALTER TABLE ONLY public.former_project_members FORCE ROW LEVEL SECURITY;

ALTER TABLE public.former_project_members OWNER TO markroom_owner;

CREATE TABLE public.graph_changes (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    template_id uuid,
    at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.graph_changes FORCE ROW LEVEL SECURITY;

ALTER TABLE public.graph_changes OWNER TO markroom_owner;

CREATE TABLE public.graph_spaces (
    institute_id uuid NOT NULL,
    name text NOT NULL,
    state text DEFAULT 'preparing'::text NOT NULL,
    generation integer DEFAULT 0 NOT NULL,
    catalogue_version text,
    error text,
    projected_at timestamp with time zone,
    CONSTRAINT graph_spaces_state_check CHECK ((state = ANY (ARRAY['preparing'::text, 'ready'::text, 'failed'::text, 'removed'::text])))
);

ALTER TABLE ONLY public.graph_spaces FORCE ROW LEVEL SECURITY;

ALTER TABLE public.graph_spaces OWNER TO markroom_owner;

CREATE TABLE public.idempotent_answers (
    institute_id uuid NOT NULL,
    credential text NOT NULL,
    route text NOT NULL,
    key text NOT NULL,
    body_hash bytea NOT NULL,
    status integer,
    answer bytea,
    media_type text,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.idempotent_answers FORCE ROW LEVEL SECURITY;

ALTER TABLE public.idempotent_answers OWNER TO markroom_owner;

CREATE TABLE public.identity_events (
    id uuid DEFAULT uuidv7() NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    user_id uuid,
    kind text NOT NULL,
    request_id text
);

ALTER TABLE ONLY public.identity_events FORCE ROW LEVEL SECURITY;

ALTER TABLE public.identity_events OWNER TO markroom_owner;

CREATE TABLE public.institute_terms (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    "position" integer NOT NULL,
    archived_at timestamp with time zone,
    CONSTRAINT institute_terms_kind_check CHECK ((kind = ANY (ARRAY['department'::text, 'subject'::text, 'year_group'::text, 'room'::text]))),
    CONSTRAINT institute_terms_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100)))
);

ALTER TABLE ONLY public.institute_terms FORCE ROW LEVEL SECURITY;

ALTER TABLE public.institute_terms OWNER TO markroom_owner;

CREATE TABLE public.institutes (
    id uuid NOT NULL,
    name text NOT NULL,
    slug text NOT NULL,
    kind text DEFAULT 'school'::text NOT NULL,
    website text,
    time_zone text DEFAULT 'Europe/London'::text NOT NULL,
    urn text,
    centre_number text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT institutes_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);

ALTER TABLE ONLY public.institutes FORCE ROW LEVEL SECURITY;

ALTER TABLE public.institutes OWNER TO markroom_owner;

CREATE TABLE public.invitation_assignments (
    institute_id uuid NOT NULL,
    invitation_id uuid NOT NULL,
    project_id uuid NOT NULL,
    role text NOT NULL,
    granted_by uuid NOT NULL,
    assigned_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT invitation_assignments_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'editor'::text, 'viewer'::text])))
);

ALTER TABLE ONLY public.invitation_assignments FORCE ROW LEVEL SECURITY;

ALTER TABLE public.invitation_assignments OWNER TO markroom_owner;

CREATE TABLE public.invitation_rows (
    institute_id uuid NOT NULL,
    list_id uuid NOT NULL,
    number integer NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    role text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    fate text,
    invitation_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.invitation_rows FORCE ROW LEVEL SECURITY;

ALTER TABLE public.invitation_rows OWNER TO markroom_owner;

CREATE TABLE public.invitation_tokens (
    institute_id uuid NOT NULL,
    hash bytea NOT NULL,
    invitation_id uuid NOT NULL,
    generation integer NOT NULL,
    issued_at timestamp with time zone DEFAULT now() NOT NULL,
    is_shown boolean DEFAULT false NOT NULL
);

ALTER TABLE ONLY public.invitation_tokens FORCE ROW LEVEL SECURITY;

ALTER TABLE public.invitation_tokens OWNER TO markroom_owner;

CREATE TABLE public.invitations (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    role text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    invited_by uuid,
    generation integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    accepted_by uuid,
    decided_at timestamp with time zone,
    delivery text DEFAULT 'queued'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    granted_by uuid DEFAULT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid,
    project_id uuid,
    project_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    ended_reason text,
    CONSTRAINT invitations_delivery_check CHECK ((delivery = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text, 'unknown'::text]))),
    CONSTRAINT invitations_role_check CHECK (
CASE
    WHEN (project_id IS NULL) THEN (role = ANY (ARRAY['school_admin'::text, 'department_head'::text, 'teacher'::text, 'student'::text, 'guest'::text]))
    ELSE (role = ANY (ARRAY['admin'::text, 'editor'::text, 'viewer'::text]))
END),
    CONSTRAINT invitations_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'accepted'::text, 'declined'::text, 'cancelled'::text, 'expired'::text])))
);

ALTER TABLE ONLY public.invitations FORCE ROW LEVEL SECURITY;

ALTER TABLE public.invitations OWNER TO markroom_owner;

CREATE TABLE public.jobs (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    kind text NOT NULL,
    subject_id uuid,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    done integer DEFAULT 0 NOT NULL,
    total integer,
    result jsonb,
    error text,
    attempts integer DEFAULT 0 NOT NULL,
    started_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT jobs_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'failed'::text])))
);

ALTER TABLE ONLY public.jobs FORCE ROW LEVEL SECURITY;

ALTER TABLE public.jobs OWNER TO markroom_owner;

CREATE TABLE public.mark_changes (
    institute_id uuid NOT NULL,
    script_id uuid NOT NULL,
    question_id uuid NOT NULL,
    version integer NOT NULL,
    project_id uuid,
    at timestamp with time zone DEFAULT now() NOT NULL,
    marker_id uuid,
    source text NOT NULL,
    from_state text,
    from_marks numeric,
    to_state text NOT NULL,
    to_marks numeric,
    replaced jsonb,
    why text
);

ALTER TABLE ONLY public.mark_changes FORCE ROW LEVEL SECURITY;

ALTER TABLE public.mark_changes OWNER TO markroom_owner;

CREATE TABLE public.mark_entries (
    institute_id uuid NOT NULL,
    script_id uuid NOT NULL,
    question_id uuid NOT NULL,
    project_id uuid,
    batch_id uuid NOT NULL,
    state text NOT NULL,
    marks numeric,
    points jsonb DEFAULT '[]'::jsonb NOT NULL,
    comment text,
    annotations jsonb DEFAULT '[]'::jsonb NOT NULL,
    scheme_version integer NOT NULL,
    marker_id uuid,
    source text NOT NULL,
    confirmed boolean DEFAULT true NOT NULL,
    why text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT mark_entries_check CHECK (((state <> 'awarded'::text) OR (marks IS NOT NULL))),
    CONSTRAINT mark_entries_check1 CHECK (((state <> 'not_attempted'::text) OR (marks IS NULL))),
    CONSTRAINT mark_entries_check2 CHECK (((source = 'human'::text) = (marker_id IS NOT NULL))),
    CONSTRAINT mark_entries_marks_check CHECK (((marks >= (0)::numeric) AND ((marks * (2)::numeric) = trunc((marks * (2)::numeric))))),
    CONSTRAINT mark_entries_source_check CHECK ((source = ANY (ARRAY['human'::text, 'machine'::text]))),
    CONSTRAINT mark_entries_state_check CHECK ((state = ANY (ARRAY['awarded'::text, 'not_attempted'::text, 'query'::text])))
);

ALTER TABLE ONLY public.mark_entries FORCE ROW LEVEL SECURITY;

ALTER TABLE public.mark_entries OWNER TO markroom_owner;

CREATE TABLE public.mark_scheme_versions (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    project_id uuid,
    template_id uuid NOT NULL,
    question_id uuid NOT NULL,
    number integer NOT NULL,
    mark_scheme jsonb,
    replaced_by uuid,
    replaced_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.mark_scheme_versions FORCE ROW LEVEL SECURITY;

ALTER TABLE public.mark_scheme_versions OWNER TO markroom_owner;

CREATE TABLE public.memberships (
    institute_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    name text NOT NULL,
    email text,
    email_key text,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    joined_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT memberships_role_check CHECK ((role = ANY (ARRAY['school_admin'::text, 'department_head'::text, 'teacher'::text, 'student'::text, 'guest'::text]))),
    CONSTRAINT memberships_state_check CHECK ((state = ANY (ARRAY['active'::text, 'suspended'::text, 'left'::text])))
);

ALTER TABLE ONLY public.memberships FORCE ROW LEVEL SECURITY;

ALTER TABLE public.memberships OWNER TO markroom_owner;

CREATE TABLE public.memories (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    project_id uuid NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    text_hash bytea NOT NULL,
    is_duplicate boolean DEFAULT false NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    template_id uuid,
    question_id uuid,
    script_id uuid,
    class_id uuid,
    approval text NOT NULL,
    approved_by uuid,
    approved_at timestamp with time zone,
    author_id uuid NOT NULL,
    key_id uuid,
    written_by uuid NOT NULL,
    written_key_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT memories_approval_check CHECK ((approval = ANY (ARRAY['approved'::text, 'pending'::text]))),
    CONSTRAINT memories_check CHECK (((template_id IS NOT NULL) OR (question_id IS NULL))),
    CONSTRAINT memories_check1 CHECK (((question_id IS NOT NULL) OR (script_id IS NULL))),
    CONSTRAINT memories_kind_check CHECK ((kind = ANY (ARRAY['decision'::text, 'exemplar'::text, 'misconception'::text, 'comment'::text, 'note'::text]))),
    CONSTRAINT memories_tags_check CHECK ((cardinality(tags) <= 20)),
    CONSTRAINT memories_text_check CHECK (((length(text) >= 1) AND (length(text) <= 10000)))
);

ALTER TABLE ONLY public.memories FORCE ROW LEVEL SECURITY;

ALTER TABLE public.memories OWNER TO markroom_owner;

CREATE TABLE public.memory_vectors (
    institute_id uuid NOT NULL,
    project_id uuid NOT NULL,
    memory_id uuid NOT NULL,
    approval text NOT NULL,
    model text NOT NULL,
    dimension integer NOT NULL,
    embedding public.vector NOT NULL,
    code bit varying GENERATED ALWAYS AS ((public.binary_quantize(embedding))::bit varying) STORED,
    CONSTRAINT memory_vectors_check CHECK ((public.vector_dims(embedding) = dimension))
);

ALTER TABLE ONLY public.memory_vectors FORCE ROW LEVEL SECURITY;

ALTER TABLE public.memory_vectors OWNER TO markroom_owner;

CREATE TABLE public.memory_versions (
    institute_id uuid NOT NULL,
    memory_id uuid NOT NULL,
    number integer NOT NULL,
    project_id uuid NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    tags text[] NOT NULL,
    links jsonb NOT NULL,
    written_by uuid NOT NULL,
    written_key_id uuid,
    written_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.memory_versions FORCE ROW LEVEL SECURITY;

ALTER TABLE public.memory_versions OWNER TO markroom_owner;

CREATE TABLE public.memory_words (
    institute_id uuid NOT NULL,
    project_id uuid NOT NULL,
    lexeme text NOT NULL COLLATE pg_catalog."C",
    memory_id uuid NOT NULL,
    approval text NOT NULL,
    length integer NOT NULL
)
WITH (autovacuum_vacuum_insert_scale_factor='0.01');

ALTER TABLE ONLY public.memory_words FORCE ROW LEVEL SECURITY;

ALTER TABLE public.memory_words OWNER TO markroom_owner;

CREATE TABLE public.notices (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    subject_id uuid,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    read_at timestamp with time zone,
    CONSTRAINT notices_kind_check CHECK ((kind ~ '^[a-z_]{1,60}$'::text))
);

ALTER TABLE ONLY public.notices FORCE ROW LEVEL SECURITY;

ALTER TABLE public.notices OWNER TO markroom_owner;

CREATE TABLE public.pages (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    project_id uuid,
    batch_id uuid NOT NULL,
    scan_id uuid NOT NULL,
    scan_page integer NOT NULL,
    state text NOT NULL,
    reason text,
    script_id uuid,
    page integer,
    rotation integer DEFAULT 0 NOT NULL,
    residual_mm real,
    image_key text,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT pages_check CHECK (((state <> 'placed'::text) OR ((script_id IS NOT NULL) AND (page IS NOT NULL) AND (image_key IS NOT NULL)))),
    CONSTRAINT pages_check1 CHECK (((state <> 'exception'::text) OR (reason IS NOT NULL))),
    CONSTRAINT pages_page_check CHECK ((page > 0)),
    CONSTRAINT pages_rotation_check CHECK ((rotation = ANY (ARRAY[0, 90, 180, 270]))),
    CONSTRAINT pages_scan_page_check CHECK ((scan_page > 0)),
    CONSTRAINT pages_state_check CHECK ((state = ANY (ARRAY['placed'::text, 'blank'::text, 'exception'::text, 'discarded'::text])))
);

ALTER TABLE ONLY public.pages FORCE ROW LEVEL SECURITY;

ALTER TABLE public.pages OWNER TO markroom_owner;

CREATE TABLE public.project_members (
    institute_id uuid NOT NULL,
    project_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    added_by uuid,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT project_members_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'editor'::text, 'viewer'::text])))
);

ALTER TABLE ONLY public.project_members FORCE ROW LEVEL SECURITY;

ALTER TABLE public.project_members OWNER TO markroom_owner;

CREATE TABLE public.projects (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    name text NOT NULL,
    owner_id uuid NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deleted_by uuid,
    CONSTRAINT projects_check CHECK (((state = 'deleted'::text) = (deleted_at IS NOT NULL))),
    CONSTRAINT projects_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT projects_state_check CHECK ((state = ANY (ARRAY['active'::text, 'archived'::text, 'deleted'::text])))
);

ALTER TABLE ONLY public.projects FORCE ROW LEVEL SECURITY;

ALTER TABLE public.projects OWNER TO markroom_owner;

CREATE TABLE public.rate_counts (
    name text NOT NULL,
    subject bytea NOT NULL,
    minute timestamp with time zone NOT NULL,
    n integer DEFAULT 1 NOT NULL
);

ALTER TABLE ONLY public.rate_counts FORCE ROW LEVEL SECURITY;

ALTER TABLE public.rate_counts OWNER TO markroom_owner;

CREATE TABLE public.releases (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    project_id uuid,
    batch_id uuid NOT NULL,
    released_by uuid NOT NULL,
    released_at timestamp with time zone DEFAULT now() NOT NULL,
    embargo_until timestamp with time zone,
    withdrawn_by uuid,
    withdrawn_at timestamp with time zone
);

ALTER TABLE ONLY public.releases FORCE ROW LEVEL SECURITY;

ALTER TABLE public.releases OWNER TO markroom_owner;

CREATE TABLE public.response_areas (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    project_id uuid,
    template_id uuid NOT NULL,
    question_id uuid,
    page integer NOT NULL,
    bounds jsonb NOT NULL,
    kind text NOT NULL,
    response_form jsonb,
    source text DEFAULT 'manual'::text NOT NULL,
    confirmed boolean DEFAULT true NOT NULL,
    confidence double precision,
    retired_at timestamp with time zone,
    CONSTRAINT response_areas_check CHECK (((retired_at IS NOT NULL) OR (question_id IS NOT NULL) OR (kind <> ALL (ARRAY['answer'::text, 'mcq'::text])))),
    CONSTRAINT response_areas_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
    CONSTRAINT response_areas_kind_check CHECK ((kind = ANY (ARRAY['answer'::text, 'mcq'::text, 'name'::text, 'candidate_number'::text, 'ignore'::text]))),
    CONSTRAINT response_areas_page_check CHECK ((page >= 1)),
    CONSTRAINT response_areas_source_check CHECK ((source = ANY (ARRAY['manual'::text, 'auto'::text, 'import'::text])))
);

ALTER TABLE ONLY public.response_areas FORCE ROW LEVEL SECURITY;

ALTER TABLE public.response_areas OWNER TO markroom_owner;

CREATE TABLE public.scan_parts (
    institute_id uuid NOT NULL,
    scan_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    first_page integer NOT NULL,
    last_page integer NOT NULL,
    project_id uuid,
    read_at timestamp with time zone,
    CONSTRAINT scan_parts_check CHECK ((last_page >= first_page)),
    CONSTRAINT scan_parts_first_page_check CHECK ((first_page > 0))
);

ALTER TABLE ONLY public.scan_parts FORCE ROW LEVEL SECURITY;

ALTER TABLE public.scan_parts OWNER TO markroom_owner;

CREATE TABLE public.scans (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    project_id uuid,
    batch_id uuid NOT NULL,
    sha256 text NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    page_total integer NOT NULL,
    state text DEFAULT 'queued'::text NOT NULL,
    file_key text NOT NULL,
    uploaded_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT scans_page_total_check CHECK ((page_total > 0)),
    CONSTRAINT scans_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT scans_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'reading'::text, 'done'::text, 'failed'::text])))
);

ALTER TABLE ONLY public.scans FORCE ROW LEVEL SECURITY;

ALTER TABLE public.scans OWNER TO markroom_owner;

CREATE TABLE public.scripts (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    project_id uuid,
    batch_id uuid NOT NULL,
    number integer NOT NULL,
    candidate_id uuid,
    state text DEFAULT 'awaited'::text NOT NULL,
    CONSTRAINT scripts_number_check CHECK (((number >= 1) AND (number <= 65535))),
    CONSTRAINT scripts_state_check CHECK ((state = ANY (ARRAY['awaited'::text, 'incomplete'::text, 'complete'::text, 'absent'::text])))
);

ALTER TABLE ONLY public.scripts FORCE ROW LEVEL SECURITY;

ALTER TABLE public.scripts OWNER TO markroom_owner;

CREATE TABLE public.sessions (
    id uuid DEFAULT uuidv7() NOT NULL,
    user_id uuid NOT NULL,
    hash bytea NOT NULL,
    user_agent text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    is_by_code boolean DEFAULT false NOT NULL,
    code_issued_by uuid
);

ALTER TABLE ONLY public.sessions FORCE ROW LEVEL SECURITY;

ALTER TABLE public.sessions OWNER TO markroom_owner;

CREATE TABLE public.sign_in_codes (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    user_id uuid NOT NULL,
    hash bytea NOT NULL,
    issued_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    issued_by uuid
);

ALTER TABLE ONLY public.sign_in_codes FORCE ROW LEVEL SECURITY;

ALTER TABLE public.sign_in_codes OWNER TO markroom_owner;

CREATE TABLE public.sign_in_tokens (
    id uuid DEFAULT uuidv7() NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    delivery text DEFAULT 'queued'::text NOT NULL,
    CONSTRAINT sign_in_tokens_delivery_check CHECK ((delivery = ANY (ARRAY['queued'::text, 'sent'::text, 'failed'::text, 'unknown'::text])))
);

ALTER TABLE ONLY public.sign_in_tokens FORCE ROW LEVEL SECURITY;

ALTER TABLE public.sign_in_tokens OWNER TO markroom_owner;

CREATE TABLE public.source_files (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    sha256 text NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    page_count integer NOT NULL,
    page_sizes jsonb NOT NULL,
    uploaded_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    project_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    sent_by_projects uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    CONSTRAINT source_files_check CHECK ((sent_by_projects <@ project_ids)),
    CONSTRAINT source_files_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);

ALTER TABLE ONLY public.source_files FORCE ROW LEVEL SECURITY;

ALTER TABLE public.source_files OWNER TO markroom_owner;

CREATE TABLE public.template_shares (
    institute_id uuid NOT NULL,
    id uuid DEFAULT uuidv7() NOT NULL,
    project_id uuid,
    template_id uuid NOT NULL,
    user_id uuid,
    department text,
    shared_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT template_shares_check CHECK ((num_nonnulls(user_id, department) = 1)),
    CONSTRAINT template_shares_department_check CHECK (((length(department) >= 1) AND (length(department) <= 200)))
);

ALTER TABLE ONLY public.template_shares FORCE ROW LEVEL SECURITY;

ALTER TABLE public.template_shares OWNER TO markroom_owner;

CREATE TABLE public.template_versions (
    institute_id uuid NOT NULL,
    project_id uuid,
    template_id uuid NOT NULL,
    number integer NOT NULL,
    reason text NOT NULL,
    changes jsonb DEFAULT '{}'::jsonb NOT NULL,
    canvas jsonb NOT NULL,
    questions integer NOT NULL,
    total_marks bigint,
    saved_by uuid,
    saved_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT template_versions_reason_check CHECK ((reason = ANY (ARRAY['found'::text, 'replaced'::text, 'detected'::text, 'question'::text, 'restored'::text, 'cloned'::text, 'imported'::text])))
);

ALTER TABLE ONLY public.template_versions FORCE ROW LEVEL SECURITY;

ALTER TABLE public.template_versions OWNER TO markroom_owner;

CREATE TABLE public.users (
    id uuid DEFAULT uuidv7() NOT NULL,
    email text,
    email_key text,
    email_verified_at timestamp with time zone,
    name text NOT NULL,
    is_platform_admin boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    CONSTRAINT users_check CHECK (((email IS NULL) = (email_key IS NULL))),
    CONSTRAINT users_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);

ALTER TABLE ONLY public.users FORCE ROW LEVEL SECURITY;

ALTER TABLE public.users OWNER TO markroom_owner;

ALTER TABLE ONLY ops.markroom_migrations
    ADD CONSTRAINT markroom_migrations_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.address_proofs
    ADD CONSTRAINT address_proofs_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.answers
    ADD CONSTRAINT answers_pkey PRIMARY KEY (institute_id, script_id, question_id);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_institute_id_hash_key UNIQUE (institute_id, hash);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.batch_markers
    ADD CONSTRAINT batch_markers_pkey PRIMARY KEY (institute_id, batch_id, user_id);

ALTER TABLE ONLY public.batches
    ADD CONSTRAINT batches_institute_id_project_id_id_key UNIQUE (institute_id, project_id, id);

ALTER TABLE ONLY public.batches
    ADD CONSTRAINT batches_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT candidates_institute_id_batch_id_id_key UNIQUE (institute_id, batch_id, id);

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT candidates_institute_id_batch_id_number_key UNIQUE (institute_id, batch_id, number);

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT candidates_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.catalogue_boards
    ADD CONSTRAINT catalogue_boards_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalogue_loads
    ADD CONSTRAINT catalogue_loads_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.catalogue_objectives
    ADD CONSTRAINT catalogue_objectives_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalogue_papers
    ADD CONSTRAINT catalogue_papers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalogue_qualifications
    ADD CONSTRAINT catalogue_qualifications_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalogue_spec_points
    ADD CONSTRAINT catalogue_spec_points_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.catalogue_specifications
    ADD CONSTRAINT catalogue_specifications_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.claims
    ADD CONSTRAINT claims_institute_id_script_id_question_id_key UNIQUE (institute_id, script_id, question_id);

ALTER TABLE ONLY public.claims
    ADD CONSTRAINT claims_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.class_students
    ADD CONSTRAINT class_students_pkey PRIMARY KEY (institute_id, class_id, user_id);

ALTER TABLE ONLY public.class_teachers
    ADD CONSTRAINT class_teachers_pkey PRIMARY KEY (institute_id, class_id, user_id);

ALTER TABLE ONLY public.classes
    ADD CONSTRAINT classes_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.enrollment_requests
    ADD CONSTRAINT enrollment_requests_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.exam_boundaries
    ADD CONSTRAINT exam_boundaries_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.exam_questions
    ADD CONSTRAINT exam_questions_institute_id_template_id_id_key UNIQUE (institute_id, template_id, id);

ALTER TABLE ONLY public.exam_questions
    ADD CONSTRAINT exam_questions_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.exam_templates
    ADD CONSTRAINT exam_templates_institute_id_project_id_id_key UNIQUE (institute_id, project_id, id);

ALTER TABLE ONLY public.exam_templates
    ADD CONSTRAINT exam_templates_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.external_identities
    ADD CONSTRAINT external_identities_issuer_subject_key UNIQUE (issuer, subject);

ALTER TABLE ONLY public.external_identities
    ADD CONSTRAINT external_identities_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.former_project_members
    ADD CONSTRAINT former_project_members_pkey PRIMARY KEY (institute_id, project_id, user_id);

ALTER TABLE ONLY public.graph_changes
    ADD CONSTRAINT graph_changes_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.graph_spaces
    ADD CONSTRAINT graph_spaces_pkey PRIMARY KEY (institute_id);

ALTER TABLE ONLY public.idempotent_answers
    ADD CONSTRAINT idempotent_answers_pkey PRIMARY KEY (institute_id, credential, route, key);

ALTER TABLE ONLY public.identity_events
    ADD CONSTRAINT identity_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.institute_terms
    ADD CONSTRAINT institute_terms_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.institutes
    ADD CONSTRAINT institutes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.institutes
    ADD CONSTRAINT institutes_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.invitation_assignments
    ADD CONSTRAINT invitation_assignments_pkey PRIMARY KEY (institute_id, invitation_id, project_id);

ALTER TABLE ONLY public.invitation_rows
    ADD CONSTRAINT invitation_rows_pkey PRIMARY KEY (institute_id, list_id, number);

ALTER TABLE ONLY public.invitation_tokens
    ADD CONSTRAINT invitation_tokens_institute_id_invitation_id_generation_key UNIQUE (institute_id, invitation_id, generation);

ALTER TABLE ONLY public.invitation_tokens
    ADD CONSTRAINT invitation_tokens_pkey PRIMARY KEY (institute_id, hash);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.mark_changes
    ADD CONSTRAINT mark_changes_pkey PRIMARY KEY (institute_id, script_id, question_id, version);

ALTER TABLE ONLY public.mark_entries
    ADD CONSTRAINT mark_entries_pkey PRIMARY KEY (institute_id, script_id, question_id);

ALTER TABLE ONLY public.mark_scheme_versions
    ADD CONSTRAINT mark_scheme_versions_institute_id_question_id_number_key UNIQUE (institute_id, question_id, number);

ALTER TABLE ONLY public.mark_scheme_versions
    ADD CONSTRAINT mark_scheme_versions_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_pkey PRIMARY KEY (institute_id, user_id);

ALTER TABLE ONLY public.memories
    ADD CONSTRAINT memories_institute_id_project_id_id_approval_key UNIQUE (institute_id, project_id, id, approval);

ALTER TABLE ONLY public.memories
    ADD CONSTRAINT memories_institute_id_project_id_id_key UNIQUE (institute_id, project_id, id);

ALTER TABLE ONLY public.memories
    ADD CONSTRAINT memories_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.memory_vectors
    ADD CONSTRAINT memory_vectors_pkey PRIMARY KEY (institute_id, project_id, memory_id);

ALTER TABLE ONLY public.memory_versions
    ADD CONSTRAINT memory_versions_pkey PRIMARY KEY (institute_id, memory_id, number);

ALTER TABLE ONLY public.memory_words
    ADD CONSTRAINT memory_words_pkey PRIMARY KEY (institute_id, project_id, lexeme, memory_id) INCLUDE (approval, length);

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.pages
    ADD CONSTRAINT pages_institute_id_scan_id_scan_page_key UNIQUE (institute_id, scan_id, scan_page);

ALTER TABLE ONLY public.pages
    ADD CONSTRAINT pages_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.project_members
    ADD CONSTRAINT project_members_pkey PRIMARY KEY (institute_id, project_id, user_id);

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.rate_counts
    ADD CONSTRAINT rate_counts_pkey PRIMARY KEY (minute, name, subject);

ALTER TABLE ONLY public.releases
    ADD CONSTRAINT releases_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.response_areas
    ADD CONSTRAINT response_areas_institute_id_template_id_id_key UNIQUE (institute_id, template_id, id);

ALTER TABLE ONLY public.response_areas
    ADD CONSTRAINT response_areas_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.scan_parts
    ADD CONSTRAINT scan_parts_pkey PRIMARY KEY (institute_id, scan_id, first_page);

ALTER TABLE ONLY public.scans
    ADD CONSTRAINT scans_institute_id_batch_id_id_key UNIQUE (institute_id, batch_id, id);

ALTER TABLE ONLY public.scans
    ADD CONSTRAINT scans_institute_id_batch_id_sha256_key UNIQUE (institute_id, batch_id, sha256);

ALTER TABLE ONLY public.scans
    ADD CONSTRAINT scans_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT scripts_institute_id_batch_id_id_key UNIQUE (institute_id, batch_id, id);

ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT scripts_institute_id_batch_id_number_key UNIQUE (institute_id, batch_id, number);

ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT scripts_institute_id_candidate_id_key UNIQUE (institute_id, candidate_id);

ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT scripts_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_hash_key UNIQUE (hash);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sign_in_codes
    ADD CONSTRAINT sign_in_codes_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.sign_in_tokens
    ADD CONSTRAINT sign_in_tokens_hash_key UNIQUE (hash);

ALTER TABLE ONLY public.sign_in_tokens
    ADD CONSTRAINT sign_in_tokens_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.source_files
    ADD CONSTRAINT source_files_institute_id_sha256_key UNIQUE (institute_id, sha256);

ALTER TABLE ONLY public.source_files
    ADD CONSTRAINT source_files_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.template_shares
    ADD CONSTRAINT template_shares_pkey PRIMARY KEY (institute_id, id);

ALTER TABLE ONLY public.template_versions
    ADD CONSTRAINT template_versions_pkey PRIMARY KEY (institute_id, template_id, number);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_key_key UNIQUE (email_key);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

CREATE INDEX address_proofs_by_hash ON public.address_proofs USING btree (hash);

CREATE INDEX address_proofs_of_user ON public.address_proofs USING btree (institute_id, user_id, asked_at);

CREATE INDEX address_proofs_pending ON public.address_proofs USING btree (institute_id, id) WHERE (state = 'pending'::text);

CREATE INDEX answers_of_question ON public.answers USING btree (institute_id, batch_id, question_id);

CREATE INDEX api_keys_by_hash ON public.api_keys USING btree (hash);

CREATE INDEX api_keys_of_person ON public.api_keys USING btree (institute_id, user_id);

CREATE INDEX api_keys_of_project ON public.api_keys USING btree (institute_id, project_id, id);

CREATE INDEX assignments_of_project ON public.invitation_assignments USING btree (institute_id, project_id, invitation_id);

CREATE INDEX batches_of_marker ON public.batch_markers USING btree (institute_id, user_id);

CREATE INDEX batches_of_template ON public.batches USING btree (institute_id, template_id);

CREATE INDEX candidates_of_class ON public.candidates USING btree (institute_id, class_id) WHERE (class_id IS NOT NULL);

CREATE INDEX catalogue_objectives_of_specification ON public.catalogue_objectives USING btree (specification_id, code);

CREATE INDEX catalogue_papers_of_specification ON public.catalogue_papers USING btree (specification_id, code);

CREATE INDEX catalogue_spec_points_of_specification ON public.catalogue_spec_points USING btree (specification_id, place);

CREATE INDEX catalogue_specifications_of_board ON public.catalogue_specifications USING btree (board_id);

CREATE INDEX claims_of_marker ON public.claims USING btree (institute_id, batch_id, marker_id);

CREATE INDEX claims_of_question ON public.claims USING btree (institute_id, question_id);

CREATE INDEX classes_by_name ON public.classes USING btree (institute_id, lower(name), id);

CREATE INDEX classes_of_student ON public.class_students USING btree (institute_id, user_id);

CREATE INDEX classes_of_teacher ON public.class_teachers USING btree (institute_id, user_id);

CREATE INDEX enrollment_requests_of_user ON public.enrollment_requests USING btree (institute_id, user_id);

CREATE INDEX events_of_subject ON public.events USING btree (institute_id, subject_id, id);

CREATE INDEX exam_boundaries_of_question ON public.exam_boundaries USING btree (institute_id, template_id, question_id);

CREATE INDEX exam_questions_of_parent ON public.exam_questions USING btree (institute_id, template_id, parent_id);

CREATE INDEX exam_templates_newest ON public.exam_templates USING btree (institute_id, updated_at DESC, id DESC);

CREATE INDEX exam_templates_of_paper ON public.exam_templates USING btree (institute_id, source_file_id, project_id) WHERE (project_id IS NOT NULL);

CREATE INDEX exam_templates_of_source ON public.exam_templates USING btree (institute_id, source_file_id);

CREATE INDEX external_identities_of_user ON public.external_identities USING btree (user_id);

CREATE INDEX invitation_rows_by_age ON public.invitation_rows USING btree (created_at);

CREATE INDEX invitation_tokens_by_hash ON public.invitation_tokens USING btree (hash);

CREATE INDEX invitations_of_address ON public.invitations USING btree (email_key) WHERE (status = 'pending'::text);

CREATE INDEX invitations_of_project ON public.invitations USING btree (institute_id, project_id, id) WHERE (project_id IS NOT NULL);

CREATE INDEX jobs_by_state ON public.jobs USING btree (institute_id, state, id);

CREATE INDEX jobs_of_subject ON public.jobs USING btree (institute_id, subject_id, id);

CREATE INDEX mark_entries_of_batch ON public.mark_entries USING btree (institute_id, batch_id, question_id);

CREATE INDEX mark_entries_of_question ON public.mark_entries USING btree (institute_id, question_id);

CREATE INDEX memberships_by_address ON public.memberships USING btree (institute_id, email_key);

CREATE INDEX memberships_by_name ON public.memberships USING btree (institute_id, lower(name), user_id);

CREATE INDEX memberships_of_user ON public.memberships USING btree (user_id);

CREATE INDEX memories_by_text ON public.memories USING btree (institute_id, project_id, text_hash);

CREATE INDEX memories_newest ON public.memories USING btree (institute_id, project_id, created_at DESC, id DESC);

CREATE INDEX memories_of_class ON public.memories USING btree (institute_id, class_id) WHERE (class_id IS NOT NULL);

CREATE INDEX memories_of_key ON public.memories USING btree (institute_id, key_id) WHERE (key_id IS NOT NULL);

CREATE INDEX memories_of_question ON public.memories USING btree (institute_id, question_id) WHERE (question_id IS NOT NULL);

CREATE INDEX memories_of_script ON public.memories USING btree (institute_id, script_id) WHERE (script_id IS NOT NULL);

CREATE INDEX memories_of_template ON public.memories USING btree (institute_id, template_id) WHERE (template_id IS NOT NULL);

CREATE INDEX memory_codes ON public.memory_vectors USING btree (institute_id, project_id, approval, model, code, memory_id);

CREATE INDEX memory_words_of_memory ON public.memory_words USING btree (institute_id, memory_id);

CREATE INDEX notices_of_user ON public.notices USING btree (user_id, id);

CREATE INDEX notices_unread ON public.notices USING btree (institute_id, user_id) WHERE (read_at IS NULL);

CREATE UNIQUE INDEX one_live_invitation ON public.invitations USING btree (institute_id, project_id, email_key) NULLS NOT DISTINCT WHERE (status = 'pending'::text);

CREATE UNIQUE INDEX one_live_release ON public.releases USING btree (institute_id, batch_id) WHERE (withdrawn_at IS NULL);

CREATE UNIQUE INDEX one_memory_of_a_text ON public.memories USING btree (institute_id, project_id, text_hash) WHERE (NOT is_duplicate);

CREATE UNIQUE INDEX one_pending_request ON public.enrollment_requests USING btree (institute_id, class_id, user_id) WHERE (state = 'pending'::text);

CREATE UNIQUE INDEX one_placed_page ON public.pages USING btree (institute_id, script_id, page) WHERE (state = 'placed'::text);

CREATE UNIQUE INDEX one_project_of_a_name ON public.projects USING btree (institute_id, lower(name)) WHERE (state <> 'deleted'::text);

CREATE UNIQUE INDEX one_roll_over_a_year ON public.classes USING btree (institute_id, previous_id, lower(academic_year)) WHERE (archived_at IS NULL);

CREATE UNIQUE INDEX one_share_with_a_colleague ON public.template_shares USING btree (institute_id, template_id, user_id) WHERE (user_id IS NOT NULL);

CREATE UNIQUE INDEX one_share_with_a_department ON public.template_shares USING btree (institute_id, template_id, lower(department)) WHERE (department IS NOT NULL);

CREATE UNIQUE INDEX one_term_of_a_name ON public.institute_terms USING btree (institute_id, kind, lower(name)) WHERE (archived_at IS NULL);

CREATE INDEX pages_of_batch ON public.pages USING btree (institute_id, batch_id, state, id);

CREATE INDEX projects_of_member ON public.project_members USING btree (institute_id, user_id);

CREATE INDEX response_areas_of_question ON public.response_areas USING btree (institute_id, template_id, question_id);

CREATE INDEX sessions_by_code_of ON public.sessions USING btree (code_issued_by) WHERE ((code_issued_by IS NOT NULL) AND (revoked_at IS NULL));

CREATE INDEX sessions_of_user ON public.sessions USING btree (user_id) WHERE (revoked_at IS NULL);

CREATE INDEX sign_in_codes_by_hash ON public.sign_in_codes USING btree (hash);

CREATE INDEX sign_in_codes_of_user ON public.sign_in_codes USING btree (institute_id, user_id) WHERE (used_at IS NULL);

CREATE INDEX template_shares_of_user ON public.template_shares USING btree (institute_id, user_id);

CREATE TRIGGER carry_assignments AFTER INSERT OR DELETE ON public.invitation_assignments FOR EACH ROW EXECUTE FUNCTION app.carry_assignments();

CREATE TRIGGER carry_name AFTER UPDATE OF name ON public.users FOR EACH ROW WHEN ((new.name IS DISTINCT FROM old.name)) EXECUTE FUNCTION app.carry_name();

CREATE TRIGGER end_codes_of_leaver AFTER UPDATE OF state, role ON public.memberships FOR EACH ROW WHEN (((old.state = 'active'::text) AND (old.role <> ALL (ARRAY['student'::text, 'guest'::text])) AND ((new.state <> 'active'::text) OR (new.role = ANY (ARRAY['student'::text, 'guest'::text]))))) EXECUTE FUNCTION app.end_codes_of_leaver();

CREATE TRIGGER forget_answers AFTER DELETE ON public.memories REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION app.forget_answers();

CREATE TRIGGER forget_identities AFTER UPDATE OF email_key ON public.users FOR EACH ROW WHEN (((old.email_key IS NOT NULL) AND (new.email_key IS NULL))) EXECUTE FUNCTION app.forget_identities();

CREATE TRIGGER keep_changed_words AFTER UPDATE ON public.memories FOR EACH ROW WHEN (((((old.text IS DISTINCT FROM new.text) OR (old.tags IS DISTINCT FROM new.tags)) OR (old.approval IS DISTINCT FROM new.approval)) OR (old.project_id IS DISTINCT FROM new.project_id))) EXECUTE FUNCTION app.keep_words();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.address_proofs FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.answers FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.api_keys FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.batch_markers FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.batches FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.candidates FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.claims FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.class_students FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.class_teachers FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.classes FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.enrollment_requests FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.events FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.exam_boundaries FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.exam_questions FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.exam_templates FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.former_project_members FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.graph_changes FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.graph_spaces FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.idempotent_answers FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.institute_terms FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.invitation_assignments FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.invitation_rows FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.invitation_tokens FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.invitations FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.jobs FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.mark_changes FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.mark_entries FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.mark_scheme_versions FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.memberships FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.memories FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.memory_vectors FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.memory_versions FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.memory_words FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.notices FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.pages FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.project_members FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.projects FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.releases FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.response_areas FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.scan_parts FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.scans FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.scripts FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.sign_in_codes FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.source_files FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.template_shares FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_institute BEFORE UPDATE OF institute_id ON public.template_versions FOR EACH ROW WHEN ((old.institute_id IS DISTINCT FROM new.institute_id)) EXECUTE FUNCTION app.refuse_new_institute();

CREATE TRIGGER keep_mark_change AFTER INSERT OR UPDATE OF version ON public.mark_entries FOR EACH ROW EXECUTE FUNCTION app.keep_mark_change();

CREATE TRIGGER keep_with_paper AFTER INSERT ON public.batches FOR EACH ROW EXECUTE FUNCTION app.keep_batch_with_paper();

CREATE TRIGGER keep_words AFTER INSERT OR DELETE ON public.memories FOR EACH ROW EXECUTE FUNCTION app.keep_words();

CREATE TRIGGER lend_paper AFTER INSERT OR UPDATE OF source_file_id, project_id ON public.exam_templates FOR EACH ROW EXECUTE FUNCTION app.lend_paper();

CREATE TRIGGER unlink_memories BEFORE DELETE ON public.exam_questions FOR EACH ROW EXECUTE FUNCTION app.unlink_memories();

ALTER TABLE ONLY public.address_proofs
    ADD CONSTRAINT address_proofs_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.address_proofs
    ADD CONSTRAINT address_proofs_institute_id_user_id_fkey FOREIGN KEY (institute_id, user_id) REFERENCES public.memberships(institute_id, user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.answers
    ADD CONSTRAINT answers_institute_id_batch_id_script_id_fkey FOREIGN KEY (institute_id, batch_id, script_id) REFERENCES public.scripts(institute_id, batch_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.answers
    ADD CONSTRAINT answers_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.answers
    ADD CONSTRAINT answers_institute_id_project_id_batch_id_fkey FOREIGN KEY (institute_id, project_id, batch_id) REFERENCES public.batches(institute_id, project_id, id) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE ONLY public.answers
    ADD CONSTRAINT answers_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.answers
    ADD CONSTRAINT answers_institute_id_question_id_fkey FOREIGN KEY (institute_id, question_id) REFERENCES public.exam_questions(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_institute_id_successor_id_fkey FOREIGN KEY (institute_id, successor_id) REFERENCES public.api_keys(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_institute_id_user_id_fkey FOREIGN KEY (institute_id, user_id) REFERENCES public.memberships(institute_id, user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.batch_markers
    ADD CONSTRAINT batch_markers_institute_id_batch_id_fkey FOREIGN KEY (institute_id, batch_id) REFERENCES public.batches(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.batch_markers
    ADD CONSTRAINT batch_markers_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.batch_markers
    ADD CONSTRAINT batch_markers_institute_id_project_id_batch_id_fkey FOREIGN KEY (institute_id, project_id, batch_id) REFERENCES public.batches(institute_id, project_id, id) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE ONLY public.batch_markers
    ADD CONSTRAINT batch_markers_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.batch_markers
    ADD CONSTRAINT batch_markers_institute_id_user_id_fkey FOREIGN KEY (institute_id, user_id) REFERENCES public.memberships(institute_id, user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.batches
    ADD CONSTRAINT batches_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.batches
    ADD CONSTRAINT batches_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.batches
    ADD CONSTRAINT batches_institute_id_project_id_template_id_fkey FOREIGN KEY (institute_id, project_id, template_id) REFERENCES public.exam_templates(institute_id, project_id, id) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE ONLY public.batches
    ADD CONSTRAINT batches_institute_id_source_file_id_fkey FOREIGN KEY (institute_id, source_file_id) REFERENCES public.source_files(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.batches
    ADD CONSTRAINT batches_institute_id_template_id_fkey FOREIGN KEY (institute_id, template_id) REFERENCES public.exam_templates(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT candidates_institute_id_batch_id_fkey FOREIGN KEY (institute_id, batch_id) REFERENCES public.batches(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT candidates_institute_id_class_id_fkey FOREIGN KEY (institute_id, class_id) REFERENCES public.classes(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT candidates_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT candidates_institute_id_project_id_batch_id_fkey FOREIGN KEY (institute_id, project_id, batch_id) REFERENCES public.batches(institute_id, project_id, id) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT candidates_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT candidates_institute_id_user_id_fkey FOREIGN KEY (institute_id, user_id) REFERENCES public.memberships(institute_id, user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.catalogue_boards
    ADD CONSTRAINT catalogue_boards_version_fkey FOREIGN KEY (version) REFERENCES public.catalogue_loads(version) ON DELETE RESTRICT;

ALTER TABLE ONLY public.catalogue_objectives
    ADD CONSTRAINT catalogue_objectives_specification_id_fkey FOREIGN KEY (specification_id) REFERENCES public.catalogue_specifications(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.catalogue_objectives
    ADD CONSTRAINT catalogue_objectives_version_fkey FOREIGN KEY (version) REFERENCES public.catalogue_loads(version) ON DELETE RESTRICT;

ALTER TABLE ONLY public.catalogue_papers
    ADD CONSTRAINT catalogue_papers_specification_id_fkey FOREIGN KEY (specification_id) REFERENCES public.catalogue_specifications(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.catalogue_papers
    ADD CONSTRAINT catalogue_papers_version_fkey FOREIGN KEY (version) REFERENCES public.catalogue_loads(version) ON DELETE RESTRICT;

ALTER TABLE ONLY public.catalogue_qualifications
    ADD CONSTRAINT catalogue_qualifications_version_fkey FOREIGN KEY (version) REFERENCES public.catalogue_loads(version) ON DELETE RESTRICT;

ALTER TABLE ONLY public.catalogue_spec_points
    ADD CONSTRAINT catalogue_spec_points_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.catalogue_spec_points(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.catalogue_spec_points
    ADD CONSTRAINT catalogue_spec_points_specification_id_fkey FOREIGN KEY (specification_id) REFERENCES public.catalogue_specifications(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.catalogue_spec_points
    ADD CONSTRAINT catalogue_spec_points_version_fkey FOREIGN KEY (version) REFERENCES public.catalogue_loads(version) ON DELETE RESTRICT;

ALTER TABLE ONLY public.catalogue_specifications
    ADD CONSTRAINT catalogue_specifications_board_id_fkey FOREIGN KEY (board_id) REFERENCES public.catalogue_boards(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.catalogue_specifications
    ADD CONSTRAINT catalogue_specifications_qualification_id_fkey FOREIGN KEY (qualification_id) REFERENCES public.catalogue_qualifications(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.catalogue_specifications
    ADD CONSTRAINT catalogue_specifications_version_fkey FOREIGN KEY (version) REFERENCES public.catalogue_loads(version) ON DELETE RESTRICT;

ALTER TABLE ONLY public.claims
    ADD CONSTRAINT claims_institute_id_batch_id_script_id_fkey FOREIGN KEY (institute_id, batch_id, script_id) REFERENCES public.scripts(institute_id, batch_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.claims
    ADD CONSTRAINT claims_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.claims
    ADD CONSTRAINT claims_institute_id_marker_id_fkey FOREIGN KEY (institute_id, marker_id) REFERENCES public.memberships(institute_id, user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.claims
    ADD CONSTRAINT claims_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.claims
    ADD CONSTRAINT claims_institute_id_question_id_fkey FOREIGN KEY (institute_id, question_id) REFERENCES public.exam_questions(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.class_students
    ADD CONSTRAINT class_students_institute_id_class_id_fkey FOREIGN KEY (institute_id, class_id) REFERENCES public.classes(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.class_students
    ADD CONSTRAINT class_students_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.class_students
    ADD CONSTRAINT class_students_institute_id_user_id_fkey FOREIGN KEY (institute_id, user_id) REFERENCES public.memberships(institute_id, user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.class_teachers
    ADD CONSTRAINT class_teachers_institute_id_class_id_fkey FOREIGN KEY (institute_id, class_id) REFERENCES public.classes(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.class_teachers
    ADD CONSTRAINT class_teachers_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.class_teachers
    ADD CONSTRAINT class_teachers_institute_id_user_id_fkey FOREIGN KEY (institute_id, user_id) REFERENCES public.memberships(institute_id, user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.classes
    ADD CONSTRAINT classes_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.classes
    ADD CONSTRAINT classes_institute_id_previous_id_fkey FOREIGN KEY (institute_id, previous_id) REFERENCES public.classes(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.enrollment_requests
    ADD CONSTRAINT enrollment_requests_institute_id_class_id_fkey FOREIGN KEY (institute_id, class_id) REFERENCES public.classes(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.enrollment_requests
    ADD CONSTRAINT enrollment_requests_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.enrollment_requests
    ADD CONSTRAINT enrollment_requests_institute_id_user_id_fkey FOREIGN KEY (institute_id, user_id) REFERENCES public.memberships(institute_id, user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.exam_boundaries
    ADD CONSTRAINT exam_boundaries_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.exam_boundaries
    ADD CONSTRAINT exam_boundaries_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.exam_boundaries
    ADD CONSTRAINT exam_boundaries_institute_id_project_id_template_id_fkey FOREIGN KEY (institute_id, project_id, template_id) REFERENCES public.exam_templates(institute_id, project_id, id) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE ONLY public.exam_boundaries
    ADD CONSTRAINT exam_boundaries_institute_id_template_id_fkey FOREIGN KEY (institute_id, template_id) REFERENCES public.exam_templates(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.exam_boundaries
    ADD CONSTRAINT exam_boundaries_institute_id_template_id_question_id_fkey FOREIGN KEY (institute_id, template_id, question_id) REFERENCES public.exam_questions(institute_id, template_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.exam_questions
    ADD CONSTRAINT exam_questions_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.exam_questions
    ADD CONSTRAINT exam_questions_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.exam_questions
    ADD CONSTRAINT exam_questions_institute_id_project_id_template_id_fkey FOREIGN KEY (institute_id, project_id, template_id) REFERENCES public.exam_templates(institute_id, project_id, id) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE ONLY public.exam_questions
    ADD CONSTRAINT exam_questions_institute_id_template_id_fkey FOREIGN KEY (institute_id, template_id) REFERENCES public.exam_templates(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.exam_questions
    ADD CONSTRAINT exam_questions_institute_id_template_id_parent_id_fkey FOREIGN KEY (institute_id, template_id, parent_id) REFERENCES public.exam_questions(institute_id, template_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.exam_templates
    ADD CONSTRAINT exam_templates_exam_id_fkey FOREIGN KEY (exam_id) REFERENCES public.catalogue_papers(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.exam_templates
    ADD CONSTRAINT exam_templates_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.exam_templates
    ADD CONSTRAINT exam_templates_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.exam_templates
    ADD CONSTRAINT exam_templates_institute_id_source_file_id_fkey FOREIGN KEY (institute_id, source_file_id) REFERENCES public.source_files(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.exam_templates
    ADD CONSTRAINT exam_templates_institute_id_teacher_id_fkey FOREIGN KEY (institute_id, teacher_id) REFERENCES public.memberships(institute_id, user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.external_identities
    ADD CONSTRAINT external_identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.former_project_members
    ADD CONSTRAINT former_project_members_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.former_project_members
    ADD CONSTRAINT former_project_members_institute_id_user_id_fkey FOREIGN KEY (institute_id, user_id) REFERENCES public.memberships(institute_id, user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.graph_changes
    ADD CONSTRAINT graph_changes_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.graph_spaces
    ADD CONSTRAINT graph_spaces_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.idempotent_answers
    ADD CONSTRAINT idempotent_answers_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.identity_events
    ADD CONSTRAINT identity_events_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.institute_terms
    ADD CONSTRAINT institute_terms_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.invitation_assignments
    ADD CONSTRAINT invitation_assignments_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES public.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.invitation_assignments
    ADD CONSTRAINT invitation_assignments_institute_id_invitation_id_fkey FOREIGN KEY (institute_id, invitation_id) REFERENCES public.invitations(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.invitation_assignments
    ADD CONSTRAINT invitation_assignments_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.invitation_rows
    ADD CONSTRAINT invitation_rows_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.invitation_rows
    ADD CONSTRAINT invitation_rows_institute_id_invitation_id_fkey FOREIGN KEY (institute_id, invitation_id) REFERENCES public.invitations(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.invitation_tokens
    ADD CONSTRAINT invitation_tokens_institute_id_invitation_id_fkey FOREIGN KEY (institute_id, invitation_id) REFERENCES public.invitations(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_accepted_by_fkey FOREIGN KEY (accepted_by) REFERENCES public.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES public.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_institute_id_invited_by_fkey FOREIGN KEY (institute_id, invited_by) REFERENCES public.memberships(institute_id, user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.mark_changes
    ADD CONSTRAINT mark_changes_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.mark_changes
    ADD CONSTRAINT mark_changes_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.mark_changes
    ADD CONSTRAINT mark_changes_institute_id_script_id_question_id_fkey FOREIGN KEY (institute_id, script_id, question_id) REFERENCES public.mark_entries(institute_id, script_id, question_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.mark_entries
    ADD CONSTRAINT mark_entries_institute_id_batch_id_script_id_fkey FOREIGN KEY (institute_id, batch_id, script_id) REFERENCES public.scripts(institute_id, batch_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.mark_entries
    ADD CONSTRAINT mark_entries_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.mark_entries
    ADD CONSTRAINT mark_entries_institute_id_marker_id_fkey FOREIGN KEY (institute_id, marker_id) REFERENCES public.memberships(institute_id, user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.mark_entries
    ADD CONSTRAINT mark_entries_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.mark_entries
    ADD CONSTRAINT mark_entries_institute_id_question_id_fkey FOREIGN KEY (institute_id, question_id) REFERENCES public.exam_questions(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.mark_scheme_versions
    ADD CONSTRAINT mark_scheme_versions_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.mark_scheme_versions
    ADD CONSTRAINT mark_scheme_versions_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.mark_scheme_versions
    ADD CONSTRAINT mark_scheme_versions_institute_id_project_id_template_id_fkey FOREIGN KEY (institute_id, project_id, template_id) REFERENCES public.exam_templates(institute_id, project_id, id) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE ONLY public.mark_scheme_versions
    ADD CONSTRAINT mark_scheme_versions_institute_id_template_id_question_id_fkey FOREIGN KEY (institute_id, template_id, question_id) REFERENCES public.exam_questions(institute_id, template_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.memories
    ADD CONSTRAINT memories_institute_id_class_id_fkey FOREIGN KEY (institute_id, class_id) REFERENCES public.classes(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.memories
    ADD CONSTRAINT memories_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.memories
    ADD CONSTRAINT memories_institute_id_key_id_fkey FOREIGN KEY (institute_id, key_id) REFERENCES public.api_keys(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.memories
    ADD CONSTRAINT memories_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.memories
    ADD CONSTRAINT memories_institute_id_script_id_fkey FOREIGN KEY (institute_id, script_id) REFERENCES public.scripts(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.memories
    ADD CONSTRAINT memories_institute_id_template_id_fkey FOREIGN KEY (institute_id, template_id) REFERENCES public.exam_templates(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.memories
    ADD CONSTRAINT memories_institute_id_template_id_question_id_fkey FOREIGN KEY (institute_id, template_id, question_id) REFERENCES public.exam_questions(institute_id, template_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.memories
    ADD CONSTRAINT memories_institute_id_written_key_id_fkey FOREIGN KEY (institute_id, written_key_id) REFERENCES public.api_keys(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.memory_vectors
    ADD CONSTRAINT memory_vectors_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.memory_vectors
    ADD CONSTRAINT memory_vectors_institute_id_project_id_memory_id_approval_fkey FOREIGN KEY (institute_id, project_id, memory_id, approval) REFERENCES public.memories(institute_id, project_id, id, approval) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE ONLY public.memory_versions
    ADD CONSTRAINT memory_versions_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.memory_versions
    ADD CONSTRAINT memory_versions_institute_id_project_id_memory_id_fkey FOREIGN KEY (institute_id, project_id, memory_id) REFERENCES public.memories(institute_id, project_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.notices
    ADD CONSTRAINT notices_institute_id_user_id_fkey FOREIGN KEY (institute_id, user_id) REFERENCES public.memberships(institute_id, user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.pages
    ADD CONSTRAINT pages_institute_id_batch_id_scan_id_fkey FOREIGN KEY (institute_id, batch_id, scan_id) REFERENCES public.scans(institute_id, batch_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.pages
    ADD CONSTRAINT pages_institute_id_batch_id_script_id_fkey FOREIGN KEY (institute_id, batch_id, script_id) REFERENCES public.scripts(institute_id, batch_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.pages
    ADD CONSTRAINT pages_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.pages
    ADD CONSTRAINT pages_institute_id_project_id_batch_id_fkey FOREIGN KEY (institute_id, project_id, batch_id) REFERENCES public.batches(institute_id, project_id, id) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE ONLY public.pages
    ADD CONSTRAINT pages_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.project_members
    ADD CONSTRAINT project_members_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.project_members
    ADD CONSTRAINT project_members_institute_id_user_id_fkey FOREIGN KEY (institute_id, user_id) REFERENCES public.memberships(institute_id, user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.projects
    ADD CONSTRAINT projects_institute_id_owner_id_fkey FOREIGN KEY (institute_id, owner_id) REFERENCES public.memberships(institute_id, user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.releases
    ADD CONSTRAINT releases_institute_id_batch_id_fkey FOREIGN KEY (institute_id, batch_id) REFERENCES public.batches(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.releases
    ADD CONSTRAINT releases_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.releases
    ADD CONSTRAINT releases_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.releases
    ADD CONSTRAINT releases_institute_id_released_by_fkey FOREIGN KEY (institute_id, released_by) REFERENCES public.memberships(institute_id, user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.releases
    ADD CONSTRAINT releases_institute_id_withdrawn_by_fkey FOREIGN KEY (institute_id, withdrawn_by) REFERENCES public.memberships(institute_id, user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.response_areas
    ADD CONSTRAINT response_areas_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.response_areas
    ADD CONSTRAINT response_areas_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.response_areas
    ADD CONSTRAINT response_areas_institute_id_project_id_template_id_fkey FOREIGN KEY (institute_id, project_id, template_id) REFERENCES public.exam_templates(institute_id, project_id, id) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE ONLY public.response_areas
    ADD CONSTRAINT response_areas_institute_id_template_id_fkey FOREIGN KEY (institute_id, template_id) REFERENCES public.exam_templates(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.response_areas
    ADD CONSTRAINT response_areas_institute_id_template_id_question_id_fkey FOREIGN KEY (institute_id, template_id, question_id) REFERENCES public.exam_questions(institute_id, template_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.scan_parts
    ADD CONSTRAINT scan_parts_institute_id_batch_id_scan_id_fkey FOREIGN KEY (institute_id, batch_id, scan_id) REFERENCES public.scans(institute_id, batch_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.scan_parts
    ADD CONSTRAINT scan_parts_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.scan_parts
    ADD CONSTRAINT scan_parts_institute_id_project_id_batch_id_fkey FOREIGN KEY (institute_id, project_id, batch_id) REFERENCES public.batches(institute_id, project_id, id) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE ONLY public.scan_parts
    ADD CONSTRAINT scan_parts_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.scans
    ADD CONSTRAINT scans_institute_id_batch_id_fkey FOREIGN KEY (institute_id, batch_id) REFERENCES public.batches(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.scans
    ADD CONSTRAINT scans_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.scans
    ADD CONSTRAINT scans_institute_id_project_id_batch_id_fkey FOREIGN KEY (institute_id, project_id, batch_id) REFERENCES public.batches(institute_id, project_id, id) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE ONLY public.scans
    ADD CONSTRAINT scans_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT scripts_institute_id_batch_id_candidate_id_fkey FOREIGN KEY (institute_id, batch_id, candidate_id) REFERENCES public.candidates(institute_id, batch_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT scripts_institute_id_batch_id_fkey FOREIGN KEY (institute_id, batch_id) REFERENCES public.batches(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT scripts_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT scripts_institute_id_project_id_batch_id_fkey FOREIGN KEY (institute_id, project_id, batch_id) REFERENCES public.batches(institute_id, project_id, id) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE ONLY public.scripts
    ADD CONSTRAINT scripts_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_code_issued_by_fkey FOREIGN KEY (code_issued_by) REFERENCES public.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.sign_in_codes
    ADD CONSTRAINT sign_in_codes_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.sign_in_codes
    ADD CONSTRAINT sign_in_codes_institute_id_user_id_fkey FOREIGN KEY (institute_id, user_id) REFERENCES public.memberships(institute_id, user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.source_files
    ADD CONSTRAINT source_files_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.template_shares
    ADD CONSTRAINT template_shares_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.template_shares
    ADD CONSTRAINT template_shares_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.template_shares
    ADD CONSTRAINT template_shares_institute_id_project_id_template_id_fkey FOREIGN KEY (institute_id, project_id, template_id) REFERENCES public.exam_templates(institute_id, project_id, id) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE ONLY public.template_shares
    ADD CONSTRAINT template_shares_institute_id_template_id_fkey FOREIGN KEY (institute_id, template_id) REFERENCES public.exam_templates(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.template_shares
    ADD CONSTRAINT template_shares_institute_id_user_id_fkey FOREIGN KEY (institute_id, user_id) REFERENCES public.memberships(institute_id, user_id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.template_versions
    ADD CONSTRAINT template_versions_institute_id_fkey FOREIGN KEY (institute_id) REFERENCES public.institutes(id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.template_versions
    ADD CONSTRAINT template_versions_institute_id_project_id_fkey FOREIGN KEY (institute_id, project_id) REFERENCES public.projects(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE ONLY public.template_versions
    ADD CONSTRAINT template_versions_institute_id_project_id_template_id_fkey FOREIGN KEY (institute_id, project_id, template_id) REFERENCES public.exam_templates(institute_id, project_id, id) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE ONLY public.template_versions
    ADD CONSTRAINT template_versions_institute_id_template_id_fkey FOREIGN KEY (institute_id, template_id) REFERENCES public.exam_templates(institute_id, id) ON DELETE RESTRICT;

ALTER TABLE public.address_proofs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.answers ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.api_keys ENABLE ROW LEVEL SECURITY;

CREATE POLICY app_delete ON public.answers FOR DELETE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_delete ON public.batch_markers FOR DELETE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_delete ON public.batches FOR DELETE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_delete ON public.candidates FOR DELETE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_delete ON public.claims FOR DELETE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_delete ON public.class_students FOR DELETE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")))));

CREATE POLICY app_delete ON public.class_teachers FOR DELETE TO markroom_app USING ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_delete ON public.exam_boundaries FOR DELETE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_delete ON public.exam_questions FOR DELETE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_delete ON public.former_project_members FOR DELETE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));

CREATE POLICY app_delete ON public.idempotent_answers FOR DELETE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (credential = ( SELECT current_setting('app.credential'::text, true) AS current_setting))));

CREATE POLICY app_delete ON public.invitation_assignments FOR DELETE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));

CREATE POLICY app_delete ON public.mark_scheme_versions FOR DELETE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_delete ON public.memories FOR DELETE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((( SELECT (NULLIF(current_setting('app.key_id'::text, true), ''::text))::uuid AS "nullif") IS NULL) OR ((key_id = ( SELECT (NULLIF(current_setting('app.key_id'::text, true), ''::text))::uuid AS "nullif")) AND (approval = 'pending'::text)))));

CREATE POLICY app_delete ON public.memory_vectors FOR DELETE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));

CREATE POLICY app_delete ON public.memory_versions FOR DELETE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));

CREATE POLICY app_delete ON public.project_members FOR DELETE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((project_id = ANY (( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif"))) AND (( SELECT NULLIF(current_setting('app.key_id'::text, true), ''::text) AS "nullif") IS NULL)));

CREATE POLICY app_delete ON public.scripts FOR DELETE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_delete ON public.template_shares FOR DELETE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_insert ON public.address_proofs FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (used_at IS NULL) AND (((user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")) AND (state = 'pending'::text) AND (decided_by IS NULL)) OR ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_manage'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (state = 'asked'::text) AND (decided_by = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")) AND (NOT (user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")))))));

CREATE POLICY app_insert ON public.answers FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_insert ON public.api_keys FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")) AND (( SELECT NULLIF(current_setting('app.key_id'::text, true), ''::text) AS "nullif") IS NULL)));

CREATE POLICY app_insert ON public.batch_markers FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_insert ON public.batches FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_insert ON public.candidates FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_insert ON public.claims FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))) AND (marker_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif"))));

CREATE POLICY app_insert ON public.class_students FOR INSERT TO markroom_app WITH CHECK ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_insert ON public.class_teachers FOR INSERT TO markroom_app WITH CHECK ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_insert ON public.classes FOR INSERT TO markroom_app WITH CHECK ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_insert ON public.enrollment_requests FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")) AND (state = 'pending'::text))));

CREATE POLICY app_insert ON public.events FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif"))));

CREATE POLICY app_insert ON public.exam_boundaries FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_insert ON public.exam_questions FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_insert ON public.exam_templates FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_insert ON public.former_project_members FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));

CREATE POLICY app_insert ON public.graph_changes FOR INSERT TO markroom_app WITH CHECK ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_insert ON public.idempotent_answers FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (credential = ( SELECT current_setting('app.credential'::text, true) AS current_setting))));

CREATE POLICY app_insert ON public.identity_events FOR INSERT TO markroom_app WITH CHECK (true);

CREATE POLICY app_insert ON public.institute_terms FOR INSERT TO markroom_app WITH CHECK ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_insert ON public.invitation_assignments FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (granted_by = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif"))));

CREATE POLICY app_insert ON public.invitation_rows FOR INSERT TO markroom_app WITH CHECK ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_manage'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_insert ON public.invitation_tokens FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_manage'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (( SELECT COALESCE(NULLIF(current_setting('app.p_admin'::text, true), ''::text), '{}'::text) AS "coalesce") <> '{}'::text))));

CREATE POLICY app_insert ON public.invitations FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_manage'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((project_id = ANY (( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR ((project_id IS NULL) AND (role = 'guest'::text) AND (cardinality(project_ids) > 0) AND (project_ids <@ ( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")))))));

CREATE POLICY app_insert ON public.jobs FOR INSERT TO markroom_app WITH CHECK ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_insert ON public.mark_entries FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))) AND ((marker_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")) OR (source = 'machine'::text))));

CREATE POLICY app_insert ON public.mark_scheme_versions FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_insert ON public.memories FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (author_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")) AND (NOT (key_id IS DISTINCT FROM ( SELECT (NULLIF(current_setting('app.key_id'::text, true), ''::text))::uuid AS "nullif"))) AND ((( SELECT (NULLIF(current_setting('app.key_id'::text, true), ''::text))::uuid AS "nullif") IS NULL) OR ((key_id = ( SELECT (NULLIF(current_setting('app.key_id'::text, true), ''::text))::uuid AS "nullif")) AND (approval = 'pending'::text)))));

CREATE POLICY app_insert ON public.memory_versions FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));

CREATE POLICY app_insert ON public.pages FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_insert ON public.project_members FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));

CREATE POLICY app_insert ON public.projects FOR INSERT TO markroom_app WITH CHECK ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_insert ON public.releases FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_insert ON public.response_areas FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_insert ON public.scan_parts FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_insert ON public.scans FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_insert ON public.scripts FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_insert ON public.source_files FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR ((project_ids <> '{}'::uuid[]) AND (project_ids <@ ( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif"))))));

CREATE POLICY app_insert ON public.template_shares FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_insert ON public.template_versions FOR INSERT TO markroom_app WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.address_proofs FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_manage'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")))));

CREATE POLICY app_select ON public.answers FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.api_keys FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));

CREATE POLICY app_select ON public.batch_markers FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.batches FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.candidates FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.catalogue_boards FOR SELECT TO markroom_app USING (true);

CREATE POLICY app_select ON public.catalogue_loads FOR SELECT TO markroom_app USING (true);

CREATE POLICY app_select ON public.catalogue_objectives FOR SELECT TO markroom_app USING (true);

CREATE POLICY app_select ON public.catalogue_papers FOR SELECT TO markroom_app USING (true);

CREATE POLICY app_select ON public.catalogue_qualifications FOR SELECT TO markroom_app USING (true);

CREATE POLICY app_select ON public.catalogue_spec_points FOR SELECT TO markroom_app USING (true);

CREATE POLICY app_select ON public.catalogue_specifications FOR SELECT TO markroom_app USING (true);

CREATE POLICY app_select ON public.claims FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.class_students FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")))));

CREATE POLICY app_select ON public.class_teachers FOR SELECT TO markroom_app USING ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_select ON public.classes FOR SELECT TO markroom_app USING ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_select ON public.enrollment_requests FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")))));

CREATE POLICY app_select ON public.events FOR SELECT TO markroom_app USING ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_select ON public.exam_boundaries FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.exam_questions FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.exam_templates FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.former_project_members FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));

CREATE POLICY app_select ON public.graph_spaces FOR SELECT TO markroom_app USING ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_select ON public.idempotent_answers FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (credential = ( SELECT current_setting('app.credential'::text, true) AS current_setting))));

CREATE POLICY app_select ON public.institute_terms FOR SELECT TO markroom_app USING ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_select ON public.institutes FOR SELECT TO markroom_app USING ((id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_select ON public.invitation_assignments FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_manage'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.invitation_tokens FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_manage'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (( SELECT COALESCE(NULLIF(current_setting('app.p_admin'::text, true), ''::text), '{}'::text) AS "coalesce") <> '{}'::text))));

CREATE POLICY app_select ON public.invitations FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_manage'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((project_id = ANY (( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_ids && ( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif"))))));

CREATE POLICY app_select ON public.jobs FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (started_by = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")))));

CREATE POLICY app_select ON public.mark_changes FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.mark_entries FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.mark_scheme_versions FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.memberships FOR SELECT TO markroom_app USING (((array_position(( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif"), institute_id) IS NOT NULL) AND ((array_position(( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif"), institute_id) IS NOT NULL) OR (user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")))));

CREATE POLICY app_select ON public.memories FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));

CREATE POLICY app_select ON public.memory_vectors FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));

CREATE POLICY app_select ON public.memory_versions FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));

CREATE POLICY app_select ON public.memory_words FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));

CREATE POLICY app_select ON public.notices FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif"))));

CREATE POLICY app_select ON public.pages FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.project_members FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));

CREATE POLICY app_select ON public.projects FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (owner_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif"))) AND (( SELECT NULLIF(current_setting('app.key_id'::text, true), ''::text) AS "nullif") IS NULL)))));

CREATE POLICY app_select ON public.releases FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.response_areas FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.scan_parts FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.scans FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.scripts FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.sessions FOR SELECT TO markroom_app USING ((user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY app_select ON public.sign_in_codes FOR SELECT TO markroom_app USING ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_manage'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_select ON public.source_files FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_ids && ( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")))));

CREATE POLICY app_select ON public.template_shares FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.template_versions FOR SELECT TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_read'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_select ON public.users FOR SELECT TO markroom_app USING ((id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY app_update ON public.address_proofs FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_manage'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (state = 'pending'::text) AND (NOT (user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif"))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_manage'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (state = ANY (ARRAY['asked'::text, 'refused'::text])) AND (decided_by = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif"))));

CREATE POLICY app_update ON public.answers FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_update ON public.api_keys FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((project_id = ANY (( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif"))) AND (( SELECT NULLIF(current_setting('app.key_id'::text, true), ''::text) AS "nullif") IS NULL))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((project_id = ANY (( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif"))) AND (( SELECT NULLIF(current_setting('app.key_id'::text, true), ''::text) AS "nullif") IS NULL)));

CREATE POLICY app_update ON public.batch_markers FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_update ON public.batches FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_update ON public.candidates FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_update ON public.claims FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))) AND (marker_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif"))));

CREATE POLICY app_update ON public.classes FOR UPDATE TO markroom_app USING ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))) WITH CHECK ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_update ON public.enrollment_requests FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")) AND (state = ANY (ARRAY['pending'::text, 'withdrawn'::text]))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")) AND (state = ANY (ARRAY['pending'::text, 'withdrawn'::text])))));

CREATE POLICY app_update ON public.exam_boundaries FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_update ON public.exam_questions FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_update ON public.exam_templates FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_update ON public.idempotent_answers FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (credential = ( SELECT current_setting('app.credential'::text, true) AS current_setting)))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (credential = ( SELECT current_setting('app.credential'::text, true) AS current_setting))));

CREATE POLICY app_update ON public.institute_terms FOR UPDATE TO markroom_app USING ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))) WITH CHECK ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_update ON public.institutes FOR UPDATE TO markroom_app USING ((id = ANY (( SELECT (NULLIF(current_setting('app.i_manage'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))) WITH CHECK ((id = ANY (( SELECT (NULLIF(current_setting('app.i_manage'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_update ON public.invitations FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_manage'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((project_id = ANY (( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_ids && ( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_manage'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((project_id = ANY (( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_ids && ( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif"))))));

CREATE POLICY app_update ON public.jobs FOR UPDATE TO markroom_app USING ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_manage'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))) WITH CHECK ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_manage'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_update ON public.mark_entries FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))) AND (marker_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif"))));

CREATE POLICY app_update ON public.mark_scheme_versions FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_update ON public.memberships FOR UPDATE TO markroom_app USING ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_manage'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))) WITH CHECK ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_manage'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])));

CREATE POLICY app_update ON public.memories FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((( SELECT (NULLIF(current_setting('app.key_id'::text, true), ''::text))::uuid AS "nullif") IS NULL) OR ((key_id = ( SELECT (NULLIF(current_setting('app.key_id'::text, true), ''::text))::uuid AS "nullif")) AND (approval = 'pending'::text))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((( SELECT (NULLIF(current_setting('app.key_id'::text, true), ''::text))::uuid AS "nullif") IS NULL) OR ((key_id = ( SELECT (NULLIF(current_setting('app.key_id'::text, true), ''::text))::uuid AS "nullif")) AND (approval = 'pending'::text)))));

CREATE POLICY app_update ON public.notices FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif"))));

CREATE POLICY app_update ON public.pages FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_update ON public.project_members FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));

CREATE POLICY app_update ON public.projects FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((id = ANY (( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (owner_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif"))) AND (( SELECT NULLIF(current_setting('app.key_id'::text, true), ''::text) AS "nullif") IS NULL))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((id = ANY (( SELECT (NULLIF(current_setting('app.p_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_admin'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (owner_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif"))) AND (( SELECT NULLIF(current_setting('app.key_id'::text, true), ''::text) AS "nullif") IS NULL)))));

CREATE POLICY app_update ON public.releases FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_update ON public.response_areas FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_update ON public.scan_parts FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_update ON public.scans FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_update ON public.scripts FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_update ON public.sessions FOR UPDATE TO markroom_app USING ((user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY app_update ON public.template_shares FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_update ON public.template_versions FOR UPDATE TO markroom_app USING (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))))) WITH CHECK (((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_any'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) AND ((institute_id = ANY (( SELECT (NULLIF(current_setting('app.i_staff'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])) OR (project_id = ANY (( SELECT (NULLIF(current_setting('app.p_write'::text, true), ''::text))::uuid[] AS "nullif")::uuid[])))));

CREATE POLICY app_update ON public.users FOR UPDATE TO markroom_app USING ((id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")));

ALTER TABLE public.batch_markers ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.batches ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.candidates ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.catalogue_boards ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.catalogue_loads ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.catalogue_objectives ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.catalogue_papers ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.catalogue_qualifications ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.catalogue_spec_points ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.catalogue_specifications ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.claims ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.class_students ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.class_teachers ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.classes ENABLE ROW LEVEL SECURITY;

CREATE POLICY door_close ON public.institutes FOR UPDATE TO markroom_door USING (true) WITH CHECK ((closed_at IS NOT NULL));

CREATE POLICY door_delete ON public.external_identities FOR DELETE TO markroom_door USING (true);

CREATE POLICY door_delete ON public.rate_counts FOR DELETE TO markroom_door USING (true);

CREATE POLICY door_insert ON public.class_students FOR INSERT TO markroom_door WITH CHECK (true);

CREATE POLICY door_insert ON public.events FOR INSERT TO markroom_door WITH CHECK (true);

CREATE POLICY door_insert ON public.external_identities FOR INSERT TO markroom_door WITH CHECK (true);

CREATE POLICY door_insert ON public.jobs FOR INSERT TO markroom_door WITH CHECK ((kind = ANY (ARRAY['join_account'::text, 'end_membership'::text])));

CREATE POLICY door_insert ON public.memberships FOR INSERT TO markroom_door WITH CHECK (true);

CREATE POLICY door_insert ON public.notices FOR INSERT TO markroom_door WITH CHECK (true);

CREATE POLICY door_insert ON public.project_members FOR INSERT TO markroom_door WITH CHECK (true);

CREATE POLICY door_insert ON public.rate_counts FOR INSERT TO markroom_door WITH CHECK (true);

CREATE POLICY door_insert ON public.sessions FOR INSERT TO markroom_door WITH CHECK (true);

CREATE POLICY door_insert ON public.sign_in_codes FOR INSERT TO markroom_door WITH CHECK (true);

CREATE POLICY door_insert ON public.users FOR INSERT TO markroom_door WITH CHECK (true);

CREATE POLICY door_lock ON public.projects FOR UPDATE TO markroom_door USING (true) WITH CHECK (false);

CREATE POLICY door_select ON public.address_proofs FOR SELECT TO markroom_door USING (true);

CREATE POLICY door_select ON public.api_keys FOR SELECT TO markroom_door USING (true);

CREATE POLICY door_select ON public.class_students FOR SELECT TO markroom_door USING (true);

CREATE POLICY door_select ON public.class_teachers FOR SELECT TO markroom_door USING (true);

CREATE POLICY door_select ON public.classes FOR SELECT TO markroom_door USING (true);

CREATE POLICY door_select ON public.external_identities FOR SELECT TO markroom_door USING (true);

CREATE POLICY door_select ON public.institutes FOR SELECT TO markroom_door USING (true);

CREATE POLICY door_select ON public.invitation_assignments FOR SELECT TO markroom_door USING (true);

CREATE POLICY door_select ON public.invitation_tokens FOR SELECT TO markroom_door USING (true);

CREATE POLICY door_select ON public.invitations FOR SELECT TO markroom_door USING (true);

CREATE POLICY door_select ON public.memberships FOR SELECT TO markroom_door USING (true);

CREATE POLICY door_select ON public.project_members FOR SELECT TO markroom_door USING (true);

CREATE POLICY door_select ON public.projects FOR SELECT TO markroom_door USING (true);

CREATE POLICY door_select ON public.rate_counts FOR SELECT TO markroom_door USING (true);

CREATE POLICY door_select ON public.sessions FOR SELECT TO markroom_door USING (true);

CREATE POLICY door_select ON public.sign_in_codes FOR SELECT TO markroom_door USING (true);

CREATE POLICY door_select ON public.sign_in_tokens FOR SELECT TO markroom_door USING (true);

CREATE POLICY door_select ON public.users FOR SELECT TO markroom_door USING (true);

CREATE POLICY door_update ON public.address_proofs FOR UPDATE TO markroom_door USING ((used_at IS NULL)) WITH CHECK ((used_at IS NOT NULL));

CREATE POLICY door_update ON public.api_keys FOR UPDATE TO markroom_door USING (true) WITH CHECK (true);

CREATE POLICY door_update ON public.invitations FOR UPDATE TO markroom_door USING ((status = 'pending'::text)) WITH CHECK (true);

CREATE POLICY door_update ON public.memberships FOR UPDATE TO markroom_door USING (true) WITH CHECK ((state = ANY (ARRAY['active'::text, 'left'::text])));

CREATE POLICY door_update ON public.rate_counts FOR UPDATE TO markroom_door USING (true) WITH CHECK (true);

CREATE POLICY door_update ON public.sessions FOR UPDATE TO markroom_door USING (true) WITH CHECK (true);

CREATE POLICY door_update ON public.sign_in_codes FOR UPDATE TO markroom_door USING ((used_at IS NULL)) WITH CHECK (true);

CREATE POLICY door_update ON public.sign_in_tokens FOR UPDATE TO markroom_door USING ((used_at IS NULL)) WITH CHECK ((used_at IS NOT NULL));

CREATE POLICY door_update ON public.users FOR UPDATE TO markroom_door USING (true) WITH CHECK (true);

ALTER TABLE public.enrollment_requests ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.exam_boundaries ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.exam_questions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.exam_templates ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.external_identities ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.former_project_members ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.graph_changes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.graph_spaces ENABLE ROW LEVEL SECURITY;

CREATE POLICY guard_delete ON public.former_project_members FOR DELETE TO markroom_guard USING (true);

CREATE POLICY guard_delete ON public.idempotent_answers FOR DELETE TO markroom_guard USING (true);

CREATE POLICY guard_delete ON public.invitation_rows FOR DELETE TO markroom_guard USING ((created_at < (now() - '7 days'::interval)));

CREATE POLICY guard_delete ON public.memory_words FOR DELETE TO markroom_guard USING (true);

CREATE POLICY guard_delete ON public.project_members FOR DELETE TO markroom_guard USING (true);

CREATE POLICY guard_insert ON public.mark_changes FOR INSERT TO markroom_guard WITH CHECK (true);

CREATE POLICY guard_insert ON public.memory_words FOR INSERT TO markroom_guard WITH CHECK (true);

CREATE POLICY guard_insert ON public.project_members FOR INSERT TO markroom_guard WITH CHECK (true);

CREATE POLICY guard_rename ON public.memberships FOR UPDATE TO markroom_guard USING ((user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((user_id = ( SELECT (NULLIF(current_setting('app.user_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY guard_select ON public.api_keys FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.catalogue_loads FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.class_students FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.class_teachers FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.classes FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.enrollment_requests FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.exam_templates FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.former_project_members FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.graph_changes FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.graph_spaces FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.idempotent_answers FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.invitation_assignments FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.invitation_rows FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.invitations FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.mark_entries FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.memberships FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.memories FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.memory_words FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.project_members FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.projects FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_select ON public.source_files FOR SELECT TO markroom_guard USING (true);

CREATE POLICY guard_update ON public.api_keys FOR UPDATE TO markroom_guard USING (true) WITH CHECK ((deactivated_at IS NOT NULL));

CREATE POLICY guard_update ON public.invitations FOR UPDATE TO markroom_guard USING (true) WITH CHECK (true);

CREATE POLICY guard_update ON public.memories FOR UPDATE TO markroom_guard USING (true) WITH CHECK (true);

CREATE POLICY guard_update ON public.project_members FOR UPDATE TO markroom_guard USING (true) WITH CHECK ((role = 'admin'::text));

CREATE POLICY guard_update ON public.projects FOR UPDATE TO markroom_guard USING (true) WITH CHECK (true);

CREATE POLICY guard_update ON public.source_files FOR UPDATE TO markroom_guard USING (true) WITH CHECK (true);

ALTER TABLE public.idempotent_answers ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.identity_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.institute_terms ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.institutes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invitation_assignments ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invitation_rows ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invitation_tokens ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invitations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.jobs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mark_changes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mark_entries ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mark_scheme_versions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.memberships ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.memories ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.memory_vectors ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.memory_versions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.memory_words ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.notices ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.pages ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.project_members ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.projects ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.rate_counts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.releases ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.response_areas ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.scan_parts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.scans ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.scripts ENABLE ROW LEVEL SECURITY;

CREATE POLICY service_delete ON public.address_proofs FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.answers FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.api_keys FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.batch_markers FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.batches FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.candidates FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.claims FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.class_students FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.class_teachers FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.classes FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.enrollment_requests FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.events FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.exam_boundaries FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.exam_questions FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.exam_templates FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.former_project_members FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.graph_changes FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.graph_spaces FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.idempotent_answers FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.institute_terms FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.institutes FOR DELETE TO markroom_service USING ((id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.invitation_assignments FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.invitation_rows FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.invitation_tokens FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.invitations FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.jobs FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.mark_changes FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.mark_entries FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.mark_scheme_versions FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.memberships FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.memories FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.memory_vectors FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.memory_versions FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.memory_words FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.notices FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.pages FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.project_members FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.projects FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.releases FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.response_areas FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.scan_parts FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.scans FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.scripts FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.sign_in_codes FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.source_files FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.template_shares FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_delete ON public.template_versions FOR DELETE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.address_proofs FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.answers FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.api_keys FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.batch_markers FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.batches FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.candidates FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.catalogue_boards FOR INSERT TO markroom_service WITH CHECK (true);

CREATE POLICY service_insert ON public.catalogue_loads FOR INSERT TO markroom_service WITH CHECK (true);

CREATE POLICY service_insert ON public.catalogue_objectives FOR INSERT TO markroom_service WITH CHECK (true);

CREATE POLICY service_insert ON public.catalogue_papers FOR INSERT TO markroom_service WITH CHECK (true);

CREATE POLICY service_insert ON public.catalogue_qualifications FOR INSERT TO markroom_service WITH CHECK (true);

CREATE POLICY service_insert ON public.catalogue_spec_points FOR INSERT TO markroom_service WITH CHECK (true);

CREATE POLICY service_insert ON public.catalogue_specifications FOR INSERT TO markroom_service WITH CHECK (true);

CREATE POLICY service_insert ON public.claims FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.class_students FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.class_teachers FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.classes FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.enrollment_requests FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.events FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.exam_boundaries FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.exam_questions FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.exam_templates FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.former_project_members FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.graph_changes FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.graph_spaces FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.idempotent_answers FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.identity_events FOR INSERT TO markroom_service WITH CHECK (true);

CREATE POLICY service_insert ON public.institute_terms FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.institutes FOR INSERT TO markroom_service WITH CHECK ((id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.invitation_assignments FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.invitation_rows FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.invitation_tokens FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.invitations FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.jobs FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.mark_changes FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.mark_entries FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.mark_scheme_versions FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.memberships FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.memories FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.memory_vectors FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.memory_versions FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.memory_words FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.notices FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.pages FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.project_members FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.projects FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.releases FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.response_areas FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.scan_parts FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.scans FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.scripts FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.sign_in_codes FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.sign_in_tokens FOR INSERT TO markroom_service WITH CHECK (true);

CREATE POLICY service_insert ON public.source_files FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.template_shares FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.template_versions FOR INSERT TO markroom_service WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_insert ON public.users FOR INSERT TO markroom_service WITH CHECK (true);

CREATE POLICY service_select ON public.address_proofs FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.answers FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.api_keys FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.batch_markers FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.batches FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.candidates FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.catalogue_boards FOR SELECT TO markroom_service USING (true);

CREATE POLICY service_select ON public.catalogue_loads FOR SELECT TO markroom_service USING (true);

CREATE POLICY service_select ON public.catalogue_objectives FOR SELECT TO markroom_service USING (true);

CREATE POLICY service_select ON public.catalogue_papers FOR SELECT TO markroom_service USING (true);

CREATE POLICY service_select ON public.catalogue_qualifications FOR SELECT TO markroom_service USING (true);

CREATE POLICY service_select ON public.catalogue_spec_points FOR SELECT TO markroom_service USING (true);

CREATE POLICY service_select ON public.catalogue_specifications FOR SELECT TO markroom_service USING (true);

CREATE POLICY service_select ON public.claims FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.class_students FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.class_teachers FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.classes FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.enrollment_requests FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.events FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.exam_boundaries FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.exam_questions FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.exam_templates FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.former_project_members FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.graph_changes FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.graph_spaces FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.idempotent_answers FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.institute_terms FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.institutes FOR SELECT TO markroom_service USING ((id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.invitation_assignments FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.invitation_rows FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.invitation_tokens FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.invitations FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.jobs FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.mark_changes FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.mark_entries FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.mark_scheme_versions FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.memberships FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.memories FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.memory_vectors FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.memory_versions FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.memory_words FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.notices FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.pages FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.project_members FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.projects FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.releases FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.response_areas FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.scan_parts FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.scans FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.scripts FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.sign_in_codes FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.sign_in_tokens FOR SELECT TO markroom_service USING (true);

CREATE POLICY service_select ON public.source_files FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.template_shares FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.template_versions FOR SELECT TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_select ON public.users FOR SELECT TO markroom_service USING (true);

CREATE POLICY service_update ON public.address_proofs FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.answers FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.api_keys FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.batch_markers FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.batches FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.candidates FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.catalogue_boards FOR UPDATE TO markroom_service USING (true) WITH CHECK (true);

CREATE POLICY service_update ON public.catalogue_loads FOR UPDATE TO markroom_service USING (true) WITH CHECK (true);

CREATE POLICY service_update ON public.catalogue_objectives FOR UPDATE TO markroom_service USING (true) WITH CHECK (true);

CREATE POLICY service_update ON public.catalogue_papers FOR UPDATE TO markroom_service USING (true) WITH CHECK (true);

CREATE POLICY service_update ON public.catalogue_qualifications FOR UPDATE TO markroom_service USING (true) WITH CHECK (true);

CREATE POLICY service_update ON public.catalogue_spec_points FOR UPDATE TO markroom_service USING (true) WITH CHECK (true);

CREATE POLICY service_update ON public.catalogue_specifications FOR UPDATE TO markroom_service USING (true) WITH CHECK (true);

CREATE POLICY service_update ON public.claims FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.class_students FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.class_teachers FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.classes FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.enrollment_requests FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.events FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.exam_boundaries FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.exam_questions FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.exam_templates FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.former_project_members FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.graph_changes FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.graph_spaces FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.idempotent_answers FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.institute_terms FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.institutes FOR UPDATE TO markroom_service USING ((id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.invitation_assignments FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.invitation_rows FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.invitation_tokens FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.invitations FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.jobs FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.mark_changes FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.mark_entries FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.mark_scheme_versions FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.memberships FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.memories FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.memory_vectors FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.memory_versions FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.memory_words FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.notices FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.pages FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.project_members FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.projects FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.releases FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.response_areas FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.scan_parts FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.scans FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.scripts FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.sign_in_codes FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.sign_in_tokens FOR UPDATE TO markroom_service USING (true) WITH CHECK (true);

CREATE POLICY service_update ON public.source_files FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.template_shares FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.template_versions FOR UPDATE TO markroom_service USING ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((institute_id = ( SELECT (NULLIF(current_setting('app.service_institute'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY service_update ON public.users FOR UPDATE TO markroom_service USING (true) WITH CHECK (true);

ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sign_in_codes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sign_in_tokens ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.source_files ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.template_shares ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.template_versions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

GRANT ALL ON SCHEMA app TO markroom_door;
GRANT ALL ON SCHEMA app TO markroom_guard;
GRANT USAGE ON SCHEMA app TO markroom_app;
GRANT USAGE ON SCHEMA app TO markroom_service;

GRANT ALL ON SCHEMA public TO markroom_owner;

REVOKE ALL ON FUNCTION app.among(p_setting text) FROM PUBLIC;

REVOKE ALL ON FUNCTION app.begin_as(p_user uuid, p_key uuid, p_institute uuid, p_credential text, p_request text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.begin_as(p_user uuid, p_key uuid, p_institute uuid, p_credential text, p_request text) TO markroom_app;

REVOKE ALL ON FUNCTION app.begin_external(p_issuer text, p_subject text, p_email text, p_email_key text, p_name text, p_sign_up_open boolean, p_institute uuid, p_everywhere boolean, p_request text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.begin_external(p_issuer text, p_subject text, p_email text, p_email_key text, p_name text, p_sign_up_open boolean, p_institute uuid, p_everywhere boolean, p_request text) TO markroom_app;

REVOKE ALL ON FUNCTION app.begin_key(p_hash bytea, p_request text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.begin_key(p_hash bytea, p_request text) TO markroom_app;

REVOKE ALL ON FUNCTION app.begin_service(p_institute uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.begin_service(p_institute uuid) TO markroom_service;

REVOKE ALL ON FUNCTION app.begin_session(p_hash bytea, p_institute uuid, p_everywhere boolean, p_request text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.begin_session(p_hash bytea, p_institute uuid, p_everywhere boolean, p_request text) TO markroom_app;

REVOKE ALL ON FUNCTION app.carry_assignments() FROM PUBLIC;

REVOKE ALL ON FUNCTION app.carry_name() FROM PUBLIC;

REVOKE ALL ON FUNCTION app.count_other_admins(p_institute uuid, p_without uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.count_other_admins(p_institute uuid, p_without uuid) TO markroom_app;

REVOKE ALL ON FUNCTION app.count_request(p_name text, p_subject bytea, OUT previous integer, OUT n integer, OUT elapsed double precision) FROM PUBLIC;
GRANT ALL ON FUNCTION app.count_request(p_name text, p_subject bytea, OUT previous integer, OUT n integer, OUT elapsed double precision) TO markroom_app;

REVOKE ALL ON FUNCTION app.detach_project(p_institute uuid, p_project uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.detach_project(p_institute uuid, p_project uuid) TO markroom_service;

REVOKE ALL ON FUNCTION app.door_accept_invitation(p_hash bytea, p_user uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_accept_invitation(p_hash bytea, p_user uuid) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_add_class_pupils(p_institute uuid, p_class uuid, p_names text[], p_metadata jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_add_class_pupils(p_institute uuid, p_class uuid, p_names text[], p_metadata jsonb) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_add_pupils(p_institute uuid, p_names text[], p_metadata jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_add_pupils(p_institute uuid, p_names text[], p_metadata jsonb) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_address_proof(p_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_address_proof(p_hash bytea) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_close_institute(p_institute uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_close_institute(p_institute uuid) TO markroom_app;
GRANT ALL ON FUNCTION app.door_close_institute(p_institute uuid) TO markroom_service;

REVOKE ALL ON FUNCTION app.door_delete_account() FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_delete_account() TO markroom_app;

REVOKE ALL ON FUNCTION app.door_end_codes(p_institute uuid, p_user uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_end_codes(p_institute uuid, p_user uuid) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_end_invitation(p_hash bytea, p_status text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_end_invitation(p_hash bytea, p_status text) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_end_sessions(p_user uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_end_sessions(p_user uuid) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_find_person(p_institute uuid, p_user uuid, p_email_key text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_find_person(p_institute uuid, p_user uuid, p_email_key text) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_hold_institute(p_institute uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_hold_institute(p_institute uuid) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_institute_open(p_institute uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_institute_open(p_institute uuid) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_invitation(p_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_invitation(p_hash bytea) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_is_awaited(p_email_key text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_is_awaited(p_email_key text) TO markroom_app;
GRANT ALL ON FUNCTION app.door_is_awaited(p_email_key text) TO markroom_service;

REVOKE ALL ON FUNCTION app.door_is_by_code(p_session uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_is_by_code(p_session uuid) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_issue_codes(p_institute uuid, p_users uuid[], p_hashes bytea[], p_seconds integer) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_issue_codes(p_institute uuid, p_users uuid[], p_hashes bytea[], p_seconds integer) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_join(p_invitation_hash bytea, p_name text, p_session_hash bytea, p_seconds integer, p_user_agent text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_join(p_invitation_hash bytea, p_name text, p_session_hash bytea, p_seconds integer, p_user_agent text) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_leave(p_institute uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_leave(p_institute uuid) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_lock_invitation(p_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_lock_invitation(p_hash bytea) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_pending_invitation(p_institute uuid, p_email_key text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_pending_invitation(p_institute uuid, p_email_key text) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_prove_address(p_hash bytea, p_request text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_prove_address(p_hash bytea, p_request text) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_rename_pupil(p_institute uuid, p_user uuid, p_name text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_rename_pupil(p_institute uuid, p_user uuid, p_name text) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_sign_in(p_token_hash bytea, p_session_hash bytea, p_seconds integer, p_user_agent text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_sign_in(p_token_hash bytea, p_session_hash bytea, p_seconds integer, p_user_agent text) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_sign_in_by_code(p_hash bytea, p_session_hash bytea, p_seconds integer, p_user_agent text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_sign_in_by_code(p_hash bytea, p_session_hash bytea, p_seconds integer, p_user_agent text) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_sign_in_external(p_issuer text, p_subject text, p_email text, p_email_key text, p_name text, p_sign_up_open boolean, p_session_hash bytea, p_seconds integer, p_user_agent text) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_sign_in_external(p_issuer text, p_subject text, p_email text, p_email_key text, p_name text, p_sign_up_open boolean, p_session_hash bytea, p_seconds integer, p_user_agent text) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_sign_in_token(p_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_sign_in_token(p_hash bytea) TO markroom_app;

REVOKE ALL ON FUNCTION app.door_take_assignments(p_institute uuid, p_invitation uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.door_take_assignments(p_institute uuid, p_invitation uuid) TO markroom_app;

REVOKE ALL ON FUNCTION app.end_codes_of_leaver() FROM PUBLIC;

REVOKE ALL ON FUNCTION app.forget_answers() FROM PUBLIC;

REVOKE ALL ON FUNCTION app.forget_identities() FROM PUBLIC;

REVOKE ALL ON FUNCTION app.guard_count_what_ends(p_institute uuid, p_user uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.guard_count_what_ends(p_institute uuid, p_user uuid) TO markroom_app;

REVOKE ALL ON FUNCTION app.guard_leave_projects(p_institute uuid, p_user uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.guard_leave_projects(p_institute uuid, p_user uuid) TO markroom_app;
GRANT ALL ON FUNCTION app.guard_leave_projects(p_institute uuid, p_user uuid) TO markroom_door;
GRANT ALL ON FUNCTION app.guard_leave_projects(p_institute uuid, p_user uuid) TO markroom_service;

REVOKE ALL ON FUNCTION app.guard_lend_file(p_institute uuid, p_sha256 text, p_project uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.guard_lend_file(p_institute uuid, p_sha256 text, p_project uuid) TO markroom_app;

REVOKE ALL ON FUNCTION app.guard_list_purges() FROM PUBLIC;
GRANT ALL ON FUNCTION app.guard_list_purges() TO markroom_service;

REVOKE ALL ON FUNCTION app.guard_list_waiting_graphs(p_older_than interval) FROM PUBLIC;
GRANT ALL ON FUNCTION app.guard_list_waiting_graphs(p_older_than interval) TO markroom_service;

REVOKE ALL ON FUNCTION app.guard_lock_project(p_institute uuid, p_project uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.guard_lock_project(p_institute uuid, p_project uuid) TO markroom_app;

REVOKE ALL ON FUNCTION app.guard_project(p_institute uuid, p_project uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.guard_project(p_institute uuid, p_project uuid) TO markroom_app;

REVOKE ALL ON FUNCTION app.guard_recorded_marks(p_institute uuid, p_questions uuid[], p_lowered jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION app.guard_recorded_marks(p_institute uuid, p_questions uuid[], p_lowered jsonb) TO markroom_app;
GRANT ALL ON FUNCTION app.guard_recorded_marks(p_institute uuid, p_questions uuid[], p_lowered jsonb) TO markroom_service;

REVOKE ALL ON FUNCTION app.guard_sweep_invitation_rows() FROM PUBLIC;
GRANT ALL ON FUNCTION app.guard_sweep_invitation_rows() TO markroom_service;

REVOKE ALL ON FUNCTION app.has(p_setting text) FROM PUBLIC;

REVOKE ALL ON FUNCTION app.is_caller(p_column text) FROM PUBLIC;

REVOKE ALL ON FUNCTION app.is_service_institute(p_column text) FROM PUBLIC;

REVOKE ALL ON FUNCTION app.keep_batch_with_paper() FROM PUBLIC;

REVOKE ALL ON FUNCTION app.keep_mark_change() FROM PUBLIC;

REVOKE ALL ON FUNCTION app.keep_words() FROM PUBLIC;

REVOKE ALL ON FUNCTION app.lend_paper() FROM PUBLIC;

REVOKE ALL ON FUNCTION app.link_identity(p_issuer text, p_subject text, p_email text, p_email_key text, p_name text, p_sign_up_open boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION app.link_identity(p_issuer text, p_subject text, p_email text, p_email_key text, p_name text, p_sign_up_open boolean) TO markroom_door;

REVOKE ALL ON FUNCTION app.list_assignments(p_institute uuid, p_invitation uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.list_assignments(p_institute uuid, p_invitation uuid) TO markroom_door;
GRANT ALL ON FUNCTION app.list_assignments(p_institute uuid, p_invitation uuid) TO markroom_service;

REVOKE ALL ON FUNCTION app.list_open_places(p_user uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.list_open_places(p_user uuid) TO markroom_door;

REVOKE ALL ON FUNCTION app.list_project_people(p_institute uuid, p_project uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.list_project_people(p_institute uuid, p_project uuid) TO markroom_app;

REVOKE ALL ON FUNCTION app.list_pupil_classes(p_institute uuid, p_own boolean, p_class uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.list_pupil_classes(p_institute uuid, p_own boolean, p_class uuid) TO markroom_app;

REVOKE ALL ON FUNCTION app.memory_words(p_text text, p_tags text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION app.memory_words(p_text text, p_tags text[]) TO markroom_app;
GRANT ALL ON FUNCTION app.memory_words(p_text text, p_tags text[]) TO markroom_service;
GRANT ALL ON FUNCTION app.memory_words(p_text text, p_tags text[]) TO markroom_guard;

REVOKE ALL ON PROCEDURE app.protect(IN p_table regclass, IN p_select text, IN p_insert text, IN p_update text, IN p_delete text, IN p_tenant text) FROM PUBLIC;

REVOKE ALL ON PROCEDURE app.protect_for_staff(IN p_table regclass) FROM PUBLIC;

REVOKE ALL ON PROCEDURE app.protect_for_staff_and_project(IN p_table regclass) FROM PUBLIC;

REVOKE ALL ON FUNCTION app.refuse_new_institute() FROM PUBLIC;

REVOKE ALL ON FUNCTION app.runs_class(p_institute uuid, p_class uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION app.runs_class(p_institute uuid, p_class uuid) TO markroom_app;
GRANT ALL ON FUNCTION app.runs_class(p_institute uuid, p_class uuid) TO markroom_door;

REVOKE ALL ON FUNCTION app.unlink_memories() FROM PUBLIC;

GRANT INSERT ON TABLE public.address_proofs TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.address_proofs TO markroom_service;
GRANT SELECT ON TABLE public.address_proofs TO markroom_door;

GRANT SELECT(institute_id) ON TABLE public.address_proofs TO markroom_app;

GRANT SELECT(id) ON TABLE public.address_proofs TO markroom_app;

GRANT SELECT(user_id) ON TABLE public.address_proofs TO markroom_app;

GRANT SELECT(email) ON TABLE public.address_proofs TO markroom_app;

GRANT SELECT(asked_at) ON TABLE public.address_proofs TO markroom_app;

GRANT SELECT(expires_at),UPDATE(expires_at) ON TABLE public.address_proofs TO markroom_app;

GRANT SELECT(used_at) ON TABLE public.address_proofs TO markroom_app;
GRANT UPDATE(used_at) ON TABLE public.address_proofs TO markroom_door;

GRANT SELECT(delivery) ON TABLE public.address_proofs TO markroom_app;

GRANT SELECT(state),UPDATE(state) ON TABLE public.address_proofs TO markroom_app;

GRANT SELECT(code_issued_by) ON TABLE public.address_proofs TO markroom_app;

GRANT SELECT(decided_by),UPDATE(decided_by) ON TABLE public.address_proofs TO markroom_app;

GRANT SELECT(decided_at),UPDATE(decided_at) ON TABLE public.address_proofs TO markroom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.answers TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.answers TO markroom_service;

GRANT INSERT ON TABLE public.api_keys TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.api_keys TO markroom_service;
GRANT SELECT ON TABLE public.api_keys TO markroom_door;

GRANT SELECT(institute_id) ON TABLE public.api_keys TO markroom_app;
GRANT SELECT(institute_id) ON TABLE public.api_keys TO markroom_guard;

GRANT SELECT(id) ON TABLE public.api_keys TO markroom_app;
GRANT SELECT(id) ON TABLE public.api_keys TO markroom_guard;

GRANT SELECT(project_id) ON TABLE public.api_keys TO markroom_app;
GRANT SELECT(project_id) ON TABLE public.api_keys TO markroom_guard;

GRANT SELECT(user_id) ON TABLE public.api_keys TO markroom_app;
GRANT SELECT(user_id) ON TABLE public.api_keys TO markroom_guard;

GRANT SELECT(name) ON TABLE public.api_keys TO markroom_app;

GRANT SELECT(prefix) ON TABLE public.api_keys TO markroom_app;

GRANT SELECT(scopes) ON TABLE public.api_keys TO markroom_app;

GRANT SELECT(created_at) ON TABLE public.api_keys TO markroom_app;

GRANT SELECT(expires_at),UPDATE(expires_at) ON TABLE public.api_keys TO markroom_app;

GRANT SELECT(last_used_at) ON TABLE public.api_keys TO markroom_app;
GRANT UPDATE(last_used_at) ON TABLE public.api_keys TO markroom_door;

GRANT SELECT(deactivated_at),UPDATE(deactivated_at) ON TABLE public.api_keys TO markroom_app;
GRANT SELECT(deactivated_at),UPDATE(deactivated_at) ON TABLE public.api_keys TO markroom_guard;

GRANT SELECT(deactivated_by),UPDATE(deactivated_by) ON TABLE public.api_keys TO markroom_app;
GRANT UPDATE(deactivated_by) ON TABLE public.api_keys TO markroom_guard;

GRANT SELECT(deactivated_reason),UPDATE(deactivated_reason) ON TABLE public.api_keys TO markroom_app;
GRANT UPDATE(deactivated_reason) ON TABLE public.api_keys TO markroom_guard;

GRANT SELECT(successor_id),UPDATE(successor_id) ON TABLE public.api_keys TO markroom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.batch_markers TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.batch_markers TO markroom_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.batches TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.batches TO markroom_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.candidates TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.candidates TO markroom_service;

GRANT SELECT ON TABLE public.catalogue_boards TO markroom_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.catalogue_boards TO markroom_service;

GRANT SELECT ON TABLE public.catalogue_loads TO markroom_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.catalogue_loads TO markroom_service;
GRANT SELECT ON TABLE public.catalogue_loads TO markroom_guard;

GRANT SELECT ON TABLE public.catalogue_objectives TO markroom_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.catalogue_objectives TO markroom_service;

GRANT SELECT ON TABLE public.catalogue_papers TO markroom_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.catalogue_papers TO markroom_service;

GRANT SELECT ON TABLE public.catalogue_qualifications TO markroom_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.catalogue_qualifications TO markroom_service;

GRANT SELECT ON TABLE public.catalogue_spec_points TO markroom_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.catalogue_spec_points TO markroom_service;

GRANT SELECT ON TABLE public.catalogue_specifications TO markroom_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.catalogue_specifications TO markroom_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.claims TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.claims TO markroom_service;

GRANT SELECT,INSERT,DELETE ON TABLE public.class_students TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.class_students TO markroom_service;
GRANT SELECT ON TABLE public.class_students TO markroom_guard;
GRANT SELECT,INSERT ON TABLE public.class_students TO markroom_door;

GRANT SELECT,INSERT,DELETE ON TABLE public.class_teachers TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.class_teachers TO markroom_service;
GRANT SELECT ON TABLE public.class_teachers TO markroom_guard;
GRANT SELECT ON TABLE public.class_teachers TO markroom_door;

GRANT SELECT,INSERT,UPDATE ON TABLE public.classes TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.classes TO markroom_service;
GRANT SELECT ON TABLE public.classes TO markroom_guard;
GRANT SELECT ON TABLE public.classes TO markroom_door;

GRANT SELECT,INSERT ON TABLE public.enrollment_requests TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.enrollment_requests TO markroom_service;
GRANT SELECT ON TABLE public.enrollment_requests TO markroom_guard;

GRANT UPDATE(state) ON TABLE public.enrollment_requests TO markroom_app;

GRANT UPDATE(reason) ON TABLE public.enrollment_requests TO markroom_app;

GRANT UPDATE(decided_at) ON TABLE public.enrollment_requests TO markroom_app;

GRANT UPDATE(decided_by) ON TABLE public.enrollment_requests TO markroom_app;

GRANT SELECT,INSERT ON TABLE public.events TO markroom_app;
GRANT SELECT,INSERT ON TABLE public.events TO markroom_service;
GRANT INSERT ON TABLE public.events TO markroom_door;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.exam_boundaries TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.exam_boundaries TO markroom_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.exam_questions TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.exam_questions TO markroom_service;

GRANT SELECT ON TABLE public.exam_items TO markroom_app;
GRANT SELECT ON TABLE public.exam_items TO markroom_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.exam_templates TO markroom_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.exam_templates TO markroom_service;

GRANT SELECT(institute_id) ON TABLE public.exam_templates TO markroom_guard;

GRANT SELECT(project_id) ON TABLE public.exam_templates TO markroom_guard;

GRANT SELECT(source_file_id) ON TABLE public.exam_templates TO markroom_guard;

GRANT SELECT,INSERT,DELETE ON TABLE public.external_identities TO markroom_door;

GRANT SELECT,INSERT,DELETE ON TABLE public.former_project_members TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.former_project_members TO markroom_service;
GRANT SELECT,DELETE ON TABLE public.former_project_members TO markroom_guard;

GRANT INSERT ON TABLE public.graph_changes TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.graph_changes TO markroom_service;
GRANT SELECT ON TABLE public.graph_changes TO markroom_guard;

GRANT SELECT ON TABLE public.graph_spaces TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.graph_spaces TO markroom_service;
GRANT SELECT ON TABLE public.graph_spaces TO markroom_guard;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotent_answers TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotent_answers TO markroom_service;
GRANT SELECT,DELETE ON TABLE public.idempotent_answers TO markroom_guard;

GRANT INSERT ON TABLE public.identity_events TO markroom_app;
GRANT INSERT ON TABLE public.identity_events TO markroom_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.institute_terms TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.institute_terms TO markroom_service;

GRANT SELECT ON TABLE public.institutes TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.institutes TO markroom_service;
GRANT SELECT ON TABLE public.institutes TO markroom_door;

GRANT UPDATE(name) ON TABLE public.institutes TO markroom_app;

GRANT UPDATE(kind) ON TABLE public.institutes TO markroom_app;

GRANT UPDATE(website) ON TABLE public.institutes TO markroom_app;

GRANT UPDATE(time_zone) ON TABLE public.institutes TO markroom_app;

GRANT UPDATE(urn) ON TABLE public.institutes TO markroom_app;

GRANT UPDATE(centre_number) ON TABLE public.institutes TO markroom_app;

GRANT UPDATE(version) ON TABLE public.institutes TO markroom_door;
GRANT UPDATE(version) ON TABLE public.institutes TO markroom_app;

GRANT UPDATE(closed_at) ON TABLE public.institutes TO markroom_door;

GRANT SELECT,INSERT,DELETE ON TABLE public.invitation_assignments TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invitation_assignments TO markroom_service;
GRANT SELECT ON TABLE public.invitation_assignments TO markroom_guard;
GRANT SELECT ON TABLE public.invitation_assignments TO markroom_door;

GRANT INSERT ON TABLE public.invitation_rows TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invitation_rows TO markroom_service;
GRANT SELECT,DELETE ON TABLE public.invitation_rows TO markroom_guard;

GRANT INSERT ON TABLE public.invitation_tokens TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invitation_tokens TO markroom_service;
GRANT SELECT ON TABLE public.invitation_tokens TO markroom_door;

GRANT SELECT(institute_id) ON TABLE public.invitation_tokens TO markroom_app;

GRANT SELECT(invitation_id) ON TABLE public.invitation_tokens TO markroom_app;

GRANT SELECT(generation) ON TABLE public.invitation_tokens TO markroom_app;

GRANT SELECT(issued_at) ON TABLE public.invitation_tokens TO markroom_app;

GRANT SELECT(is_shown) ON TABLE public.invitation_tokens TO markroom_app;

GRANT SELECT,INSERT ON TABLE public.invitations TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invitations TO markroom_service;
GRANT SELECT ON TABLE public.invitations TO markroom_door;

GRANT SELECT(institute_id) ON TABLE public.invitations TO markroom_guard;

GRANT SELECT(id) ON TABLE public.invitations TO markroom_guard;

GRANT SELECT(email_key) ON TABLE public.invitations TO markroom_guard;

GRANT UPDATE(status) ON TABLE public.invitations TO markroom_door;
GRANT SELECT(status),UPDATE(status) ON TABLE public.invitations TO markroom_guard;
GRANT UPDATE(status) ON TABLE public.invitations TO markroom_app;

GRANT SELECT(invited_by) ON TABLE public.invitations TO markroom_guard;

GRANT UPDATE(generation) ON TABLE public.invitations TO markroom_app;

GRANT SELECT(expires_at) ON TABLE public.invitations TO markroom_guard;
GRANT UPDATE(expires_at) ON TABLE public.invitations TO markroom_app;

GRANT UPDATE(accepted_by) ON TABLE public.invitations TO markroom_door;

GRANT UPDATE(decided_at) ON TABLE public.invitations TO markroom_door;
GRANT UPDATE(decided_at) ON TABLE public.invitations TO markroom_app;
GRANT UPDATE(decided_at) ON TABLE public.invitations TO markroom_guard;

GRANT UPDATE(delivery) ON TABLE public.invitations TO markroom_app;

GRANT UPDATE(version) ON TABLE public.invitations TO markroom_door;
GRANT UPDATE(version) ON TABLE public.invitations TO markroom_app;
GRANT SELECT(version),UPDATE(version) ON TABLE public.invitations TO markroom_guard;

GRANT SELECT(project_id) ON TABLE public.invitations TO markroom_guard;

GRANT SELECT(project_ids),UPDATE(project_ids) ON TABLE public.invitations TO markroom_guard;

GRANT UPDATE(ended_reason) ON TABLE public.invitations TO markroom_app;
GRANT UPDATE(ended_reason) ON TABLE public.invitations TO markroom_guard;

GRANT SELECT,INSERT,UPDATE ON TABLE public.jobs TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.jobs TO markroom_service;
GRANT INSERT ON TABLE public.jobs TO markroom_door;

GRANT SELECT ON TABLE public.mark_changes TO markroom_app;
GRANT SELECT ON TABLE public.mark_changes TO markroom_service;
GRANT INSERT ON TABLE public.mark_changes TO markroom_guard;

GRANT UPDATE(project_id) ON TABLE public.mark_changes TO markroom_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.mark_entries TO markroom_app;
GRANT SELECT,INSERT ON TABLE public.mark_entries TO markroom_service;
GRANT SELECT ON TABLE public.mark_entries TO markroom_guard;

GRANT UPDATE(project_id) ON TABLE public.mark_entries TO markroom_service;

GRANT SELECT,INSERT,DELETE ON TABLE public.mark_scheme_versions TO markroom_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.mark_scheme_versions TO markroom_service;

GRANT UPDATE(project_id) ON TABLE public.mark_scheme_versions TO markroom_service;
GRANT UPDATE(project_id) ON TABLE public.mark_scheme_versions TO markroom_app;

GRANT SELECT,UPDATE ON TABLE public.memberships TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.memberships TO markroom_service;
GRANT SELECT,INSERT ON TABLE public.memberships TO markroom_door;
GRANT SELECT ON TABLE public.memberships TO markroom_guard;

GRANT UPDATE(role) ON TABLE public.memberships TO markroom_door;

GRANT UPDATE(state) ON TABLE public.memberships TO markroom_door;

GRANT UPDATE(name) ON TABLE public.memberships TO markroom_door;
GRANT UPDATE(name) ON TABLE public.memberships TO markroom_guard;

GRANT UPDATE(email) ON TABLE public.memberships TO markroom_door;

GRANT UPDATE(email_key) ON TABLE public.memberships TO markroom_door;

GRANT UPDATE(metadata) ON TABLE public.memberships TO markroom_door;

GRANT UPDATE(joined_at) ON TABLE public.memberships TO markroom_door;

GRANT UPDATE(ended_at) ON TABLE public.memberships TO markroom_door;

GRANT UPDATE(version) ON TABLE public.memberships TO markroom_door;
GRANT UPDATE(version) ON TABLE public.memberships TO markroom_guard;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.memories TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.memories TO markroom_service;
GRANT SELECT ON TABLE public.memories TO markroom_guard;

GRANT UPDATE(question_id) ON TABLE public.memories TO markroom_guard;

GRANT UPDATE(script_id) ON TABLE public.memories TO markroom_guard;

GRANT UPDATE(version) ON TABLE public.memories TO markroom_guard;

GRANT SELECT,DELETE ON TABLE public.memory_vectors TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.memory_vectors TO markroom_service;

GRANT SELECT,INSERT,DELETE ON TABLE public.memory_versions TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.memory_versions TO markroom_service;

GRANT SELECT ON TABLE public.memory_words TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.memory_words TO markroom_service;
GRANT SELECT,INSERT,DELETE ON TABLE public.memory_words TO markroom_guard;

GRANT SELECT ON TABLE public.notices TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notices TO markroom_service;
GRANT INSERT ON TABLE public.notices TO markroom_door;

GRANT UPDATE(read_at) ON TABLE public.notices TO markroom_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.pages TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pages TO markroom_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.project_members TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.project_members TO markroom_service;
GRANT SELECT,INSERT ON TABLE public.project_members TO markroom_door;
GRANT SELECT,INSERT,DELETE ON TABLE public.project_members TO markroom_guard;

GRANT UPDATE(role) ON TABLE public.project_members TO markroom_guard;

GRANT UPDATE(version) ON TABLE public.project_members TO markroom_guard;

GRANT SELECT,INSERT ON TABLE public.projects TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.projects TO markroom_service;
GRANT SELECT ON TABLE public.projects TO markroom_door;
GRANT SELECT ON TABLE public.projects TO markroom_guard;

GRANT UPDATE(name) ON TABLE public.projects TO markroom_app;

GRANT UPDATE(owner_id) ON TABLE public.projects TO markroom_app;
GRANT UPDATE(owner_id) ON TABLE public.projects TO markroom_guard;

GRANT UPDATE(state) ON TABLE public.projects TO markroom_app;

GRANT UPDATE(updated_at) ON TABLE public.projects TO markroom_app;
GRANT UPDATE(updated_at) ON TABLE public.projects TO markroom_guard;

GRANT UPDATE(version) ON TABLE public.projects TO markroom_app;
GRANT UPDATE(version) ON TABLE public.projects TO markroom_guard;
GRANT UPDATE(version) ON TABLE public.projects TO markroom_door;

GRANT UPDATE(deleted_at) ON TABLE public.projects TO markroom_app;

GRANT UPDATE(deleted_by) ON TABLE public.projects TO markroom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rate_counts TO markroom_door;

GRANT SELECT,INSERT,UPDATE ON TABLE public.releases TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.releases TO markroom_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.response_areas TO markroom_app;
GRANT SELECT,INSERT,UPDATE ON TABLE public.response_areas TO markroom_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.scan_parts TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.scan_parts TO markroom_service;

GRANT SELECT,INSERT,UPDATE ON TABLE public.scans TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.scans TO markroom_service;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.scripts TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.scripts TO markroom_service;

GRANT SELECT,INSERT ON TABLE public.sessions TO markroom_door;

GRANT SELECT(id) ON TABLE public.sessions TO markroom_app;

GRANT SELECT(user_id) ON TABLE public.sessions TO markroom_app;

GRANT SELECT(user_agent) ON TABLE public.sessions TO markroom_app;

GRANT SELECT(created_at) ON TABLE public.sessions TO markroom_app;

GRANT SELECT(last_seen_at) ON TABLE public.sessions TO markroom_app;
GRANT UPDATE(last_seen_at) ON TABLE public.sessions TO markroom_door;

GRANT SELECT(expires_at) ON TABLE public.sessions TO markroom_app;

GRANT SELECT(revoked_at),UPDATE(revoked_at) ON TABLE public.sessions TO markroom_app;
GRANT UPDATE(revoked_at) ON TABLE public.sessions TO markroom_door;

GRANT SELECT(is_by_code) ON TABLE public.sessions TO markroom_app;

GRANT SELECT(code_issued_by) ON TABLE public.sessions TO markroom_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sign_in_codes TO markroom_service;
GRANT SELECT,INSERT ON TABLE public.sign_in_codes TO markroom_door;

GRANT SELECT(institute_id) ON TABLE public.sign_in_codes TO markroom_app;

GRANT SELECT(id) ON TABLE public.sign_in_codes TO markroom_app;

GRANT SELECT(user_id) ON TABLE public.sign_in_codes TO markroom_app;

GRANT SELECT(issued_at) ON TABLE public.sign_in_codes TO markroom_app;

GRANT SELECT(expires_at) ON TABLE public.sign_in_codes TO markroom_app;
GRANT UPDATE(expires_at) ON TABLE public.sign_in_codes TO markroom_door;

GRANT SELECT(used_at) ON TABLE public.sign_in_codes TO markroom_app;
GRANT UPDATE(used_at) ON TABLE public.sign_in_codes TO markroom_door;

GRANT SELECT(issued_by) ON TABLE public.sign_in_codes TO markroom_app;

GRANT SELECT,INSERT ON TABLE public.sign_in_tokens TO markroom_service;
GRANT SELECT ON TABLE public.sign_in_tokens TO markroom_door;

GRANT UPDATE(used_at) ON TABLE public.sign_in_tokens TO markroom_door;

GRANT UPDATE(delivery) ON TABLE public.sign_in_tokens TO markroom_service;

GRANT SELECT,INSERT ON TABLE public.source_files TO markroom_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.source_files TO markroom_service;
GRANT SELECT ON TABLE public.source_files TO markroom_guard;

GRANT UPDATE(project_ids) ON TABLE public.source_files TO markroom_guard;

GRANT UPDATE(sent_by_projects) ON TABLE public.source_files TO markroom_guard;

GRANT SELECT,INSERT,DELETE ON TABLE public.template_shares TO markroom_app;
GRANT SELECT,INSERT,DELETE ON TABLE public.template_shares TO markroom_service;

GRANT UPDATE(project_id) ON TABLE public.template_shares TO markroom_service;
GRANT UPDATE(project_id) ON TABLE public.template_shares TO markroom_app;

GRANT SELECT,INSERT ON TABLE public.template_versions TO markroom_app;
GRANT SELECT,INSERT ON TABLE public.template_versions TO markroom_service;

GRANT UPDATE(project_id) ON TABLE public.template_versions TO markroom_service;
GRANT UPDATE(project_id) ON TABLE public.template_versions TO markroom_app;

GRANT SELECT ON TABLE public.users TO markroom_app;
GRANT SELECT,INSERT ON TABLE public.users TO markroom_service;
GRANT SELECT,INSERT ON TABLE public.users TO markroom_door;

GRANT UPDATE(email) ON TABLE public.users TO markroom_door;

GRANT UPDATE(email_key) ON TABLE public.users TO markroom_door;

GRANT UPDATE(email_verified_at) ON TABLE public.users TO markroom_door;

GRANT UPDATE(name) ON TABLE public.users TO markroom_app;
GRANT UPDATE(name) ON TABLE public.users TO markroom_door;

GRANT UPDATE(is_platform_admin) ON TABLE public.users TO markroom_service;
GRANT UPDATE(is_platform_admin) ON TABLE public.users TO markroom_door;

GRANT UPDATE(version) ON TABLE public.users TO markroom_app;
GRANT UPDATE(version) ON TABLE public.users TO markroom_service;
GRANT UPDATE(version) ON TABLE public.users TO markroom_door;
