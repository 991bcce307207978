"""Inviting a whole list: what becomes of every row is known before anything is sent, and a job sends (P-12).

A row is decided in the transaction that invites its person, so that a job run again invites nobody twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from markroom.identity.model import address_key
from markroom.identity.reads import get_own_user
from markroom.institutes.invitation_lists import reads, writes
from markroom.institutes.invitation_lists.model import (
    MAX_ROWS,
    NOBODY,
    InvitationListStarted,
    Inviter,
    Judged,
    ListRow,
    ListTooLong,
    NobodyToInvite,
    count_fates,
    find_duplicates,
    judge_row,
    recognise,
)
from markroom.institutes.invitations.actions import issue_invitations
from markroom.institutes.model import INVITE_PEOPLE, may_grant
from markroom.jobs.queue import start_job
from markroom.jobs.writes import lock_job
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn
from markroom.kit.events import emit


async def judge(conn: Conn, actor: Actor, given: Sequence[tuple[int, Mapping[str, Any]]]) -> list[Judged]:
    """What would become of each row; changes nothing. Raises AdminRequired, ListTooLong or NobodyToInvite."""
    permit(actor, INVITE_PEOPLE)
    if len(given) > MAX_ROWS:
        raise ListTooLong
    if not given:
        raise NobodyToInvite
    own = await get_own_user(conn, actor.user_id)
    inviter = Inviter(actor.user_id, own.email and address_key(own.email), actor.role)
    judged = find_duplicates([judge_row(number, row, inviter) for number, row in given])
    keys = [row.invitee.email_key for row in judged if row.fate == "would_invite"]
    members, invited = await reads.find_known(conn, actor.institute, keys)
    return [recognise(row, members, invited) for row in judged]


async def start(conn: Conn, actor: Actor, rows: Sequence[Judged]) -> UUID:
    """Starts the job that invites whoever can be; its id. Of rows that cannot, only the fate is kept."""
    job_id = await start_job(conn, "invite_list", actor.institute, by=str(actor.user_id))
    kept = [
        ListRow(row.number, row.invitee)
        if row.fate == "would_invite"
        else ListRow(row.number, NOBODY, row.fate)
        for row in rows
    ]
    await writes.insert_rows(conn, actor.institute, job_id, kept)
    event = InvitationListStarted(
        institute_id=actor.institute, subject_id=job_id, facts=count_fates(row.fate for row in rows)
    )
    await emit(conn, event)
    return job_id


async def invite_some(
    conn: Conn, institute_id: UUID, secret: bytes, list_id: UUID, by: UUID, limit: int
) -> int:
    """As the service: decides the next rows of a list in the caller's transaction, inviting whoever may still
    be; how many there were."""
    await lock_job(conn, institute_id, list_id)
    rows = await reads.list_undecided(conn, institute_id, list_id, limit)
    if not rows:
        return 0
    inviter = await reads.find_inviter(conn, institute_id, by)
    await writes.act_for(conn, by)
    keys = [row.invitee.email_key for row in rows]
    members, _ = await reads.find_known(conn, institute_id, keys)
    allowed = [row for row in rows if may_grant(inviter.role, row.invitee.role)]
    asked = [row for row in allowed if row.invitee.email_key not in members]
    invitees = [row.invitee for row in asked]
    new = await issue_invitations(conn, institute_id, secret, invitees, inviter.invited_by)
    ids = {address_key(invitation.email): invitation.id for invitation in new}
    invited = {row.number: ids[row.invitee.email_key] for row in asked if row.invitee.email_key in ids}
    fates = {row.number: "role_above_own" for row in rows}
    fates |= {row.number: "already_member" for row in allowed}
    fates |= {row.number: "invited" if row.number in invited else "already_pending" for row in asked}
    await writes.decide(conn, institute_id, list_id, fates, invited)
    return len(rows)
