"""What somebody is told inside the application (P-14). Only they see it.

Nobody's request writes the notice of another: rooms call `tell`, and a job writes with the rights of the
service, in the durable queue that the change itself is part of. The doors that answer an invitation write
theirs at once: whoever answers belongs to no institute yet and could start no job in it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from markroom.institutes.notices import reads, writes
from markroom.institutes.notices.model import NoticeNotFound, NoticesRead
from markroom.jobs.queue import start_job
from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.kit.events import emit


async def tell(
    conn: Conn, institute_id: UUID, user_ids: Collection[UUID], kind: str, subject_id: UUID, **facts: Any
) -> None:
    """Tells members of the institute once the caller's transaction commits."""
    if user_ids:
        given = {"user_ids": [str(user_id) for user_id in user_ids], "notice": kind, "facts": facts}
        await start_job(conn, "tell_people", institute_id, subject_id, **given)


async def read_notice(conn: Conn, actor: Actor, notice_id: UUID) -> None:
    """Marks one as read; again is no change. Raises NoticeNotFound."""
    if not await _mark_read(conn, actor, notice_id) and not await reads.is_told(conn, actor, notice_id):
        raise NoticeNotFound


async def read_all_notices(conn: Conn, actor: Actor) -> int:
    """Marks all as read, in the institute named or in all; says how many were not."""
    return await _mark_read(conn, actor, None)


async def _mark_read(conn: Conn, actor: Actor, notice_id: UUID | None) -> int:
    counts = await writes.mark_read(conn, actor, notice_id)
    for institute_id, count in counts:
        event = NoticesRead(institute_id=institute_id, subject_id=notice_id, facts={"count": count})
        await emit(conn, event)
    return sum(count for _, count in counts)
