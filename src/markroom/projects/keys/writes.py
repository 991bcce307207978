from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from markroom.kit.db import Conn, execute, fetch_value


async def insert_key(
    conn: Conn,
    institute_id: UUID,
    project_id: UUID,
    user_id: UUID,
    *,
    name: str,
    prefix: str,
    key_hash: bytes,
    scopes: Sequence[str],
    expires_at: datetime | None,
) -> UUID:
    key_id: UUID = await fetch_value(
        conn,
        """insert into api_keys (institute_id, project_id, user_id, name, prefix, hash, scopes, expires_at)
           values (%s, %s, %s, %s, %s, %s, %s, %s) returning id""",
        [institute_id, project_id, user_id, name, prefix, key_hash, list(scopes), expires_at],
    )
    return key_id


async def lock_key(conn: Conn, institute_id: UUID, key_id: UUID) -> int:
    """0 where the caller may not change it."""
    sql = "select 1 from api_keys where institute_id = %s and id = %s for no key update"
    return await execute(conn, sql, [institute_id, key_id])


async def succeed_key(
    conn: Conn, institute_id: UUID, key_id: UUID, successor_id: UUID, overlap: timedelta
) -> None:
    """The old key lives on for the overlap, or less where it ends before."""
    await execute(
        conn,
        """update api_keys set successor_id = %s, expires_at = least(expires_at, now() + %s)
            where institute_id = %s and id = %s""",
        [successor_id, overlap, institute_id, key_id],
    )


async def deactivate_key(conn: Conn, institute_id: UUID, key_id: UUID, by: UUID) -> int:
    return await execute(
        conn,
        """update api_keys set deactivated_at = now(), deactivated_by = %s, deactivated_reason = 'revoked'
            where institute_id = %s and id = %s and deactivated_at is null""",
        [by, institute_id, key_id],
    )
