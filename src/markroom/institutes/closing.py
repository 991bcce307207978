"""Closing a school: nothing opens it to anybody any more, and everything in it is kept (P-15)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

from markroom.institutes import writes
from markroom.institutes.details import get_institute
from markroom.institutes.model import AdminRequired
from markroom.jobs.writes import end_jobs
from markroom.kit.actor import Actor, Permission, permit
from markroom.kit.db import Conn, fetch_value
from markroom.kit.errors import Conflict, Invalid, NotFound
from markroom.kit.events import Event, emit

CLOSE_SCHOOL = Permission(
    "school.close",
    ("platform_admin", "school_admin"),
    refusal=AdminRequired,
    meaning="Close the school",
)
REASON = "The school was closed."


class InstituteClosed(Event):
    """The school was closed."""


class InstituteReopened(Event):
    """The school was opened again by the operator."""


class ClosingUnconfirmed(Invalid):
    """This is not the school's name. Nothing was closed."""


class InstituteUnknown(NotFound):
    """There is no school of this id on this server."""


class InstituteStandsOpen(Conflict):
    """This school is not closed."""


class InstituteStandsClosed(Conflict):
    """This school is closed already."""


@dataclass(frozen=True)
class Ended:
    """What ended with a school."""

    invitations: int
    api_keys: int
    jobs: int
    sessions: int


async def close(conn: Conn, actor: Actor, confirm: str) -> Ended:
    """Raises AdminRequired or ClosingUnconfirmed."""
    permit(actor, CLOSE_SCHOOL)
    institute = await get_institute(conn, actor.institute, lock=True)
    return await _close(conn, institute.id, institute.name, confirm)


async def close_by_command(conn: Conn, institute_id: UUID, confirm: str) -> Ended:
    """As the service inside it. Raises InstituteUnknown, ClosingUnconfirmed or InstituteStandsClosed."""
    return await _close(conn, institute_id, await _find_name(conn, institute_id), confirm)


async def _close(conn: Conn, institute_id: UUID, name: str, confirm: str) -> Ended:
    """Everything in one transaction. What is in hand of a worker ends by itself; nothing new is begun."""
    if " ".join(confirm.split()) != name:
        raise ClosingUnconfirmed
    sessions: int | None = await fetch_value(conn, "select app.door_close_institute(%s)", [institute_id])
    if sessions is None:
        raise InstituteStandsClosed
    ended = Ended(
        invitations=await writes.cancel_invitations(conn, institute_id),
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
    await _find_name(conn, institute_id)
    if not await writes.reopen_institute(conn, institute_id):
        raise InstituteStandsOpen
    opened = InstituteReopened(institute_id=institute_id, subject_id=institute_id, changed=("closed_at",))
    await emit(conn, opened)


async def _find_name(conn: Conn, institute_id: UUID) -> str:
    name: str | None = await fetch_value(conn, "select name from institutes where id = %s", [institute_id])
    if name is None:
        raise InstituteUnknown
    return name
