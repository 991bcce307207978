"""Inviting somebody into a project, by the engine of all invitations: into the project where they are in the
school already, else into the school as a guest, with the project (J-05, J-11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from markroom.identity.model import address_key, check_address
from markroom.identity.reads import get_own_user
from markroom.institutes.invitations import actions as engine
from markroom.institutes.invitations import writes as engine_writes
from markroom.institutes.invitations.model import (
    PROJECT_INVITATION_LIFE,
    InvitationNotFound,
    InvitationWithdrawn,
    Invitee,
    InvitingOneself,
    PendingInvitationNotFound,
)
from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.kit.events import emit
from markroom.projects import reads, writes
from markroom.projects.actions import lock_managed
from markroom.projects.membership import refuse_archived
from markroom.projects.model import (
    AlreadyHasAccess,
    AlreadyInvited,
    Assignment,
    NotInOrganization,
    Project,
    ProjectInvitation,
    check_role,
)


@dataclass(frozen=True)
class Invited:
    """The invitation, and of an invitation into the school the projects it brings that the caller runs."""

    invitation: ProjectInvitation
    assignments: Sequence[Assignment] = ()


async def invite_to_project(
    conn: Conn, actor: Actor, secret: bytes, project_id: UUID, email: str, role: str
) -> Invited:
    """Raises ProjectAdminRequired, ProjectPutAway, InvitingOneself, AlreadyHasAccess, NotInOrganization,
    AlreadyInvited, TooManyResends, BadAddress, BadProjectRole."""
    key = address_key(email)
    person = await writes.find_person(conn, actor.institute, email_key=key)
    actor, project = await lock_managed(conn, actor, project_id)
    refuse_archived(project)
    own = await get_own_user(conn, actor.user_id)
    if own.email and address_key(own.email) == key:
        raise InvitingOneself
    belongs = person is not None and person[1] != "left"
    if person is not None and belongs:
        await _refuse_member(conn, actor, project_id, person)
    if await reads.is_invited(conn, actor.institute, project_id, key):
        raise AlreadyInvited
    invitee = Invitee(check_address(email), key, check_role(role), {})
    if belongs:
        invitation_id = await _ask_into_project(conn, actor, secret, project, invitee)
    else:
        invitation_id = await _ask_into_school(conn, actor, secret, project, invitee)
    invitation = await get_invitation(conn, actor, project_id, invitation_id)
    return Invited(invitation, await reads.list_assignments(conn, actor.institute, invitation_id))


async def _refuse_member(conn: Conn, actor: Actor, project_id: UUID, person: tuple[UUID, str]) -> None:
    user_id, state = person
    if await reads.find_member(conn, actor.institute, project_id, user_id):
        raise AlreadyHasAccess
    if state != "active":
        raise NotInOrganization


async def _ask_into_project(
    conn: Conn, actor: Actor, secret: bytes, project: Project, invitee: Invitee
) -> UUID:
    new = await engine.issue_invitations(
        conn, actor.institute, secret, [invitee], engine.inviter_of(actor), life=PROJECT_INVITATION_LIFE,
        project_id=project.id,
    )  # fmt: skip
    if not new:  # somebody was quicker
        raise AlreadyInvited
    return new[0].id


async def _ask_into_school(
    conn: Conn, actor: Actor, secret: bytes, project: Project, invitee: Invitee
) -> UUID:
    """As a guest; or the project is added to the invitation that waits there, whatever its role."""
    waiting = await writes.find_waiting(conn, actor.institute, invitee.email_key)
    if waiting is None:
        guest = Invitee(invitee.email, invitee.email_key, "guest", {})
        new = await engine.issue_invitations(
            conn, actor.institute, secret, [guest], engine.inviter_of(actor), life=PROJECT_INVITATION_LIFE,
            brings=[project.id],
        )  # fmt: skip
        if not new:  # another project was quicker, or it was answered in between
            return await _ask_into_school(conn, actor, secret, project, invitee)
        await _assign(conn, actor, new[0].id, project, invitee.role)
        return new[0].id
    await _assign(conn, actor, waiting, project, invitee.role)
    await engine.extend(conn, actor.institute, secret, waiting, PROJECT_INVITATION_LIFE)
    return waiting


async def _assign(conn: Conn, actor: Actor, invitation_id: UUID, project: Project, role: str) -> None:
    added = await engine_writes.insert_assignments(
        conn, actor.institute, invitation_id, {project.id: role}, actor.user_id
    )
    if not added:
        raise AlreadyInvited


async def cancel_invitation(
    conn: Conn, actor: Actor, project_id: UUID, invitation_id: UUID
) -> ProjectInvitation:
    """Takes the project off a pending invitation; one that offers nothing else ends. Raises
    PendingInvitationNotFound."""
    actor, _ = await lock_managed(conn, actor, project_id)
    invitation = await reads.find_invitation(conn, actor.institute, project_id, invitation_id)
    if invitation is None or invitation.status != "pending":
        raise PendingInvitationNotFound
    if await reads.offers_nothing_else(conn, actor.institute, project_id, invitation_id):
        if await engine_writes.cancel_invitation(conn, actor.institute, invitation_id) is None:
            raise PendingInvitationNotFound  # it was answered in between
    else:
        await engine_writes.delete_assignment(conn, actor.institute, invitation_id, project_id)
    facts = {"project_id": str(project_id)}
    event = InvitationWithdrawn(
        institute_id=actor.institute, subject_id=invitation_id, changed=("status",), facts=facts
    )
    await emit(conn, event)
    return replace(invitation, status="cancelled")


async def resend_invitation(
    conn: Conn, actor: Actor, secret: bytes, project_id: UUID, invitation_id: UUID
) -> datetime:
    """A new link by mail; until when it is good. Raises InvitationNotFound, InvitationAccepted,
    InvitationCancelled, TooManyResends."""
    actor, project = await lock_managed(conn, actor, project_id)
    refuse_archived(project)
    await get_invitation(conn, actor, project_id, invitation_id)
    return await engine.send_again(conn, actor.institute, secret, invitation_id)


async def get_invitation(
    conn: Conn, actor: Actor, project_id: UUID, invitation_id: UUID
) -> ProjectInvitation:
    invitation = await reads.find_invitation(conn, actor.institute, project_id, invitation_id)
    if invitation is None:
        raise InvitationNotFound
    return invitation
