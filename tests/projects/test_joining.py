"""J-05, J-11: whom an invitation into projects brings in, and whom no longer."""

from __future__ import annotations

import pytest

from tests.institutes.inviting import (
    count_members,
    invite,
    new_address,
    token_of,
)
from tests.projects.asking import accept, asked, make_stranger, second_team
from tests.projects.team import make_team
from tests.stage import School, Stage


@pytest.mark.parametrize(
    "end",
    [
        "update project_members set role = 'editor' where user_id = %s",
        "delete from project_members where user_id = %s",
        "update memberships set state = 'suspended' where user_id = %s",
    ],
)
@pytest.mark.parametrize("stranger", [True, False])
async def test_who_no_longer_runs_the_project_brings_nobody_in(
    stage: Stage, school: School, end: str, stranger: bool
) -> None:
    """P-09, sec-I6: looked at again as it is accepted; the inviter is told"""
    team = await make_team(stage, school, "viewer")
    inviter = await team.add("admin", "admin")
    person = await make_stranger(stage) if stranger else school.people["teacher_2"]
    made = await asked(team, person.email, by="admin")
    await stage.query(end, [inviter.user_id])
    answer = await accept(stage, person, made["invitation_id"])
    assert (answer.status_code, answer.json()["code"]) == (410, "invitation_ended")
    assert str(person.user_id) not in await team.roles()
    assert await count_members(stage, school, person.email) == (0 if stranger else 1)
    told = await stage.query("select kind from notices where user_id = %s", [inviter.user_id])
    assert told == [("invitation_void",)]


async def test_of_two_projects_the_one_still_granted_is_joined(stage: Stage, school: School) -> None:
    first = await make_team(stage, school, "viewer")
    inviter = await first.add("admin", "admin")
    second = await second_team(first)
    person = await make_stranger(stage)
    made = await asked(first, person.email, by="admin")
    await asked(second, person.email)
    await first["owner"].delete(first.member("admin"))
    assert (await accept(stage, person, made["invitation_id"], 2)).status_code == 200
    assert str(person.user_id) in await second.roles()
    assert str(person.user_id) not in await first.roles()
    told = await stage.query("select kind from notices where user_id = %s order by id", [inviter.user_id])
    assert told == [("invitation_accepted",), ("invitation_void",)]


async def test_a_removed_member_does_not_come_back_by_the_old_link(stage: Stage, school: School) -> None:
    """sec-P3"""
    team = await make_team(stage, school, "viewer")
    colleague = school.people["teacher_2"]
    made = await asked(team, colleague.email)
    assert (await accept(stage, colleague, made["invitation_id"])).status_code == 200
    assert (await accept(stage, colleague, made["invitation_id"])).status_code == 200  # again by oneself
    await team["owner"].delete(f"{team.url}/members/{colleague.user_id}")
    assert (await accept(stage, colleague, made["invitation_id"])).status_code == 410
    assert str(colleague.user_id) not in await team.roles()


async def test_who_was_added_by_hand_has_no_link_left(stage: Stage, school: School) -> None:
    """sec-P3: nor does it bring them back once they are removed"""
    team = await make_team(stage, school, "viewer")
    colleague = school.people["teacher_2"]
    made = await asked(team, colleague.email)
    added = await team["owner"].post(f"{team.url}/members", json={"user_id": str(colleague.user_id)})
    assert added.status_code == 200
    await team["owner"].delete(f"{team.url}/members/{colleague.user_id}")
    assert (await accept(stage, colleague, made["invitation_id"])).status_code == 410


async def test_who_left_the_school_needs_a_new_invitation(stage: Stage, school: School) -> None:
    """sec-P3: one into the project makes no membership"""
    team = await make_team(stage, school, "viewer")
    colleague = school.people["teacher_2"]
    made = await asked(team, colleague.email)
    await school["school_admin"].delete(f"/api/users/{colleague.user_id}")
    await stage.query("update sessions set revoked_at = null where user_id = %s", [colleague.user_id])
    async with stage.client(colleague.token) as client:
        token = token_of(stage, {"id": made["invitation_id"]})
        assert (await client.post(f"/api/invitations/{token}/accept")).status_code == 410
    assert await count_members(stage, school, colleague.email) == 0
    assert (await asked(team, colleague.email))["invitation_type"] == "organization"


async def test_the_school_invites_a_teacher_into_several_projects(
    stage: Stage, school: School, other_school: School
) -> None:
    """P-03, J-05: by whoever runs them; an admin of the school runs all"""
    first = await make_team(stage, school, "viewer")
    second = await second_team(first)
    assigned = [{"project_id": first.id, "role": "viewer"}, {"project_id": second.id}]
    person = await make_stranger(stage)
    made = await invite(school["school_admin"], person.email, "teacher", project_assignments=assigned)
    assert (await accept(stage, person, made["id"])).json()["role"] == "teacher"
    for team, role in ((first, "viewer"), (second, "editor")):
        assert (await team.roles())[str(person.user_id)] == role
    elsewhere = await make_team(stage, other_school, "viewer")
    for client, team in ((school["department_head"], first), (school["school_admin"], elsewhere)):
        body = {"email": new_address(), "role": "teacher", "project_assignments": [{"project_id": team.id}]}
        answer = await client.post("/api/users/invite", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "project_not_run")
