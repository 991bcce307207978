"""Rate limits (X-11): the named ones counted in the database, so that a rolled-back request counts and all
servers share them; everything else in the memory of each process."""

from __future__ import annotations

import hashlib
import re
import time
from collections import Counter
from typing import Any

from fastapi import Depends, Request

from markroom.kit.access import EntranceOf
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


class Limiter:
    """Counts requests by name and subject; `limits` without a name means no limit."""

    def __init__(self, database: Database, limits: dict[str, int]) -> None:
        self._database, self._limits = database, limits
        self._minute, self._counts = 0, Counter[str]()

    async def count(self, name: str, subject: str) -> None:
        """Counts one in the database. No transaction may be open. Raises TooManyRequests."""
        if name not in self._limits:
            return
        async with self._database.transaction() as conn:
            digest = hashlib.sha256(subject.encode()).digest()
            cursor = await conn.execute(
                "select n, seconds_left from app.count_request(%s, %s)", [name, digest]
            )
            row = await cursor.fetchone()
        assert row is not None
        if row[0] > self._limits[name]:
            raise TooManyRequests(headers={"Retry-After": str(max(row[1], 1))})

    def count_request(self, subject: str) -> None:
        """Counts one in this process's memory. Raises TooManyRequests."""
        minute = int(time.time() // 60)
        if minute != self._minute:
            self._minute, self._counts = minute, Counter()
        self._counts[subject] += 1
        if "request" in self._limits and self._counts[subject] > self._limits["request"]:
            raise TooManyRequests(headers={"Retry-After": str(60 - int(time.time() % 60))})


def network_address(request: Request) -> str:
    return request.client.host if request.client else ""


async def limit_requests(request: Request) -> None:
    """For every route: so many a minute for one credential, or one network address without one."""
    if not FREE.search(request.url.path):
        credential = request.headers.get("authorization") or request.cookies.get("markroom_session")
        request.app.state.limiter.count_request(credential or network_address(request))


def limited(name: str) -> Any:
    """A route's own limit, per credential; stands first in `dependencies=[…]`."""

    async def count(request: Request, entrance: EntranceOf) -> None:
        if entrance.token:
            await request.app.state.limiter.count(name, entrance.token)

    return Depends(count)
