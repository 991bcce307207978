"""Inviting somebody into a project, by the engine of all invitations: into the project where they are in the
school already, else into the school as a guest, with the project (J-05, J-11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.projects.model import Assignment, ProjectInvitation


@dataclass(frozen=True)
class Invited:
    """The invitation, and of an invitation into the school the projects it offers that the caller runs."""

    invitation: ProjectInvitation
    assignments: Sequence[Assignment] = ()


async def invite_to_project(
    conn: Conn, actor: Actor, secret: bytes, project_id: UUID, email: str, role: str
) -> Invited:
    """Raises ProjectAdminRequired, ProjectPutAway, BadAddress, InvitingYourself, AlreadyHasAccess,
    NotInOrganization, AlreadyInvited, TooManyResends."""
    raise NotImplementedError


async def cancel_invitation(
    conn: Conn, actor: Actor, project_id: UUID, invitation_id: UUID
) -> ProjectInvitation:
    """Takes the project off a pending invitation; one that offers nothing else ends. Raises
    PendingInvitationNotFound."""
    raise NotImplementedError


async def resend_invitation(
    conn: Conn, actor: Actor, secret: bytes, project_id: UUID, invitation_id: UUID
) -> datetime:
    """A new link by mail; until when it is good. Raises InvitationNotFound, InvitationAccepted,
    InvitationCancelled, TooManyResends."""
    raise NotImplementedError
