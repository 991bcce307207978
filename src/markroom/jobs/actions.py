from __future__ import annotations

from uuid import UUID

from markroom.jobs import queue, reads, writes
from markroom.jobs.model import RETRY_JOBS, JobNotFailed, JobRetried, JobRow
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn
from markroom.kit.events import emit


async def retry_job(conn: Conn, actor: Actor, job_id: UUID) -> JobRow:
    """Tries a failed job again; its attempts start anew. Raises JobNotFound or JobNotFailed."""
    job = await reads.get_job(conn, actor.institute, job_id)
    permit(actor, RETRY_JOBS)
    if not await writes.requeue_failed(conn, actor.institute, job_id):
        raise JobNotFailed
    await queue.defer_run(conn, actor.institute, job_id, job.kind)
    await emit(conn, JobRetried(institute_id=actor.institute, subject_id=job_id))
    return await reads.get_job(conn, actor.institute, job_id)
