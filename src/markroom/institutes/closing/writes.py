from __future__ import annotations

from uuid import UUID

from markroom.kit.db import Conn, execute, fetch_value


async def close_institute(conn: Conn, institute_id: UUID) -> int | None:
    """How many sessions that ended; None where it is closed already."""
    ended: int | None = await fetch_value(conn, "select app.door_close_institute(%s)", [institute_id])
    return ended


async def deactivate_keys(conn: Conn, institute_id: UUID, reason: str) -> int:
    """All keys of a school's projects: keys know no more than its members do."""
    return await execute(
        conn,
        """update api_keys
              set deactivated_at = now(), deactivated_reason = %s,
                  deactivated_by = nullif(current_setting('app.user_id', true), '')::uuid
            where institute_id = %s and deactivated_at is null""",
        [reason, institute_id],
    )


async def reopen_institute(conn: Conn, institute_id: UUID) -> int:
    return await execute(
        conn,
        """update institutes set closed_at = null, version = version + 1
            where id = %s and closed_at is not null""",
        [institute_id],
    )
