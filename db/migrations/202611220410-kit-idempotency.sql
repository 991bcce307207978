-- Answers to requests that carried an Idempotency-Key, kept for a day: the same request sent again gets the same answer.
create table idempotent_answers (
  institute_id uuid not null references institutes on delete restrict,
  credential text not null,
  route text not null,
  key text not null,
  body_hash bytea not null,
  status integer,
  answer bytea,                                 -- null: it held a secret and is not kept
  media_type text,
  created_at timestamptz not null default now(),
  primary key (institute_id, credential, route, key));
do $$
declare own text := format('institute_id = %s and credential = (select current_setting(''app.credential'', true))', app.among('i_any'));
begin
  call app.protect('idempotent_answers', p_select => own, p_insert => own, p_update => own, p_delete => own);
end $$;
