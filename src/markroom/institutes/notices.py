"""What somebody is told inside the application (P-14). Only they see it.

Nobody's request writes the notice of another: rooms call `tell`, and a job writes with the rights of the
service, in the durable queue that the change itself is part of. The doors that answer an invitation write
theirs at once: whoever answers belongs to no institute yet and could start no job in it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.jobs.queue import start_job
from markroom.kit.actor import Actor
from markroom.kit.db import Conn, execute, fetch_all, fetch_value
from markroom.kit.errors import NotFound
from markroom.kit.events import Event, emit


class NoticesRead(Event):
    """Somebody read what they were told; `facts` has how many notices."""


class NoticeNotFound(NotFound):
    """This notice does not exist."""


@dataclass(frozen=True)
class Notice:
    """`kind` is invitation_accepted, invitation_void, enrollment_decided, pupil_address_given,
    address_decided, results_released, template_shared or job_failed; `person` the name of whoever it is
    about, where there is somebody."""

    id: UUID
    institute_id: UUID
    kind: str
    subject_id: UUID | None
    person: str | None
    facts: dict[str, Any]
    created_at: datetime
    read_at: datetime | None


async def tell(
    conn: Conn, institute_id: UUID, user_ids: Collection[UUID], kind: str, subject_id: UUID, **facts: Any
) -> None:
    """Tells members of the institute once the caller's transaction commits."""
    if user_ids:
        given = {"user_ids": [str(user_id) for user_id in user_ids], "notice": kind, "facts": facts}
        await start_job(conn, "tell_people", institute_id, subject_id, **given)


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


async def read_notice(conn: Conn, actor: Actor, notice_id: UUID) -> None:
    """Marks one as read; again is no change. Raises NoticeNotFound."""
    if not await _mark_read(conn, actor, notice_id):
        known = await fetch_value(
            conn,
            """select 1 from notices where user_id = %s and id = %s
                  and (%s::uuid is null or institute_id = %s)""",
            [actor.user_id, notice_id, actor.institute_id, actor.institute_id],
        )
        if not known:
            raise NoticeNotFound


async def read_all_notices(conn: Conn, actor: Actor) -> int:
    """Marks all as read, in the institute named or in all; says how many were not."""
    return await _mark_read(conn, actor, None)


async def _mark_read(conn: Conn, actor: Actor, notice_id: UUID | None) -> int:
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
    counts = await cursor.fetchall()
    for institute_id, count in counts:
        event = NoticesRead(institute_id=institute_id, subject_id=notice_id, facts={"count": count})
        await emit(conn, event)
    return sum(count for _, count in counts)
