"""The words of a list of people to invite, and what becomes of each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from markroom.identity.model import BadAddress, address_key, check_address
from markroom.institutes.invitations.model import Invitee
from markroom.institutes.model import INVITABLE, BadMetadata, check_metadata, may_grant
from markroom.kit.errors import Invalid, MarkroomError
from markroom.kit.events import Event

MAX_ROWS = 500
NOBODY = Invitee("", "", "", {})
WORDS = {
    "would_invite": "Will be invited.",
    "invited": "Invited.",
    "already_member": "Belongs to your school already.",
    "already_pending": "Has an invitation already.",
    "bad_address": "This is not an e-mail address.",
    "bad_role": f"The role must be one of {', '.join(INVITABLE)}.",
    "role_above_own": "You cannot give a role above your own.",
    "bad_metadata": "The details do not fit the role.",
    "duplicate_in_file": "The same address stands further up.",
    "oneself": "You cannot invite yourself.",
}


class NobodyToInvite(Invalid):
    """There is nobody on this list."""


class ListTooLong(Invalid):
    """A list may hold at most 500 people. Send the rest as a second list."""


class ListGone(MarkroomError):
    """This list waited for more than a week and is gone. Send it again."""


class InvitationListStarted(Event):
    """A list of people is being asked to join; the job's result says what became of each row."""


@dataclass(frozen=True)
class Judged:
    """A row as it was given, and its fate in words."""

    number: int
    given: Mapping[str, Any]
    invitee: Invitee
    fate: str
    words: str

    def as_json(self) -> dict[str, Any]:
        metadata = {k: v for k, v in self.given.items() if k not in ("email", "role")}
        return {
            "row": self.number,
            "email": self.given.get("email"),
            "role": self.given.get("role"),
            "metadata": metadata,
            "fate": self.fate,
            "words": self.words,
        }


@dataclass(frozen=True)
class ListRow:
    """`fate` is None until it is decided."""

    number: int
    invitee: Invitee
    fate: str | None = None


@dataclass(frozen=True)
class Inviter:
    """Who asks, with the rights they have now."""

    user_id: UUID
    email_key: str | None
    role: str | None

    @property
    def invited_by(self) -> UUID | None:
        return self.user_id if self.role != "platform_admin" else None


@dataclass(frozen=True)
class Decided:
    number: int
    fate: str
    invitation_id: UUID | None


def judge_row(number: int, given: Mapping[str, Any], inviter: Inviter) -> Judged:
    """By the row alone."""
    email, role = given.get("email"), str(given.get("role"))
    details = {k: v for k, v in given.items() if k not in ("email", "role") and v not in ("", None)}
    try:
        address = check_address(email if isinstance(email, str) else "")
    except BadAddress as error:
        return Judged(number, given, NOBODY, "bad_address", error.detail)
    fate = _find_fate(address_key(address), role, inviter)
    if fate != "would_invite":
        return Judged(number, given, NOBODY, fate, WORDS[fate])
    try:
        invitee = Invitee(address, address_key(address), role, check_metadata(role, details))
    except BadMetadata as error:
        return Judged(number, given, NOBODY, "bad_metadata", error.detail)
    return Judged(number, given, invitee, fate, WORDS[fate])


def _find_fate(email_key: str, role: str, inviter: Inviter) -> str:
    if email_key == inviter.email_key:
        return "oneself"
    if role not in INVITABLE:
        return "bad_role"
    return "would_invite" if may_grant(inviter.role, role) else "role_above_own"


def find_duplicates(rows: Sequence[Judged]) -> list[Judged]:
    """Of several rows with one address the first that can be sent counts."""
    first: dict[str, int] = {}
    for row in rows:
        if row.invitee is not NOBODY:
            first.setdefault(row.invitee.email_key, row.number)
    return [_compare(row, first.get(row.invitee.email_key, row.number)) for row in rows]


def _compare(row: Judged, first: int) -> Judged:
    if row.number == first:
        return row
    words = f"The same address stands in row {first}."
    return replace(row, invitee=NOBODY, fate="duplicate_in_file", words=words)


def recognise(row: Judged, members: set[str], invited: Mapping[str, str]) -> Judged:
    """By who belongs to the school, and who is invited already, with the role."""
    if row.fate != "would_invite":
        return row
    if row.invitee.email_key in members:
        return replace(row, fate="already_member", words=WORDS["already_member"])
    if (role := invited.get(row.invitee.email_key)) is None:
        return row
    words = WORDS["already_pending"] if role == row.invitee.role else "Has an invitation for another role."
    return replace(row, fate="already_pending", words=words)


def count_fates(fates: Iterable[str]) -> dict[str, int]:
    return dict(Counter(fates))


def say_result(rows: Sequence[Decided]) -> dict[str, Any]:
    """What became of each row, without any address: results of jobs are read by all staff."""
    return {
        "rows": [
            {
                "row": r.number,
                "fate": r.fate,
                "words": WORDS[r.fate],
                "invitation_id": r.invitation_id and str(r.invitation_id),
            }
            for r in rows
        ],
        "counts": count_fates(row.fate for row in rows),
    }
