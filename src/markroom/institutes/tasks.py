from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from markroom.institutes import list_rows, lists, reads, writes
from markroom.institutes.invitation import INVITATION_LIFE, INVITATION_PURPOSE, Invitation
from markroom.institutes.model import MemberLeft
from markroom.jobs.queue import Job, job
from markroom.jobs.reads import get_job
from markroom.jobs.writes import mark_done
from markroom.kit.events import run_subscribers
from markroom.kit.mail import Mail, deliver
from markroom.kit.tokens import derive_token

ROLE_WORDS = {
    "school_admin": "school administrator",
    "department_head": "head of department",
    "teacher": "teacher",
    "student": "student",
    "guest": "guest",
    "admin": "project admin",
    "editor": "editor",
    "viewer": "viewer",
}


INVITED_AT_ONCE = 50


@job("invite_list")
async def invite_list(job: Job) -> dict[str, Any] | None:
    """Invites the rows of a list, some in each transaction, and deletes them with its result."""
    by, secret = UUID(job.args["by"]), job.resources.secret
    some = INVITED_AT_ONCE
    while some:
        async with job.transaction() as conn:
            done, total = await list_rows.count_decided(conn, job.institute_id, job.id)
        await job.progress(done, total)
        async with job.transaction() as conn:
            some = await lists.invite_some(conn, job.institute_id, secret, job.id, by, INVITED_AT_ONCE)
    async with job.transaction() as conn:
        await list_rows.lock_list(conn, job.institute_id, job.id)
        rows = await list_rows.delete_rows(conn, job.institute_id, job.id)
        if not rows:  # another worker was first, or the list is too old
            if (done_by_another := (await get_job(conn, job.institute_id, job.id)).result) is None:
                raise lists.ListGone
            return done_by_another
        result = lists.say_result(rows)
        await mark_done(conn, job.institute_id, job.id, result)  # with the rows, or a crash loses it
    return result


@job("end_membership")
async def end_membership(job: Job) -> None:
    """What hangs on a membership that ended with its account, and that its person had no rights to end."""
    facts = {"by": "oneself"}
    left = MemberLeft(
        institute_id=job.institute_id, subject_id=job.subject_id, changed=("state",), facts=facts
    )
    async with job.transaction() as conn:
        await run_subscribers(conn, [left])


@job("send_invitation_mail", queue_name="mail")
async def send_invitation_mail(job: Job) -> dict[str, Any] | None:
    """Sends the link of one generation, once. A mail whose fate is unknown is sent again only by a person."""
    invitation_id, generation = job.subject_id, job.args["generation"]
    assert invitation_id is not None
    async with job.transaction() as conn:
        facts = await reads.get_mail_facts(conn, job.institute_id, invitation_id)
        invitation, live, inviter, projects = facts
        institute = await reads.get_institute_name(conn, job.institute_id)
    if (
        invitation.status != "pending"
        or live != generation
        or invitation.delivery not in ("queued", "failed")
    ):
        return {"delivery": invitation.delivery}
    token = derive_token(job.resources.secret, INVITATION_PURPOSE, invitation_id, generation)
    mail = invitation_mail(
        job.resources.settings.base_url,
        invitation,
        institute,
        inviter,
        projects,
        token,
        f"<invitation-{invitation_id}-{generation}@markroom>",
    )

    async def mark(state: str) -> None:
        async with job.transaction() as conn:
            await writes.set_delivery(conn, job.institute_id, invitation_id, generation, state)

    return {"delivery": await deliver(job.resources.mail, mail, mark)}


def invitation_mail(
    base_url: str,
    invitation: Invitation,
    institute: str,
    inviter: str | None,
    projects: Sequence[str],
    token: str,
    message_id: str,
) -> Mail:
    asks = f"{inviter} asks you" if inviter else "You are asked"
    days = "for seven days" if invitation.life == INVITATION_LIFE else "for 24 hours"
    return Mail(
        to=invitation.email,
        subject="An invitation to Markroom",
        paragraphs=(
            f"{asks} to join {_say_where(invitation, institute, projects)}.",
            f"The invitation can be answered {days}.",
        ),
        link=f"{base_url}/invitations/{token}",
        link_text="See the invitation",
        message_id=message_id,
    )


def _say_where(invitation: Invitation, institute: str, projects: Sequence[str]) -> str:
    role = ROLE_WORDS[invitation.role]
    if invitation.project_id is not None:
        return f"the project {', '.join(projects)} at {institute} as {role}"
    if not projects:
        return f"{institute} as {role}"
    noun = "project" if len(projects) == 1 else "projects"
    return f"{institute} as {role}, in the {noun} {', '.join(projects)}"
