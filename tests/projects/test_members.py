"""J-04, J-06 to J-08: who is in a project, and the admin who stays."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import httpx
import pytest

from tests.institutes.pupils.test_pupils import add_pupil
from tests.projects.team import PROJECTS, Team, make_team
from tests.stage import Person, School, Stage

LAST_ADMIN = "Cannot demote the last admin. Promote another member first."
READS = {"can_read": True, "can_write": False, "can_delete": False, "can_invite": False}
WRITES = READS | {"can_write": True, "can_delete": True}


async def add(client: httpx.AsyncClient, team: Team, user_id: object, **more: str) -> httpx.Response:
    return await client.post(f"{team.url}/members", json={"user_id": str(user_id), **more})


async def test_a_member_is_added_as_an_editor(stage: Stage, school: School) -> None:
    """J-04"""
    team = await make_team(stage, school, "admin")
    user_id = str(school.people["teacher_2"].user_id)
    answer = (await add(team["admin"], team, user_id)).json()
    message = answer.pop("message")
    assert answer == {
        "member_id": user_id, "project_id": team.id, "user_id": user_id, "role": "editor",
        "permissions": WRITES,
    }  # fmt: skip
    assert "Teacher 2" in message
    assert (await school["teacher_2"].get(team.url)).json()["role"] == "editor"


async def test_nobody_who_signs_in_by_codes_is_added(stage: Stage, school: School) -> None:
    """P-11, J-04: a printed code opens nothing but what is a pupil's"""
    team, pupil = await make_team(stage, school), await add_pupil(school)
    before = await team.roles()
    refused = await add(team["owner"], team, pupil)
    assert (refused.status_code, refused.json()["code"]) == (409, "address_needed")
    assert await team.roles() == before


async def test_who_cannot_be_added(stage: Stage, school: School, other_school: School) -> None:
    """J-04, sec-P5: each with its answer, before a bad role is looked at; nothing is written"""
    team = await make_team(stage, school, "editor")
    before = await team.roles()
    for state, person in (("suspended", "teacher_2"), ("left", "department_head")):
        await stage.query(
            "update memberships set state = %s where user_id = %s", [state, school.people[person].user_id]
        )
    wanted = [
        (uuid4(), 404, "person_not_found"),
        (other_school.people["teacher"].user_id, 404, "person_not_found"),
        (school.people["teacher_2"].user_id, 400, "User must be a member of the organization first"),
        (school.people["department_head"].user_id, 400, "User must be a member of the organization first"),
        (team.people["editor"].user_id, 400, "User already has access to this project"),
        (team.people["owner"].user_id, 400, "User already has access to this project"),
    ]
    for user_id, status, told in wanted:
        for role in ("editor", "king"):
            answer = await add(team["owner"], team, user_id, role=role)
            assert (answer.status_code, told in answer.text) == (status, True), answer.text
    assert (await add(team["owner"], team, school.people["student"].user_id, role="king")).status_code == 422
    assert await team.roles() == before


async def test_an_admin_of_the_school_may_be_added(stage: Stage, school: School) -> None:
    team = await make_team(stage, school, "viewer")
    admin = school.people["school_admin"]
    assert (await add(team["owner"], team, admin.user_id, role="viewer")).status_code == 200
    assert (await admin.client.get(team.url)).json()["role"] == "admin"  # in effect


async def test_many_additions_at_once_are_one(stage: Stage, school: School) -> None:
    """J-04: no race"""
    team = await make_team(stage, school, "viewer")
    user_id = school.people["teacher_2"].user_id
    answers = await asyncio.gather(*(add(team["owner"], team, user_id) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7


async def test_members_are_listed_oldest_first_for_every_member(stage: Stage, school: School) -> None:
    """J-06: also for those who are no staff, and see no list of the school's people"""
    team = await make_team(stage, school)
    await team.add("pupil", "viewer", "student")
    for who in team.people:
        listed = (await team[who].get(f"{team.url}/members")).json()
        assert (listed["project_id"], listed["total_count"]) == (team.id, 5)
        assert [m["user_id"] for m in listed["members"]] == [str(p.user_id) for p in team.people.values()]
    viewer = listed["members"][3]
    added_at = viewer.pop("added_at")
    person = team.people["viewer"]
    assert added_at
    assert viewer == {
        "user_id": str(person.user_id), "email": person.email, "name": person.name, "role": "viewer",
        "permissions": READS, "added_by": str(team.people["owner"].user_id), "is_owner": False,
    }  # fmt: skip


async def test_members_come_in_pages(stage: Stage, school: School) -> None:
    """X-06"""
    team = await make_team(stage, school)
    first = (await team["owner"].get(f"{team.url}/members", params={"limit": 3})).json()
    rest = {"limit": 3, "cursor": first["next_cursor"]}
    second = (await team["owner"].get(f"{team.url}/members", params=rest)).json()
    ids = [member["user_id"] for member in [*first["members"], *second["members"]]]
    assert ids == [str(person.user_id) for person in team.people.values()]
    assert (second["total_count"], second["next_cursor"]) == (4, None)


async def test_a_role_is_changed(stage: Stage, school: School) -> None:
    """J-07"""
    team = await make_team(stage, school)
    answer = (await team["admin"].put(team.member("viewer"), json={"role": "editor"})).json()
    assert answer.pop("message")
    assert answer == {
        "project_id": team.id, "user_id": str(team.people["viewer"].user_id), "old_role": "viewer",
        "new_role": "editor", "old_permissions": READS, "new_permissions": WRITES,
    }  # fmt: skip
    stranger = school.people["teacher_2"].user_id
    missing = await team["admin"].put(f"{team.url}/members/{stranger}", json={"role": "king"})
    assert (missing.status_code, missing.json()["code"]) == (404, "project_member_not_found")
    assert (await team["admin"].put(team.member("viewer"), json={"role": "king"})).status_code == 422


async def test_the_owner_stays_an_admin(stage: Stage, school: School) -> None:
    """J-07, J-08: what is said depends on whether there is another"""
    team = await make_team(stage, school, "admin")
    for wanted in ("Transfer ownership first.", LAST_ADMIN):
        answers = [
            await team["owner"].put(team.member("owner"), json={"role": "viewer"}),
            await team["owner"].delete(team.member("owner")),
            await school["school_admin"].put(team.member("owner"), json={"role": "editor"}),
            await school["school_admin"].delete(team.member("owner")),
        ]
        assert {(a.status_code, a.json()["detail"]) for a in answers} == {(400, wanted)}
        await team["owner"].put(team.member("admin"), json={"role": "viewer"})
    same = await team["owner"].put(team.member("owner"), json={"role": "admin"})
    assert (same.status_code, same.json()["old_role"]) == (200, "admin")


async def test_a_removed_members_keys_end_with_it(stage: Stage, school: School) -> None:
    """J-08, sec-P2: by an admin or themselves; at once, and no other's"""
    team = await make_team(stage, school)
    secret, kept = await team.make_key("editor"), await team.make_key("viewer")
    assert (await team["viewer"].delete(team.member("editor"))).status_code == 403
    answer = (await team["admin"].delete(team.member("editor"))).json()
    assert answer["cascades"] == {"api_keys_deactivated": 1}
    assert (await team["editor"].get(team.url)).status_code == 403
    for token, status in ((secret, 401), (kept, 200)):
        async with stage.client(token) as client:
            assert (await client.get("/api/exam/templates")).status_code == status
    assert (await team["viewer"].delete(team.member("viewer"))).status_code == 200
    assert (await team["admin"].delete(team.member("viewer"))).status_code == 404
    told = await stage.query(
        "select facts ->> 'api_keys_deactivated' from events where kind = 'project_member_removed'"
        " and facts ->> 'project_id' = %s order by id",
        [team.id],
    )
    assert told == [("1",), ("1",)]


async def call_all(team: Team, client: httpx.AsyncClient) -> dict[str, bool]:
    """What really happens when somebody reads, writes, deletes and invites."""
    template = {"title": "Paper 1", "project_id": team.id}
    theirs = await team["owner"].post("/api/exam/templates", json=template)
    address = f"{uuid4().hex}@school.example"
    calls = {
        "can_read": [await client.get(team.url), await client.get(f"{team.url}/members")],
        "can_write": [
            await client.put(
                f"/api/exam/templates/{theirs.json()['id']}",
                json={"meta": {"title": "Paper 2"}, "questions": [], "response_areas": [], "boundaries": []},
                headers={"If-Match": theirs.headers["etag"]},
            )
        ],
        "can_delete": [await client.delete(f"/api/exam/templates/{theirs.json()['id']}")],
        "can_invite": [
            await client.get(f"{team.url}/invitations"),
            await client.post(f"{team.url}/invitations", json={"email": address, "role": "viewer"}),
            await add(client, team, (await team.stage.make_person(team.school, "teacher")).user_id),
        ],
    }
    found = {}
    for flag, answers in calls.items():
        outcomes = {answer.status_code < 300 for answer in answers}
        assert len(outcomes) == 1, (flag, [answer.text for answer in answers])
        assert all(answer.status_code in (200, 201, 403, 404) for answer in answers)
        found[flag] = outcomes.pop()
    return found


@pytest.mark.parametrize(
    "who", ["owner", "admin", "editor", "viewer", "school_admin", "teacher_2", "student"]
)
async def test_the_flags_say_what_really_happens(stage: Stage, school: School, who: str) -> None:
    """sec-P6"""
    team = await make_team(stage, school)
    team.people |= {role: school.people[role] for role in ("school_admin", "teacher_2", "student")}
    listed = {p["id"]: p for p in (await team[who].get(PROJECTS)).json()["projects"]}
    none = dict.fromkeys(WRITES, False)
    flags = listed[team.id]["permissions"] if team.id in listed else none
    assert await call_all(team, team[who]) == flags


async def test_a_person_and_a_project_that_do_not_belong_together_are_absent(
    stage: Stage, school: School, other_school: School
) -> None:
    """sec-P5"""
    ours, theirs = await make_team(stage, school), await make_team(stage, other_school)
    before = await ours.roles(), await theirs.roles()
    for place in (ours, theirs):
        for person in (theirs.people["editor"], Person(uuid4(), "", "", "", ours["owner"])):
            url = f"{place.url}/members/{person.user_id}"
            for answer in (
                await ours["owner"].put(url, json={"role": "viewer"}),
                await ours["owner"].delete(url),
            ):
                assert answer.status_code == 404
    assert (await ours.roles(), await theirs.roles()) == before
