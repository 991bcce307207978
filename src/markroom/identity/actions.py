"""Signing in without a password: a mail with a single-use link, consumed only by a button."""

from __future__ import annotations

from uuid import UUID, uuid4

from markroom.identity import reads, writes
from markroom.identity.codes import hash_code
from markroom.identity.model import (
    SESSION_LIFE,
    SESSION_PREFIX,
    SIGN_IN_LIFE,
    SIGN_IN_PURPOSE,
    CodeUsed,
    NobodyToSignIn,
    SessionNotFound,
    SignIn,
    SignInLinkUsed,
    address_key,
    check_address,
    check_name,
)
from markroom.jobs.queue import defer
from markroom.kit.access import ClosedToCodes
from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.kit.tokens import derive_token, hash_token, random_token


async def request_sign_in(conn: Conn, email: str) -> None:
    """Asks for a sign-in mail. Does the same work for every address: whether it is known is found out by the
    job that sends."""
    await defer(conn, "send_sign_in_mail", token_id=str(uuid4()), email=check_address(email))


async def issue_sign_in_link(conn: Conn, secret: bytes, token_id: UUID, email: str) -> str:
    """As the service: the token of a fresh sign-in link for an address."""
    token = derive_token(secret, SIGN_IN_PURPOSE, token_id)
    await writes.insert_sign_in_token(
        conn, token_id, email, address_key(email), hash_token(token), SIGN_IN_LIFE
    )
    return token


async def sign_in(conn: Conn, token: str, user_agent: str, request_id: str) -> SignIn:
    """Uses a sign-in link up. Raises SignInLinkUsed, alike for used, expired and never issued."""
    access_token = random_token(SESSION_PREFIX)
    opened = await writes.open_session(
        conn, hash_token(token), hash_token(access_token), SESSION_LIFE, user_agent
    )
    if opened is None:
        raise SignInLinkUsed
    user_id, session_id, expires_at = opened
    await writes.record(conn, "signed_in", user_id, request_id)
    return SignIn(access_token, user_id, session_id, expires_at)


async def sign_in_by_code(conn: Conn, secret: bytes, code: str, user_agent: str, request_id: str) -> SignIn:
    """Uses a pupil's printed code up. Raises CodeUsed, alike for used, expired and never issued."""
    access_token = random_token(SESSION_PREFIX)
    opened = await writes.open_session_by_code(
        conn, hash_code(secret, code), hash_token(access_token), SESSION_LIFE, user_agent
    )
    if opened is None:
        raise CodeUsed
    await writes.record(conn, "signed_in_by_code", opened[0], request_id)
    return SignIn(access_token, *opened)


async def sign_out(conn: Conn, actor: Actor, session_id: UUID) -> None:
    """Ends one of one's own sessions."""
    if not await writes.revoke_session(conn, actor.user_id, session_id):
        raise SessionNotFound
    await writes.record(conn, "signed_out", actor.user_id)


async def sign_out_everywhere(conn: Conn, actor: Actor) -> None:
    """Ends all of one's own sessions, this one too."""
    await writes.revoke_own_sessions(conn, actor.user_id)
    await writes.record(conn, "signed_out_everywhere", actor.user_id)


async def rename(conn: Conn, actor: Actor, name: str) -> None:
    """One's own name, here and in every school: the database carries it to the memberships. Raises
    BadName, or ClosedToCodes: the names of pupils without an address are their school's."""
    if actor.by_code:
        raise ClosedToCodes
    await writes.update_own_name(conn, actor.user_id, check_name(name))
    await writes.record(conn, "renamed", actor.user_id)


async def may_sign_in(conn: Conn, email_key: str, *, sign_up_open: bool) -> bool:
    """As the service: whether this address has an account, or may get one (I-08)."""
    return (
        sign_up_open
        or await reads.find_user_by_address(conn, email_key) is not None
        or await reads.is_awaited(conn, email_key)
    )


async def make_platform_admin(conn: Conn, email: str) -> None:
    """As the service: lets somebody administer every institute; makes their account where there is none.
    Their first sign-in proves the address."""
    address = check_address(email)
    await writes.ensure_user(conn, address, address_key(address), address.split("@")[0])
    await writes.set_platform_admin(conn, address_key(address))


async def issue_link_for(conn: Conn, secret: bytes, email: str) -> str:
    """As the service: a sign-in token for somebody mail does not reach. Raises NobodyToSignIn."""
    address = check_address(email)
    if not await may_sign_in(conn, address_key(address), sign_up_open=False):
        raise NobodyToSignIn
    return await issue_sign_in_link(conn, secret, uuid4(), address)
