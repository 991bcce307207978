"""`Idempotency-Key` (X-08): a POST sent again gets the answer of the first, for a day, and is done once.

The key is taken at the start of the request's transaction and its answer kept at the end of the same one, so
that both are there or neither is; a second request with the key waits for the first to end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from markroom.kit.actor import Actor
from markroom.kit.db import Conn, execute
from markroom.kit.errors import Conflict, Invalid

PLACE = "institute_id = %s and credential = %s and route = %s and key = %s"


class KeyReused(Invalid):
    """This Idempotency-Key was used for another request. Use a new one."""


class BadIdempotencyKey(Invalid):
    """An Idempotency-Key has 1 to 200 characters."""


class AnswerNotKept(Conflict):
    """This was done already. Its answer held a secret and is not kept."""


class Replayed(Exception):
    """The first answer to this request, to be given again."""

    def __init__(self, response: Response) -> None:
        self.response = response


async def begin_once(request: Request, conn: Conn, actor: Actor) -> None:
    """Takes the request's key. Raises Replayed, KeyReused, AnswerNotKept or BadIdempotencyKey."""
    key = request.headers.get("idempotency-key")
    if key is None or request.method != "POST" or actor.institute_id is None:
        return
    if not 1 <= len(key) <= 200:
        raise BadIdempotencyKey
    place: list[UUID | str] = [actor.institute_id, actor.credential, request.url.path, key]
    digest = hashlib.sha256(await request.body()).digest()
    await execute(
        conn, f"delete from idempotent_answers where {PLACE} and created_at < now() - interval '1 day'", place
    )
    taken = await execute(
        conn,
        """insert into idempotent_answers (institute_id, credential, route, key, body_hash)
           values (%s, %s, %s, %s, %s) on conflict do nothing""",
        [*place, digest],
    )
    if taken:
        request.state.once = (conn, place)
    else:
        await _replay(conn, place, digest)


async def _replay(conn: Conn, place: list[UUID | str], digest: bytes) -> None:
    cursor = await conn.execute(
        f"select body_hash, status, answer, media_type from idempotent_answers where {PLACE}", place
    )
    row = await cursor.fetchone()
    if row is None or bytes(row[0]) != digest:
        raise KeyReused
    if row[2] is None:
        raise AnswerNotKept
    headers = {"Idempotent-Replayed": "true"}
    raise Replayed(Response(bytes(row[2]), row[1], headers, row[3]))


async def answer_once(request: Request, handle: Callable[[Request], Awaitable[Response]]) -> Response:
    """Handles a request and keeps its answer under its key; an endpoint whose answer holds a secret sets
    `request.state.answer_is_secret`."""
    try:
        response = await handle(request)
    except Replayed as replayed:
        return replayed.response
    once: tuple[Conn, list[Any]] | None = getattr(request.state, "once", None)
    if once is None:
        return response
    conn, place = once
    if response.status_code >= 400:
        await execute(conn, f"delete from idempotent_answers where {PLACE}", place)
    else:
        secret = getattr(request.state, "answer_is_secret", False)
        kept = None if secret else bytes(response.body)
        await execute(
            conn,
            f"update idempotent_answers set status = %s, answer = %s, media_type = %s where {PLACE}",
            [response.status_code, kept, response.headers.get("content-type"), *place],
        )
    return response
