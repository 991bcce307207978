"""J-05, J-11: who sees, cancels and resends invitations into projects, and what they tell."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from tests.databases import Database
from tests.institutes.inviting import (
    link_in,
    mails_to,
    new_address,
    token_of,
)
from tests.projects.asking import accept, ask, asked, hours_until, make_stranger, second_team
from tests.projects.team import make_team
from tests.stage import School, Stage, open_stage


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
