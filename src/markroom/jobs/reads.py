from __future__ import annotations

from uuid import UUID

from markroom.jobs.model import JobNotFound, JobRow
from markroom.kit.db import Conn, fetch_all, fetch_one, fetch_value

COLUMNS = """id, kind, subject_id, args, state, done, total, result, error, attempts, started_by, created_at,
    finished_at"""


async def get_job(conn: Conn, institute_id: UUID, job_id: UUID) -> JobRow:
    job = await fetch_one(
        conn,
        JobRow,
        f"select {COLUMNS} from jobs where institute_id = %s and id = %s",
        [institute_id, job_id],
    )
    if job is None:
        raise JobNotFound
    return job


async def find_newest_job(conn: Conn, institute_id: UUID, subject_id: UUID, kind: str) -> UUID | None:
    """The newest of a kind about one thing, where the caller may see it."""
    sql = """select id from jobs where institute_id = %s and subject_id = %s and kind = %s
              order by id desc limit 1"""
    job_id: UUID | None = await fetch_value(conn, sql, [institute_id, subject_id, kind])
    return job_id


async def list_jobs(
    conn: Conn,
    institute_id: UUID,
    *,
    state: str | None,
    subject_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> list[JobRow]:
    """Newest first."""
    return await fetch_all(
        conn,
        JobRow,
        f"""select {COLUMNS} from jobs
             where institute_id = %(institute)s and (%(state)s::text is null or state = %(state)s)
               and (%(subject)s::uuid is null or subject_id = %(subject)s)
               and (%(before)s::uuid is null or id < %(before)s)
             order by id desc limit %(limit)s""",
        {"institute": institute_id, "state": state, "subject": subject_id, "before": before, "limit": limit},
    )


async def count_jobs(conn: Conn, institute_id: UUID, *, state: str | None, subject_id: UUID | None) -> int:
    count: int = await fetch_value(
        conn,
        """select count(*) from jobs
            where institute_id = %(institute)s and (%(state)s::text is null or state = %(state)s)
              and (%(subject)s::uuid is null or subject_id = %(subject)s)""",
        {"institute": institute_id, "state": state, "subject": subject_id},
    )
    return count
