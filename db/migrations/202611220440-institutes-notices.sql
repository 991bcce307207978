-- What somebody is told inside the application. Only they read it, and read is all they may mark it. Nobody writes another's notice
-- from a request: the doors that answer invitations do, who know the inviter from the row, and jobs do.
create table notices (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  user_id uuid not null,
  kind text not null check (kind in ('invitation_accepted', 'invitation_void', 'results_released', 'job_failed')),
  subject_id uuid,
  facts jsonb not null default '{}',
  created_at timestamptz not null default now(),
  read_at timestamptz,
  primary key (institute_id, id),
  foreign key (institute_id, user_id) references memberships on delete restrict);
create index notices_of_user on notices (user_id, id);
create index notices_unread on notices (institute_id, user_id) where read_at is null;

do $$ declare own text := format('institute_id = %s and %s', app.among('i_any'), app.is_caller('user_id')); begin
  call app.protect('notices', p_select => own, p_update => own);
end $$;
revoke update on notices from markroom_app;
grant update (read_at) on notices to markroom_app;
create policy door_insert on notices for insert to markroom_door with check (true);
grant insert on notices to markroom_door;

-- As before, and tells the inviter.
create or replace function app.door_accept_invitation(p_hash bytea, p_user uuid) returns boolean language plpgsql volatile strict
security definer set search_path = '' as $$
declare offer record;
begin
  update public.invitations i set status = 'accepted', accepted_by = p_user, decided_at = pg_catalog.now(), version = i.version + 1
    from public.invitation_tokens t, public.users u
   where t.hash = p_hash and i.institute_id = t.institute_id and i.id = t.invitation_id and i.generation = t.generation
     and i.status = 'pending' and i.expires_at > pg_catalog.now()
     and u.id = p_user and u.email_key = i.email_key
  returning i.institute_id, i.id, i.invited_by, i.role, i.metadata, u.name, u.email, u.email_key into offer;
  if not found then return false; end if;
  update public.memberships m set role = offer.role, state = 'active', name = offer.name, email = offer.email, email_key = offer.email_key, metadata = offer.metadata,
         joined_at = pg_catalog.now(), ended_at = null, version = m.version + 1
   where m.institute_id = offer.institute_id and m.user_id = p_user and m.state = 'left';
  if not found then
    insert into public.memberships (institute_id, user_id, role, name, email, email_key, metadata)
    values (offer.institute_id, p_user, offer.role, offer.name, offer.email, offer.email_key, offer.metadata)
    on conflict (institute_id, user_id) do nothing;
  end if;
  if offer.invited_by is not null then
    insert into public.notices (institute_id, user_id, kind, subject_id, facts)
    values (offer.institute_id, offer.invited_by, 'invitation_accepted', offer.id,
            pg_catalog.jsonb_build_object('user_id', p_user, 'role', offer.role));
  end if;
  return true;
end $$;

-- As before, and tells the inviter where the invitation is void because they may no longer grant it.
create or replace function app.door_end_invitation(p_hash bytea, p_status text) returns boolean language plpgsql volatile strict
security definer set search_path = '' as $$
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
  if p_status = 'cancelled' and ended.invited_by is not null then
    insert into public.notices (institute_id, user_id, kind, subject_id, facts)
    values (ended.institute_id, ended.invited_by, 'invitation_void', ended.id, pg_catalog.jsonb_build_object('role', ended.role));
  end if;
  return true;
end $$;
