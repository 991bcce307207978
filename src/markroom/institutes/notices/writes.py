from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.kit.actor import Actor
from markroom.kit.db import Conn, execute


async def write_notices(
    conn: Conn,
    institute_id: UUID,
    user_ids: Collection[UUID],
    kind: str,
    subject_id: UUID,
    facts: dict[str, Any],
) -> int:
    """As the service. Tells nobody who has left, and nobody the same thing twice while it is unread."""
    return await execute(
        conn,
        """insert into notices (institute_id, user_id, kind, subject_id, facts)
           select m.institute_id, m.user_id, %(kind)s, %(subject)s, %(facts)s
             from memberships m
            where m.institute_id = %(institute)s and m.user_id = any(%(users)s) and m.state = 'active'
              and not exists (select 1 from notices n
                    where n.institute_id = %(institute)s and n.user_id = m.user_id and n.kind = %(kind)s
                      and n.subject_id = %(subject)s and n.read_at is null)""",
        {
            "institute": institute_id,
            "users": list(user_ids),
            "kind": kind,
            "subject": subject_id,
            "facts": Jsonb(facts),
        },
    )


async def mark_read(conn: Conn, actor: Actor, notice_id: UUID | None) -> list[tuple[UUID, int]]:
    """One's own, one of them or all; how many were unread, by institute."""
    cursor = await conn.execute(
        """with told as (
             update notices set read_at = now()
              where user_id = %(user)s and read_at is null
                and (%(institute)s::uuid is null or institute_id = %(institute)s)
                and (%(notice)s::uuid is null or id = %(notice)s)
             returning institute_id)
           select institute_id, count(*) from told group by 1 order by 1""",
        {"user": actor.user_id, "institute": actor.institute_id, "notice": notice_id},
    )
    return await cursor.fetchall()
