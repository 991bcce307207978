from __future__ import annotations

from typing import Any
from uuid import UUID

from markroom.institutes.notices.writes import write_notices
from markroom.jobs.model import JobFailed
from markroom.jobs.queue import Job, job
from markroom.jobs.reads import get_job
from markroom.kit.db import Conn
from markroom.kit.events import subscribe


@job("tell_people")
async def tell_people(job: Job) -> dict[str, Any]:
    assert job.subject_id is not None
    user_ids = [UUID(user_id) for user_id in job.args["user_ids"]]
    async with job.transaction() as conn:
        told = await write_notices(
            conn, job.institute_id, user_ids, job.args["notice"], job.subject_id, job.args["facts"]
        )
    return {"told": told}


@subscribe(JobFailed)
async def tell_who_started(conn: Conn, event: JobFailed) -> None:
    """On the service's connection, as jobs are."""
    assert event.subject_id is not None
    failed = await get_job(conn, event.institute_id, event.subject_id)
    if failed.started_by is not None:
        facts = {"kind": failed.kind, "subject_id": str(failed.subject_id) if failed.subject_id else None}
        await write_notices(
            conn, event.institute_id, [failed.started_by], "job_failed", event.subject_id, facts
        )
