from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from markroom.institutes.model import Institute, InstituteUnknown
from markroom.kit.actor import Actor
from markroom.kit.db import Conn, execute, fetch_one, fetch_value

COLUMNS = "id, name, slug, kind, website, time_zone, urn, centre_number, version"


async def get_institute(conn: Conn, institute_id: UUID, *, lock: bool = False) -> Institute:
    """The school the request acts in; locked, its version stays until the transaction ends."""
    sql = f"select {COLUMNS} from institutes where id = %s" + (" for no key update" if lock else "")
    found = await fetch_one(conn, Institute, sql, [institute_id])
    assert found is not None, "the context was begun for this institute"
    return found


async def get_institute_name(conn: Conn, institute_id: UUID) -> str:
    """Raises InstituteUnknown."""
    name: str | None = await fetch_value(conn, "select name from institutes where id = %s", [institute_id])
    if name is None:
        raise InstituteUnknown
    return name


async def begin_again(conn: Conn, actor: Actor) -> Actor:
    """The actor with the rights they have now, in their institute or in all of theirs: for whoever took a
    lock to decide about rights, or goes on to another institute."""
    role = await fetch_value(
        conn,
        "select role from app.begin_as(%s, %s, %s, %s, current_setting('app.request_id', true))",
        [actor.user_id, actor.key_id, actor.institute_id, actor.credential],
    )
    return replace(actor, role=role)


async def hold_institute(conn: Conn, institute_id: UUID) -> None:
    """Keeps memberships from ending until the transaction ends; before anything else is locked."""
    await execute(conn, "select app.door_hold_institute(%s)", [institute_id])
