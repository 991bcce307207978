from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markroom.institutes.invitations import reads, writes
from markroom.institutes.invitations.model import INVITATION_LIFE, INVITATION_PURPOSE, Invitation
from markroom.institutes.model import ROLE_WORDS
from markroom.institutes.reads import get_institute_name
from markroom.jobs.queue import Job, job
from markroom.kit.mail import Mail, deliver
from markroom.kit.tokens import derive_token


@job("send_invitation_mail", queue_name="mail")
async def send_invitation_mail(job: Job) -> dict[str, Any] | None:
    """Sends the link of one generation, once. A mail whose fate is unknown is sent again only by a person."""
    invitation_id, generation = job.subject_id, job.args["generation"]
    assert invitation_id is not None
    async with job.transaction() as conn:
        facts = await reads.get_mail_facts(conn, job.institute_id, invitation_id)
        invitation, live, inviter, projects = facts
        institute = await get_institute_name(conn, job.institute_id)
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
