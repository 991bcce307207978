"""Closing a school: nothing opens it to anybody any more, and everything in it is kept (P-15)."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from markroom.institutes.closing import writes
from markroom.institutes.closing.model import (
    REASON,
    ClosingUnconfirmed,
    Ended,
    InstituteClosed,
    InstituteReopened,
    InstituteStandsClosed,
    InstituteStandsOpen,
)
from markroom.institutes.invitations.writes import cancel_invitations
from markroom.institutes.model import CLOSE_SCHOOL
from markroom.institutes.reads import get_institute, get_institute_name
from markroom.jobs.writes import end_jobs
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn
from markroom.kit.events import emit


async def close(conn: Conn, actor: Actor, confirm: str) -> Ended:
    """Raises AdminRequired or ClosingUnconfirmed."""
    permit(actor, CLOSE_SCHOOL)
    institute = await get_institute(conn, actor.institute, lock=True)
    return await _close(conn, institute.id, institute.name, confirm)


async def close_by_command(conn: Conn, institute_id: UUID, confirm: str) -> Ended:
    """As the service inside it. Raises InstituteUnknown, ClosingUnconfirmed or InstituteStandsClosed."""
    return await _close(conn, institute_id, await get_institute_name(conn, institute_id), confirm)


async def _close(conn: Conn, institute_id: UUID, name: str, confirm: str) -> Ended:
    """Everything in one transaction. What is in hand of a worker ends by itself; nothing new is begun."""
    if " ".join(confirm.split()) != name:
        raise ClosingUnconfirmed
    sessions = await writes.close_institute(conn, institute_id)
    if sessions is None:
        raise InstituteStandsClosed
    ended = Ended(
        invitations=await cancel_invitations(conn, institute_id),
        api_keys=await writes.deactivate_keys(conn, institute_id, "institute_closed"),
        jobs=await end_jobs(conn, institute_id, REASON),
        sessions=sessions,
    )
    closed = InstituteClosed(
        institute_id=institute_id, subject_id=institute_id, changed=("closed_at",), facts=asdict(ended)
    )
    await emit(conn, closed)
    return ended


async def reopen(conn: Conn, institute_id: UUID) -> None:
    """As the service inside it: its members act in it again. Invitations, keys and jobs that ended with it
    stay ended. Raises InstituteUnknown or InstituteStandsOpen."""
    await get_institute_name(conn, institute_id)
    if not await writes.reopen_institute(conn, institute_id):
        raise InstituteStandsOpen
    opened = InstituteReopened(institute_id=institute_id, subject_id=institute_id, changed=("closed_at",))
    await emit(conn, opened)
