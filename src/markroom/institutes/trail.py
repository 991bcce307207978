"""The audit trail of a school as its admins read it: who did what, when (X-09)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from markroom.institutes.model import AdminRequired
from markroom.kit.actor import Permission
from markroom.kit.db import Conn, fetch_all, fetch_value

READ_TRAIL = Permission(
    "school.audit", ("platform_admin", "school_admin"), refusal=AdminRequired, meaning="Read the audit trail"
)


@dataclass(frozen=True)
class Trace:
    """One event. Names are of those who belong, or belonged, to the school; others have none."""

    id: UUID
    at: datetime
    kind: str
    user_id: UUID | None
    user_name: str | None
    credential: str | None
    subject_id: UUID | None
    subject_name: str | None
    changed: list[str]
    facts: dict[str, Any]
    request_id: str | None


@dataclass(frozen=True)
class Filters:
    """`since` is included, `until` is not."""

    kind: str | None = None
    subject_id: UUID | None = None
    user_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


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
