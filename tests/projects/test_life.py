"""J-01 to J-03: making, changing and passing on projects, and what of them each sees."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.projects.team import PROJECTS, count_statements, make_project, make_team
from tests.stage import School, Stage

SHAPE = {
    "id", "name", "institute_id", "owner_id", "state", "created_at", "updated_at", "is_owner",
    "is_institute_admin", "role", "permissions",
}  # fmt: skip
ALL = {"can_read": True, "can_write": True, "can_delete": True, "can_invite": True}
NAMES = {"name": "Physics"}


async def test_staff_make_a_project_and_own_it(stage: Stage, school: School) -> None:
    """J-01, J-06: the owner is a member like others"""
    made = await make_project(school["teacher"], "  Physics, Year 11 ")
    assert made.keys() == SHAPE
    told = {name: made[name] for name in ("name", "state", "is_owner", "is_institute_admin", "role")}
    assert told == {
        "name": "Physics, Year 11", "state": "active", "is_owner": True, "is_institute_admin": False,
        "role": "admin",
    }  # fmt: skip
    assert made["permissions"] == ALL
    listed = (await school["teacher"].get(f"{PROJECTS}/{made['id']}/members")).json()
    assert [(m["user_id"], m["role"], m["is_owner"]) for m in listed["members"]] == [
        (str(school.people["teacher"].user_id), "admin", True)
    ]
    kinds = await stage.query("select kind from events where subject_id = %s", [made["id"]])
    assert kinds == [("project_created",)]


async def test_students_make_no_projects_whatever_they_send(school: School) -> None:
    """J-01: permission comes before input"""
    for body in (NAMES, {}):
        answer = await school["student"].post(PROJECTS, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "project_staff_only")


async def test_a_platform_admin_owns_no_project_of_a_school(stage: Stage, school: School) -> None:
    person = await stage.make_person(None, "platform_admin")
    await stage.query("update users set is_platform_admin = true where id = %s", [person.user_id])
    async with stage.client(person.token, school.institute_id) as client:
        answer = await client.post(PROJECTS, json=NAMES)
    assert (answer.status_code, answer.json()["code"]) == (403, "owner_needs_membership")


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "two\nlines", None, 7])
async def test_a_name_is_one_line(school: School, name: object) -> None:
    assert (await school["teacher"].post(PROJECTS, json={"name": name})).status_code == 422
    made = await make_project(school["teacher"])
    answer = await school["teacher"].patch(f"{PROJECTS}/{made['id']}", json={"name": name})
    assert answer.status_code == 422


async def test_a_name_is_taken_once_in_a_school(school: School, other_school: School) -> None:
    """J-01: whatever its capitals; another school has its own"""
    first = await make_project(school["teacher"], "Maths")
    second = await make_project(school["teacher_2"], "Biology")
    taken = await school["teacher_2"].post(PROJECTS, json={"name": "maths"})
    renamed = await school["teacher_2"].patch(f"{PROJECTS}/{second['id']}", json={"name": "MATHS"})
    for answer in (taken, renamed):
        assert (answer.status_code, answer.json()["code"]) == (409, "project_name_taken")
    await make_project(other_school["teacher"], "Maths")
    own = await school["teacher"].patch(f"{PROJECTS}/{first['id']}", json={"name": "MATHS"})
    assert own.json()["name"] == "MATHS"


async def test_a_project_is_renamed_and_put_away_and_taken_out(stage: Stage, school: School) -> None:
    """J-01, X-12"""
    team = await make_team(stage, school)
    admin = team["admin"]
    assert (await admin.patch(team.url, json={"name": "Chemistry"})).json()["name"] == "Chemistry"
    assert (await admin.patch(team.url, json={"state": "archived"})).json()["state"] == "archived"
    refused = [
        await admin.patch(team.url, json={"name": "Biology"}),
        await admin.post(f"{team.url}/members", json={"user_id": str(uuid4())}),
        await admin.post(f"{team.url}/invitations", json={"email": "new@school.example"}),
    ]
    assert {(a.status_code, a.json()["code"]) for a in refused} == {(409, "project_put_away")}
    assert (await admin.patch(team.url, json={"state": "active"})).json()["state"] == "active"
    empty = await admin.patch(team.url, json={})
    assert (empty.status_code, empty.json()["detail"]) == (400, "No fields to update")
    for body in ({"owner_id": str(uuid4())}, {"state": "deleted"}, {"name": None}):
        assert (await admin.patch(team.url, json=body)).status_code == 422
    changes = await stage.query(
        "select changed from events where subject_id = %s and kind = 'project_changed' order by id", [team.id]
    )
    assert changes == [(["name"],), (["state"],), (["state"],)]


async def test_a_change_from_an_old_version_is_refused(stage: Stage, school: School) -> None:
    """X-07"""
    made = await school["teacher"].post(PROJECTS, json={"name": "Drama"})
    url, etag = f"{PROJECTS}/{made.json()['id']}", made.headers["etag"]
    assert (await school["teacher"].get(url)).headers["etag"] == etag
    assert (
        await school["teacher"].patch(url, json={"name": "Music"}, headers={"If-Match": etag})
    ).status_code == 200
    answer = await school["teacher"].patch(url, json={"name": "Art"}, headers={"If-Match": etag})
    assert (answer.status_code, answer.json()["current"]["name"]) == (412, "Music")


async def test_a_project_is_passed_on_by_its_owner(stage: Stage, school: School) -> None:
    """J-01: to a member of the school; the old owner stays an admin"""
    team = await make_team(stage, school, "admin", "viewer")
    to = {"user_id": str(team.people["viewer"].user_id)}
    assert (await team["admin"].post(f"{team.url}/transfer", json=to)).status_code == 403
    answer = await team["owner"].post(f"{team.url}/transfer", json=to)
    assert (answer.json()["owner_id"], answer.json()["is_owner"]) == (to["user_id"], False)
    assert await team.roles() == {"owner": "admin", "admin": "admin", "viewer": "admin"}
    by_admin = await school["school_admin"].post(
        f"{team.url}/transfer", json={"user_id": str(school.people["teacher_2"].user_id)}
    )
    assert by_admin.json()["owner_id"] == str(school.people["teacher_2"].user_id)
    told = await stage.query(
        "select count(*) from events where kind = 'project_transferred' and subject_id = %s", [team.id]
    )
    assert told == [(2,)]


async def test_a_project_goes_to_nobody_who_is_not_active_in_the_school(
    stage: Stage, school: School, other_school: School
) -> None:
    team = await make_team(stage, school, "admin")
    transfer = f"{team.url}/transfer"
    for stranger in (other_school.people["teacher"].user_id, uuid4()):
        answer = await team["owner"].post(transfer, json={"user_id": str(stranger)})
        assert (answer.status_code, answer.json()["code"]) == (404, "person_not_found")
    await stage.query(
        "update memberships set state = 'suspended' where user_id = %s", [team.people["admin"].user_id]
    )
    answer = await team["owner"].post(transfer, json={"user_id": str(team.people["admin"].user_id)})
    assert (answer.status_code, answer.json()["code"]) == (400, "not_in_organization")


async def test_who_is_told_what_of_a_project(stage: Stage, school: School, other_school: School) -> None:
    """J-03: a colleague is told it is not theirs; to all others it is not there"""
    team = await make_team(stage, school)
    wanted = {
        team["owner"]: 200, team["admin"]: 200, team["editor"]: 200, team["viewer"]: 200,
        school["school_admin"]: 200, school["department_head"]: 403, school["teacher_2"]: 403,
        school["student"]: 404, other_school["school_admin"]: 404,
    }  # fmt: skip
    for client, status in wanted.items():
        for url in (team.url, f"{team.url}/members"):
            answer = await client.get(url)
            assert answer.status_code == status
            if status == 403:
                assert answer.json()["detail"] == "Access denied - not a member of this project"
    assert (await school["teacher"].get(f"{PROJECTS}/{uuid4()}")).status_code == 404


async def test_the_detail_says_what_the_caller_is(stage: Stage, school: School) -> None:
    """J-03"""
    team = await make_team(stage, school, "viewer")
    shown = (await team["viewer"].get(team.url)).json()
    only_read = {"can_read": True, "can_write": False, "can_delete": False, "can_invite": False}
    assert shown["current_user"] == {
        "user_id": str(team.people["viewer"].user_id), "role": "viewer", "is_owner": False,
        "permissions": only_read,
    }  # fmt: skip
    assert (shown["role"], shown["permissions"]) == ("viewer", only_read)
    by_admin = (await school["school_admin"].get(team.url)).json()
    assert (by_admin["role"], by_admin["is_institute_admin"], by_admin["is_owner"]) == ("admin", True, False)


async def test_the_list_spans_all_schools_and_holds_what_the_detail_opens(
    stage: Stage, school: School, other_school: School
) -> None:
    """J-02, J-03: as admin of one school, owner and member in another; each once, newest first"""
    admin = school.people["school_admin"]
    await stage.add_member(other_school, admin.user_id)
    anywhere = {"X-Institute-Id": ""}
    there = {"X-Institute-Id": str(other_school.institute_id)}
    ids = [(await make_project(school["teacher"]))["id"], (await make_project(admin.client))["id"]]
    own = await admin.client.post(PROJECTS, json={"name": "Own"}, headers=there)
    ids.append(own.json()["id"])
    joined = await make_team(stage, other_school, "viewer")
    body = {"user_id": str(admin.user_id), "role": "viewer"}
    assert (await joined["owner"].post(f"{joined.url}/members", json=body)).status_code == 200
    ids.append(joined.id)
    await make_project(other_school["teacher"])  # not theirs

    listed = (await admin.client.get(PROJECTS, headers=anywhere)).json()
    assert [project["id"] for project in listed["projects"]] == ids[::-1]
    assert listed["total_count"] == 4
    for project in listed["projects"]:
        opened = await admin.client.get(
            f"{PROJECTS}/{project['id']}", headers={"X-Institute-Id": project["institute_id"]}
        )
        assert {name: opened.json()[name] for name in project} == project
    named = (await admin.client.get(PROJECTS, headers=there)).json()
    assert [project["id"] for project in named["projects"]] == ids[:1:-1]


async def test_the_list_is_paged_with_a_true_total(school: School) -> None:
    """X-06"""
    ids = [(await make_project(school["teacher"]))["id"] for _ in range(5)]
    seen, cursor = [], None
    while True:
        asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await school["teacher"].get(PROJECTS, params=asked)).json()
        assert page["total_count"] == 5
        seen += [project["id"] for project in page["projects"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == ids[::-1]
    assert (await school["student"].get(PROJECTS)).json() == {
        "projects": [], "total_count": 0, "next_cursor": None,
    }  # fmt: skip


async def test_lists_cost_the_same_statements_however_long(stage: Stage, school: School) -> None:
    """J-02, J-06: one query"""
    team = await make_team(stage, school, "viewer")
    urls = (PROJECTS, f"{team.url}/members", f"{team.url}/invitations")
    few = [await count_statements(team["owner"], url) for url in urls]
    for _ in range(3):
        await make_project(school["teacher"])
        await team.add("another", "viewer")
        await team["owner"].post(f"{team.url}/invitations", json={"email": f"{uuid4().hex}@school.example"})
    assert [await count_statements(team["owner"], url) for url in urls] == few
    assert few[0] <= 2  # the context, the list
