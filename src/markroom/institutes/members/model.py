"""The words of belonging to a school."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from markroom.kit.errors import Conflict, NotFound, Refused
from markroom.kit.events import Event


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


class MemberChanged(Event):
    """Somebody got another role, was suspended or taken back."""


class MemberLeft(Event):
    """Somebody left, or was removed."""


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


@dataclass(frozen=True)
class Leaving:
    """What ended with a membership."""

    member: Member
    invitations_cancelled: int
    sessions_ended: int
