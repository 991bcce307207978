"""Inviting a whole list: what becomes of every row is known before anything is sent, and a job sends (P-12).

A row is decided in the transaction that invites its person, so that a job run again invites nobody twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from markroom.identity.model import BadAddress, address_key, check_address
from markroom.identity.reads import get_own_user
from markroom.institutes import list_rows
from markroom.institutes.actions import issue_invitations
from markroom.institutes.invitation import InvitationListStarted, Invitee, ListTooLong, NobodyToInvite
from markroom.institutes.list_rows import Decided, Inviter, ListRow
from markroom.institutes.model import INVITABLE, INVITE_PEOPLE, BadMetadata, check_metadata, may_grant
from markroom.jobs.queue import start_job
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn
from markroom.kit.errors import MarkroomError
from markroom.kit.events import emit

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


class ListGone(MarkroomError):
    """This list waited for more than a week and is gone. Send it again."""


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


async def judge(conn: Conn, actor: Actor, given: Sequence[tuple[int, Mapping[str, Any]]]) -> list[Judged]:
    """What would become of each row; changes nothing. Raises AdminRequired, ListTooLong or NobodyToInvite."""
    permit(actor, INVITE_PEOPLE)
    if len(given) > MAX_ROWS:
        raise ListTooLong
    if not given:
        raise NobodyToInvite
    own = await get_own_user(conn, actor.user_id)
    inviter = Inviter(actor.user_id, own.email and address_key(own.email), actor.role)
    judged = _find_duplicates([_judge_row(number, row, inviter) for number, row in given])
    keys = [row.invitee.email_key for row in judged if row.fate == "would_invite"]
    members, invited = await list_rows.find_known(conn, actor.institute, keys)
    return [_know(row, members, invited) for row in judged]


def _judge_row(number: int, given: Mapping[str, Any], inviter: Inviter) -> Judged:
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


def _find_duplicates(rows: Sequence[Judged]) -> list[Judged]:
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


def _know(row: Judged, members: set[str], invited: Mapping[str, str]) -> Judged:
    if row.fate != "would_invite":
        return row
    if row.invitee.email_key in members:
        return replace(row, fate="already_member", words=WORDS["already_member"])
    if (role := invited.get(row.invitee.email_key)) is None:
        return row
    words = WORDS["already_pending"] if role == row.invitee.role else "Has an invitation for another role."
    return replace(row, fate="already_pending", words=words)


async def start(conn: Conn, actor: Actor, rows: Sequence[Judged]) -> UUID:
    """Starts the job that invites whoever can be; its id. Of rows that cannot, only the fate is kept."""
    job_id = await start_job(conn, "invite_list", actor.institute, by=str(actor.user_id))
    kept = [
        ListRow(row.number, row.invitee)
        if row.fate == "would_invite"
        else ListRow(row.number, NOBODY, row.fate)
        for row in rows
    ]
    await list_rows.insert_rows(conn, actor.institute, job_id, kept)
    event = InvitationListStarted(
        institute_id=actor.institute, subject_id=job_id, facts=count_fates(row.fate for row in rows)
    )
    await emit(conn, event)
    return job_id


def count_fates(fates: Iterable[str]) -> dict[str, int]:
    return dict(Counter(fates))


async def invite_some(
    conn: Conn, institute_id: UUID, secret: bytes, list_id: UUID, by: UUID, limit: int
) -> int:
    """As the service: decides the next rows of a list in the caller's transaction, inviting whoever may still
    be; how many there were."""
    await list_rows.lock_list(conn, institute_id, list_id)
    rows = await list_rows.list_undecided(conn, institute_id, list_id, limit)
    if not rows:
        return 0
    inviter = await list_rows.find_inviter(conn, institute_id, by)
    await list_rows.act_for(conn, by)
    keys = [row.invitee.email_key for row in rows]
    members, _ = await list_rows.find_known(conn, institute_id, keys)
    allowed = [row for row in rows if may_grant(inviter.role, row.invitee.role)]
    asked = [row for row in allowed if row.invitee.email_key not in members]
    invitees = [row.invitee for row in asked]
    new = await issue_invitations(conn, institute_id, secret, invitees, inviter.invited_by)
    ids = {address_key(invitation.email): invitation.id for invitation in new}
    invited = {row.number: ids[row.invitee.email_key] for row in asked if row.invitee.email_key in ids}
    fates = {row.number: "role_above_own" for row in rows}
    fates |= {row.number: "already_member" for row in allowed}
    fates |= {row.number: "invited" if row.number in invited else "already_pending" for row in asked}
    await list_rows.decide(conn, institute_id, list_id, fates, invited)
    return len(rows)


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
