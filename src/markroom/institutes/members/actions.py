"""Changing and ending memberships: never above one's own role, and never the last school admin (P-11)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from markroom.identity.model import NothingToChange
from markroom.institutes.invitations.writes import cancel_invitations_by
from markroom.institutes.members import reads, writes
from markroom.institutes.members.model import (
    AccountKept,
    AddressNeeded,
    LastAdmin,
    LastAdminKept,
    Leaving,
    Member,
    MemberChanged,
    MemberLeft,
    MemberNotFound,
)
from markroom.institutes.model import INVITABLE, MANAGE_MEMBERS, RoleAboveOwn, UnknownRole, may_grant
from markroom.institutes.reads import begin_again
from markroom.institutes.writes import lock_institute
from markroom.jobs.queue import defer_run
from markroom.kit.access import ClosedToCodes
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn
from markroom.kit.events import emit


async def change_member(
    conn: Conn, actor: Actor, user_id: UUID, role: str | None, state: str | None
) -> Member:
    """Gives a member another role, suspends them or takes them back. Locks the institute.

    Raises LastAdmin, RoleAboveOwn, UnknownRole, AddressNeeded, NothingToChange.
    """
    actor, member = await lock_member(conn, actor, user_id)
    if role is not None and role not in INVITABLE:
        raise UnknownRole
    if role is None and state is None:
        raise NothingToChange
    if role is not None and not may_grant(actor.role, role):
        raise RoleAboveOwn
    if member.email is None and role not in (None, "student", member.role):
        raise AddressNeeded
    wanted = replace(member, role=role or member.role, state=state or member.state)
    if not _is_admin(wanted):
        await _keep_an_admin(conn, actor, member)
    changed = tuple(name for name in ("role", "state") if getattr(wanted, name) != getattr(member, name))
    if changed:
        await writes.update_member(conn, actor.institute, user_id, wanted.role, wanted.state)
        facts = {name: getattr(wanted, name) for name in changed}
        await emit(
            conn,
            MemberChanged(institute_id=actor.institute, subject_id=user_id, changed=changed, facts=facts),
        )
    return wanted


async def remove_member(conn: Conn, actor: Actor, user_id: UUID) -> Leaving:
    """Ends a membership and what hangs on it. The row stays; the person may be invited again."""
    actor, member = await lock_member(conn, actor, user_id)
    await _keep_an_admin(conn, actor, member)
    await writes.update_member(conn, actor.institute, user_id, member.role, "left")
    cancelled = await cancel_invitations_by(conn, actor.institute, user_id)
    sessions = await writes.end_sessions(conn, user_id)
    facts = {"invitations_cancelled": cancelled, "sessions_ended": sessions}
    event = MemberLeft(institute_id=actor.institute, subject_id=user_id, changed=("state",), facts=facts)
    await emit(conn, event)
    return Leaving(replace(member, state="left"), cancelled, sessions)


async def leave(conn: Conn, actor: Actor) -> None:
    """Ends one's own membership. Raises LastAdmin or ClosedToCodes."""
    _refuse_codes(actor)
    await _leave(conn, actor.institute, actor.user_id)
    await writes.end_sessions(conn, actor.user_id)


async def _leave(conn: Conn, institute_id: UUID, user_id: UUID) -> None:
    """Locks the institute, where the context stands. Raises LastAdmin."""
    if await writes.leave(conn, institute_id) == "last_admin":
        raise LastAdmin
    facts = {"by": "oneself"}
    left = MemberLeft(institute_id=institute_id, subject_id=user_id, changed=("state",), facts=facts)
    await emit(conn, left)


async def delete_account(conn: Conn, actor: Actor) -> None:
    """Leaves every school, ends the caller's sessions and forgets their name and address (I-07). Locks the
    schools, in the order of their ids. Raises AccountKept, LastAdminKept or ClosedToCodes."""
    _refuse_codes(actor)
    await begin_again(conn, replace(actor, institute_id=None))
    if await reads.owns_projects(conn, actor.user_id):
        raise AccountKept
    places = [place.institute_id for place in await reads.list_places(conn, actor.user_id)]
    for institute_id in sorted(places):
        await begin_again(conn, replace(actor, institute_id=institute_id))
        try:
            await _leave(conn, institute_id, actor.user_id)
        except LastAdmin as error:
            raise LastAdminKept from error
    for outcome, place_id, job_id in await writes.delete_account(conn):
        if outcome == "last_admin":
            raise LastAdminKept
        if outcome == "project_owner":
            raise AccountKept
        if place_id and job_id:  # a membership in which the caller has no rights to clear up after themselves
            await defer_run(conn, place_id, job_id, "end_membership")


def _refuse_codes(actor: Actor) -> None:
    """Also where a page's one address does more than this."""
    if actor.by_code:
        raise ClosedToCodes


async def lock_member(conn: Conn, actor: Actor, user_id: UUID) -> tuple[Actor, Member]:
    """The actor as they are once the institute is locked, and the member.

    Raises MemberNotFound, AdminRequired, RoleAboveOwn.
    """
    permit(actor, MANAGE_MEMBERS)
    await lock_institute(conn, actor.institute)
    again = await begin_again(conn, actor)
    permit(again, MANAGE_MEMBERS)
    member = await reads.find_member(conn, actor.institute, user_id)
    if member is None or member.state == "left":
        raise MemberNotFound
    if not may_grant(again.role, member.role):
        raise RoleAboveOwn
    return again, member


async def _keep_an_admin(conn: Conn, actor: Actor, member: Member) -> None:
    if _is_admin(member) and not await reads.count_other_admins(conn, actor.institute, member.user_id):
        raise LastAdmin


def _is_admin(member: Member) -> bool:
    return (member.role, member.state) == ("school_admin", "active")
