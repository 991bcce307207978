from __future__ import annotations

from datetime import datetime
from uuid import UUID

from markroom.kit.db import Conn, execute
from markroom.scripts.model import Batch


async def put_release(
    conn: Conn, institute_id: UUID, batch: Batch, user_id: UUID, embargo_until: datetime | None
) -> None:
    """Releases the batch, or sets another embargo where it is released."""
    await execute(
        conn,
        """insert into releases (institute_id, project_id, batch_id, released_by, embargo_until)
           values (%s, %s, %s, %s, %s)
           on conflict (institute_id, batch_id) where withdrawn_at is null
           do update set embargo_until = excluded.embargo_until""",
        [institute_id, batch.project_id, batch.id, user_id, embargo_until],
    )


async def end_release(conn: Conn, institute_id: UUID, batch_id: UUID, user_id: UUID) -> int:
    return await execute(
        conn,
        """update releases set withdrawn_at = now(), withdrawn_by = %s
            where institute_id = %s and batch_id = %s and withdrawn_at is null""",
        [user_id, institute_id, batch_id],
    )
