"""The words of asking somebody to join a school, or a project of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from markroom.institutes.model import may_grant
from markroom.kit.errors import Conflict, Forbidden, Gone, NotFound, Refused, TooMany
from markroom.kit.events import Event


class MemberJoined(Event):
    """Somebody accepted an invitation."""


@dataclass(frozen=True)
class Invited:
    """The invitation there is now; `is_new` is false when one was already waiting."""

    invitation: Invitation
    is_new: bool


INVITATION_PURPOSE = "invitation"
INVITATION_LIFE = timedelta(days=7)
PROJECT_INVITATION_LIFE = timedelta(hours=24)
RESENDS_A_DAY = 5


class InvitingOneself(Refused):
    """You cannot invite yourself"""


class ProjectNotRun(NotFound):
    """This project does not exist, or you are not one of its admins."""


class AlreadyMember(Conflict):
    """This person already belongs to your school."""


class PendingInvitationNotFound(NotFound):
    """Pending invitation not found"""


class InvitationNotFound(NotFound):
    """This invitation does not exist."""


class InvitationAccepted(Refused):
    """Invitation already accepted"""


class InvitationCancelled(Refused):
    """Invitation was cancelled — create a new one"""


class InvitationDeclined(Refused):
    """Invitation was declined — create a new one"""


class InvitationReplaced(Conflict):
    """There is a newer invitation for this address."""


class TooManyResends(TooMany):
    """This invitation was sent often enough today. Try again tomorrow."""


class InvitationEnded(Gone):
    """This invitation is no longer valid. Ask the school for a new one."""


class AnotherAddress(Forbidden):
    """This invitation was sent to another address. Sign in with that one."""


class AddressUnproven(Forbidden):
    """Prove that this address is yours first: sign in by the link we mail you."""


class AccountExists(Forbidden):
    """You already have an account. Sign in first, then accept."""


class InvitationSent(Event):
    """Somebody was asked to join."""


class InvitationResent(Event):
    """An invitation got a new link and seven more days."""


class InvitationLinkShown(Event):
    """An invitation got a new link that was shown to whoever manages people, not mailed."""


class InvitationWithdrawn(Event):
    """An invitation was cancelled by the school, or because its sender may no longer grant it."""


class InvitationTaken(Event):
    """Somebody accepted an invitation, whose places in projects are given now."""


class InvitationExtended(Event):
    """A pending invitation got another project, a new link and the later of two ends."""


@dataclass(frozen=True)
class Invitation:
    id: UUID
    email: str
    role: str
    status: str
    delivery: str
    invited_by: UUID | None
    metadata: dict[str, Any]
    created_at: datetime
    expires_at: datetime
    project_id: UUID | None
    """The project it is into, with a role of the project; None: into the school."""

    @property
    def granted_as(self) -> str:
        """The role one must be able to grant to send it: into a project, as a guest's."""
        return self.role if self.project_id is None else "guest"

    @property
    def life(self) -> timedelta:
        return PROJECT_INVITATION_LIFE if self.granted_as == "guest" else INVITATION_LIFE


@dataclass(frozen=True)
class Invitee:
    """Somebody to be asked, checked already."""

    email: str
    email_key: str
    role: str
    metadata: Mapping[str, Any]


@dataclass(frozen=True)
class Offer:
    """What an invitation link stands for. `status` is pending, accepted, declined, cancelled, expired or
    replaced. `projects` are those it still brings: `[{id, name, role}]`."""

    institute_id: UUID
    invitation_id: UUID
    institute_name: str
    email: str
    email_key: str
    role: str
    status: str
    expires_at: datetime
    accepted_by: UUID | None
    invited_by: UUID | None
    inviter_role: str | None
    has_account: bool
    project_id: UUID | None
    projects: list[dict[str, str]]

    @property
    def is_still_granted(self) -> bool:
        """Whether its sender may still give this role. The operator's command line always may. A guest comes
        for a project."""
        if self.project_id is not None or self.role == "guest":
            return bool(self.projects)
        return self.inviter_role == "operator" or may_grant(self.inviter_role, self.role)
