-- What hangs on a membership ends with it, also where the account is deleted.

drop policy door_insert on jobs;
create policy door_insert on jobs for insert to markroom_door with check (kind in ('join_account', 'end_membership'));

-- As before; where an account gave the address up while this waited for it, the address becomes the pupil's.
create or replace function app.door_prove_address(p_hash bytea, p_request text) returns table (institute_id uuid, user_id uuid, account_id uuid, job_id uuid)
language plpgsql volatile strict rows 1 security definer set search_path = '' as $$
declare proof record; account record; job constant uuid := pg_catalog.uuidv7();
begin
  perform 1 from public.institutes s join public.address_proofs p on p.institute_id = s.id where p.hash = p_hash for share of s;
  select * into proof from app.door_address_proof(p_hash);
  if not found then return; end if;
  update public.address_proofs p set used_at = pg_catalog.now()
   where p.institute_id = proof.institute_id and p.id = proof.proof_id and p.used_at is null;
  if not found then return; end if;
  update public.sessions s set revoked_at = pg_catalog.now() where s.user_id = proof.user_id and s.revoked_at is null;
  update public.sign_in_codes c set expires_at = pg_catalog.now()
   where c.institute_id = proof.institute_id and c.user_id = proof.user_id and c.used_at is null and c.expires_at > pg_catalog.now();
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

-- As before. Nobody takes a place for the account once it is locked; and where the caller has no rights, because their membership is suspended
-- or the school closed, a job ends what hangs on the membership. `outcome` is the same in each row: deleted, last_admin or project_owner.
drop function app.door_delete_account();
create function app.door_delete_account() returns table (outcome text, institute_id uuid, job_id uuid)
language plpgsql volatile security definer set search_path = '' as $$
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
alter function app.door_delete_account() owner to markroom_door;
revoke all on function app.door_delete_account() from public;
grant execute on function app.door_delete_account() to markroom_app;
