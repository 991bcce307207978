from __future__ import annotations

from uuid import UUID

from markroom.kit.db import Conn, execute


async def change_candidates_user(conn: Conn, institute_id: UUID, old_id: UUID, new_id: UUID) -> int:
    """Everything one person was entered for becomes another's."""
    return await execute(
        conn,
        "update candidates set user_id = %s where institute_id = %s and user_id = %s",
        [new_id, institute_id, old_id],
    )
