from __future__ import annotations

from typing import Any
from uuid import UUID

from markroom.institutes.invitation_lists import actions, reads, writes
from markroom.institutes.invitation_lists.model import ListGone, say_result
from markroom.jobs.queue import Job, current_worker, job, queue
from markroom.jobs.reads import get_job
from markroom.jobs.writes import lock_job, mark_done
from markroom.kit.logs import log

INVITED_AT_ONCE = 50


@job("invite_list")
async def invite_list(job: Job) -> dict[str, Any] | None:
    """Invites the rows of a list, some in each transaction, and deletes them with its result."""
    by, secret = UUID(job.args["by"]), job.resources.secret
    some = INVITED_AT_ONCE
    while some:
        async with job.transaction() as conn:
            done, total = await reads.count_decided(conn, job.institute_id, job.id)
        await job.progress(done, total)
        async with job.transaction() as conn:
            some = await actions.invite_some(conn, job.institute_id, secret, job.id, by, INVITED_AT_ONCE)
    async with job.transaction() as conn:
        await lock_job(conn, job.institute_id, job.id)
        rows = await writes.delete_rows(conn, job.institute_id, job.id)
        if not rows:  # another worker was first, or the list is too old
            if (done_by_another := (await get_job(conn, job.institute_id, job.id)).result) is None:
                raise ListGone
            return done_by_another
        result = say_result(rows)
        await mark_done(conn, job.institute_id, job.id, result)  # with the rows, or a crash loses it
    return result


@queue.periodic(cron="17 3 * * *")
@queue.task(name="sweep_invitation_rows", queue="upkeep")
async def sweep_invitation_rows(timestamp: int) -> None:  # noqa: ARG001
    """Names and addresses of lists whose job failed for good are kept for a week, to be tried again."""
    async with current_worker().database.service() as conn:
        swept = await writes.sweep_rows(conn)
    if swept:
        log.info("invitation_rows_swept", count=swept)
