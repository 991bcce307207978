"""P-15: a school is closed at once for everybody in it and for nobody else, and nothing of it is lost."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import psycopg
import pytest

from markroom.institutes.closing.actions import close_by_command, reopen
from markroom.institutes.model import InstituteUnknown
from markroom.kit.tokens import hash_token
from tests.institutes.inviting import (
    count_members,
    invite,
    make_addressee,
    new_address,
    read_status,
    token_of,
)
from tests.stage import School, Stage


async def close(school: School, **body: str) -> Any:
    return await school["school_admin"].post(
        "/api/institutes/current/close", json=body or {"confirm": school.name}
    )


async def make_key(stage: Stage, school: School) -> UUID:
    """A key of the teacher's, in a project of theirs."""
    place, teacher = school.institute_id, school.people["teacher"].user_id
    [(project_id,)] = await stage.query(
        "insert into projects (institute_id, name, owner_id) values (%s, 'Moderation', %s) returning id",
        [place, teacher],
    )
    made = await stage.query(
        "insert into api_keys (institute_id, project_id, user_id, name, prefix, hash, scopes)"
        " values (%s, %s, %s, 'Scanner', 'mk_', %s, '{read}') returning id",
        [place, project_id, teacher, hash_token(str(place))],
    )
    return UUID(str(made[0][0]))


@pytest.mark.parametrize("typed", ["", "Hillside", "hillside school"])
async def test_another_name_closes_nothing(stage: Stage, school: School, typed: str) -> None:
    answer = await close(school, confirm=typed)
    assert (answer.status_code, answer.json()["code"]) == (422, "closing_unconfirmed")
    assert (await school["teacher"].get("/api/institutes/current")).status_code == 200
    assert await stage.query("select closed_at from institutes where id = %s", [school.institute_id]) == [
        (None,)
    ]


@pytest.mark.parametrize("role", ["department_head", "teacher", "student"])
async def test_only_an_admin_closes_a_school(school: School, role: str) -> None:
    answer = await school[role].post("/api/institutes/current/close", json={"confirm": school.name})
    assert answer.status_code == 403


async def test_a_session_opens_a_closed_school_no_more(stage: Stage, school: School) -> None:
    """sec-P2: from the next request on, whether the school is named or not."""
    assert (await close(school)).json()["ended"]["sessions"] == 5
    named = await school["teacher"].get("/api/users/staff")
    unnamed = await stage.client(school.people["teacher"].token).get("/api/auth/me")
    assert (named.status_code, unnamed.status_code) == (401, 401)


async def test_whoever_belongs_elsewhere_stays_signed_in_there(
    stage: Stage, school: School, other_school: School
) -> None:
    both = school.people["teacher"]
    await stage.add_member(other_school, both.user_id)
    assert (await close(school)).json()["ended"]["sessions"] == 4
    client = stage.client(both.token)
    assert (await client.get("/api/institutes/current")).json()["name"] == other_school.name
    places = (await client.get("/api/auth/me")).json()["memberships"]
    assert [place["institute_id"] for place in places] == [str(other_school.institute_id)]
    named = await client.get("/api/institutes/current", headers={"X-Institute-Id": str(school.institute_id)})
    assert named.status_code == 404


async def test_no_other_school_notices(stage: Stage, school: School, other_school: School) -> None:
    invitation = await invite(other_school["school_admin"], new_address())
    key_id = await make_key(stage, other_school)
    assert (await close(school)).status_code == 200
    assert (await other_school["teacher"].get("/api/institutes/current")).status_code == 200
    assert await read_status(stage, invitation) == "pending"
    assert await stage.query("select deactivated_at from api_keys where id = %s", [key_id]) == [(None,)]


async def test_a_platform_admin_does_not_open_it_either(stage: Stage, school: School) -> None:
    operator = await stage.make_person(None, "operator")
    await stage.query("update users set is_platform_admin = true where id = %s", [operator.user_id])
    at = {"X-Institute-Id": str(school.institute_id)}
    assert (await operator.client.get("/api/institutes/current", headers=at)).status_code == 200
    await close(school)
    assert (await operator.client.get("/api/institutes/current", headers=at)).status_code == 404


async def test_keys_end_with_their_school(stage: Stage, school: School) -> None:
    """The key is off, and its context cannot be begun even where it were not."""
    key_id, teacher = await make_key(stage, school), school.people["teacher"].user_id
    assert (await close(school)).json()["ended"]["api_keys"] == 1
    [(reason, is_off)] = await stage.query(
        "select deactivated_reason, deactivated_at is not null from api_keys where id = %s", [key_id]
    )
    assert (reason, is_off) == ("institute_closed", True)
    await stage.query("update api_keys set deactivated_at = null where id = %s", [key_id])
    async with stage.resources.database.transaction() as conn:
        await conn.execute("select app.begin_as(%s, %s, %s)", [teacher, key_id, school.institute_id])
        assert await (await conn.execute("select count(*) from projects")).fetchone() == (0,)


async def test_invitations_end_with_their_school(stage: Stage, school: School) -> None:
    address = new_address()
    token = token_of(stage, await invite(school["school_admin"], address))
    assert (await close(school)).json()["ended"]["invitations"] == 1
    shown = await stage.client().get(f"/api/invitations/{token}")
    assert shown.json()["status"] == "cancelled"
    addressee = await make_addressee(stage, address)
    accepted = await addressee.client.post(f"/api/invitations/{token}/accept")
    assert accepted.status_code == 410


async def test_an_invitation_written_as_the_school_closes_is_void(stage: Stage, school: School) -> None:
    """One that was not there to be cancelled is neither mailed, nor shown as open, nor a way to sign in."""
    address = new_address()
    invitation = await invite(school["school_admin"], address)
    await close(school)
    await stage.query("update invitations set status = 'pending' where id = %s", [invitation["id"]])
    await stage.query("update jobs set state = 'queued' where institute_id = %s", [school.institute_id])
    await stage.finish_jobs()
    assert await stage.query("select delivery from invitations where id = %s", [invitation["id"]]) == [
        ("queued",)
    ]
    await stage.client().post("/api/auth/sign-in", json={"email": address})
    await stage.finish_jobs()
    assert not await stage.query("select 1 from sign_in_tokens where email = %s", [address])


async def test_a_code_opens_no_closed_school(stage: Stage, school: School) -> None:
    admin = school["school_admin"]
    made = await admin.post("/api/users/pupils", json={"pupils": [{"name": "Pupil 07"}]})
    pupil = made.json()["pupils"][0]["user_id"]
    code = (await admin.post(f"/api/users/{pupil}/code")).json()["code"]
    await close(school)
    assert (await stage.client().post("/api/auth/sessions", json={"code": code})).status_code == 410


async def test_waiting_jobs_are_not_done(stage: Stage, school: School) -> None:
    await invite(school["school_admin"], new_address())
    assert (await close(school)).json()["ended"]["jobs"] == 1
    await stage.finish_jobs()
    assert await stage.query(
        "select state, error from jobs where institute_id = %s", [school.institute_id]
    ) == [("failed", "The school was closed.")]


async def test_closing_is_recorded_and_keeps_every_row(stage: Stage, school: School) -> None:
    """X-09"""
    before = await stage.query(
        "select user_id, role, state from memberships where institute_id = %s order by 1",
        [school.institute_id],
    )
    await close(school)
    after = await stage.query(
        "select user_id, role, state from memberships where institute_id = %s order by 1",
        [school.institute_id],
    )
    assert before == after
    [(user_id, facts)] = await stage.query(
        "select user_id, facts from events where institute_id = %s and kind = 'institute_closed'",
        [school.institute_id],
    )
    assert user_id == school.people["school_admin"].user_id
    assert facts == {"invitations": 0, "api_keys": 0, "jobs": 0, "sessions": 5}


async def test_the_operator_closes_and_opens_a_school(stage: Stage, school: School) -> None:
    """Members act in it again; they sign in anew."""
    async with stage.resources.database.service(school.institute_id) as conn:
        await close_by_command(conn, school.institute_id, school.name)
    async with stage.resources.database.service(school.institute_id) as conn:
        await reopen(conn, school.institute_id)
    await stage.query(
        "update sessions set revoked_at = null where user_id = %s", [school.people["teacher"].user_id]
    )
    assert (await school["teacher"].get("/api/institutes/current")).json()["name"] == school.name


async def test_an_unknown_school_is_neither_closed_nor_opened(stage: Stage) -> None:
    unknown = UUID(int=7)
    async with stage.resources.database.service(unknown) as conn:
        with pytest.raises(InstituteUnknown):
            await close_by_command(conn, unknown, "Hillside School")
        with pytest.raises(InstituteUnknown):
            await reopen(conn, unknown)


@pytest.mark.parametrize("role", ["department_head", "teacher", "student"])
async def test_the_database_lets_no_other_role_close_a_school(
    stage: Stage, school: School, role: str
) -> None:
    """sec-R7"""
    async with stage.resources.database.transaction() as conn:
        await conn.execute(
            "select app.begin_as(%s, null, %s)", [school.people[role].user_id, school.institute_id]
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await conn.execute("select app.door_close_institute(%s)", [school.institute_id])


@pytest.mark.races
async def test_accepting_while_a_school_closes_ends_one_way_or_the_other(
    stage: Stage, race_rounds: int
) -> None:
    """P-15, sec-I11: a member by an accepted invitation or none by a cancelled one; nobody gets in"""
    for _ in range(race_rounds):
        school = await stage.make_school(roles=("school_admin",))
        address = new_address()
        invitation = await invite(school["school_admin"], address)
        addressee = await make_addressee(stage, address)
        accept = addressee.client.post(f"/api/invitations/{token_of(stage, invitation)}/accept")
        accepted, closed = await asyncio.gather(accept, close(school))
        assert (closed.status_code, accepted.status_code in (200, 410)) == (200, True)
        ends = {200: ("accepted", 1), 410: ("cancelled", 0)}[accepted.status_code]
        assert (await read_status(stage, invitation), await count_members(stage, school, address)) == ends
        at = {"X-Institute-Id": str(school.institute_id)}
        assert (await addressee.client.get("/api/institutes/current", headers=at)).status_code in (401, 404)
