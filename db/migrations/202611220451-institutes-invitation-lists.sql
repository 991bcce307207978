-- The rows of a list of people to invite, while its job runs; deleted with its end.
create table invitation_rows (
  institute_id uuid not null references institutes on delete restrict,
  list_id uuid not null,
  number integer not null,                      -- as the spreadsheet counts
  email text not null,
  email_key text not null,
  role text not null,
  metadata jsonb not null default '{}',
  fate text,                                    -- null: still to be decided by the job
  invitation_id uuid,
  created_at timestamptz not null default now(),
  primary key (institute_id, list_id, number),
  foreign key (institute_id, invitation_id) references invitations on delete restrict);

do $$ begin
  call app.protect('invitation_rows', p_insert => 'institute_id = ' || app.among('i_manage'));
end $$;
