"""J-07, P-11, I-07: what of a project ends or passes on with somebody's membership of the school."""

from __future__ import annotations

import pytest

from markroom.institutes.addresses.actions import join_account
from tests.institutes.inviting import keep_proof
from tests.projects.team import Team, make_project, make_team
from tests.stage import Person, School, Stage


async def remove(by: Person, person: Person) -> None:
    assert (await by.client.delete(f"/api/users/{person.user_id}")).status_code == 200


async def test_a_leavers_places_and_keys_end_and_what_they_owned_passes_on(
    stage: Stage, school: School
) -> None:
    """J-07, sec-P2: to whoever has been an admin longest; even where who ends it sees no project"""
    team = await make_team(stage, school, "viewer", "admin")
    await team.add("later admin", "admin")
    secret, kept = await team.make_key("owner"), await team.make_key("viewer")
    head = school.people["department_head"]
    preview = await head.client.get(f"/api/users/{team.people['owner'].user_id}/removal")
    assert preview.json()["ends"] == {"invitations": 0, "api_keys": 1, "owned_projects": 1}
    await remove(head, team.people["owner"])
    assert await team.roles() == {"viewer": "viewer", "admin": "admin", "later admin": "admin"}
    assert await team.owner_id() == team.people["admin"].user_id
    for token, status in ((secret, 401), (kept, 200)):
        async with stage.client(token) as program:
            assert (await program.get("/api/exam/templates")).status_code == status
    told = await stage.query(
        "select facts from events where kind = 'project_passed_on' and subject_id = %s", [team.id]
    )
    facts = {"from": str(team.people["owner"].user_id), "to": str(team.people["admin"].user_id)}
    assert told == [(facts,)]
    keys = "select deactivated_reason from api_keys where project_id = %s and deactivated_at is not null"
    assert await stage.query(keys, [team.id]) == [("member_left",)]


async def test_without_another_admin_the_school_admin_who_ended_it_owns_it(
    stage: Stage, school: School
) -> None:
    """J-07"""
    second = await stage.make_person(school, "school_admin")
    team = await make_team(stage, school, "editor")
    await remove(second, team.people["owner"])
    assert await team.owner_id() == second.user_id
    assert (await team.roles())[str(second.user_id)] == "admin"
    assert (await second.client.get(team.url)).json()["is_owner"]


@pytest.mark.parametrize("by", ["department_head", "teacher"])
async def test_where_no_school_admin_ended_it_the_oldest_of_them_owns_it(
    stage: Stage, school: School, by: str
) -> None:
    """J-07: removed by a head, or gone by themselves"""
    await stage.make_person(school, "school_admin")
    team = await make_team(stage, school, "editor")
    if by == "teacher":
        assert (await team["owner"].delete("/api/memberships/current")).status_code == 200
    else:
        await remove(school.people[by], team.people["owner"])
    assert await team.owner_id() == school.people["school_admin"].user_id


async def test_a_suspended_admin_inherits_nothing(stage: Stage, school: School) -> None:
    team = await make_team(stage, school, "admin")
    admin = team.people["admin"]
    await stage.query("update memberships set state = 'suspended' where user_id = %s", [admin.user_id])
    await remove(school.people["school_admin"], team.people["owner"])
    assert await team.owner_id() == school.people["school_admin"].user_id


async def test_who_is_suspended_loses_sight_and_nothing_else(stage: Stage, school: School) -> None:
    """sec-P2: until they are taken back"""
    team = await make_team(stage, school, "editor")
    url = f"/api/users/{team.people['editor'].user_id}"
    before = await team.roles()
    await school["school_admin"].patch(url, json={"state": "suspended"})
    assert (await team["editor"].get(team.url)).status_code == 404
    assert await team.roles() == before
    await school["school_admin"].patch(url, json={"state": "active"})
    assert (await team["editor"].get(team.url)).json()["role"] == "editor"


async def test_an_account_is_kept_while_it_owns_a_project(stage: Stage, school: School) -> None:
    """I-07"""
    team = await make_team(stage, school, "admin", "viewer")
    answer = await team["owner"].delete("/api/auth/me")
    assert (answer.status_code, answer.json()["code"]) == (400, "account_kept")
    to = {"user_id": str(team.people["admin"].user_id)}
    assert (await team["owner"].post(f"{team.url}/transfer", json=to)).status_code == 200
    for who in ("owner", "viewer"):
        assert (await team[who].delete("/api/auth/me")).status_code == 200
    assert await team.roles() == {"admin": "admin"}


async def test_a_deleted_project_keeps_nobodys_account(stage: Stage, school: School) -> None:
    """I-07: the school's admin may still restore it"""
    team = await make_team(stage, school, "viewer")
    await team["owner"].delete(team.url, params={"confirm": team.name})
    assert (await team["owner"].delete("/api/auth/me")).status_code == 200
    restored = await school["school_admin"].post(f"{team.url}/restore")
    assert restored.json()["owner_id"] == str(school.people["school_admin"].user_id)
    assert await team.roles() == {
        "viewer": "viewer", str(school.people["school_admin"].user_id): "admin",
    }  # fmt: skip


async def test_places_go_with_the_account_of_their_own(stage: Stage, school: School) -> None:
    """P-17: a pupil who was in a project without an address stays in it"""
    team = await make_team(stage, school, "admin")
    pupil, account = await team.add("pupil", "editor", "student"), await stage.make_person(None, "student")
    await keep_proof(stage, school, pupil.user_id, account.email)
    async with stage.resources.database.service(school.institute_id) as conn:
        await join_account(conn, school.institute_id, pupil.user_id, account.user_id)
    team.people["account"] = account
    assert await team.roles() == {"owner": "admin", "admin": "admin", "account": "editor"}


async def test_a_leaver_of_one_school_keeps_their_projects_in_another(
    stage: Stage, school: School, other_school: School
) -> None:
    teacher = school.people["teacher"]
    await stage.add_member(other_school, teacher.user_id)
    async with stage.client(teacher.token, other_school.institute_id) as there:
        made = await make_project(there)
        team = Team(stage, other_school, made["id"], made["name"], {"owner": teacher})
        await remove(school.people["school_admin"], teacher)
        assert (await there.get(team.url)).json()["is_owner"]
