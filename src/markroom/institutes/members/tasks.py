from __future__ import annotations

from markroom.institutes.members.model import MemberLeft
from markroom.jobs.queue import Job, job
from markroom.kit.events import run_subscribers


@job("end_membership")
async def end_membership(job: Job) -> None:
    """What hangs on a membership that ended with its account, and that its person had no rights to end."""
    facts = {"by": "oneself"}
    left = MemberLeft(
        institute_id=job.institute_id, subject_id=job.subject_id, changed=("state",), facts=facts
    )
    async with job.transaction() as conn:
        await run_subscribers(conn, [left])
