"""The words of a school and its people, and who may do what with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from markroom.kit.actor import Permission
from markroom.kit.errors import Conflict, Forbidden, Gone, Invalid, NotFound, Refused, TooMany
from markroom.kit.events import Event

INVITABLE = ("department_head", "school_admin", "student", "teacher")
STAFF = ("platform_admin", "school_admin", "department_head", "teacher")
MANAGERS = ("platform_admin", "school_admin", "department_head")
GRANTABLE: Mapping[str, frozenset[str]] = {
    "platform_admin": frozenset({*INVITABLE, "guest"}),
    "school_admin": frozenset({*INVITABLE, "guest"}),
    "department_head": frozenset({"teacher", "student"}),
}
INVITATION_PURPOSE = "invitation"
INVITATION_LIFE = timedelta(days=7)
PROJECT_INVITATION_LIFE = timedelta(hours=24)
RESENDS_A_DAY = 5

_STAFF_METADATA = frozenset({"subject", "department", "job_title"})
METADATA = {
    "school_admin": _STAFF_METADATA,
    "department_head": _STAFF_METADATA,
    "teacher": _STAFF_METADATA,
    "student": frozenset({"year_group", "form_group", "candidate_number"}),
    "guest": frozenset[str](),
}


class AdminRequired(Forbidden):
    """School admin access required"""


class RoleAboveOwn(Forbidden):
    """You cannot give a role above your own."""


class UnknownRole(Refused):
    """The role is not one of those people can be invited with."""

    def __init__(self) -> None:
        super().__init__(f"role must be one of {sorted(INVITABLE)}")


class BadMetadata(Invalid):
    """The details given with the invitation do not fit the role."""


class NobodyToInvite(Invalid):
    """There is nobody on this list."""


class ListTooLong(Invalid):
    """A list may hold at most 500 people. Send the rest as a second list."""


class InvitingOneself(Refused):
    """You cannot invite yourself."""


class ProjectNotRun(NotFound):
    """This project does not exist, or you are not one of its admins."""


class AlreadyMember(Conflict):
    """This person already belongs to your school."""


class LastAdmin(Conflict):
    """A school needs at least one active administrator. Make somebody else one first."""


class LastAdminKept(Refused):
    """You are the last administrator of a school. Make somebody else one first."""


class AccountKept(Refused):
    """You own projects. Pass them on or delete them first."""


class MemberNotFound(NotFound):
    """Nobody of this kind belongs to your school."""


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


class CodeRefused(Conflict):
    """Codes are for pupils without an address who belong to your school alone. The others sign in by mail."""


class NameIsTheirs(Conflict):
    """Whoever signs in by mail, or belongs to another school too, gives their name themselves."""


class InstituteCreated(Event):
    """A school was made."""


class InvitationSent(Event):
    """Somebody was asked to join."""


class InvitationResent(Event):
    """An invitation got a new link and seven more days."""


class InvitationListStarted(Event):
    """A list of people is being asked to join; the job's result says what became of each row."""


class InvitationLinkShown(Event):
    """An invitation got a new link that was shown to whoever manages people, not mailed."""


class InvitationWithdrawn(Event):
    """An invitation was cancelled by the school, or because its sender may no longer grant it."""


class MemberChanged(Event):
    """Somebody got another role, was suspended or taken back."""


class MemberLeft(Event):
    """Somebody left, or was removed."""


class PupilAdded(Event):
    """A pupil without an address was entered."""


class PupilRenamed(Event):
    """A pupil without an address was given another name."""


class SignInCodeIssued(Event):
    """A pupil without an address was given a code to sign in with once."""


class MemberJoined(Event):
    """Somebody accepted an invitation."""


class InvitationTaken(Event):
    """Somebody accepted an invitation, whose places in projects are given now."""


class InvitationExtended(Event):
    """A pending invitation got another project, a new link and the later of two ends."""


INVITE_PEOPLE = Permission(
    "people.invite", MANAGERS, refusal=AdminRequired, meaning="Invite people, resend and cancel invitations"
)
LIST_PEOPLE = Permission(
    "people.list", MANAGERS, refusal=AdminRequired, meaning="See staff, students and invitations"
)
MANAGE_MEMBERS = Permission(
    "people.manage",
    MANAGERS,
    refusal=AdminRequired,
    meaning="Change roles below one's own, suspend and remove",
)
ADD_PUPILS = Permission(
    "pupils.add", MANAGERS, refusal=AdminRequired, meaning="Enter pupils who have no address"
)
ISSUE_CODES = Permission(
    "pupils.codes",
    MANAGERS,
    refusal=AdminRequired,
    meaning="Print sign-in codes for pupils without an address",
)
FIND_COLLEAGUES = Permission("people.find", STAFF, meaning="Find colleagues by name")


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


@dataclass(frozen=True)
class Member:
    user_id: UUID
    name: str
    email: str | None
    role: str
    state: str
    joined_at: datetime


@dataclass(frozen=True)
class Place:
    """One of the institutes somebody belongs to."""

    institute_id: UUID
    institute_name: str
    role: str


def may_grant(granter_role: str | None, role: str) -> bool:
    return role in GRANTABLE.get(granter_role or "", frozenset())


def check_metadata(role: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The details that fit the role; raises BadMetadata for any other key and for long or nested values
    (P-05)."""
    for key, value in metadata.items():
        if key not in METADATA[role]:
            raise BadMetadata(f"“{key[:40]}” is not a detail of a {role.replace('_', ' ')}.")
        if not isinstance(value, str) or len(value) > 100 or not value.isprintable():
            raise BadMetadata(f"“{key}” must be a text of at most 100 characters.")
    return dict(metadata)
