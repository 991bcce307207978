from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Request, Response

from markroom.identity import actions, reads
from markroom.identity.credentials import read_session
from markroom.identity.model import SESSION_LIFE, SessionRow, SignIn, TokenOrCode, UserRow, address_key
from markroom.kit.access import SESSION_COOKIE, Everywhere, Wish, open_to
from markroom.kit.db import Conn
from markroom.kit.http import Body, router
from markroom.kit.limits import network_address

routes = router("/api/auth", tags=["sign-in"])


class SignInBody(Body):
    email: str


class SessionBody(Body):
    """Either of them."""

    token: str | None = None
    code: str | None = None


def user_json(user: UserRow) -> dict[str, Any]:
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "is_platform_admin": user.is_platform_admin,
    }


def session_json(session: SessionRow, current: UUID | None) -> dict[str, Any]:
    shown = {k: getattr(session, k) for k in ("id", "user_agent", "created_at", "last_seen_at", "expires_at")}
    return shown | {"is_current": session.id == current}


def set_session_cookie(response: Response, signed_in: SignIn, *, secure: bool) -> None:
    seconds = int(SESSION_LIFE.total_seconds())
    response.set_cookie(
        SESSION_COOKIE,
        signed_in.access_token,
        max_age=seconds,
        httponly=True,
        secure=secure,
        samesite="lax",
        path="/",
    )


async def count_sign_in(request: Request, email: str) -> None:
    """So many mails a minute to one address, and from one network address. Raises TooManyRequests."""
    await request.app.state.limiter.count("sign_in_network", network_address(request))
    await request.app.state.limiter.count("sign_in", address_key(email))


async def count_code(request: Request) -> None:
    """So many codes a minute from one network address. Raises TooManyRequests."""
    await request.app.state.limiter.count("sign_in_network", network_address(request))


@routes.post("/sign-in", status_code=202, dependencies=[open_to("anyone")])
async def request_sign_in(request: Request, body: SignInBody) -> dict[str, str]:
    await count_sign_in(request, body.email)
    async with request.app.state.database.transaction() as conn:
        await actions.request_sign_in(conn, body.email)
    return {
        "status": "ok",
        "message": "If this address is known here, a mail with a sign-in link is on its way.",
    }


@routes.post("/sessions", dependencies=[open_to("anyone")])
async def create_session(
    request: Request, response: Response, body: SessionBody, user_agent: Annotated[str, Header()] = ""
) -> dict[str, Any]:
    if (body.token is None) == (body.code is None):
        raise TokenOrCode
    if body.code is not None:
        await count_code(request)
    async with request.app.state.database.transaction() as conn:
        signed_in = await _open_session(request, conn, body, user_agent)
        user = await _read_signed_in(conn, signed_in, request.state.request_id)
    set_session_cookie(response, signed_in, secure=request.app.state.settings.is_secure)
    return {
        "access_token": signed_in.access_token,
        "expires_at": signed_in.expires_at,
        "user": user_json(user),
    }


async def _open_session(request: Request, conn: Conn, body: SessionBody, user_agent: str) -> SignIn:
    request_id = request.state.request_id
    if body.code is None:
        return await actions.sign_in(conn, body.token or "", user_agent, request_id)
    secret = request.app.state.secret
    return await actions.sign_in_by_code(conn, secret, body.code, user_agent, request_id)


async def _read_signed_in(conn: Conn, signed_in: SignIn, request_id: str) -> UserRow:
    await read_session(conn, signed_in.access_token, Wish(None, True, request_id))
    return await reads.get_own_user(conn, signed_in.user_id)


@routes.get("/sessions")
async def list_sessions(caller: Everywhere) -> dict[str, Any]:
    sessions = await reads.list_own_sessions(caller.conn, caller.actor.user_id)
    return {"sessions": [session_json(s, caller.actor.session_id) for s in sessions], "total": len(sessions)}


@routes.delete("/sessions/current", dependencies=[open_to("oneself")])
async def delete_current_session(caller: Everywhere, response: Response) -> dict[str, str]:
    if caller.actor.session_id:
        await actions.sign_out(caller.conn, caller.actor, caller.actor.session_id)
    response.delete_cookie(SESSION_COOKIE, path="/")
    return {"status": "ok"}


@routes.delete("/sessions/{session_id:uuid}", dependencies=[open_to("oneself")])
async def delete_session(caller: Everywhere, session_id: UUID) -> dict[str, str]:
    await actions.sign_out(caller.conn, caller.actor, session_id)
    return {"status": "ok"}
