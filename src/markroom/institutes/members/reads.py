from __future__ import annotations

from typing import Any
from uuid import UUID

from markroom.institutes.members.model import Member, Place
from markroom.kit.db import Conn, fetch_all, fetch_one, fetch_value

MEMBER = "user_id, name, email, role, state, joined_at"


async def list_places(conn: Conn, user_id: UUID) -> list[Place]:
    """Every institute the caller belongs to."""
    return await fetch_all(
        conn,
        Place,
        """select m.institute_id, i.name as institute_name, m.role
             from memberships m join institutes i on i.id = m.institute_id
            where m.user_id = %s and m.state = 'active' order by lower(i.name), i.id""",
        [user_id],
    )


async def find_member_by_address(conn: Conn, institute_id: UUID, email_key: str) -> Member | None:
    return await fetch_one(
        conn,
        Member,
        f"select {MEMBER} from memberships where institute_id = %s and email_key = %s and state <> 'left'",
        [institute_id, email_key],
    )


async def list_members(
    conn: Conn, institute_id: UUID, *, roles: list[str], q: str | None, after: Any, limit: int
) -> tuple[list[Member], int]:
    """Active and suspended people by name, with how many there are in all. `after` is [name, user_id]."""
    matching = """institute_id = %(institute)s and state <> 'left' and role = any(%(roles)s)
               and (%(q)s::text is null or strpos(lower(name), lower(%(q)s)) > 0
                    or strpos(email_key, lower(%(q)s)) > 0)"""
    params = {"institute": institute_id, "roles": roles, "q": q or None}
    return await _page_by_name(conn, matching, params, after, limit)


async def list_active_staff(conn: Conn, institute_id: UUID, user_ids: list[UUID]) -> list[Member]:
    """Those of `user_ids` who are active staff."""
    return await fetch_all(
        conn,
        Member,
        f"""select {MEMBER} from memberships
             where institute_id = %s and user_id = any(%s) and state = 'active'
               and role in ('school_admin', 'department_head', 'teacher')""",
        [institute_id, user_ids],
    )


async def list_students_by_id(conn: Conn, institute_id: UUID, user_ids: list[UUID]) -> list[Member]:
    """Those of `user_ids` who are active students, by name."""
    return await fetch_all(
        conn,
        Member,
        f"""select {MEMBER} from memberships
             where institute_id = %s and user_id = any(%s) and state = 'active' and role = 'student'
             order by lower(name), user_id""",
        [institute_id, user_ids],
    )


async def list_pupils_without_address(
    conn: Conn, institute_id: UUID, after: Any, limit: int
) -> tuple[list[Member], int]:
    """By name, with how many there are in all. `after` is [name, user_id]."""
    matching = """institute_id = %(institute)s and role = 'student' and state = 'active'
               and email_key is null"""
    return await _page_by_name(conn, matching, {"institute": institute_id}, after, limit)


async def _page_by_name(
    conn: Conn, matching: str, given: dict[str, Any], after: Any, limit: int
) -> tuple[list[Member], int]:
    name, user_id = after or (None, None)
    params = {**given, "name": name, "user": user_id, "limit": limit}
    rows = await fetch_all(
        conn,
        Member,
        f"""select {MEMBER} from memberships
             where {matching}
               and (%(name)s::text is null or (lower(name), user_id) > (lower(%(name)s), %(user)s::uuid))
             order by lower(name), user_id limit %(limit)s""",
        params,
    )
    total: int = await fetch_value(conn, f"select count(*) from memberships where {matching}", params)
    return rows, total


async def find_member(conn: Conn, institute_id: UUID, user_id: UUID) -> Member | None:
    return await fetch_one(
        conn,
        Member,
        f"select {MEMBER} from memberships where institute_id = %s and user_id = %s",
        [institute_id, user_id],
    )


async def owns_projects(conn: Conn, user_id: UUID) -> bool:
    """Whether the caller owns a project anywhere, in a context that spans all their institutes."""
    return bool(
        await fetch_value(
            conn,
            "select exists (select 1 from projects where owner_id = %s and state <> 'deleted')",
            [user_id],
        )
    )


async def count_what_ends(conn: Conn, institute_id: UUID, user_id: UUID) -> dict[str, int]:
    """What would end with somebody's membership: for the person who is about to end it, who need not see the
    projects themselves."""
    cursor = await conn.execute(
        "select invitations, api_keys, owned_projects from app.guard_count_what_ends(%s, %s)",
        [institute_id, user_id],
    )
    row = await cursor.fetchone()
    assert row is not None
    return {"invitations": row[0], "api_keys": row[1], "owned_projects": row[2]}


async def count_other_admins(conn: Conn, institute_id: UUID, user_id: UUID) -> int:
    others: int = await fetch_value(conn, "select app.count_other_admins(%s, %s)", [institute_id, user_id])
    return others
