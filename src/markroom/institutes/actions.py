from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from markroom.identity.model import NothingToChange
from markroom.institutes import reads, writes
from markroom.institutes.model import (
    EDIT_SCHOOL,
    Institute,
    InstituteChanged,
    InstituteCreated,
    check_details,
)
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn, begin_service
from markroom.kit.events import emit


async def create_institute(
    conn: Conn, name: str, time_zone: str = "Europe/London", kind: str = "school"
) -> UUID:
    """As the service: a new tenant. Begins its context on the connection."""
    institute_id = uuid4()
    await begin_service(conn, institute_id)
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "school"
    slug = f"{words[:80]}-{institute_id.hex[:6]}"  # never asks whether another school has this name
    await writes.insert_institute(conn, institute_id, name.strip(), slug, kind, time_zone)
    await emit(conn, InstituteCreated(institute_id=institute_id, subject_id=institute_id))
    return institute_id


async def change_details(conn: Conn, actor: Actor, given: Mapping[str, Any]) -> Institute:
    """Changes the fields that are given. Raises NothingToChange where there is none."""
    permit(actor, EDIT_SCHOOL)
    if not given:
        raise NothingToChange
    before = await reads.get_institute(conn, actor.institute, lock=True)
    after = replace(before, **check_details(given))
    changed = tuple(field for field in given if getattr(after, field) != getattr(before, field))
    if not changed:
        return before
    await writes.update_institute(conn, after)
    await emit(conn, InstituteChanged(institute_id=after.id, subject_id=after.id, changed=changed))
    return replace(after, version=before.version + 1)
