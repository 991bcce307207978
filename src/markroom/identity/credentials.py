"""Reads session tokens: look-up and context in one call to the database."""

from __future__ import annotations

from uuid import UUID

from markroom.identity.model import SESSION_PREFIX
from markroom.identity.reads import begin_session
from markroom.kit.access import InstituteAmbiguous, InstituteNotFound, NotLinked, Wish
from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.kit.tokens import hash_token


async def read_session(conn: Conn, token: str, wish: Wish) -> Actor | None:
    """The session's user in the institute they wish for. Raises InstituteNotFound, NotLinked or
    InstituteAmbiguous."""
    if not token.startswith(SESSION_PREFIX):
        return None
    begun = await begin_session(conn, hash_token(token), wish)
    if begun is None:
        return None
    user_id, session_id, institute_id, role, is_platform_admin, name, places, by_code = begun
    check_place(institute_id, places, wish)
    return Actor(
        user_id, name, f"session:{session_id}", institute_id, role, is_platform_admin,
        session_id=session_id, by_code=by_code,
    )  # fmt: skip


def check_place(institute_id: UUID | None, places: int | None, wish: Wish) -> None:
    """Whether the context begun stands where the caller wished to act; `places` counts the institutes of one
    who named none. Raises InstituteNotFound, NotLinked or InstituteAmbiguous."""
    if institute_id is None and wish.institute_id is not None:
        raise InstituteNotFound
    if institute_id is None and not wish.everywhere:
        raise InstituteAmbiguous if places and places > 1 else NotLinked
