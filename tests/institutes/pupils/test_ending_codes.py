"""P-17, sec-P2: what a pupil's printed codes open stays a pupil's, and ends with what it was opened for."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from markroom.identity.codes import hash_code
from markroom.kit.tokens import hash_token
from tests.institutes.addresses.test_addresses import ask, prove, read_user, sign_in
from tests.institutes.inviting import new_address
from tests.institutes.pupils.test_pupils import add_pupil, enter, issue
from tests.stage import School, Stage


async def wait_for_lock(stage: Stage, busy: asyncio.Task[object]) -> None:
    """Until the request waits for a lock in this database."""
    waiting = """select exists (select 1 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock')"""
    for _ in range(3000):
        if busy.done() or (await stage.query(waiting))[0][0]:
            break
        await asyncio.sleep(0.02)
    assert not busy.done()


ACCESS = "ms_" + "x" * 40


async def use_code(stage: Stage, conn: psycopg.AsyncConnection[object], code: str) -> object:
    """In a transaction that goes on; none where the code opens nothing."""
    cursor = await conn.execute(
        "select user_id from app.door_sign_in_by_code(%s, %s, 3600, 'x')",
        [hash_code(stage.resources.secret, code), hash_token(ACCESS)],
    )
    return await cursor.fetchone()


async def test_a_pupil_without_an_address_stays_a_pupil(stage: Stage, school: School) -> None:
    """P-11, P-17: what a printed code opened would grow with the role"""
    pupil = await add_pupil(school)
    code = (await issue(school, pupil)).json()["code"]
    async with stage.client((await enter(stage, code)).json()["access_token"]) as client:
        for role in ("teacher", "department_head", "school_admin"):
            refused = await school["school_admin"].patch(f"/api/users/{pupil}", json={"role": role})
            assert (refused.status_code, refused.json()["code"]) == (409, "address_needed")
        assert (await client.get("/api/people?q=a")).status_code == 403
    same = await school["school_admin"].patch(f"/api/users/{pupil}", json={"role": "student"})
    assert same.status_code == 200


END_OF_STAFF = {
    "removed": ("delete", None),
    "suspended": ("patch", {"state": "suspended"}),
    "made a student": ("patch", {"role": "student"}),
}


@pytest.mark.parametrize("end", END_OF_STAFF)
async def test_codes_end_with_whoever_printed_them(stage: Stage, school: School, end: str) -> None:
    """P-11, P-17, sec-P2: unused ones, and what others opened; codes of colleagues stay"""
    used, unused, other = [await add_pupil(school) for _ in range(3)]
    head = school.people["department_head"]
    codes = {
        pupil: (await issue(school, pupil, "department_head")).json()["code"] for pupil in (used, unused)
    }
    codes[other] = (await issue(school, other)).json()["code"]
    method, body = END_OF_STAFF[end]
    async with stage.client((await enter(stage, codes[used])).json()["access_token"]) as client:
        answer = await school["school_admin"].request(method, f"/api/users/{head.user_id}", json=body)
        assert answer.status_code == 200, answer.text
        assert (await client.get("/api/auth/me")).status_code == 401
    assert (await enter(stage, codes[unused])).status_code == 410
    assert (await enter(stage, codes[other])).status_code == 200


async def test_codes_end_with_whoever_leaves_by_themselves(stage: Stage, school: School) -> None:
    """sec-P2"""
    codes = [
        (await issue(school, await add_pupil(school), role)).json()["code"]
        for role in ("department_head", "school_admin")
    ]
    assert (await school["department_head"].delete("/api/memberships/current")).status_code == 200
    assert [(await enter(stage, code)).status_code for code in codes] == [410, 200]


async def test_whoever_is_removed_while_they_print_codes_gets_none(stage: Stage, school: School) -> None:
    """sec-P2"""
    pupil, head = await add_pupil(school), school.people["department_head"]
    async with await psycopg.AsyncConnection.connect(stage.admin_url) as conn:
        await conn.execute("select 1 from institutes where id = %s for no key update", [school.institute_id])
        await conn.execute(
            "update memberships set state = 'left', ended_at = now() where user_id = %s", [head.user_id]
        )
        printing = asyncio.create_task(issue(school, pupil, "department_head"))
        await wait_for_lock(stage, printing)
    assert (await printing).status_code == 409
    assert await stage.query("select 1 from sign_in_codes where user_id = %s", [pupil]) == []


async def test_a_session_of_nobody_with_an_address_is_by_code(stage: Stage, school: School) -> None:
    """P-17: also one that a server of the release before opened"""
    pupil = await add_pupil(school)
    code = (await issue(school, pupil)).json()["code"]
    async with stage.client((await enter(stage, code)).json()["access_token"]) as client:
        await stage.query("update sessions set is_by_code = false where user_id = %s", [pupil])
        refused = await client.delete("/api/memberships/current")
        assert (refused.status_code, refused.json()["code"]) == (403, "closed_to_codes")
        ended = await school["school_admin"].delete(f"/api/users/{pupil}/code")
        assert ended.json()["ended"] == {"sessions": 1}
        assert (await client.get("/api/auth/me")).status_code == 401


async def test_a_code_session_of_whoever_came_to_an_address_is_ended(stage: Stage, school: School) -> None:
    student = school.people["student"]
    await stage.query("update sessions set is_by_code = true where user_id = %s", [student.user_id])
    ended = await school["school_admin"].delete(f"/api/users/{student.user_id}/code")
    assert ended.json()["ended"] == {"sessions": 1}
    assert (await student.client.get("/api/auth/me")).status_code == 401


async def test_a_code_used_as_the_address_is_proved_opens_nothing_that_stays(
    stage: Stage, school: School
) -> None:
    """P-17, sec-I14: the code's session comes to be while the proof waits for it"""
    pupil, address = await add_pupil(school), new_address()
    token = await ask(stage, school, await sign_in(stage, school, pupil), address)
    code = (await issue(school, pupil)).json()["code"]
    async with await psycopg.AsyncConnection.connect(stage.admin_url) as conn:
        await use_code(stage, conn, code)
        proving = asyncio.create_task(prove(stage, token))
        await wait_for_lock(stage, proving)
    assert (await proving).status_code == 200
    assert await read_user(stage, pupil) == (address, True)
    async with stage.client(ACCESS) as client:
        assert (await client.get("/api/auth/me")).status_code == 401


async def test_a_code_that_ends_while_its_use_waits_opens_nothing(stage: Stage, school: School) -> None:
    """P-17: also for whoever began to use it before it ended"""
    pupil = await add_pupil(school)
    code = (await issue(school, pupil)).json()["code"]
    async with await psycopg.AsyncConnection.connect(stage.admin_url) as early:
        await early.execute("select now()")
        async with await psycopg.AsyncConnection.connect(stage.admin_url) as conn:
            await conn.execute("update sign_in_codes set expires_at = now() where user_id = %s", [pupil])
            using = asyncio.create_task(use_code(stage, early, code))
            await wait_for_lock(stage, using)
        assert await using is None
