from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from markroom.identity.model import SessionRow, UserRow
from markroom.kit.access import Wish
from markroom.kit.db import Conn, fetch_all, fetch_one, fetch_value

USER = "id, email, name, is_platform_admin, email_verified_at is not null as is_verified"


async def get_own_user(conn: Conn, user_id: UUID) -> UserRow:
    user = await fetch_one(
        conn,
        UserRow,
        f"select {USER} from users where id = %s",
        [user_id],
    )
    assert user is not None, "the context was begun for this user"
    return user


async def list_own_sessions(conn: Conn, user_id: UUID) -> list[SessionRow]:
    """Live sessions, newest first."""
    return await fetch_all(
        conn,
        SessionRow,
        """select id, user_agent, created_at, last_seen_at, expires_at from sessions
            where user_id = %s and revoked_at is null and expires_at > now() order by id desc""",
        [user_id],
    )


async def find_user_by_address(conn: Conn, email_key: str) -> UserRow | None:
    """As the service: whoever has this address."""
    return await fetch_one(
        conn,
        UserRow,
        f"select {USER} from users where email_key = %s",
        [email_key],
    )


async def find_sign_in_address(conn: Conn, token_hash: bytes) -> str | None:
    """The address a usable sign-in link was sent to."""
    email: str | None = await fetch_value(conn, "select email from app.door_sign_in_token(%s)", [token_hash])
    return email


async def is_awaited(conn: Conn, email_key: str) -> bool:
    """Whether somebody has a live invitation for this address."""
    return bool(await fetch_value(conn, "select app.door_is_awaited(%s)", [email_key]))


async def get_delivery(conn: Conn, token_id: UUID) -> tuple[str, str, datetime]:
    cursor = await conn.execute(
        "select email, delivery, expires_at from sign_in_tokens where id = %s", [token_id]
    )
    row = await cursor.fetchone()
    assert row is not None
    return row[0], row[1], row[2]


async def begin_session(conn: Conn, token_hash: bytes, wish: Wish) -> tuple[Any, ...] | None:
    """Look-up and context in one: user, session, institute, role, whether a platform admin, name, how many
    institutes there were to choose from, and whether a printed code opened it."""
    cursor = await conn.execute(
        """select user_id, session_id, institute_id, role, is_platform_admin, name, places,
                  app.door_is_by_code(session_id)
             from app.begin_session(%s, %s, %s, %s)""",
        [token_hash, wish.institute_id, wish.everywhere, wish.request_id],
    )
    row: tuple[Any, ...] | None = await cursor.fetchone()
    return row
