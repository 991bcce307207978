from __future__ import annotations

from typing import Any
from uuid import UUID

from markroom.institutes.notices.model import Notice
from markroom.kit.actor import Actor
from markroom.kit.db import Conn, fetch_all, fetch_value


async def list_notices(
    conn: Conn, actor: Actor, *, unread: bool, after: Any, limit: int
) -> tuple[list[Notice], int, int]:
    """One's own, newest first, in the institute named or in all; with how many match and how many are
    unread."""
    mine = "n.user_id = %(user)s and (%(institute)s::uuid is null or n.institute_id = %(institute)s)"
    wanted = f"{mine} and (not %(unread)s or n.read_at is null)"
    params = {
        "user": actor.user_id,
        "institute": actor.institute_id,
        "unread": unread,
        "after": after,
        "limit": limit,
    }
    rows = await fetch_all(
        conn,
        Notice,
        f"""select n.id, n.institute_id, n.kind, n.subject_id, m.name as person, n.facts, n.created_at,
                   n.read_at
              from notices n
              left join memberships m
                on m.institute_id = n.institute_id and m.user_id = (n.facts ->> 'user_id')::uuid
             where {wanted} and (%(after)s::uuid is null or n.id < %(after)s)
             order by n.id desc limit %(limit)s""",
        params,
    )
    cursor = await conn.execute(
        f"""select count(*) filter (where {wanted}), count(*) filter (where n.read_at is null)
              from notices n where {mine}""",
        params,
    )
    counts = await cursor.fetchone()
    assert counts is not None
    return rows, counts[0], counts[1]


async def is_told(conn: Conn, actor: Actor, notice_id: UUID) -> bool:
    """Whether a notice is one's own, read or not."""
    return bool(
        await fetch_value(
            conn,
            """select 1 from notices where user_id = %s and id = %s
                  and (%s::uuid is null or institute_id = %s)""",
            [actor.user_id, notice_id, actor.institute_id, actor.institute_id],
        )
    )
