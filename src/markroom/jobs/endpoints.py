from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends

from markroom.jobs import actions, reads
from markroom.jobs.model import RETRY_JOBS, JobRow
from markroom.kit.access import InInstitute
from markroom.kit.actor import Actor, permit
from markroom.kit.http import router
from markroom.kit.paging import PageQuery, paged

routes = router("/api/jobs", tags=["jobs"])


SHOWN = ("id", "kind", "state", "done", "total", "result", "error", "subject_id", "created_at", "finished_at")


def as_json(job: JobRow, actor: Actor) -> dict[str, Any]:
    """What a job found is told to whoever started it, for it may be of what nobody else may see; why it did
    not work also to those who may try it again."""
    shown = {name: getattr(job, name) for name in SHOWN}
    if job.started_by != actor.user_id:
        shown["result"] = None
        if not RETRY_JOBS.permits(actor):
            shown["error"] = None
    return shown


@routes.get("")
async def list_jobs(
    caller: InInstitute,
    page: PageQuery,
    state: Literal["queued", "running", "done", "failed"] | None = None,
    subject_id: UUID | None = None,
) -> dict[str, Any]:
    institute = caller.actor.institute
    rows = await reads.list_jobs(
        caller.conn, institute, state=state, subject_id=subject_id, before=page.after, limit=page.limit + 1
    )
    total = await reads.count_jobs(caller.conn, institute, state=state, subject_id=subject_id)
    shown = paged(rows, total, page, lambda job: job.id)
    return {
        "jobs": [as_json(job, caller.actor) for job in shown.rows],
        "total": total,
        "next_cursor": shown.next_cursor,
    }


@routes.get("/{job_id:uuid}")
async def get_job(caller: InInstitute, job_id: UUID) -> dict[str, Any]:
    return as_json(await reads.get_job(caller.conn, caller.actor.institute, job_id), caller.actor)


async def retryable_job(caller: InInstitute, job_id: UUID) -> UUID:
    await reads.get_job(caller.conn, caller.actor.institute, job_id)
    permit(caller.actor, RETRY_JOBS)
    return job_id


retryable_job.permission = RETRY_JOBS  # type: ignore[attr-defined]


@routes.post("/{job_id:uuid}/retry")
async def retry_job(caller: InInstitute, job_id: Annotated[UUID, Depends(retryable_job)]) -> dict[str, Any]:
    """Tries a failed job again."""
    return as_json(await actions.retry_job(caller.conn, caller.actor, job_id), caller.actor)
