"""Pupils without mail: a user without an address, signed in by a printed code that works once."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from markroom.identity.codes import ALPHABET, hash_code, make_code
from tests.stage import School, Stage, open_stage


async def add_pupil(school: School, name: str = "Pupil 07", **details: str) -> str:
    answer = await school["school_admin"].post(
        "/api/users/pupils", json={"pupils": [{"name": name, **details}]}
    )
    assert answer.status_code == 201, answer.text
    user_id: str = answer.json()["pupils"][0]["user_id"]
    return user_id


async def issue(school: School, user_id: Any, role: str = "school_admin", **headers: str) -> httpx.Response:
    return await school[role].post(f"/api/users/{user_id}/code", headers=headers)


async def enter(stage: Stage, code: str) -> httpx.Response:
    async with stage.client() as client:
        return await client.post("/api/auth/sessions", json={"code": code})


async def test_pupils_are_entered_without_an_address(stage: Stage, school: School) -> None:
    """P-17"""
    given = [
        {"name": " Pupil  07 ", "year_group": "9", "candidate_number": "0107"},
        {"name": "Pupil 08", "year_group": None},
    ]
    answer = await school["department_head"].post("/api/users/pupils", json={"pupils": given})
    assert answer.status_code == 201, answer.text
    made = answer.json()["pupils"]
    assert [pupil["name"] for pupil in made] == ["Pupil 07", "Pupil 08"]
    rows = await stage.query(
        """select m.name, m.role, m.email, m.metadata, u.email_key
             from memberships m join users u on u.id = m.user_id
            where m.user_id = any(%s::uuid[]) order by m.name""",
        [[pupil["user_id"] for pupil in made]],
    )
    assert rows == [
        ("Pupil 07", "student", None, {"year_group": "9", "candidate_number": "0107"}, None),
        ("Pupil 08", "student", None, {}, None),
    ]
    told = await stage.query(
        "select facts from events where subject_id = %s and kind = 'pupil_added'", [made[0]["user_id"]]
    )
    assert told == [({},)]
    listed = (await school["school_admin"].get("/api/users/students?q=pupil")).json()
    assert [(s["display_name"], s["email"], s["username"]) for s in listed["students"]] == [
        ("Pupil 07", None, None),
        ("Pupil 08", None, None),
    ]


async def test_a_pupil_is_named_by_their_school(stage: Stage, school: School, other_school: School) -> None:
    """P-17: in its lists and on their own page. Whoever has an address, or is at two schools, is not."""
    pupil = await add_pupil(school, "Pupli 07")
    answer = await school["department_head"].put(f"/api/users/{pupil}/name", json={"name": " Pupil  07 "})
    assert answer.status_code == 200, answer.text
    names = "select u.name, m.name from users u join memberships m on m.user_id = u.id where u.id = %s"
    assert await stage.query(names, [pupil]) == [("Pupil 07", "Pupil 07")]
    told = "select changed from events where kind = 'pupil_renamed' and subject_id = %s"
    assert await stage.query(told, [pupil]) == [(["name"],)]
    await stage.add_member(other_school, pupil, "student", "Pupil 07")
    for user_id in (pupil, school.people["student"].user_id, school.people["teacher"].user_id):
        refused = await school["school_admin"].put(f"/api/users/{user_id}/name", json={"name": "X"})
        assert (refused.status_code, refused.json()["code"]) == (409, "name_is_theirs")


async def test_a_pupils_name_is_for_managers_of_their_school(school: School, other_school: School) -> None:
    pupil = await add_pupil(school)
    for client, status in ((school["teacher"], 403), (other_school["school_admin"], 404)):
        answer = await client.put(f"/api/users/{pupil}/name", json={"name": "Pupil 08"})
        assert answer.status_code == status
    empty = await school["school_admin"].put(f"/api/users/{pupil}/name", json={"name": " "})
    assert empty.status_code == 422


async def test_codes_that_somebody_else_had_are_ended(stage: Stage, school: School) -> None:
    """P-17: with what was opened by them; one printed afterwards works"""
    pupil = await add_pupil(school)
    spare = (await issue(school, pupil)).json()["code"]
    async with stage.client((await enter(stage, spare)).json()["access_token"]) as client:
        unused = (await issue(school, pupil)).json()["code"]
        ended = await school["department_head"].delete(f"/api/users/{pupil}/code")
        assert (ended.status_code, ended.json()["ended"]) == (200, {"sessions": 1})
        assert (await client.get("/api/auth/me")).status_code == 401
    assert (await enter(stage, unused)).status_code == 410
    assert (await enter(stage, (await issue(school, pupil)).json()["code"])).status_code == 200


async def test_sessions_of_nobody_with_an_address_are_ended(school: School, other_school: School) -> None:
    student = school.people["student"]
    admin = school["school_admin"]
    for user_id in (student.user_id, school.people["teacher"].user_id):
        refused = await admin.delete(f"/api/users/{user_id}/code")
        assert (refused.status_code, refused.json()["code"]) == (409, "code_refused")
    assert (await student.client.get("/api/auth/me")).status_code == 200
    pupil = await add_pupil(school)
    assert (await school["teacher"].delete(f"/api/users/{pupil}/code")).status_code == 403
    assert (await other_school["school_admin"].delete(f"/api/users/{pupil}/code")).status_code == 404


async def test_a_code_signs_a_pupil_in_once(stage: Stage, school: School) -> None:
    """P-17"""
    issued = await issue(school, await add_pupil(school))
    assert issued.json().keys() == {"status", "name", "code", "expires_at"}
    assert issued.headers["Cache-Control"] == "no-store"
    code = issued.json()["code"]
    signed_in = await enter(stage, code)
    assert signed_in.status_code == 200, signed_in.text
    async with stage.client(signed_in.json()["access_token"]) as pupil:
        me = (await pupil.get("/api/auth/me")).json()
    assert (me["user"]["name"], me["user"]["email"]) == ("Pupil 07", None)
    assert [m["role"] for m in me["memberships"]] == ["student"]
    again = await enter(stage, code)
    assert (again.status_code, again.json()["code"]) == (410, "code_used")


async def test_a_code_used_at_once_by_many_opens_one_session(stage: Stage, school: School) -> None:
    code = (await issue(school, await add_pupil(school))).json()["code"]
    answers = await asyncio.gather(*(enter(stage, code) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] + [410] * 9


async def test_a_code_is_typed_in_any_way(stage: Stage, school: School) -> None:
    code = (await issue(school, await add_pupil(school))).json()["code"]
    assert (await enter(stage, f" {code.lower().replace('-', ' ')} ")).status_code == 200


def test_a_code_cannot_be_guessed_or_misread() -> None:
    """P-17: at least 60 bits"""
    code = make_code()
    assert [len(group) for group in code.split("-")] == [4] * 4
    assert len(set(ALPHABET)) ** 16 > 2**60
    assert not set(ALPHABET) & set("01OILUAE")
    assert make_code() != code
    assert hash_code(b"a" * 32, code) != hash_code(b"b" * 32, code)


async def test_a_new_code_ends_the_one_before(stage: Stage, school: School) -> None:
    pupil = await add_pupil(school)
    first, second = [(await issue(school, pupil)).json()["code"] for _ in range(2)]
    assert (await enter(stage, first)).status_code == 410
    assert (await enter(stage, second)).status_code == 200


@pytest.mark.parametrize(
    "ended",
    [
        "update sign_in_codes set expires_at = now() where user_id = %s",
        "update memberships set state = 'suspended' where user_id = %s",
        "update memberships set role = 'teacher' where user_id = %s",
        "update users set email = 'p@s.example', email_key = 'p@s.example' where id = %s",
    ],
)
async def test_a_code_that_is_no_longer_good_opens_nothing(stage: Stage, school: School, ended: str) -> None:
    pupil = await add_pupil(school)
    code = (await issue(school, pupil)).json()["code"]
    await stage.query(ended, [pupil])
    assert (await enter(stage, code)).status_code == 410
    await stage.query("update users set email = null, email_key = null where id = %s", [pupil])


async def test_a_code_is_kept_nowhere(stage: Stage, school: School) -> None:
    """P-17, sec-I1"""
    pupil = await add_pupil(school)
    with capture_logs() as logs:
        code = (await issue(school, pupil, **{"Idempotency-Key": "one"})).json()["code"]
        again = await issue(school, pupil, **{"Idempotency-Key": "one"})
        await enter(stage, code)
    assert (again.status_code, again.json()["code"]) == (409, "answer_not_kept")
    plain = code.replace("-", "")
    for table in ("sign_in_codes", "events", "identity_events", "jobs", "idempotent_answers", "sessions"):
        rows = str(await stage.query(f"select t::text from {table} t"))
        assert code not in rows
        assert plain not in rows
    assert logs
    assert code not in str(logs)
    [(kept,)] = await stage.query("select hash from sign_in_codes where user_id = %s", [pupil])
    assert (await enter(stage, kept.hex())).status_code == 410
    told = await stage.query(
        "select kind, user_id from events where subject_id = %s order by id desc limit 1", [pupil]
    )
    assert told == [("sign_in_code_issued", school.people["school_admin"].user_id)]


async def test_nobody_with_an_address_gets_a_code(stage: Stage, school: School, other_school: School) -> None:
    """P-17: a school does not sign in for somebody who has an account, or belongs elsewhere too"""
    student = await issue(school, school.people["student"].user_id)
    assert (student.status_code, student.json()["code"]) == (409, "code_refused")
    pupil = await add_pupil(school)
    await stage.add_member(other_school, pupil, "student", "Pupil 07")
    assert (await issue(school, pupil)).status_code == 409
    for stranger in (school.people["teacher"].user_id, other_school.people["student"].user_id):
        assert (await issue(school, stranger)).status_code == 404
    assert await stage.query("select 1 from sign_in_codes where user_id = %s", [pupil]) == []


@pytest.mark.parametrize("role", ["teacher", "student"])
async def test_codes_and_pupils_are_for_managers(school: School, role: str) -> None:
    pupil = await add_pupil(school)
    assert (await issue(school, pupil, role)).status_code == 403
    answer = await school[role].post("/api/users/pupils", json={"pupils": [{"name": "Pupil 08"}]})
    assert (answer.status_code, answer.json()["detail"]) == (403, "School admin access required")


@pytest.mark.parametrize(
    "body",
    [
        {"pupils": []},
        {"pupils": [{"name": ""}]},
        {"pupils": [{"name": "Pupil 07", "email": "p@school.example"}]},
        {"pupils": [{"name": "Pupil 07", "year_group": "x" * 101}]},
        {"pupils": [{"name": "Pupil 07"}] * 501},
    ],
    ids=lambda body: str(body)[:50],
)
async def test_what_is_no_pupil_is_refused(stage: Stage, school: School, body: Any) -> None:
    assert (await school["school_admin"].post("/api/users/pupils", json=body)).status_code == 422
    without = "select 1 from memberships where institute_id = %s and email is null"
    assert await stage.query(without, [school.institute_id]) == []


@pytest.mark.parametrize("body", [{}, {"token": "x", "code": "y"}])
async def test_a_session_wants_a_token_or_a_code(stage: Stage, body: Any) -> None:
    async with stage.client() as client:
        answer = await client.post("/api/auth/sessions", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "token_or_code")


async def test_codes_are_tried_so_often_a_minute(database: Any, tmp_path: Any) -> None:
    """X-11: from one network address"""
    async with open_stage(database, tmp_path, rate_limits="sign_in_network=2/minute") as stage:
        codes = [(await enter(stage, make_code())).status_code for _ in range(3)]
    assert codes == [410, 410, 429]
