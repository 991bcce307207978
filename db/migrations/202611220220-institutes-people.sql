-- The tenant, who belongs to it, and who is asked to.
create table institutes (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  slug text not null unique,
  kind text not null default 'school',
  website text,
  time_zone text not null default 'Europe/London',
  urn text,
  centre_number text,
  created_at timestamptz not null default now(),
  version integer not null default 1);

create table memberships (
  institute_id uuid not null references institutes on delete restrict,
  user_id uuid not null references users on delete restrict,
  role text not null check (role in ('school_admin', 'department_head', 'teacher', 'student', 'guest')),
  state text not null default 'active' check (state in ('active', 'suspended', 'left')),
  name text not null,                           -- what colleagues see; the users row is its owner's alone
  email text,
  email_key text,
  metadata jsonb not null default '{}',
  joined_at timestamptz not null default now(),
  ended_at timestamptz,
  version integer not null default 1,
  primary key (institute_id, user_id));
create index memberships_of_user on memberships (user_id);
create index memberships_by_address on memberships (institute_id, email_key);
create index memberships_by_name on memberships (institute_id, lower(name), user_id);

create table invitations (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  email text not null,
  email_key text not null,
  role text not null check (role in ('school_admin', 'department_head', 'teacher', 'student', 'guest')),
  status text not null default 'pending' check (status in ('pending', 'accepted', 'declined', 'cancelled', 'expired')),
  metadata jsonb not null default '{}',
  invited_by uuid,                              -- null: the operator's command line
  generation integer not null default 1,        -- which token is the live one; the token itself is derived, never kept
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_by uuid references users on delete restrict,
  decided_at timestamptz,
  delivery text not null default 'queued' check (delivery in ('queued', 'sent', 'failed', 'unknown')),
  version integer not null default 1,
  primary key (institute_id, id),
  foreign key (institute_id, invited_by) references memberships on delete restrict);
create unique index one_live_invitation on invitations (institute_id, email_key) where status = 'pending';
create index invitations_of_address on invitations (email_key) where status = 'pending';

-- Every token ever issued for an invitation, as its hash: an old one is told apart from one that never was.
create table invitation_tokens (
  institute_id uuid not null,
  hash bytea not null,
  invitation_id uuid not null,
  generation integer not null,
  issued_at timestamptz not null default now(),
  primary key (institute_id, hash),
  unique (institute_id, invitation_id, generation),
  foreign key (institute_id, invitation_id) references invitations on delete restrict);
create index invitation_tokens_by_hash on invitation_tokens (hash);

-- Audit trail, outbox and projection feed in one append-only table.
create table events (
  institute_id uuid not null references institutes on delete restrict,
  id uuid not null default uuidv7(),
  at timestamptz not null default now(),
  user_id uuid,                                 -- no membership key: the operator and platform admins act too
  credential text,                              -- session:…, key:…, job:… or command
  kind text not null,
  subject_id uuid,
  changed text[] not null default '{}',         -- names of changed fields, never their values
  facts jsonb not null default '{}',            -- ids, counts and states; no personal values
  request_id text,
  primary key (institute_id, id));
create index events_of_subject on events (institute_id, subject_id, id);

do $$
declare any_mine text := app.among('i_any'); staff text := app.among('i_staff'); manage text := app.among('i_manage');
begin
  call app.protect('institutes', p_select => 'id = ' || any_mine, p_update => 'id = ' || manage, p_tenant => 'id');
  call app.protect('memberships',
    -- Every statement here names the institute or the person. Written as `= any()`, the rule would be taken by the planner for a
    -- second, independent filter: it would expect one row of a big school, and sort instead of using the index.
    p_select => format('%s and (%s or %s)', app.has('i_any'), app.has('i_staff'), app.is_caller('user_id')),
    p_update => 'institute_id = ' || manage);
  call app.protect('invitations', p_select => 'institute_id = ' || manage, p_insert => 'institute_id = ' || manage,
    p_update => 'institute_id = ' || manage);
  call app.protect('invitation_tokens', p_select => 'institute_id = ' || manage, p_insert => 'institute_id = ' || manage);
  call app.protect('events',
    p_select => 'institute_id = ' || app.among('i_admin'),
    p_insert => format('institute_id = %s and %s', any_mine, app.is_caller('user_id')));
end $$;
revoke update, delete on events from markroom_service;
revoke select on invitation_tokens from markroom_app;
grant select (institute_id, invitation_id, generation, issued_at) on invitation_tokens to markroom_app;
create policy door_select on invitations for select to markroom_door using (true);
create policy door_update on invitations for update to markroom_door using (status = 'pending') with check (true);
create policy door_select on invitation_tokens for select to markroom_door using (true);
create policy door_select on memberships for select to markroom_door using (true);
create policy door_insert on memberships for insert to markroom_door with check (true);
create policy door_update on memberships for update to markroom_door using (state = 'left') with check (state = 'active');
create policy door_insert on events for insert to markroom_door with check (true);
grant insert on events to markroom_door;
create policy door_select on institutes for select to markroom_door using (true);
create policy door_lock on institutes for update to markroom_door using (true) with check (false);
grant select on invitations, invitation_tokens, memberships, institutes to markroom_door;
grant update (status, accepted_by, decided_at, version) on invitations to markroom_door;
grant insert, update (role, state, name, email, email_key, metadata, joined_at, ended_at, version) on memberships to markroom_door;
grant update (version) on institutes to markroom_door;  -- for the lock alone: its policy lets no new row through

-- What an invitation link says to whoever holds it. A link of an earlier generation says `replaced`.
create function app.door_invitation(p_hash bytea) returns table (
  institute_id uuid, invitation_id uuid, institute_name text, email text, email_key text, role text, status text, expires_at timestamptz,
  accepted_by uuid, invited_by uuid, inviter_role text, has_account boolean)
language sql stable strict rows 1 security definer set search_path = '' as $$
  select i.institute_id, i.id, s.name, i.email, i.email_key, i.role,
         case when i.status = 'pending' and t.generation < i.generation then 'replaced'
              when i.status = 'pending' and i.expires_at <= pg_catalog.now() then 'expired' else i.status end,
         i.expires_at, i.accepted_by, i.invited_by, m.role,
         exists (select 1 from public.users u where u.email_key = i.email_key)
    from public.invitation_tokens t
    join public.invitations i on i.institute_id = t.institute_id and i.id = t.invitation_id
    join public.institutes s on s.id = i.institute_id
    left join public.memberships m on m.institute_id = i.institute_id and m.user_id = i.invited_by and m.state = 'active'
   where t.hash = p_hash $$;

-- The same with the institute's row shared-locked (against role changes) and the invitation's row locked (against a second answer).
create function app.door_lock_invitation(p_hash bytea) returns table (
  institute_id uuid, invitation_id uuid, institute_name text, email text, email_key text, role text, status text, expires_at timestamptz,
  accepted_by uuid, invited_by uuid, inviter_role text, has_account boolean)
language plpgsql volatile strict rows 1 security definer set search_path = '' as $$
declare tenant uuid; invitation uuid;
begin
  select t.institute_id, t.invitation_id into tenant, invitation from public.invitation_tokens t where t.hash = p_hash;
  if not found then return; end if;
  perform 1 from public.institutes s where s.id = tenant for share;
  perform 1 from public.invitations i where i.institute_id = tenant and i.id = invitation and i.status = 'pending' for update;
  return query select d.* from app.door_invitation(p_hash) d;
end $$;

-- Makes the account of a new person whose live invitation this is, and opens a session. The address stays unverified until a mail proves it.
create function app.door_join(p_invitation_hash bytea, p_name text, p_session_hash bytea, p_seconds integer, p_user_agent text, p_verified boolean)
returns table (user_id uuid, session_id uuid, expires_at timestamptz) language plpgsql volatile strict rows 1
security definer set search_path = '' as $$
declare account uuid;
begin
  insert into public.users (email, email_key, name, email_verified_at)
  select d.email, d.email_key, p_name, case when p_verified then pg_catalog.now() end
    from app.door_invitation(p_invitation_hash) d where d.status = 'pending'
  on conflict (email_key) do nothing returning id into account;
  if account is null then return; end if;
  return query insert into public.sessions as s (user_id, hash, user_agent, expires_at)
    values (account, p_session_hash, p_user_agent, pg_catalog.now() + pg_catalog.make_interval(secs => p_seconds))
    returning s.user_id, s.id, s.expires_at;
end $$;

-- Makes the membership the invitation's row offers, for the user whose address it names. Who may grant it is decided before, in code.
create function app.door_accept_invitation(p_hash bytea, p_user uuid) returns boolean language plpgsql volatile strict
security definer set search_path = '' as $$
declare offer record;
begin
  update public.invitations i set status = 'accepted', accepted_by = p_user, decided_at = pg_catalog.now(), version = i.version + 1
    from public.invitation_tokens t, public.users u
   where t.hash = p_hash and i.institute_id = t.institute_id and i.id = t.invitation_id and i.generation = t.generation
     and i.status = 'pending' and i.expires_at > pg_catalog.now()
     and u.id = p_user and u.email_key = i.email_key
  returning i.institute_id, i.role, i.metadata, u.name, u.email, u.email_key into offer;
  if not found then return false; end if;
  update public.memberships m set role = offer.role, state = 'active', name = offer.name, email = offer.email, email_key = offer.email_key, metadata = offer.metadata,
         joined_at = pg_catalog.now(), ended_at = null, version = m.version + 1
   where m.institute_id = offer.institute_id and m.user_id = p_user and m.state = 'left';
  if not found then
    insert into public.memberships (institute_id, user_id, role, name, email, email_key, metadata)
    values (offer.institute_id, p_user, offer.role, offer.name, offer.email, offer.email_key, offer.metadata)
    on conflict (institute_id, user_id) do nothing;
  end if;
  return true;
end $$;

-- Ends a live invitation without a membership: declined by its addressee, or cancelled because its inviter may no longer grant it.
create function app.door_end_invitation(p_hash bytea, p_status text) returns boolean language plpgsql volatile strict
security definer set search_path = '' as $$
declare ended record;
begin
  if p_status not in ('declined', 'cancelled') then raise exception 'not an end: %', p_status; end if;
  update public.invitations i set status = p_status, decided_at = pg_catalog.now(), version = i.version + 1
    from public.invitation_tokens t
   where t.hash = p_hash and i.institute_id = t.institute_id and i.id = t.invitation_id and i.generation = t.generation and i.status = 'pending'
  returning i.institute_id, i.id into ended;
  if not found then return false; end if;
  insert into public.events (institute_id, user_id, credential, kind, subject_id, changed, facts, request_id)
  values (ended.institute_id, nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid, pg_catalog.current_setting('app.credential', true),
          'invitation_ended', ended.id, '{status}', pg_catalog.jsonb_build_object('status', p_status), pg_catalog.current_setting('app.request_id', true));
  return true;
end $$;

-- Whether an address may sign in without an account yet: somebody asked it to join.
create function app.door_is_awaited(p_email_key text) returns boolean language sql stable strict security definer set search_path = '' as $$
  select exists (select 1 from public.invitations i
    where i.email_key = p_email_key and i.status = 'pending' and i.expires_at > pg_catalog.now()) $$;
