"""P-17: what somebody signed in by a printed code may change. Others may have held the code."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx

from markroom.reach import CODE_REACH
from tests.architecture.routes import SAFE, Way, list_ways
from tests.institutes.addresses.test_addresses import sign_in
from tests.institutes.pupils.test_pupils import add_pupil
from tests.stage import BASE_URL, School, Stage

ENDING = ("DELETE /api/auth/me", "DELETE /api/memberships/current")
OPEN = {  # to whoever holds a token of its own, signed in or not
    "POST /sign-in",
    "POST /sign-in/{token}",
    "POST /api/auth/sign-in",
    "POST /api/auth/sessions",
    "POST /address/{token}",
    "POST /api/auth/address/proof",
}


async def ask(client: httpx.AsyncClient, way: Way) -> httpx.Response:
    made: dict[str, Any] = {
        name: 1 if way.route.param_convertors[name].regex == "[0-9]+" else uuid4() for name in way.parameters
    }
    content: dict[str, Any] = {"json": {}} if way.path.startswith("/api") else {"data": {"csrf": "x"}}
    return await client.request(way.method, way.address(made), headers={"Origin": BASE_URL}, **content)


async def test_nothing_is_changed_by_a_code_but_what_is_listed(stage: Stage, school: School) -> None:
    """sec-I7: leaving and deleting the account among it; a route that is new is closed"""
    ways = [way for way in list_ways(stage.app) if way.method not in SAFE]
    assert {way.name for way in ways} >= {*CODE_REACH, *ENDING, *OPEN}
    assert not CODE_REACH & set(ENDING)
    client = await sign_in(stage, school, await add_pupil(school))
    for way in ways:
        if way.name in CODE_REACH | OPEN:
            continue
        answer = await ask(client, way)
        assert (way.name, answer.status_code) == (way.name, 403)
        if way.path.startswith("/api"):
            assert (way.name, answer.json()["code"]) == (way.name, "closed_to_codes")


async def test_what_is_listed_is_not_closed(stage: Stage, school: School) -> None:
    client = await sign_in(stage, school, await add_pupil(school))
    for way in list_ways(stage.app):
        if way.name in CODE_REACH and way.path.startswith("/api") and "sessions" not in way.path:
            answer = await ask(client, way)
            assert (way.name, answer.json().get("code")) != (way.name, "closed_to_codes")


async def test_a_session_opened_by_a_link_is_open_as_before(school: School) -> None:
    """The wall is about the session, not the role: this student has an address."""
    assert (await school["student"].delete("/api/memberships/current")).status_code == 200


async def test_a_refusal_is_in_the_audit_trail(stage: Stage, school: School) -> None:
    """X-09"""
    pupil = await add_pupil(school)
    client = await sign_in(stage, school, pupil)
    await client.delete("/api/memberships/current")
    [(facts,)] = await stage.query(
        "select facts from events where user_id = %s and kind = 'change_refused'", [pupil]
    )
    assert facts["code"] == "closed_to_codes"
