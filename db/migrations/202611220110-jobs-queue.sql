-- The job queue: the schema of Procrastinate 3.10, and who may do what with it.
--
-- Its statements come from the installed library; a newer release of it is followed by a migration that includes its own.
-- The requests' role may defer a job and nothing else, so that no request can read another institute's jobs: the one
-- function it may call runs as the owner of the queue. Every change of that function repeats the last block below.

set local role markroom_jobs;
set local search_path = jobs;

-- include procrastinate/sql/schema.sql

-- Who may do what.

alter function jobs.procrastinate_defer_jobs_v1(jobs.procrastinate_job_to_defer_v1[])
  security definer set search_path = jobs, pg_temp;
revoke all on all functions in schema jobs from public;
grant execute on function jobs.procrastinate_defer_jobs_v1(jobs.procrastinate_job_to_defer_v1[]) to markroom_app;
grant select, insert, update, delete on all tables in schema jobs to markroom_service;
grant usage on all sequences in schema jobs to markroom_service;
grant execute on all functions in schema jobs to markroom_service;
