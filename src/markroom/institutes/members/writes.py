from __future__ import annotations

from uuid import UUID

from markroom.kit.db import Conn, execute, fetch_value


async def update_member(conn: Conn, institute_id: UUID, user_id: UUID, role: str, state: str) -> int:
    return await execute(
        conn,
        """update memberships set role = %s, state = %s, version = version + 1,
                  ended_at = case when %s = 'left' then now() end
            where institute_id = %s and user_id = %s""",
        [role, state, state, institute_id, user_id],
    )


async def end_sessions(conn: Conn, user_id: UUID) -> int:
    """Of somebody who belongs nowhere any more; how many there were."""
    ended: int = await fetch_value(conn, "select app.door_end_sessions(%s)", [user_id])
    return ended


async def leave(conn: Conn, institute_id: UUID) -> str:
    """Ends the caller's membership: `left`, or `last_admin` where that may not be. Locks the institute."""
    outcome: str = await fetch_value(conn, "select app.door_leave(%s)", [institute_id])
    return outcome


async def delete_account(conn: Conn) -> list[tuple[str, UUID | None, UUID | None]]:
    """The caller's: what became of it, where, and the job that clears up there."""
    cursor = await conn.execute("select outcome, institute_id, job_id from app.door_delete_account()")
    return await cursor.fetchall()
