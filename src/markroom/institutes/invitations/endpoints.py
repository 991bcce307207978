from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from fastapi import Request, Response
from pydantic import Field

from markroom.identity.model import mask_address
from markroom.institutes.invitations import actions, reads
from markroom.institutes.invitations.model import Invitation, InvitationEnded, Offer
from markroom.institutes.model import INVITE_PEOPLE, LIST_PEOPLE
from markroom.kit.access import EntranceOf, InInstitute, open_to, requires
from markroom.kit.http import Body, router
from markroom.kit.limits import limited
from markroom.kit.paging import PageQuery, paged

routes = router("/api", tags=["people"])
Status = Literal["pending", "accepted", "declined", "cancelled", "expired"]


class Assignment(Body):
    """A project that comes with the invitation."""

    project_id: UUID
    role: Literal["admin", "editor", "viewer"] = "editor"


class InviteBody(Body):
    email: str
    role: str
    metadata: dict[str, Any] = Field(default_factory=dict)
    project_assignments: list[Assignment] = Field(default_factory=list, max_length=20)


def invitation_json(invitation: Invitation) -> dict[str, Any]:
    return {name: value for name, value in vars(invitation).items() if name != "project_id"}


def listed_json(invitation: Invitation) -> dict[str, Any]:
    """In a list of both kinds."""
    kind = "organization" if invitation.project_id is None else "project"
    return vars(invitation) | {"invitation_type": kind}


def offer_json(offer: Offer) -> dict[str, Any]:
    projects = [{"name": each["name"], "role": each["role"]} for each in offer.projects]
    return {
        "institute_name": offer.institute_name,
        "role": offer.role,
        "email": mask_address(offer.email),
        "status": offer.status,
        "expires_at": offer.expires_at,
        **({"projects": projects} if projects else {}),
    }


@routes.post("/users/invite", dependencies=[limited("institute_invitation"), requires(INVITE_PEOPLE)])
async def invite(request: Request, caller: InInstitute, body: InviteBody) -> dict[str, Any]:
    invited = await actions.invite(
        caller.conn,
        caller.actor,
        request.app.state.secret,
        email=body.email,
        role=body.role,
        metadata=body.metadata,
        projects={each.project_id: each.role for each in body.project_assignments},
    )
    shown = invitation_json(invited.invitation)
    if invited.is_new:
        return {"status": "ok", "invitation": shown, "magic_link_sent": True}
    differs = invited.invitation.role != body.role
    message = "There is already an invitation for this address" + (", with another role." if differs else ".")
    if body.project_assignments:
        message += " Projects are added to it by inviting into each."
    return {"status": "already_pending", "invitation": shown, "differs": differs, "message": message}


@routes.get("/users/invitations", dependencies=[requires(LIST_PEOPLE)])
async def list_invitations(
    caller: InInstitute, page: PageQuery, role: str | None = None, status: Status | None = None
) -> dict[str, Any]:
    rows, total = await reads.list_invitations(
        caller.conn, caller.actor.institute, role=role, status=status, after=page.after, limit=page.limit + 1
    )
    shown = paged(rows, total, page, lambda i: i.id)
    return {
        "status": "ok",
        "invitations": [listed_json(i) for i in shown.rows],
        "total": total,
        "next_cursor": shown.next_cursor,
    }


@routes.delete("/users/invitations/{invitation_id:uuid}", dependencies=[requires(INVITE_PEOPLE)])
async def cancel_invitation(caller: InInstitute, invitation_id: UUID) -> dict[str, Any]:
    cancelled = await actions.cancel(caller.conn, caller.actor, invitation_id)
    return {"status": "ok", "invitation": invitation_json(cancelled)}


@routes.post("/users/invitations/{invitation_id:uuid}/resend", dependencies=[requires(INVITE_PEOPLE)])
async def resend_invitation(request: Request, caller: InInstitute, invitation_id: UUID) -> dict[str, Any]:
    expires_at = await actions.resend(caller.conn, caller.actor, request.app.state.secret, invitation_id)
    return {"status": "ok", "magic_link_sent": True, "new_expires_at": expires_at}


@routes.post(
    "/users/invitations/{invitation_id:uuid}/link",
    dependencies=[limited("institute_invitation"), requires(INVITE_PEOPLE)],
)
async def show_invitation_link(
    request: Request, response: Response, caller: InInstitute, invitation_id: UUID
) -> dict[str, Any]:
    """A new link, shown this once, for when mail is broken; links sent before die. Who makes an account by
    it has an unproven address until they sign in by mail."""
    request.state.answer_is_secret = True
    response.headers["Cache-Control"] = "no-store"
    state = request.app.state
    token, expires_at = await actions.show_link(caller.conn, caller.actor, state.secret, invitation_id)
    link = f"{state.settings.base_url}/invitations/{token}"
    return {"status": "ok", "link": link, "expires_at": expires_at}


@routes.get("/invitations/{token}")
async def show_invitation(request: Request, token: str) -> dict[str, Any]:
    async with request.app.state.database.transaction() as conn:
        return offer_json(await actions.show_offer(conn, token))


@routes.post("/invitations/{token}/accept", dependencies=[limited("accept"), open_to("anyone")])
async def accept_invitation(entrance: EntranceOf, token: str) -> dict[str, Any]:
    async with entrance.transaction(everywhere=True) as caller:
        offer = await actions.accept(caller.conn, caller.actor, token)
    if offer.status == "cancelled":
        raise InvitationEnded
    return {"status": "ok", "institute_id": offer.institute_id, "role": offer.role}


@routes.post("/invitations/{token}/decline", dependencies=[open_to("anyone")])
async def decline_invitation(entrance: EntranceOf, token: str) -> dict[str, Any]:
    async with entrance.transaction(everywhere=True) as caller:
        await actions.decline(caller.conn, caller.actor, token)
    return {"status": "ok"}
