from __future__ import annotations

from typing import Any
from uuid import UUID

from markroom.institutes.trail.model import Filters, Trace
from markroom.kit.db import Conn, fetch_all, fetch_value


async def list_traces(
    conn: Conn, institute_id: UUID, wanted: Filters, *, after: Any, limit: int
) -> tuple[list[Trace], int]:
    """Newest first, with how many there are in all."""
    matching = """e.institute_id = %(institute)s
               and (%(kind)s::text is null or e.kind = %(kind)s)
               and (%(subject_id)s::uuid is null or e.subject_id = %(subject_id)s)
               and (%(user_id)s::uuid is null or e.user_id = %(user_id)s)
               and (%(since)s::timestamptz is null or e.at >= %(since)s)
               and (%(until)s::timestamptz is null or e.at < %(until)s)"""
    params = {"institute": institute_id, "after": after, "limit": limit, **vars(wanted)}
    rows = await fetch_all(
        conn,
        Trace,
        f"""select e.id, e.at, e.kind, e.user_id, u.name as user_name, e.credential, e.subject_id,
                   s.name as subject_name, e.changed, e.facts, e.request_id
              from events e
              left join memberships u on u.institute_id = e.institute_id and u.user_id = e.user_id
              left join memberships s on s.institute_id = e.institute_id and s.user_id = e.subject_id
             where {matching} and (%(after)s::uuid is null or e.id < %(after)s)
             order by e.id desc limit %(limit)s""",
        params,
    )
    total: int = await fetch_value(conn, f"select count(*) from events e where {matching}", params)
    return rows, total
