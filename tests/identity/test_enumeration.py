"""sec-I14: signing in tells nobody whether an address is known, neither in words nor in work."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.institutes.inviting import new_address
from tests.stage import School, Stage

TRIES = 250  # of each kind, in turns


async def test_known_and_unknown_addresses_cost_the_same_work(
    stage: Stage, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over 500 tries: the same statements, with arguments of the same shape, and the same bytes back. What
    takes as long as it does follows from that; `benchmarks/bench_people.py` measures it."""
    known, told = school.people["teacher"].email, set()
    did: list[str] = []
    execute = psycopg.AsyncCursor.execute

    async def listening(self: Any, query: Any, params: Any = None, **kwargs: Any) -> Any:
        did.append(str(query))
        return await execute(self, query, params, **kwargs)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", listening)
    async with stage.client() as client:
        for _ in range(TRIES):
            for email in (known, new_address()):
                did.clear()
                answer = await client.post("/api/auth/sign-in", json={"email": email})
                told.add((answer.status_code, answer.content, tuple(did)))
    assert len(told) == 1
    [(status, _, statements)] = told
    assert (status, len(statements) > 0) == (202, True)
