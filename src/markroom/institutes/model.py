"""The words of a school and its people, and who may do what with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from markroom.kit.actor import Permission
from markroom.kit.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from markroom.kit.events import Event

INVITABLE = ("department_head", "school_admin", "student", "teacher")
STAFF = ("platform_admin", "school_admin", "department_head", "teacher")
MANAGERS = ("platform_admin", "school_admin", "department_head")
GRANTABLE: Mapping[str, frozenset[str]] = {
    "platform_admin": frozenset({*INVITABLE, "guest"}),
    "school_admin": frozenset({*INVITABLE, "guest"}),
    "department_head": frozenset({"teacher", "student"}),
}

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


class LastAdmin(Conflict):
    """A school needs at least one active administrator. Make somebody else one first."""


class LastAdminKept(Refused):
    """You are the last administrator of a school. Make somebody else one first."""


class AccountKept(Refused):
    """You own projects. Pass them on or delete them first."""


class AddressNeeded(Conflict):
    """They sign in by printed codes, which open nothing but what is a pupil's. Give them an address first."""


class MemberNotFound(NotFound):
    """Nobody of this kind belongs to your school."""


class CodeRefused(Conflict):
    """Codes are for pupils without an address who belong to your school alone. The others sign in by mail."""


class NameIsTheirs(Conflict):
    """Whoever signs in by mail, or belongs to another school too, gives their name themselves."""


class InstituteCreated(Event):
    """A school was made."""


class MemberChanged(Event):
    """Somebody got another role, was suspended or taken back."""


class MemberLeft(Event):
    """Somebody left, or was removed."""


class PupilAdded(Event):
    """A pupil without an address was entered."""


class PupilSignedOut(Event):
    """What was opened with a pupil's codes was ended, and codes not used; `facts` has how many sessions."""


class PupilRenamed(Event):
    """A pupil without an address was given another name."""


class SignInCodeIssued(Event):
    """A pupil without an address was given a code to sign in with once."""


class MemberJoined(Event):
    """Somebody accepted an invitation."""


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
