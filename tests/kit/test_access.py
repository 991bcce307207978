"""How a request gets in: P-01, and cookies that no other site can use."""

from __future__ import annotations

from uuid import UUID

import pytest

from markroom.kit.access import INSTITUTE_COOKIE, SESSION_COOKIE
from tests.stage import BASE_URL, Person, School, Stage

STAFF = "/api/users/staff"


async def join(stage: Stage, person: Person, school: School, role: str, state: str = "active") -> None:
    await stage.query(
        "insert into memberships (institute_id, user_id, role, name, state) values (%s, %s, %s, %s, %s)",
        [school.institute_id, person.user_id, role, person.name, state],
    )


async def test_somebody_without_a_school_is_told_so(stage: Stage) -> None:
    """P-01"""
    stranger = await stage.make_person(None, "teacher")
    answer = await stranger.client.get(STAFF)
    assert answer.status_code == 400
    assert answer.json()["detail"] == "User is not linked to a school"


async def test_the_only_school_is_meant(stage: Stage, school: School) -> None:
    """P-01"""
    async with stage.client(school.people["school_admin"].token) as client:
        assert (await client.get(STAFF)).status_code == 200


async def test_with_several_schools_one_is_named(stage: Stage, school: School, other_school: School) -> None:
    """P-01: by header, by query, or in what is posted"""
    admin = school.people["school_admin"]
    await join(stage, admin, other_school, "teacher")
    async with stage.client(admin.token) as client:
        answer = await client.get(STAFF)
        assert (answer.status_code, answer.json()["code"]) == (400, "institute_ambiguous")
        assert (await client.get(STAFF, params={"institute_id": str(school.institute_id)})).status_code == 200
        assert (
            await client.get(STAFF, headers={"X-Institute-Id": str(school.institute_id)})
        ).status_code == 200
        assert (
            await client.get(STAFF, headers={"X-Institute-Id": str(other_school.institute_id)})
        ).status_code == 403
        body = {"email": "a@school.example", "role": "teacher", "institute_id": str(school.institute_id)}
        answer = await client.post("/api/users/invite", json=body)
        assert answer.status_code == 422  # the school is found; the field is no part of an invitation


@pytest.mark.parametrize("named", [str(UUID(int=1)), "garbage", "0", "\0", str(UUID(int=1))[:-1]])
async def test_a_school_that_is_not_ones_own_is_not_found(stage: Stage, school: School, named: str) -> None:
    """P-01, §14: and who one is comes first"""
    async with stage.client(school.people["teacher"].token) as client:
        for path in (STAFF, "/api/auth/me", "/api/jobs"):
            answer = await client.get(path, params={"institute_id": named})
            assert (answer.status_code, answer.json()["code"]) == (404, "institute_not_found")
    async with stage.client() as nobody:
        assert (await nobody.get(STAFF, params={"institute_id": named})).status_code == 401


async def test_a_request_that_names_two_schools_is_in_neither(
    stage: Stage, school: School, other_school: School
) -> None:
    """P-01: nothing is made in one of them while the body says the other"""
    admin = school.people["school_admin"]
    await join(stage, admin, other_school, "school_admin")
    body = {"institute_id": str(other_school.institute_id)}
    for send in ({"json": body}, {"params": body}):
        answer = await admin.client.post("/api/users/invite", **send)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["code"]) == (404, "institute_not_found")


@pytest.mark.parametrize("state", ["suspended", "left"])
async def test_who_is_suspended_or_gone_is_not_inside(
    stage: Stage, school: School, other_school: School, state: str
) -> None:
    teacher = school.people["teacher"]
    await join(stage, teacher, other_school, "school_admin", state)
    async with stage.client(teacher.token) as client:
        named = {"institute_id": str(other_school.institute_id)}
        assert (await client.get(STAFF, params=named)).status_code == 404
        memberships = (await client.get("/api/auth/me")).json()["memberships"]
        assert [m["institute_id"] for m in memberships] == [str(school.institute_id)]


async def test_me_spans_all_schools(stage: Stage, school: School, other_school: School) -> None:
    """P-01, I-02"""
    admin = school.people["school_admin"]
    await join(stage, admin, other_school, "teacher")
    async with stage.client(admin.token) as client:
        me = (await client.get("/api/auth/me")).json()
    assert {m["institute_name"]: m["role"] for m in me["memberships"]} == {
        school.name: "school_admin",
        other_school.name: "teacher",
    }
    assert me["user"]["email"] == admin.email
    assert me["credential"]["kind"] == "session"


OWN = {"Sec-Fetch-Site": "same-origin"}
FOREIGN = [
    {},
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "same-site", "Origin": BASE_URL},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": f"{BASE_URL}.evil.example"},
    {"Referer": BASE_URL},
    {"Authorization": "Basic YTpi", "Origin": "https://evil.example"},
    {"Authorization": "Negotiate x", "Sec-Fetch-Site": "cross-site"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_a_cookie_changes_nothing_for_another_site(
    stage: Stage, school: School, headers: dict[str, str]
) -> None:
    """I-02: not even with credentials in the address, which browsers send as another scheme"""
    teacher = school.people["teacher"]
    async with stage.client() as browser:
        browser.cookies.set(SESSION_COOKIE, teacher.token)
        answer = await browser.delete("/api/auth/sessions/current", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "cross_site_refused")
        assert (await browser.get("/api/auth/me", headers=headers)).status_code == 200


@pytest.mark.parametrize("headers", [OWN, {"Origin": BASE_URL}], ids=str)
async def test_a_cookie_works_from_our_own_pages(
    stage: Stage, school: School, headers: dict[str, str]
) -> None:
    async with stage.client() as browser:
        browser.cookies.set(SESSION_COOKIE, school.people["teacher"].token)
        assert (await browser.delete("/api/auth/sessions/current", headers=headers)).status_code == 200
        assert (await browser.get("/api/auth/me")).status_code == 401


async def test_a_cookie_may_name_the_school(stage: Stage, school: School, other_school: School) -> None:
    admin = school.people["school_admin"]
    await join(stage, admin, other_school, "teacher")
    async with stage.client() as browser:
        browser.cookies.set(SESSION_COOKIE, admin.token)
        browser.cookies.set(INSTITUTE_COOKIE, str(school.institute_id))
        assert (await browser.get(STAFF)).status_code == 200
    async with stage.client(admin.token) as program:
        program.cookies.set(INSTITUTE_COOKIE, str(school.institute_id))
        assert (await program.get(STAFF)).status_code == 400
