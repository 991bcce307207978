"""How a request gets in: its credential opens transactions as the caller, and each route names the permission
it needs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Request

from markroom.kit.actor import Actor, Permission, permit
from markroom.kit.db import Conn, Database
from markroom.kit.errors import Forbidden, NotFound, Refused, Unauthenticated
from markroom.kit.idempotency import begin_once

SESSION_COOKIE = "markroom_session"
INSTITUTE_COOKIE = "markroom_institute"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
NO_INSTITUTE = UUID(int=0)


class SignInRequired(Unauthenticated):
    """Please sign in."""


class InstituteNotFound(NotFound):
    """This school is not known here, or you do not belong to it."""


class NotLinked(Refused):
    """User is not linked to a school"""


class InstituteAmbiguous(Refused):
    """You belong to several schools: say which one you mean (X-Institute-Id)."""


class CrossSiteRefused(Forbidden):
    """This request came from another site and was not carried out."""


class ClosedToKeys(Forbidden):
    """A project's key does not reach this. Sign in yourself."""


class ClosedToCodes(Forbidden):
    """Whoever is signed in by a printed code cannot do this. Ask your school."""


class InsufficientScope(Forbidden):
    """This key may not do that: it was not given the right, or the person it acts for has lost it."""

    def __init__(self, scope: str) -> None:
        challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
        super().__init__(headers={"WWW-Authenticate": challenge}, scope=scope)


Reach = Mapping[str, str]
"""The routes that keys reach, as `METHOD path`, each with the scope it needs. All others keep keys out."""


@dataclass(frozen=True)
class Wish:
    """What a request says about where it acts: an institute, or (`everywhere`) all of the caller's when it
    names none."""

    institute_id: UUID | None
    everywhere: bool
    request_id: str


CredentialReader = Callable[[Conn, str, Wish], Awaitable[Actor | None]]
"""Begins the context of the transaction for a token it knows and returns who that is; None for a token of
another kind."""

Preparation = Callable[[str], Awaitable[None]]
"""Fetches what reading a token needs from other systems, while no transaction waits. Raises Unavailable."""


@dataclass(frozen=True)
class Caller:
    """The open transaction of a request and who it runs as."""

    conn: Conn
    actor: Actor


@dataclass(frozen=True)
class Entrance:
    """Opens transactions as the caller of one request. Nothing is open until `transaction` is entered.

    `scope` is what a project's key needs here; None keeps keys out. `takes_codes`: whether somebody signed in
    by a printed code may do this. `recognise` is told each token that let somebody in.
    """

    database: Database
    readers: Sequence[CredentialReader]
    prepare: Preparation
    token: str | None
    wish: Wish
    by_cookie: bool
    scope: str | None
    takes_codes: bool
    recognise: Callable[[str], None]

    @asynccontextmanager
    async def transaction(
        self, *, everywhere: bool = False, to_record: bool = False
    ) -> AsyncIterator[Caller]:
        """`to_record` lets in who is kept out, to write down that they were."""
        if self.token:
            await self.prepare(self.token)
        async with self.database.transaction() as conn:
            actor = await self._read(conn, Wish(self.wish.institute_id, everywhere, self.wish.request_id))
            if not to_record:
                self._admit(actor)
            yield Caller(conn, actor)

    def _admit(self, actor: Actor) -> None:
        if actor.by_code and not self.takes_codes:
            raise ClosedToCodes
        if actor.key_id is None:
            return
        if self.scope is None:
            raise ClosedToKeys
        if self.scope not in actor.scopes:
            raise InsufficientScope(self.scope)

    async def _read(self, conn: Conn, wish: Wish) -> Actor:
        if not self.token:
            raise SignInRequired(headers={"WWW-Authenticate": "Bearer"})
        for read in self.readers:
            if actor := await read(conn, self.token, wish):
                self.recognise(self.token)
                return actor
        raise SignInRequired(headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


async def entrance(request: Request) -> Entrance:
    """The entrance of this request: a bearer token, else the session cookie, which needs a same-origin
    request to change anything."""
    state = request.app.state
    token, by_cookie = read_token(request)
    if by_cookie and request.method not in SAFE_METHODS:
        refuse_cross_site(request, state.settings.base_url)
    wish = Wish(await _named_institute(request, by_cookie), False, request.state.request_id)
    way = f"{request.method} {getattr(request.scope.get('route'), 'path', '')}"
    scope, takes_codes = state.reach.get(way), request.method in SAFE_METHODS or way in state.code_reach
    readers, prepare = state.credential_readers, state.prepare_credential
    recognise = partial(state.limiter.recognise, request)
    found = Entrance(state.database, readers, prepare, token, wish, by_cookie, scope, takes_codes, recognise)
    request.state.entrance = found
    return found


def read_token(request: Request) -> tuple[str | None, bool]:
    """The bearer token, else the session cookie; and whether it is the cookie."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return bearer.strip() or None, False
    return request.cookies.get(SESSION_COOKIE) or None, SESSION_COOKIE in request.cookies


def refuse_cross_site(request: Request, base_url: str) -> None:
    """Raises CrossSiteRefused unless the browser says that our own page sent this (Fetch Metadata, else
    Origin)."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own_hosts = {urlsplit(base_url).netloc, request.headers.get("host", "")}
    if site == "same-origin" or (
        site is None and origin is not None and urlsplit(origin).netloc in own_hosts
    ):
        return
    raise CrossSiteRefused


async def _named_institute(request: Request, by_cookie: bool) -> UUID | None:
    """The one institute the request names, wherever; NO_INSTITUTE, refused as unknown once the caller is
    known, where it is none or two are named."""
    given = [
        request.headers.get("x-institute-id"),
        request.query_params.get("institute_id"),
        await _institute_in_body(request),
    ]
    named = {str(each).lower() for each in given if each}
    if not named and by_cookie and (chosen := request.cookies.get(INSTITUTE_COOKIE)):
        named = {chosen}
    try:
        ids = {UUID(each) for each in named}
    except ValueError:
        return NO_INSTITUTE
    return NO_INSTITUTE if len(ids) > 1 else next(iter(ids), None)


async def _institute_in_body(request: Request) -> Any:
    if request.method != "POST" or not request.headers.get("content-type", "").startswith("application/json"):
        return None
    try:
        body = await request.json()
    except ValueError:
        return None
    return body.get("institute_id") if isinstance(body, dict) else None


EntranceOf = Annotated[Entrance, Depends(entrance)]


async def _in_institute(request: Request, entrance: EntranceOf) -> AsyncIterator[Caller]:
    async with entrance.transaction() as caller:
        await begin_once(request, caller.conn, caller.actor)
        yield caller


async def _everywhere(entrance: EntranceOf) -> AsyncIterator[Caller]:
    async with entrance.transaction(everywhere=True) as caller:
        yield caller


# The transaction ends before the answer is sent: what a caller reads as done is committed.
InInstitute = Annotated[Caller, Depends(_in_institute, scope="function")]
Everywhere = Annotated[Caller, Depends(_everywhere, scope="function")]


def requires(permission: Permission) -> Any:
    """A route's gate: checked before its body is read, and listed by the route walk. Goes into
    `dependencies=[…]`."""

    async def gate(caller: InInstitute) -> None:
        permit(caller.actor, permission)

    gate.permission = permission  # type: ignore[attr-defined]
    return Depends(gate)


def open_to(who: str) -> Any:
    """Marks a route that changes something without a permission of a role: `anyone` (by a token of its own),
    or `oneself`."""

    async def gate() -> None: ...

    gate.permission = who  # type: ignore[attr-defined]
    return Depends(gate)
