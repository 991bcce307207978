from __future__ import annotations

from typing import Any
from uuid import UUID

from markroom.kit.db import Conn, fetch_all, fetch_one, fetch_value
from markroom.projects.keys.model import Key, KeyNotFound

STATE = """case when k.deactivated_at is not null then 'revoked'
    when k.expires_at <= now() then 'expired' else 'active' end"""
KEY = f"""k.id, k.project_id, k.user_id, m.name as user_name, k.name, k.prefix, k.scopes, {STATE} as state,
    k.created_at, k.expires_at, k.last_used_at, k.deactivated_at, k.deactivated_by, k.deactivated_reason,
    k.successor_id"""
_FROM = """api_keys k
    join memberships m on m.institute_id = %(institute)s and m.user_id = k.user_id
   where k.institute_id = %(institute)s and k.project_id = %(project)s"""


async def get_key(conn: Conn, institute_id: UUID, project_id: UUID, key_id: UUID) -> Key:
    """Raises KeyNotFound."""
    sql = f"select {KEY} from {_FROM} and k.id = %(key)s"
    given = {"institute": institute_id, "project": project_id, "key": key_id}
    key = await fetch_one(conn, Key, sql, given)
    if key is None:
        raise KeyNotFound
    return key


async def count_live_keys(conn: Conn, institute_id: UUID, project_id: UUID, user_id: UUID) -> tuple[int, int]:
    """Of one person: those that work on, and those that end after a rotation."""
    cursor = await conn.execute(
        """select count(*) filter (where successor_id is null), count(successor_id) from api_keys
            where institute_id = %s and project_id = %s and user_id = %s
              and deactivated_at is null and (expires_at is null or expires_at > now())""",
        [institute_id, project_id, user_id],
    )
    counts: tuple[int, int] | None = await cursor.fetchone()
    assert counts is not None
    return counts


async def list_keys(
    conn: Conn, institute_id: UUID, project_id: UUID, user_id: UUID | None, before: UUID | None, limit: int
) -> list[Key]:
    """Newest first, ended ones too; of one person only, where named."""
    return await fetch_all(
        conn,
        Key,
        f"""select {KEY} from {_FROM} and (%(user)s::uuid is null or k.user_id = %(user)s)
             and (%(before)s::uuid is null or k.id < %(before)s) order by k.id desc limit %(limit)s""",
        {
            "institute": institute_id, "project": project_id, "user": user_id, "before": before,
            "limit": limit,
        },
    )  # fmt: skip


async def count_keys(conn: Conn, institute_id: UUID, project_id: UUID, user_id: UUID | None) -> int:
    count: int = await fetch_value(
        conn,
        f"select count(*) from {_FROM} and (%(user)s::uuid is null or k.user_id = %(user)s)",
        {"institute": institute_id, "project": project_id, "user": user_id},
    )
    return count


async def begin_key(conn: Conn, key_hash: bytes, request_id: str) -> tuple[Any, ...] | None:
    """Look-up and context in one: user, key, project, scopes, institute, role and name."""
    cursor = await conn.execute(
        """select user_id, key_id, project_id, scopes, institute_id, role, name
             from app.begin_key(%s, %s)""",
        [key_hash, request_id],
    )
    row: tuple[Any, ...] | None = await cursor.fetchone()
    return row
