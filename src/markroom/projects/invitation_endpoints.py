from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from fastapi import Request

from markroom.kit.access import InInstitute
from markroom.kit.http import Body, router
from markroom.kit.limits import limited
from markroom.kit.paging import PageQuery, paged
from markroom.projects import invitations, reads
from markroom.projects.gates import ManagedProject
from markroom.projects.member_endpoints import CheckedLast
from markroom.projects.model import Project, ProjectInvitation

routes = router("/api/projects/{project_id:uuid}/invitations", tags=["projects"])
Status = Literal["pending", "accepted", "declined", "cancelled", "expired"]


class InviteBody(Body):
    email: str
    role: CheckedLast = "editor"


def invitation_json(project: Project, invitation: ProjectInvitation) -> dict[str, Any]:
    return {
        "invitation_id": invitation.id,
        "project_id": project.id,
        "email": invitation.email,
        "invitation_type": invitation.invitation_type,
        "role": invitation.role,
        "status": invitation.status,
        "delivery": invitation.delivery,
        "invited_by": invitation.invited_by,
        "created_at": invitation.created_at,
        "expires_at": invitation.expires_at,
    }


@routes.post("", dependencies=[limited("project_invitation")])
async def invite(
    request: Request, caller: InInstitute, project: ManagedProject, body: InviteBody
) -> dict[str, Any]:
    """Asks somebody into the project: who is not in the school is asked into both."""
    invited = await invitations.invite_to_project(
        caller.conn, caller.actor, request.app.state.secret, project.id, body.email, body.role
    )
    invitation = invited.invitation
    answer = {
        "invitation_id": invitation.id,
        "email": invitation.email,
        "invitation_type": invitation.invitation_type,
        "institute_id": project.institute_id,
        "role": invitation.role,
        "expires_at": invitation.expires_at,
        "message": f"An invitation to {project.name} is on its way to {invitation.email}.",
    }
    if invitation.invitation_type == "project":
        return answer | {"project_id": project.id}
    return answer | {"project_assignments": [vars(assignment) for assignment in invited.assignments]}


@routes.get("")
async def list_invitations(
    caller: InInstitute, project: ManagedProject, page: PageQuery, status: Status | None = None
) -> dict[str, Any]:
    rows, total = await reads.list_invitations(
        caller.conn,
        caller.actor.institute,
        project.id,
        status=status,
        after=page.after,
        limit=page.limit + 1,
    )
    shown = paged(rows, total, page, lambda invitation: invitation.id)
    return {
        "project_id": project.id,
        "invitations": [invitation_json(project, invitation) for invitation in shown.rows],
        "total_count": total,
        "next_cursor": shown.next_cursor,
    }


@routes.delete("/{invitation_id:uuid}")
async def cancel_invitation(
    caller: InInstitute, project: ManagedProject, invitation_id: UUID
) -> dict[str, Any]:
    """Takes the project off a pending invitation; one that offers nothing else ends."""
    cancelled = await invitations.cancel_invitation(caller.conn, caller.actor, project.id, invitation_id)
    return {"status": "ok", "invitation": invitation_json(project, cancelled)}


@routes.post("/{invitation_id:uuid}/resend", dependencies=[limited("project_invitation")])
async def resend_invitation(
    request: Request, caller: InInstitute, project: ManagedProject, invitation_id: UUID
) -> dict[str, Any]:
    expires_at = await invitations.resend_invitation(
        caller.conn, caller.actor, request.app.state.secret, project.id, invitation_id
    )
    return {"status": "ok", "magic_link_sent": True, "new_expires_at": expires_at}
