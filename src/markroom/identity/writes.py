from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from markroom.identity.model import ExternalIdentity, address_key
from markroom.kit.access import Wish
from markroom.kit.db import Conn, execute


class Begun(NamedTuple):
    """The context of somebody a provider sent. `places` counts the institutes of one who named none."""

    identity_id: UUID
    is_new: bool
    user_id: UUID
    institute_id: UUID | None
    role: str | None
    is_platform_admin: bool
    name: str
    places: int | None


async def insert_sign_in_token(
    conn: Conn, token_id: UUID, email: str, email_key: str, token_hash: bytes, life: timedelta
) -> None:
    await execute(
        conn,
        """insert into sign_in_tokens (id, email, email_key, hash, expires_at)
           values (%s, %s, %s, %s, now() + %s) on conflict (id) do nothing""",
        [token_id, email, email_key, token_hash, life],
    )


async def set_sign_in_delivery(conn: Conn, token_id: UUID, delivery: str) -> None:
    await execute(conn, "update sign_in_tokens set delivery = %s where id = %s", [delivery, token_id])


async def open_session(
    conn: Conn, token_hash: bytes, session_hash: bytes, life: timedelta, user_agent: str
) -> tuple[UUID, UUID, datetime] | None:
    """Uses the sign-in link up; None when it cannot be used any more."""
    cursor = await conn.execute(
        "select user_id, session_id, expires_at from app.door_sign_in(%s, %s, %s, %s)",
        [token_hash, session_hash, int(life.total_seconds()), user_agent[:300]],
    )
    return await cursor.fetchone()


async def begin_external(
    conn: Conn, identity: ExternalIdentity, wish: Wish, *, sign_up_open: bool
) -> Begun | None:
    """Links the identity to an account on first sight; None where there is none for it and none may be
    made."""
    cursor = await conn.execute(
        """select identity_id, is_new, user_id, institute_id, role, is_platform_admin, name, places
             from app.begin_external(%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [*_known_by(identity), sign_up_open, wish.institute_id, wish.everywhere, wish.request_id],
    )
    row = await cursor.fetchone()
    return Begun(*row) if row else None


def _known_by(identity: ExternalIdentity) -> list[str | None]:
    email = identity.email
    return [identity.issuer, identity.subject, email, email and address_key(email), identity.name]


async def open_session_of_external(
    conn: Conn,
    identity: ExternalIdentity,
    session_hash: bytes,
    life: timedelta,
    user_agent: str,
    *,
    sign_up_open: bool,
) -> tuple[UUID, UUID, datetime, bool] | None:
    """Links the identity as `begin_external` does, and opens a session; the last says whether the link is
    new."""
    cursor = await conn.execute(
        """select user_id, session_id, expires_at, is_new
             from app.door_sign_in_external(%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            *_known_by(identity),
            sign_up_open,
            session_hash,
            int(life.total_seconds()),
            user_agent[:300],
        ],
    )
    return await cursor.fetchone()


async def open_session_by_code(
    conn: Conn, code_hash: bytes, session_hash: bytes, life: timedelta, user_agent: str
) -> tuple[UUID, UUID, datetime] | None:
    """Uses a pupil's code up; None when it cannot be used any more."""
    cursor = await conn.execute(
        "select user_id, session_id, expires_at from app.door_sign_in_by_code(%s, %s, %s, %s)",
        [code_hash, session_hash, int(life.total_seconds()), user_agent[:300]],
    )
    return await cursor.fetchone()


async def revoke_session(conn: Conn, user_id: UUID, session_id: UUID) -> int:
    return await execute(
        conn,
        "update sessions set revoked_at = now() where user_id = %s and id = %s and revoked_at is null",
        [user_id, session_id],
    )


async def revoke_own_sessions(conn: Conn, user_id: UUID) -> int:
    return await execute(
        conn, "update sessions set revoked_at = now() where user_id = %s and revoked_at is null", [user_id]
    )


async def update_own_name(conn: Conn, user_id: UUID, name: str) -> int:
    return await execute(
        conn, "update users set name = %s, version = version + 1 where id = %s", [name, user_id]
    )


async def set_platform_admin(conn: Conn, email_key: str) -> int:
    return await execute(
        conn,
        "update users set is_platform_admin = true, version = version + 1 where email_key = %s",
        [email_key],
    )


async def ensure_user(conn: Conn, email: str, email_key: str, name: str) -> None:
    """An account for this address, its own still to be proven."""
    await execute(
        conn,
        "insert into users (email, email_key, name) values (%s, %s, %s) on conflict (email_key) do nothing",
        [email, email_key, name],
    )


async def record(conn: Conn, kind: str, user_id: UUID | None, request_id: str | None = None) -> None:
    """What happened to a person outside any institute. Append-only; nobody reads it through the
    application."""
    await execute(
        conn,
        "insert into identity_events (kind, user_id, request_id) values (%s, %s, %s)",
        [kind, user_id, request_id],
    )
