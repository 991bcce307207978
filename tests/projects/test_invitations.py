"""J-05, J-11: asking people into projects, by the engine of all invitations."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from tests.databases import Database
from tests.institutes.inviting import (
    count_members,
    invite,
    link_in,
    mails_to,
    make_addressee,
    new_address,
    token_of,
)
from tests.projects.team import Team, make_team
from tests.stage import Person, School, Stage, open_stage

PENDING = "User already has a pending invitation to this project"
ACCESS = "User already has access to this project"


async def ask(team: Team, email: str, *, by: str = "owner", **more: Any) -> httpx.Response:
    return await team[by].post(f"{team.url}/invitations", json={"email": email, **more})


async def asked(team: Team, email: str, **more: Any) -> dict[str, Any]:
    answer = await ask(team, email, **more)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def accept(stage: Stage, person: Person, invitation_id: str, generation: int = 1) -> httpx.Response:
    token = token_of(stage, {"id": invitation_id}, generation)
    return await person.client.post(f"/api/invitations/{token}/accept")


async def make_stranger(stage: Stage) -> Person:
    """Somebody with an account, in no school."""
    email = new_address()
    return replace(await make_addressee(stage, email), email=email)


async def second_team(team: Team) -> Team:
    """Another project of the same school, run by Teacher 2."""
    owner = team.school.people["teacher_2"]
    made = await owner.client.post("/api/projects", json={"name": f"Other than {team.name}"})
    return Team(team.stage, team.school, made.json()["id"], made.json()["name"], {"owner": owner})


def hours_until(moment: str) -> float:
    return (datetime.fromisoformat(moment) - datetime.now(UTC)) / timedelta(hours=1)


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


async def test_the_projects_admins_list_cancel_and_resend(stage: Stage, school: School) -> None:
    """J-11: both kinds, newest first"""
    team = await make_team(stage, school, "viewer")
    stranger = new_address()
    into_school = await asked(team, stranger, role="viewer")
    into_project = await asked(team, school.people["teacher_2"].email)
    listed = (await team["owner"].get(f"{team.url}/invitations")).json()
    shown = [(i["invitation_type"], i["role"], i["status"], i["delivery"]) for i in listed["invitations"]]
    assert shown == [
        ("project", "editor", "pending", "queued"), ("organization", "viewer", "pending", "queued"),
    ]  # fmt: skip
    assert listed["total_count"] == 2
    resend = f"{team.url}/invitations/{into_project['invitation_id']}/resend"
    again = await team["owner"].post(resend)
    assert again.status_code == 200
    assert 23.9 < hours_until(again.json()["new_expires_at"]) <= 24
    assert (await accept(stage, school.people["teacher_2"], into_project["invitation_id"])).status_code == 410
    answer = await accept(stage, school.people["teacher_2"], into_project["invitation_id"], 2)
    assert answer.status_code == 200
    assert (await team["owner"].post(resend)).json()["detail"] == "Invitation already accepted"
    cancel = f"{team.url}/invitations/{into_school['invitation_id']}"
    assert (await team["owner"].delete(cancel)).status_code == 200
    assert (await team["owner"].delete(cancel)).json()["detail"] == "Pending invitation not found"
    refused = await team["owner"].post(f"{cancel}/resend")
    assert (refused.status_code, refused.json()["code"]) == (400, "invitation_cancelled")
    for status, count in (("pending", 0), ("accepted", 1), ("cancelled", 1), ("expired", 0)):
        found = (await team["owner"].get(f"{team.url}/invitations", params={"status": status})).json()
        assert (len(found["invitations"]), found["total_count"]) == (count, count)
    for who in ("viewer",):
        assert (await team[who].get(f"{team.url}/invitations")).status_code == 403
        assert (await team[who].delete(cancel)).status_code == 403
        assert (await team[who].post(f"{cancel}/resend")).status_code == 403


async def test_cancelling_takes_ones_own_project_off_alone(stage: Stage, school: School) -> None:
    """J-11: the rest of the offer is not theirs"""
    first = await make_team(stage, school, "viewer")
    second = await second_team(first)
    person = await make_stranger(stage)
    made = await asked(first, person.email)
    await asked(second, person.email)
    cancel = f"/invitations/{made['invitation_id']}"
    assert (await first["owner"].delete(f"{first.url}{cancel}")).status_code == 200
    assert (await first["owner"].get(f"{first.url}/invitations")).json()["total_count"] == 0
    assert (await accept(stage, person, made["invitation_id"], 2)).status_code == 200
    assert str(person.user_id) in await second.roles()
    assert str(person.user_id) not in await first.roles()


async def test_another_projects_invitations_are_absent(
    stage: Stage, school: School, other_school: School
) -> None:
    """sec-P4, sec-P5"""
    team, other = await make_team(stage, school, "viewer"), await make_team(stage, other_school, "viewer")
    second = await second_team(team)
    for elsewhere in (other, second):
        made = await asked(elsewhere, new_address())
        url = f"{team.url}/invitations/{made['invitation_id']}"
        assert (await team["owner"].delete(url)).status_code == 404
        assert (await team["owner"].post(f"{url}/resend")).status_code == 404


async def test_the_school_sees_both_kinds(stage: Stage, school: School) -> None:
    """P-06: and its admins may end and send them again, heads may not send a guest's"""
    team = await make_team(stage, school, "viewer")
    await asked(team, new_address())
    made = await asked(team, school.people["teacher_2"].email, role="viewer")
    listed = (await school["school_admin"].get("/api/users/invitations")).json()
    assert [(i["invitation_type"], i["role"]) for i in listed["invitations"]] == [
        ("project", "viewer"), ("organization", "guest"),
    ]  # fmt: skip
    url = f"/api/users/invitations/{made['invitation_id']}"
    assert (await school["department_head"].post(f"{url}/resend")).status_code == 403
    again = await school["school_admin"].post(f"{url}/resend")
    assert hours_until(again.json()["new_expires_at"]) <= 24
    assert (await school["school_admin"].delete(url)).status_code == 200


async def test_sixth_invitation_in_a_minute_waits(database: Database, tmp_path: Path) -> None:
    """J-05, sec-I16"""
    async with open_stage(database, tmp_path, rate_limits="project_invitation=5/minute") as stage:
        team = await make_team(stage, await stage.make_school(), "viewer")
        answers = [await ask(team, new_address()) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_an_address_is_written_to_so_often_a_day(stage: Stage, school: School) -> None:
    """P-08, sec-I16: also through several projects"""
    team = await make_team(stage, school, "viewer")
    made = await asked(team, new_address())
    url = f"{team.url}/invitations/{made['invitation_id']}/resend"
    answers = [await team["owner"].post(url) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert (await ask(await second_team(team), made["email"])).status_code == 429


async def test_no_token_of_a_project_is_kept_shown_or_logged(
    stage: Stage, school: School, capfd: pytest.CaptureFixture[str]
) -> None:
    """J-05, sec-I1: it travels by mail alone"""
    team = await make_team(stage, school, "viewer")
    answers, tokens = [], []
    for email in (new_address(), school.people["teacher_2"].email):
        made = await ask(team, email)
        url = f"{team.url}/invitations"
        found = made.json()
        answers += [made, await team["owner"].post(f"{url}/{found['invitation_id']}/resend")]
        answers += [await team["owner"].get(url), await school["school_admin"].get("/api/users/invitations")]
        tokens += [token_of(stage, {"id": found["invitation_id"]}, n) for n in (1, 2)]
    await stage.finish_jobs()
    assert link_in(mails_to(stage, school.people["teacher_2"].email)[-1]).endswith(tokens[-1])
    tables = await stage.query(
        "select schemaname || '.' || tablename from pg_tables where schemaname in ('public', 'jobs')"
    )
    kept = [
        await stage.query(f"select coalesce(string_agg(t::text, ''), '') from {name} t") for (name,) in tables
    ]
    everything = str(kept) + "".join(answer.text for answer in answers) + "".join(capfd.readouterr())
    assert all(token not in everything for token in tokens)


async def test_the_mail_names_project_and_day(stage: Stage, school: School) -> None:
    """J-05"""
    team = await make_team(stage, school, "viewer")
    stranger, colleague = new_address(), school.people["teacher_2"].email
    await asked(team, stranger)
    await asked(team, colleague)
    await stage.finish_jobs()
    for address, words in (
        (stranger, f"Teacher asks you to join {school.name} as guest, in the project {team.name}."),
        (colleague, f"Teacher asks you to join the project {team.name} at {school.name} as editor."),
    ):
        [mail] = mails_to(stage, address)
        body = mail.get_body(("plain",))
        assert body is not None
        text = " ".join(body.get_content().split())
        assert words in text
        assert "for 24 hours" in text


FORGED = {
    "a teacher's": ("insert", "teacher", None, True),
    "a guest's without a project": ("insert", "guest", None, False),
    "into another project": ("insert", "editor", "second", True),
    "another role": ("update invitations set role = 'teacher' where institute_id = %s", None, None, False),
    "another address": ("update invitations set email = 'x' where institute_id = %s", None, None, False),
}


@pytest.mark.parametrize("forged", FORGED)
async def test_the_database_lets_a_projects_admin_offer_no_more(
    stage: Stage, school: School, forged: str
) -> None:
    """X-02, sec-I6: whatever the code does"""
    first = await make_team(stage, school, "viewer")
    second = await second_team(first)
    await asked(first, new_address())
    sql, role, into, brings = FORGED[forged]
    owner, at = first.people["owner"].user_id, school.institute_id
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with stage.resources.database.transaction() as conn:
            await conn.execute("select app.begin_as(%s, null, %s)", [owner, at])
            if sql != "insert":
                await conn.execute(sql, [at])
            else:
                await conn.execute(
                    """insert into invitations (institute_id, email, email_key, role, expires_at, project_id,
                                                project_ids)
                       values (%s, 'x@x.example', 'x@x.example', %s, now() + interval '1 day', %s, %s)""",
                    [at, role, second.id if into else None, [UUID(first.id)] if brings else []],
                )
