"""J-05, J-11: asking people into projects, by the engine of all invitations."""

from __future__ import annotations

import asyncio

import pytest

from tests.institutes.inviting import (
    invite,
    mails_to,
    new_address,
)
from tests.projects.asking import accept, ask, asked, hours_until, make_stranger, second_team
from tests.projects.team import make_team
from tests.stage import School, Stage

PENDING = "User already has a pending invitation to this project"
ACCESS = "User already has access to this project"


async def test_a_colleague_is_asked_into_the_project(stage: Stage, school: School) -> None:
    """J-05: the membership they have stays as it is"""
    team = await make_team(stage, school, "viewer")
    colleague = school.people["teacher_2"]
    made = await asked(team, colleague.email.upper(), role="viewer")
    assert made.pop("message")
    assert 23.9 < hours_until(made.pop("expires_at")) <= 24
    invitation_id = made.pop("invitation_id")
    assert made == {
        "email": colleague.email.upper(), "invitation_type": "project", "role": "viewer",
        "institute_id": str(school.institute_id), "project_id": team.id,
    }  # fmt: skip
    assert (await colleague.client.get(team.url)).status_code == 403
    answer = await accept(stage, colleague, invitation_id)
    assert (answer.status_code, answer.json()["role"]) == (200, "viewer")
    assert (await colleague.client.get(team.url)).json()["role"] == "viewer"
    [(role,)] = await stage.query("select role from memberships where user_id = %s", [colleague.user_id])
    assert role == "teacher"
    added = await stage.query(
        "select facts from events where kind = 'project_member_added' and subject_id = %s",
        [colleague.user_id],
    )
    assert added == [({"project_id": team.id, "role": "viewer", "invitation_id": invitation_id},)]


async def test_a_stranger_is_asked_into_school_and_project(stage: Stage, school: School) -> None:
    """J-05: as a guest, who sees the project and nothing else of the school"""
    team = await make_team(stage, school, "viewer")
    person = await make_stranger(stage)
    made = await asked(team, person.email)
    assert (made["invitation_type"], made["role"]) == ("organization", "editor")
    assert made["project_assignments"] == [
        {"project_id": team.id, "project_name": team.name, "role": "editor"}
    ]
    assert "project_id" not in made
    assert (await accept(stage, person, made["invitation_id"])).json()["role"] == "guest"
    async with stage.client(person.token, school.institute_id) as guest:
        assert [p["id"] for p in (await guest.get("/api/projects")).json()["projects"]] == [team.id]
        assert (await guest.get(team.url)).json()["role"] == "editor"
        template = {"title": "Paper 1", "project_id": team.id}
        assert (await guest.get("/api/people")).status_code == 403
        await school["teacher_2"].post("/api/exam/templates", json={"title": "Not the project's"})
        await team["owner"].post("/api/exam/templates", json=template)
        listed = (await guest.get("/api/exam/templates")).json()["templates"]
        assert [each["title"] for each in listed] == ["Paper 1"]


async def test_who_cannot_be_asked(stage: Stage, school: School) -> None:
    """J-05, §14: in this order, before a bad address or role is looked at"""
    team = await make_team(stage, school, "editor", "viewer")
    await team.add("admin", "admin")
    await stage.query(
        "update memberships set state = 'suspended' where user_id = %s", [school.people["teacher_2"].user_id]
    )
    wanted = [
        (team.people["admin"].email, 400, "You cannot invite yourself"),
        (team.people["owner"].email, 400, ACCESS),
        (team.people["editor"].email, 400, ACCESS),
        (school.people["teacher_2"].email, 400, "User must be a member of the organization first"),
        ("no address", 422, None),
    ]
    for email, status, detail in wanted:
        answer = await ask(team, email or "", by="admin", role="king" if status == 400 else "viewer")
        assert answer.status_code == status, answer.text
        assert detail in (None, answer.json()["detail"])
    assert (await ask(team, new_address(), role="king")).status_code == 422
    for who, status in (("editor", 403), ("viewer", 403)):
        assert (await ask(team, "no address", by=who)).status_code == status
    assert (await school["student"].post(f"{team.url}/invitations", json={})).status_code == 404
    assert (await ask(team, school.people["school_admin"].email)).status_code == 200


async def test_a_second_invitation_for_one_project_is_refused(stage: Stage, school: School) -> None:
    """J-05: into the project or into the school, until it has ended"""
    team = await make_team(stage, school, "viewer")
    for email in (school.people["teacher_2"].email, new_address()):
        made = await asked(team, email)
        again = await ask(team, email.upper())
        assert (again.status_code, again.json()["detail"]) == (400, PENDING)
        await stage.query("update invitations set expires_at = now() where id = %s", [made["invitation_id"]])
        renewed = await asked(team, email)
        assert renewed["invitation_id"] != made["invitation_id"]
        cancelled = await team["owner"].delete(f"{team.url}/invitations/{renewed['invitation_id']}")
        assert cancelled.json()["invitation"]["status"] == "cancelled"
        assert (await ask(team, email)).status_code == 200


async def test_a_second_project_is_added_to_a_waiting_invitation(stage: Stage, school: School) -> None:
    """J-05: one invitation, the later end, one mail more, and each team is told of its own project only"""
    first = await make_team(stage, school, "viewer")
    second = await second_team(first)
    person = await make_stranger(stage)
    made = await asked(first, person.email)
    await stage.query(
        "update invitations set expires_at = now() + interval '1 hour' where id = %s", [made["invitation_id"]]
    )
    added = await asked(second, person.email, role="viewer")
    assert added["invitation_id"] == made["invitation_id"]
    assert added["project_assignments"] == [
        {"project_id": second.id, "project_name": second.name, "role": "viewer"}
    ]
    assert hours_until(added["expires_at"]) > 23.9
    assert (await ask(second, person.email)).json()["detail"] == PENDING
    await stage.finish_jobs()
    [mail] = mails_to(stage, person.email)  # the first was overtaken before it was sent
    body = mail.get_body(("plain",))
    assert body is not None
    assert all(team.name in " ".join(body.get_content().split()) for team in (first, second))
    assert (await accept(stage, person, made["invitation_id"], 1)).status_code == 410
    assert (await accept(stage, person, made["invitation_id"], 2)).status_code == 200
    async with stage.client(person.token, school.institute_id) as guest:
        assert [(await guest.get(team.url)).json()["role"] for team in (first, second)] == [
            "editor",
            "viewer",
        ]


async def test_a_project_is_added_to_a_teachers_invitation(stage: Stage, school: School) -> None:
    """J-05: what the school offered stays, and so does its later end"""
    team = await make_team(stage, school, "viewer")
    person = await make_stranger(stage)
    offered = await invite(school["school_admin"], person.email, "teacher")
    added = await asked(team, person.email)
    assert added["invitation_id"] == offered["id"]
    assert hours_until(added["expires_at"]) > 24 * 6.9
    listed = (await school["school_admin"].get("/api/users/invitations")).json()["invitations"]
    assert [(i["role"], i["invitation_type"]) for i in listed] == [("teacher", "organization")]
    assert (await accept(stage, person, offered["id"], 2)).json()["role"] == "teacher"
    assert (await team.roles())[str(person.user_id)] == "editor"


@pytest.mark.races
async def test_many_projects_ask_one_stranger_at_once(stage: Stage, school: School, race_rounds: int) -> None:
    """P-04, J-05: one invitation with both"""
    first = await make_team(stage, school, "viewer")
    second = await second_team(first)
    for _ in range(race_rounds):
        email = new_address()
        answers = await asyncio.gather(ask(first, email), ask(second, email), ask(first, email.upper()))
        assert sorted(answer.status_code for answer in answers) == [200, 200, 400]
        rows = await stage.query(
            "select cardinality(project_ids), (select count(*) from invitation_assignments a"
            " where a.invitation_id = i.id) from invitations i where email_key = lower(%s)",
            [email],
        )
        assert rows == [(2, 2)]


async def test_many_identical_invitations_are_one(stage: Stage, school: School) -> None:
    """P-04, sec-I8"""
    team = await make_team(stage, school, "viewer")
    for email in (new_address(), school.people["teacher_2"].email):
        answers = await asyncio.gather(*(ask(team, email) for _ in range(8)))
        assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7
        assert {a.json()["detail"] for a in answers if a.status_code == 400} == {PENDING}
