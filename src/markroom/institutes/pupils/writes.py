from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.kit.db import Conn, fetch_value


async def add_pupils(
    conn: Conn, institute_id: UUID, names: Sequence[str], details: Sequence[dict[str, Any]]
) -> list[UUID]:
    """Their ids, in the order given."""
    cursor = await conn.execute(
        "select user_id from app.door_add_pupils(%s, %s, %s)",
        [institute_id, list(names), Jsonb(list(details))],
    )
    return [row[0] for row in await cursor.fetchall()]


async def rename_pupil(conn: Conn, institute_id: UUID, user_id: UUID, name: str) -> bool:
    """False for whoever gives their name themselves."""
    return bool(
        await fetch_value(conn, "select app.door_rename_pupil(%s, %s, %s)", [institute_id, user_id, name])
    )


async def end_codes(conn: Conn, institute_id: UUID, user_id: UUID) -> int | None:
    """How many sessions that ended; None for whoever has no codes."""
    ended: int | None = await fetch_value(conn, "select app.door_end_codes(%s, %s)", [institute_id, user_id])
    return ended


async def issue_codes(
    conn: Conn, institute_id: UUID, hashes: Mapping[UUID, bytes], life: timedelta
) -> dict[UUID, datetime]:
    """Until when each code is good, of those who may have one."""
    cursor = await conn.execute(
        "select user_id, expires_at from app.door_issue_codes(%s, %s, %s, %s)",
        [institute_id, list(hashes), list(hashes.values()), int(life.total_seconds())],
    )
    return dict(await cursor.fetchall())
