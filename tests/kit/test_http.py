"""Problem documents, the order of checks, and what no request can do to the server."""

from __future__ import annotations

import json
from uuid import uuid4

import httpx
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from markroom import main
from markroom.kit import errors
from markroom.kit.access import InInstitute
from markroom.kit.actor import Permission, permit
from markroom.kit.db import Database as TwoPools
from markroom.kit.errors import Conflict, every_error
from markroom.kit.http import Body, router
from tests.stage import School, Stage

assert main  # every room's errors are known now
INVITE = "/api/users/invite"
GOOD = {"email": "teacher.9@school.example", "role": "teacher"}


class Spilled(Conflict):
    """The ink is dry."""


class Nobodys(errors.Forbidden):
    """This is nobody's to do."""


class Blot(Body):
    size: int


NOBODYS = Permission("planted.nobodys", (), refusal=Nobodys)


@pytest.fixture(scope="module")
def planted(stage: Stage) -> Stage:
    """The application with a few routes that fail in their own ways."""
    routes = router("/api/planted")

    @routes.get("/unexpected")
    async def unexpected() -> None:
        raise RuntimeError("the password is swordfish")

    @routes.post("/spill")
    async def spill(caller: InInstitute) -> None:
        await caller.conn.execute(
            "update institutes set name = 'Spilled' where id = %s", [caller.actor.institute]
        )
        raise Spilled(blots=3)

    @routes.post("/nobodys")
    async def nobodys(caller: InInstitute) -> None:
        permit(caller.actor, NOBODYS)

    @routes.post("/blot")
    async def blot(caller: InInstitute, body: Blot) -> int:
        return body.size

    @routes.post("/keep")
    async def keep(caller: InInstitute, request: dict[str, str]) -> None:
        sql = "update institutes set website = %s where id = %s"
        await caller.conn.execute(sql, [request["website"], caller.actor.institute])

    @routes.get("/database")
    async def database() -> None:
        raise psycopg.errors.SyntaxError('relation "secret_plans" in select * from')

    stage.app.include_router(routes)
    return stage


def is_problem(answer: httpx.Response, status: int, code: str) -> bool:
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "code", "request_id"} <= body.keys()
    assert body["request_id"] == answer.headers["x-request-id"]
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    return True


async def test_a_failure_is_a_problem_with_its_facts(planted: Stage, school: School) -> None:
    """X-05"""
    answer = await school["teacher"].post("/api/planted/spill")
    assert is_problem(answer, 409, "spilled")
    assert answer.json()["detail"] == "The ink is dry."
    assert answer.json()["blots"] == 3


async def test_a_failed_request_keeps_nothing_but_that_it_was_refused(planted: Stage, school: School) -> None:
    """X-09: the refusal is recorded after the rollback, with who, what and by which request"""
    answer = await school["teacher"].post("/api/planted/spill", headers={"X-Request-Id": "request-0001"})
    assert answer.json()["request_id"] == "request-0001"
    assert (await planted.query("select name from institutes where id = %s", [school.institute_id])) == [
        (school.name,)
    ]
    told = await planted.query(
        "select kind, user_id, credential like 'session:%%', facts, request_id from events"
        " where institute_id = %s and kind = 'change_refused'",
        [school.institute_id],
    )
    facts = {"route": "/api/planted/spill", "method": "POST", "code": "spilled"}
    assert told == [("change_refused", school.people["teacher"].user_id, True, facts, "request-0001")]


async def test_a_forbidden_change_is_recorded_and_a_hidden_one_is_not(planted: Stage, school: School) -> None:
    """X-09: a 404 is only counted"""
    assert (await school["teacher"].post("/api/planted/nobodys")).status_code == 403
    assert (await school["school_admin"].delete(f"/api/users/invitations/{uuid4()}")).status_code == 404
    codes = await planted.query(
        "select facts ->> 'code' from events where institute_id = %s and kind = 'change_refused'",
        [school.institute_id],
    )
    assert codes == [("nobodys",)]


@pytest.mark.parametrize("route", ["unexpected", "database"])
async def test_an_unexpected_failure_tells_nothing(planted: Stage, school: School, route: str) -> None:
    """X-05: no exception text, and all that other answers carry"""
    answer = await school["teacher"].get(f"/api/planted/{route}")
    assert is_problem(answer, 500, "markroom_error")
    assert "swordfish" not in answer.text
    assert "secret_plans" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_an_address_that_is_not_there_and_a_wrong_method_have_codes(school: School) -> None:
    assert is_problem(await school["teacher"].get("/api/nothing"), 404, "no_such_page")
    answer = await school["teacher"].delete("/api/users/staff")
    assert is_problem(answer, 405, "wrong_method")
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize("given_id", ["short", "x" * 65, "with space", "a\tb", "é" * 10])
async def test_a_request_id_that_is_none_is_replaced(school: School, given_id: str) -> None:
    answer = await school["teacher"].get("/api/auth/me", headers={b"X-Request-Id": given_id.encode()})
    assert len(answer.headers["x-request-id"]) == 32


BROKEN = [
    b"{",
    b"",
    b"[",
    b"nul",
    b"\xff\xfe",
    b'{"email": "\xff"}',
    b"[" * 200_000,
    b'{"size": 1e999999}',
    b"{}x",
]


@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
async def test_broken_json_is_refused_after_the_gates(planted: Stage, school: School, body: bytes) -> None:
    """§14: authentication, institute and permission come before input"""
    kind = {"Content-Type": "application/json"}
    stranger = await planted.make_person(None, "teacher")
    async with planted.client() as nobody:
        assert (await nobody.post(INVITE, content=body, headers=kind)).status_code == 401
    assert (await stranger.client.post(INVITE, content=body, headers=kind)).json()["code"] == "not_linked"
    assert (await school["teacher"].post(INVITE, content=body, headers=kind)).status_code == 403
    answer = await school["school_admin"].post(INVITE, content=body, headers=kind)
    assert answer.status_code == 422
    assert (await school["teacher"].post("/api/planted/blot", content=body, headers=kind)).status_code == 422


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None]
)
async def test_json_under_another_name_is_not_read(school: School, kind: str | None) -> None:
    """I-02: what a foreign page's form can send is no body of ours"""
    headers = {"Content-Type": kind} if kind else {}
    answer = await school["school_admin"].post(INVITE, content=json.dumps(GOOD), headers=headers)
    assert answer.status_code in (400, 422)


async def test_a_body_without_end_is_refused_before_it_is_read(stage: Stage) -> None:
    sent = 0

    async def chunks() -> object:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield b" " * 2**20

    async with stage.client() as nobody:
        headers = {"Content-Type": "application/json"}
        answer = await nobody.post("/api/auth/sign-in", content=chunks(), headers=headers)  # type: ignore[arg-type]
    assert is_problem(answer, 413, "body_too_large")
    assert sent < 40


@pytest.mark.parametrize(
    "body",
    [
        GOOD | {"surprise": 1},
        GOOD | {"email": 5},
        GOOD | {"metadata": []},
        {"email": GOOD["email"]},
        [],
        None,
        "text",
    ],
    ids=str,
)
async def test_a_body_of_another_shape_names_its_fields(school: School, body: object) -> None:
    """X-12"""
    answer = await school["school_admin"].post(INVITE, json=body)
    assert is_problem(answer, 422, "unprocessable")
    assert answer.json()["errors"]


async def test_of_a_hundred_thousand_faults_the_first_are_told(school: School) -> None:
    """X-05"""
    answer = await school["school_admin"].post(
        INVITE, json={f"field {number}": "x" for number in range(100_000)}
    )
    assert is_problem(answer, 422, "unprocessable")
    assert len(answer.json()["errors"]) == 20


async def test_the_name_of_an_unknown_field_is_told_no_longer_than_it_is_read(school: School) -> None:
    answer = await school["school_admin"].post(INVITE, json=GOOD | {"x" * 100_000: 1})
    assert is_problem(answer, 422, "unprocessable")
    assert len(answer.content) < 2000


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("limit=abc", "limit: must be a whole number"),
        ("limit=0", "limit: must be 1 or more"),
        ("subject_id=7", "subject_id: is not an id"),
    ],
)
async def test_a_value_that_does_not_fit_is_said_in_plain_words(
    school: School, query: str, said: str
) -> None:
    answer = await school["teacher"].get(f"/api/jobs?{query}")
    assert is_problem(answer, 422, "unprocessable")
    assert answer.json()["detail"] == said


async def test_a_title_that_is_too_long_is_said_in_plain_words(school: School) -> None:
    answer = await school["teacher"].post("/api/exam/templates", json={"title": "x" * 301})
    assert is_problem(answer, 422, "unprocessable")
    assert answer.json()["detail"] == "title: must have at most 300 characters"


@pytest.mark.parametrize("text", ["nul \0 byte", "lone \ud800 half"])
async def test_a_text_the_database_cannot_hold_is_refused(planted: Stage, school: School, text: str) -> None:
    answer = await school["school_admin"].post(
        "/api/planted/keep",
        content=json.dumps({"website": text}),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 422


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_problems_are_json_whatever_their_facts(value: object) -> None:
    from starlette.requests import Request

    from markroom.kit.http import problem

    request = Request({"type": "http", "headers": [], "method": "GET", "path": "/", "state": {}})
    try:
        body = problem(request, Spilled(value=value)).body
    except ValueError:  # not a number
        assert "nan" in repr(value) or "inf" in repr(value)
    else:
        assert json.loads(bytes(body))["code"] == "spilled"


def test_every_failure_has_a_message_and_a_code_has_one_status() -> None:
    """X-05: the code is the name, which two rooms may share"""
    families = set(errors.MarkroomError.__subclasses__()) & {
        value for value in vars(errors).values() if isinstance(value, type)
    }
    known = [error for error in every_error() if error not in families]
    codes: dict[str, set[int]] = {}
    for error in dict.fromkeys(known):
        assert error.__doc__, error
        codes.setdefault(error.__new__(error).code, set()).add(error.status)
    assert {code: said for code, said in codes.items() if len(said) > 1} == {}


async def test_the_server_is_ready_only_with_its_database(stage: Stage) -> None:
    """X-14"""
    async with stage.client() as client:
        assert (await client.get("/health/ready")).status_code == 200
        lost = TwoPools("postgresql://nobody@127.0.0.1:1/none", "postgresql://nobody@127.0.0.1:1/none")
        app = main.make_app(
            stage.resources.__class__(**vars(stage.resources) | {"database": lost}), with_worker=False
        )
        lost.pool.timeout = 0.1
        await lost.pool.open()
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://127.0.0.1"
        ) as alone:
            assert (await alone.get("/health/live")).status_code == 200
            assert (await alone.get("/health/ready")).status_code == 503
            answer = await alone.get("/api/auth/me", headers={"Authorization": "Bearer ms_x"})
        await lost.pool.close(timeout=0)
        assert is_problem(answer, 503, "unavailable")
