from __future__ import annotations

from typing import Any
from uuid import UUID

from markroom.institutes.addresses.model import AccountJoined
from markroom.institutes.invitations.model import InvitationTaken
from markroom.institutes.members.model import MemberLeft
from markroom.jobs.queue import Job, current_worker, job, queue, start_job
from markroom.kit.db import Conn
from markroom.kit.events import emit, emit_all, subscribe
from markroom.projects import actions, reads, writes
from markroom.projects.model import ProjectMemberAdded, ProjectPassedOn


@subscribe(InvitationTaken)
async def give_places(conn: Conn, event: InvitationTaken) -> None:
    """Whoever accepted an invitation gets the places in projects it brings."""
    assert event.subject_id is not None
    taken = await writes.take_assignments(conn, event.institute_id, event.subject_id)
    if not taken:
        return
    user_id = await reads.get_caller(conn)
    added = [
        ProjectMemberAdded(
            institute_id=event.institute_id,
            subject_id=user_id,
            facts={"project_id": str(project_id), "role": role, "invitation_id": str(event.subject_id)},
        )
        for project_id, role in taken
    ]
    await emit_all(conn, added)


@subscribe(MemberLeft)
async def pass_projects_on(conn: Conn, event: MemberLeft) -> None:
    """Places in projects and keys end with a membership; what the leaver owned passes to others."""
    assert event.subject_id is not None
    passed = await writes.leave_projects(conn, event.institute_id, event.subject_id)
    for project_id, heir in passed:
        facts = {"from": str(event.subject_id), "to": str(heir)}
        await emit(
            conn,
            ProjectPassedOn(
                institute_id=event.institute_id, subject_id=project_id, changed=("owner_id",), facts=facts
            ),
        )


@subscribe(AccountJoined)
async def hand_places_over(conn: Conn, event: AccountJoined) -> None:
    """As the service: a pupil's places in projects go to the account of their own."""
    assert event.subject_id is not None
    pupil_id = UUID(event.facts["pupil_id"])
    await writes.hand_over(conn, event.institute_id, pupil_id, event.subject_id)


@queue.periodic(cron="17 * * * *")
@queue.task(name="start_project_purges", queue="upkeep")
async def start_project_purges(timestamp: int) -> None:  # noqa: ARG001
    """Finds deleted projects whose time is over, in all institutes, and has each removed by a job there."""
    database = current_worker().database
    async with database.service() as conn:
        due = await reads.list_purges(conn)
    for institute_id, project_id in due:
        async with database.service(institute_id) as conn:
            await start_job(conn, "purge_project", institute_id, project_id)


@job("purge_project")
async def purge_project(job: Job) -> dict[str, Any]:
    assert job.subject_id is not None
    async with job.transaction() as conn:
        return {"purged": await actions.purge_project(conn, job.institute_id, job.subject_id)}
