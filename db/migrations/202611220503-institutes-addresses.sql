-- An address that somebody without one says is theirs, or an admin for them. A mail's link proves it, once; only the newest counts.
create table address_proofs (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  user_id uuid not null,
  email text not null,
  email_key text not null,
  hash bytea not null,
  asked_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  delivery text not null default 'queued' check (delivery in ('queued', 'sent', 'failed', 'unknown')),
  primary key (institute_id, id),
  foreign key (institute_id, user_id) references memberships on delete restrict);
create index address_proofs_by_hash on address_proofs (hash);
create index address_proofs_of_user on address_proofs (institute_id, user_id, asked_at);

do $$
declare mine text := format('institute_id = %s and (institute_id = %s or %s)', app.among('i_any'), app.among('i_manage'), app.is_caller('user_id'));
begin
  call app.protect('address_proofs', p_select => mine, p_insert => mine);
end $$;
revoke select on address_proofs from markroom_app;
grant select (institute_id, id, user_id, email, asked_at, expires_at, used_at, delivery) on address_proofs to markroom_app;
create policy door_select on address_proofs for select to markroom_door using (true);
create policy door_update on address_proofs for update to markroom_door using (used_at is null) with check (used_at is not null);
grant select, update (used_at) on address_proofs to markroom_door;
create policy door_insert on jobs for insert to markroom_door with check (kind = 'join_account');
grant insert on jobs to markroom_door;

-- What the link of such a mail stands for, while it can be used: its pupil has no address still, and belongs to an open school.
create function app.door_address_proof(p_hash bytea) returns table (
  institute_id uuid, proof_id uuid, user_id uuid, institute_name text, name text, email text, email_key text, has_account boolean)
language sql stable strict rows 1 security definer set search_path = '' as $$
  select p.institute_id, p.id, p.user_id, s.name, m.name, p.email, p.email_key,
         exists (select 1 from public.users o where o.email_key = p.email_key)
    from public.address_proofs p
    join public.institutes s on s.id = p.institute_id and s.closed_at is null
    join public.memberships m on m.institute_id = p.institute_id and m.user_id = p.user_id and m.state = 'active'
    join public.users u on u.id = p.user_id and u.email_key is null
   where p.hash = p_hash and p.used_at is null and p.expires_at > pg_catalog.now()
     and not exists (select 1 from public.address_proofs n where n.institute_id = p.institute_id and n.user_id = p.user_id and n.asked_at > p.asked_at) $$;

-- Uses such a link up. Where nobody has the address it becomes the pupil's, proved. Where an account has it, a job joins the pupil's
-- membership to that account: says its id. Printed codes and sessions opened by them end either way, as do those of an account whose
-- address nobody had proved: they may have been somebody else's.
create function app.door_prove_address(p_hash bytea, p_request text) returns table (institute_id uuid, user_id uuid, account_id uuid, job_id uuid)
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
  begin
    if not proof.has_account then
      update public.users u set email = proof.email, email_key = proof.email_key, email_verified_at = pg_catalog.now(), version = u.version + 1
       where u.id = proof.user_id;
      update public.memberships m set email = proof.email, email_key = proof.email_key, version = m.version + 1
       where m.institute_id = proof.institute_id and m.user_id = proof.user_id;
      return query select proof.institute_id, proof.user_id, null::uuid, null::uuid;
      return;
    end if;
  exception when unique_violation then null;  -- somebody made an account of this address meanwhile
  end;
  select u.id, u.email_verified_at into account from public.users u where u.email_key = proof.email_key for update;
  if account.email_verified_at is null then
    update public.sessions s set revoked_at = pg_catalog.now() where s.user_id = account.id and s.revoked_at is null;
    update public.users u set email_verified_at = pg_catalog.now(), version = u.version + 1 where u.id = account.id;
  end if;
  insert into public.jobs (institute_id, id, kind, subject_id, args)
  values (proof.institute_id, job, 'join_account', proof.user_id, pg_catalog.jsonb_build_object('account_id', account.id));
  return query select proof.institute_id, proof.user_id, account.id, job;
end $$;

do $$ declare f regprocedure; begin
  for f in select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where n.nspname = 'app' and p.proname in ('door_address_proof', 'door_prove_address') loop
    execute format('alter function %s owner to markroom_door', f);
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to markroom_app', f);
  end loop;
end $$;
