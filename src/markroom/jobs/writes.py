from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.kit.db import Conn, execute, fetch_value


async def insert_job(
    conn: Conn, institute_id: UUID, kind: str, subject_id: UUID | None, args: dict[str, Any]
) -> UUID:
    job_id: UUID = await fetch_value(
        conn,
        """insert into jobs (institute_id, kind, subject_id, args, started_by)
           values (%s, %s, %s, %s, nullif(current_setting('app.user_id', true), '')::uuid) returning id""",
        [institute_id, kind, subject_id, Jsonb(args)],
    )
    return job_id


async def insert_jobs(
    conn: Conn, institute_id: UUID, kind: str, subject_ids: list[UUID], args: list[dict[str, Any]]
) -> list[UUID]:
    cursor = await conn.execute(
        """insert into jobs (institute_id, kind, subject_id, args, started_by)
           select %s, %s, j.subject_id, j.args, nullif(current_setting('app.user_id', true), '')::uuid
             from unnest(%s::uuid[], %s::jsonb[]) j (subject_id, args) returning id""",
        [institute_id, kind, subject_ids, [Jsonb(each) for each in args]],
    )
    return [row[0] for row in await cursor.fetchall()]


async def lock_job(conn: Conn, institute_id: UUID, job_id: UUID) -> None:
    """One worker at a time, should two hold the same job."""
    await execute(
        conn, "select 1 from jobs where institute_id = %s and id = %s for update", [institute_id, job_id]
    )


async def mark_running(conn: Conn, institute_id: UUID, job_id: UUID) -> int:
    return await execute(
        conn,
        """update jobs set state = 'running', attempts = attempts + 1, error = null
            where institute_id = %s and id = %s and state in ('queued', 'running')""",
        [institute_id, job_id],
    )


async def update_progress(
    conn: Conn,
    institute_id: UUID,
    job_id: UUID,
    done: int,
    total: int | None,
    found: dict[str, Any] | None,
) -> None:
    """What was found before stays where nothing is given."""
    await execute(
        conn,
        """update jobs set done = %s, total = %s, result = coalesce(%s, result)
            where institute_id = %s and id = %s and state = 'running'""",
        [done, total, Jsonb(found) if found is not None else None, institute_id, job_id],
    )


async def mark_done(conn: Conn, institute_id: UUID, job_id: UUID, result: dict[str, Any] | None) -> None:
    await execute(
        conn,
        """update jobs set state = 'done', result = %s, finished_at = now(), done = coalesce(total, done)
            where institute_id = %s and id = %s and state <> 'failed'""",
        [Jsonb(result) if result is not None else None, institute_id, job_id],
    )


async def mark_failed(conn: Conn, institute_id: UUID, job_id: UUID, error: str) -> None:
    await execute(
        conn,
        """update jobs set state = 'failed', error = %s, result = null, finished_at = now()
            where institute_id = %s and id = %s""",
        [error, institute_id, job_id],
    )


async def mark_waiting(conn: Conn, institute_id: UUID, job_id: UUID, error: str) -> None:
    """A running job waits for its next try."""
    await execute(
        conn,
        """update jobs set state = 'queued', error = %s, result = null
            where institute_id = %s and id = %s and state = 'running'""",
        [error, institute_id, job_id],
    )


async def requeue_failed(conn: Conn, institute_id: UUID, job_id: UUID) -> int:
    return await execute(
        conn,
        """update jobs set state = 'queued', error = null, finished_at = null
            where institute_id = %s and id = %s and state = 'failed'""",
        [institute_id, job_id],
    )


async def end_jobs(conn: Conn, institute_id: UUID, error: str) -> int:
    """Ends all that wait or run; what a worker has in hand runs on, and its end changes nothing here."""
    return await execute(
        conn,
        """update jobs set state = 'failed', error = %s, result = null, finished_at = now()
            where institute_id = %s and state in ('queued', 'running')""",
        [error, institute_id],
    )
