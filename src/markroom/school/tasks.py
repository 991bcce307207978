from __future__ import annotations

from uuid import UUID

from markroom.institutes.addresses.model import AccountJoined
from markroom.institutes.members.model import MemberChanged, MemberLeft
from markroom.institutes.model import STAFF
from markroom.kit.db import Conn
from markroom.kit.events import subscribe
from markroom.school import writes


@subscribe(MemberLeft)
async def leave_classes(conn: Conn, event: MemberLeft) -> None:
    """Who leaves the school leaves its classes, and asks for none any more."""
    if event.subject_id is not None:
        await writes.delete_places(conn, event.institute_id, event.subject_id, taught=True, attended=True)


@subscribe(MemberChanged)
async def leave_classes_of_the_old_role(conn: Conn, event: MemberChanged) -> None:
    """Whoever is no longer a student attends no class; whoever is no longer staff teaches none."""
    role = event.facts.get("role")
    if role is not None and event.subject_id is not None:
        await writes.delete_places(
            conn,
            event.institute_id,
            event.subject_id,
            taught=role not in STAFF,
            attended=role != "student",
        )


@subscribe(AccountJoined)
async def keep_classes(conn: Conn, event: AccountJoined) -> None:
    """A pupil who comes to an account of their own is in the same classes with it."""
    assert event.subject_id is not None
    await writes.hand_places_on(conn, event.institute_id, UUID(event.facts["pupil_id"]), event.subject_id)
