"""Rate limits (X-11): the named ones counted in the database, so that a request that fails counts and all
servers share them; everything else in the memory of each process.

There a credential counts by itself once it has let somebody in; until then, and where there is none, the
network address counts, so that made-up credentials are no way around a limit.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections import Counter
from typing import Any

from fastapi import Depends, Request

from markroom.kit.access import EntranceOf, read_token
from markroom.kit.db import Database
from markroom.kit.errors import MarkroomError, TooMany

# Requests a minute. `request` is everything without a name of its own, per credential.
LIMITS = {
    "institute_invitation": 60,
    "project_invitation": 5,
    "accept": 10,
    "sign_in": 5,
    "sign_in_network": 100,
    "memory_write": 20,
    "memory_search": 30,
    "request": 1200,
}
REMEMBERED = 50_000  # credentials, and again subjects counted, in each process
FREE = re.compile(r"/image$|\.pdf$|/content$|^/api/files|^/health|^/static")


class BadRateLimits(MarkroomError):
    """MARKROOM_RATE_LIMITS must be off, or name=n/minute, … with the names of the settings page."""


class TooManyRequests(TooMany):
    """That was a lot in one minute. Please wait a moment and try again."""


def parse_limits(text: str) -> dict[str, int]:
    """The limits with what an operator changed; empty where they are off. Raises BadRateLimits."""
    if text.strip() == "off":
        return {}
    limits = dict(LIMITS)
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = re.fullmatch(r"(\w+)\s*=\s*(\d{1,7})/minute", part)
        if match is None or match[1] not in LIMITS:
            raise BadRateLimits
        limits[match[1]] = int(match[2])
    return limits


def refuse_too_many(limit: int, previous: int, count: int, elapsed: float) -> None:
    """Refuses the `count`th request of a minute `elapsed` seconds old if the last sixty seconds hold more.

    The minute before, with its `previous`, counts by the part of it that they reach into: a sliding window
    counter. What is refused must not be counted, or who goes on asking would never be let in again. Raises
    TooManyRequests.
    """
    before = min(previous, limit)
    if count + before * (1 - elapsed / 60) <= limit:
        return
    free_at = 60 * (1 - (limit - count) / before) if count <= limit else 60 + 60 / max(limit, 1)
    raise TooManyRequests(headers={"Retry-After": str(int(free_at - elapsed) + 1)})


class Limiter:
    """Counts requests by name and subject; `limits` without a name means no limit."""

    def __init__(self, database: Database, limits: dict[str, int]) -> None:
        self._database, self._limits = database, limits
        self._minute, self._counts, self._before = 0.0, Counter[str](), Counter[str]()
        self._recognised: dict[str, None] = {}

    async def count(self, name: str, subject: str) -> None:
        """Counts one in the database. No transaction may be open. Raises TooManyRequests."""
        if name not in self._limits:
            return
        async with self._database.transaction() as conn:
            digest = hashlib.sha256(subject.encode()).digest()
            cursor = await conn.execute(
                "select previous, n, elapsed from app.count_request(%s, %s)", [name, digest]
            )
            row = await cursor.fetchone()
            assert row is not None
            refuse_too_many(self._limits[name], *row)  # which takes the count back

    def count_request(self, request: Request) -> None:
        """Counts one in this process's memory. Raises TooManyRequests."""
        elapsed = self._turn_minute()
        token, _ = read_token(request)
        digest = _digest(token) if token else None
        subject = digest if digest in self._recognised else f"address {network_address(request)}"
        request.state.counted_as = subject
        if "request" in self._limits:
            count = self._counts[subject] + 1
            refuse_too_many(self._limits["request"], self._before[subject], count, elapsed)
        self._add(subject, 1)

    def recognise(self, request: Request, token: str) -> None:
        """This token let somebody in: from this request on it counts by itself, not by its address."""
        digest = _digest(token)
        if digest in self._recognised:
            return
        self._recognised[digest] = None
        _forget_oldest(self._recognised)
        if address := getattr(request.state, "counted_as", None):
            self._add(address, -1)
            self._add(digest, 1)

    def _turn_minute(self) -> float:
        """Seconds since this minute began."""
        minute, elapsed = divmod(time.time(), 60)
        if minute != self._minute:
            self._before = self._counts if minute == self._minute + 1 else Counter()
            self._minute, self._counts = minute, Counter()
        return elapsed

    def _add(self, subject: str, n: int) -> None:
        self._counts[subject] += n
        _forget_oldest(self._counts)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _forget_oldest(found: dict[str, Any]) -> None:
    if len(found) > REMEMBERED:
        del found[next(iter(found))]


def network_address(request: Request) -> str:
    return request.client.host if request.client else ""


async def limit_requests(request: Request) -> None:
    """For every route: so many a minute for one credential, or one network address without one."""
    if not FREE.search(request.url.path):
        request.app.state.limiter.count_request(request)


def limited(name: str) -> Any:
    """A route's own limit, per credential; stands first in `dependencies=[…]`."""

    async def count(request: Request, entrance: EntranceOf) -> None:
        if entrance.token:
            await request.app.state.limiter.count(name, entrance.token)

    return Depends(count)
