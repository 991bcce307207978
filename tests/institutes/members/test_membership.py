"""P-11, I-07, sec-P1…P3: changing and ending memberships, and the last admin who cannot go."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import combinations_with_replacement

import httpx
import pytest

from tests.stage import Person, School, Stage

ROLES = ("department_head", "school_admin", "student", "teacher")
GRANTS = {
    "school_admin": set(ROLES),
    "department_head": {"teacher", "student"},
    "teacher": set(),
    "student": set(),
}


def _member(school: School, role: str) -> str:
    return f"/api/users/{school.people[role].user_id}"


async def _admins(stage: Stage, school: School) -> int:
    rows = await stage.query(
        "select count(*) from memberships"
        " where institute_id = %s and role = 'school_admin' and state = 'active'",
        [school.institute_id],
    )
    count: int = rows[0][0]
    return count


@pytest.mark.parametrize("new", ROLES)
@pytest.mark.parametrize("old", ["teacher_2", "department_head", "student"])
@pytest.mark.parametrize("by", ["school_admin", "department_head", "teacher", "student"])
async def test_nobody_gives_or_takes_a_role_above_their_own(
    school: School, by: str, old: str, new: str
) -> None:
    """sec-I6"""
    answer = await school[by].patch(_member(school, old), json={"role": new})
    may = {old.removesuffix("_2"), new} <= GRANTS[by]
    assert answer.status_code == (200 if may else 403)


async def test_a_suspended_person_gets_nowhere_at_once_and_back_when_reinstated(school: School) -> None:
    """sec-P2"""
    await school["school_admin"].patch(_member(school, "teacher"), json={"state": "suspended"})
    assert (await school["teacher"].get("/api/people")).status_code == 404
    await school["school_admin"].patch(_member(school, "teacher"), json={"state": "active"})
    assert (await school["teacher"].get("/api/people")).status_code == 200


async def test_a_leavers_session_and_invitations_end_with_their_last_membership(school: School) -> None:
    """sec-P2"""
    head = school["department_head"]
    await head.post("/api/users/invite", json={"email": "late@school.example", "role": "teacher"})
    preview = (await school["school_admin"].get(f"{_member(school, 'department_head')}/removal")).json()
    assert preview["ends"] == {"invitations": 1, "api_keys": 0, "owned_projects": 0}
    answer = await school["school_admin"].delete(_member(school, "department_head"))
    assert answer.json()["ended"] == {"invitations": 1, "sessions": 1}
    assert (await head.get("/api/auth/me")).status_code == 401
    listed = (await school["school_admin"].get("/api/users/invitations?status=cancelled")).json()
    assert [i["email"] for i in listed["invitations"]] == ["late@school.example"]


async def test_a_person_with_another_school_keeps_their_session(
    stage: Stage, school: School, other_school: School
) -> None:
    teacher = school.people["teacher"]
    await stage.add_member(other_school, teacher.user_id)
    await school["school_admin"].delete(_member(school, "teacher"))
    places = (await teacher.client.get("/api/auth/me", headers={"X-Institute-Id": ""})).json()
    assert [place["institute_id"] for place in places["memberships"]] == [str(other_school.institute_id)]


async def test_a_stranger_reads_as_absent(school: School, other_school: School) -> None:
    """P-01, sec-P5"""
    for method, path in (("PATCH", ""), ("DELETE", ""), ("GET", "/removal")):
        body = {"role": "student"} if method == "PATCH" else None
        answer = await school["school_admin"].request(
            method, _member(other_school, "teacher") + path, json=body
        )
        assert answer.status_code == 404


async def test_leaving_ones_only_school_ends_ones_sessions_and_is_told(stage: Stage, school: School) -> None:
    """P-11, X-09"""
    teacher = school.people["teacher"]
    assert (await teacher.client.delete("/api/memberships/current")).status_code == 200
    assert (await teacher.client.get("/api/auth/me")).status_code == 401
    told = "select count(*) from events where kind = 'member_left' and subject_id = %s"
    assert await stage.query(told, [teacher.user_id]) == [(1,)]


async def test_an_account_goes_with_its_name_address_memberships_and_sessions(
    stage: Stage, school: School
) -> None:
    """I-07"""
    teacher = school.people["teacher"]
    assert (await teacher.client.delete("/api/auth/me")).status_code == 200
    assert (await teacher.client.get("/api/auth/me")).status_code == 401
    rows = await stage.query("select email, name from users where id = %s", [teacher.user_id])
    assert rows == [(None, "Former user")]


async def test_the_last_admin_keeps_their_account_and_their_role(school: School, stage: Stage) -> None:
    """I-07, P-11"""
    admin = school["school_admin"]
    answers = [
        await admin.delete("/api/auth/me"),
        await admin.delete("/api/memberships/current"),
        await admin.delete(_member(school, "school_admin")),
        await admin.patch(_member(school, "school_admin"), json={"role": "teacher"}),
        await admin.patch(_member(school, "school_admin"), json={"state": "suspended"}),
    ]
    assert [answer.status_code for answer in answers] == [400, 409, 409, 409, 409]
    assert await _admins(stage, school) == 1


async def test_an_admin_may_step_down_where_another_stays(stage: Stage) -> None:
    """P-11"""
    school = await stage.make_school(roles=("school_admin", "school_admin_2"))
    answer = await school["school_admin"].patch(_member(school, "school_admin"), json={"role": "teacher"})
    assert answer.json()["member"]["role"] == "teacher"


Way = Callable[[Person, Person], Awaitable[httpx.Response]]

WAYS: dict[str, Way] = {
    "demote": lambda by, of: by.client.patch(f"/api/users/{of.user_id}", json={"role": "teacher"}),
    "suspend": lambda by, of: by.client.patch(f"/api/users/{of.user_id}", json={"state": "suspended"}),
    "remove": lambda by, of: by.client.delete(f"/api/users/{of.user_id}"),
    "leave": lambda _, of: of.client.delete("/api/memberships/current"),
    "delete account": lambda _, of: of.client.delete("/api/auth/me"),
}


@pytest.mark.races
@pytest.mark.parametrize(("first", "second"), list(combinations_with_replacement(WAYS, 2)))
async def test_after_two_admins_end_each_other_one_is_left(
    stage: Stage, race_rounds: int, first: str, second: str
) -> None:
    """sec-P1: every pair of ways, on real connections."""
    for _ in range(race_rounds):
        school = await stage.make_school(roles=("school_admin", "school_admin_2"))
        one, two = school.people["school_admin"], school.people["school_admin_2"]
        answers = await asyncio.gather(WAYS[first](one, two), WAYS[second](two, one))
        assert await _admins(stage, school) == 1, [answer.text for answer in answers]
        assert all(answer.status_code < 500 for answer in answers)
