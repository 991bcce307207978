"""J-09, sec-P9: deleting a project whole or not at all, taking it back, and the end of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from markroom.jobs import queue
from markroom.projects.tasks import start_project_purges
from tests.institutes.inviting import invite, new_address, token_of
from tests.projects.team import PROJECTS, Team, make_project, make_team
from tests.scripts.stage import StagedBatch, make_batch
from tests.stage import School, Stage

SEEN = ("projects", "project_members", "former_project_members", "api_keys", "invitations",
        "invitation_assignments", "events")  # fmt: skip


@dataclass
class Doomed:
    """A team with keys and with invitations of every kind; and another project, which must not notice."""

    team: Team
    other: Team

    async def delete(self) -> Any:
        return await self.team["owner"].delete(self.team.url, params={"confirm": self.team.name})

    async def rows(self) -> dict[str, list[Any]]:
        """Everything of the school that a deletion could touch."""
        return {
            table: await self.team.stage.query(
                f"select t::text from {table} t where institute_id = %s order by 1",
                [self.team.school.institute_id],
            )
            for table in SEEN
        }


@pytest.fixture
async def doomed(stage: Stage, school: School) -> Doomed:
    team = await make_team(stage, school)
    for who in ("owner", "editor"):
        await team.make_key(who)
    made = await make_project(school["teacher_2"])
    other = Team(stage, school, made["id"], made["name"], {"owner": school.people["teacher_2"]})
    shared, teachers = new_address(), new_address()
    await invite(school["school_admin"], teachers, "teacher")
    asked = [
        (team, new_address()), (team, shared), (other, shared), (team, teachers),
        (team, school.people["teacher_2"].email), (team, school.people["school_admin"].email),
    ]  # fmt: skip
    for of, email in asked:
        answer = await of["owner"].post(f"{of.url}/invitations", json={"email": email})
        assert answer.status_code == 200, answer.text
    return Doomed(team, other)


async def test_what_goes_with_a_project_is_told(stage: Stage, school: School, doomed: Doomed) -> None:
    """J-09: members, keys and invitations; what others offer stays without it"""
    team = doomed.team
    answer = (await doomed.delete()).json()
    assert answer["cascades"] == {"members_removed": 4, "api_keys_deactivated": 2, "invitations_cancelled": 3}
    assert (answer["project_id"], answer["project_name"]) == (team.id, team.name)
    assert "30 days" in answer["note"]
    assert answer["message"]
    assert await team.roles() == {}
    keys = await stage.query(
        "select deactivated_by, deactivated_reason, deactivated_at is not null from api_keys"
        " where project_id = %s",
        [team.id],
    )
    assert keys == [(team.people["owner"].user_id, "project_deleted", True)] * 2
    ended = await stage.query(
        "select status, ended_reason, project_ids <> '{}' from invitations"
        " where institute_id = %s order by id",
        [school.institute_id],
    )
    assert ended == [
        ("pending", None, False),  # a teacher's, who comes all the same
        ("cancelled", "project_deleted", True),  # a guest's of this project alone
        ("pending", None, True),  # a guest's of the other project too
        ("cancelled", "project_deleted", False), ("cancelled", "project_deleted", False),
    ]  # fmt: skip
    facts = await stage.query(
        "select facts from events where kind = 'project_deleted' and subject_id = %s", [team.id]
    )
    assert facts == [(answer["cascades"],)]


async def test_nobody_reaches_a_deleted_project(stage: Stage, school: School, doomed: Doomed) -> None:
    """J-09, sec-P2: from the next request on"""
    team = doomed.team
    secret = await team.make_key("viewer")
    await doomed.delete()
    everybody = [*(team[who] for who in team.people), school["school_admin"]]
    for client in everybody:
        for url in (team.url, f"{team.url}/members", f"{team.url}/invitations"):
            assert (await client.get(url)).status_code == 404
        listed = (await client.get(PROJECTS)).json()["projects"]
        assert team.id not in [project["id"] for project in listed]
        assert (await client.delete(team.url, params={"confirm": team.name})).status_code == 404
    async with stage.client(secret) as program:
        assert (await program.get("/api/exam/templates")).status_code == 401
    await make_project(school["teacher_2"], team.name)  # its name is free again


async def test_only_its_owner_deletes_a_project_and_says_its_name(school: School, doomed: Doomed) -> None:
    """J-09, §14: 403 before 422"""
    team = doomed.team
    before = await doomed.rows()
    for client in (team["admin"], team["editor"], team["viewer"], school["school_admin"]):
        for asked in ({"confirm": team.name}, {}):
            assert (await client.delete(team.url, params=asked)).status_code == 403
    for asked in ({}, {"confirm": ""}, {"confirm": team.name.upper()}, {"confirm": f"{team.name} "}):
        assert (await team["owner"].delete(team.url, params=asked)).status_code == 422
    after = await doomed.rows()
    assert {table: after[table] for table in SEEN[:-1]} == {table: before[table] for table in SEEN[:-1]}


STEPS = [
    ("update", "invitations"), ("delete", "invitation_assignments"), ("update", "api_keys"),
    ("delete", "project_members"), ("insert", "former_project_members"), ("update", "projects"),
    ("insert", "events"),
]  # fmt: skip
FAILURES = {"raises": "raise exception 'no'", "dies": "perform pg_terminate_backend(pg_backend_pid())"}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize(("write", "table"), STEPS, ids=[f"{write} {table}" for write, table in STEPS])
async def test_a_deletion_that_fails_at_any_step_changes_nothing(
    stage: Stage, doomed: Doomed, write: str, table: str, failure: str
) -> None:
    """sec-P9: a statement fails, or its connection: the old state; and the same again makes the new one"""
    before = await doomed.rows()
    body = f"begin {FAILURES[failure]}; return null; end"
    await stage.query(
        f"create function cut() returns trigger language plpgsql security definer as $${body}$$"
    )
    await stage.query(
        f"create trigger cut after {write} on {table} for each statement execute function cut()"
    )
    try:
        answer = await doomed.delete()
    finally:
        await stage.query("drop function cut() cascade")
    assert answer.status_code >= 500
    assert await doomed.rows() == before
    assert (await doomed.delete()).json()["cascades"]["members_removed"] == 4


async def test_a_restored_project_has_its_members_again(stage: Stage, school: School, doomed: Doomed) -> None:
    """J-09: as they were, but for who left the school; no keys, no invitations"""
    team = doomed.team
    places = await team.roles()
    added = "select user_id, added_at, added_by from project_members where project_id = %s order by 1"
    before = await stage.query(added, [team.id])
    await doomed.delete()
    await school["school_admin"].delete(f"/api/users/{team.people['viewer'].user_id}")
    gone = [
        p["id"] for p in (await team["owner"].get(PROJECTS, params={"state": "deleted"})).json()["projects"]
    ]
    assert gone == [team.id]
    for who in ("admin", "editor"):
        assert (await team[who].post(f"{team.url}/restore")).status_code == 404
    assert (await school["teacher_2"].post(f"{team.url}/restore")).status_code == 404
    restored = await team["owner"].post(f"{team.url}/restore")
    assert (restored.json()["state"], restored.json()["role"]) == ("active", "admin")
    places.pop("viewer")
    assert await team.roles() == places
    stayed = [row for row in before if row[0] != team.people["viewer"].user_id]
    assert await stage.query(added, [team.id]) == stayed
    live = "select count(*) from api_keys where project_id = %s and deactivated_at is null"
    assert await stage.query(live, [team.id]) == [(0,)]
    listed = (await team["owner"].get(f"{team.url}/invitations", params={"status": "pending"})).json()
    assert listed["invitations"] == []
    again = await team["owner"].post(f"{team.url}/restore")
    assert (again.status_code, again.json()["code"]) == (409, "project_not_deleted")


async def test_an_admin_of_the_school_restores_what_a_leaver_owned(
    stage: Stage, school: School, doomed: Doomed
) -> None:
    """J-09: and owns it then"""
    team, admin = doomed.team, school.people["school_admin"]
    await doomed.delete()
    await admin.client.delete(f"/api/users/{team.people['owner'].user_id}")
    found = (await admin.client.get(PROJECTS, params={"state": "deleted"})).json()["projects"]
    assert [(p["id"], p["role"], p["permissions"]["can_read"]) for p in found] == [(team.id, None, False)]
    restored = (await admin.client.post(f"{team.url}/restore")).json()
    assert (restored["owner_id"], restored["is_owner"]) == (str(admin.user_id), True)
    assert set((await team.roles()).values()) == {"admin", "editor", "viewer"}


async def test_a_name_taken_meanwhile_is_in_the_way(school: School, doomed: Doomed) -> None:
    team = doomed.team
    await doomed.delete()
    await make_project(school["teacher_2"], team.name)
    answer = await team["owner"].post(f"{team.url}/restore")
    assert (answer.status_code, answer.json()["code"]) == (409, "project_name_taken")


@pytest.mark.races
async def test_an_invitation_accepted_while_its_project_goes_leaves_nobody_inside(
    stage: Stage, school: School, race_rounds: int
) -> None:
    """sec-P9, sec-I11"""
    colleague = school.people["teacher_2"]
    for _ in range(race_rounds):
        made = await make_project(school["teacher"])
        team = Team(stage, school, made["id"], made["name"], {"owner": school.people["teacher"]})
        asked = await team["owner"].post(f"{team.url}/invitations", json={"email": colleague.email})
        token = token_of(stage, {"id": asked.json()["invitation_id"]})
        accepted, deleted = await asyncio.gather(
            colleague.client.post(f"/api/invitations/{token}/accept"),
            team["owner"].delete(team.url, params={"confirm": team.name}),
        )
        counts = deleted.json()["cascades"]
        outcome = (accepted.status_code, counts["members_removed"], counts["invitations_cancelled"])
        assert outcome in {(200, 2, 0), (410, 1, 1)}
        assert await team.roles() == {}


async def purge(stage: Stage) -> None:
    """What the worker's clock does once an hour."""
    token = queue._worker.set(queue.Worker(stage.resources.database, stage.resources))
    await start_project_purges.func(timestamp=0)
    queue._worker.reset(token)
    await stage.finish_jobs()


async def make_marked_batch(stage: Stage, team: Team) -> StagedBatch:
    """Of a template in the project, with a mark that was changed."""
    batch = await make_batch(team["owner"], pupils=1)
    for table in (
        "exam_templates", "exam_questions", "response_areas", "exam_boundaries", "template_versions",
        "mark_scheme_versions", "batches", "candidates", "scripts",
    ):  # fmt: skip
        place = "set project_id = %s where institute_id = %s"
        await stage.query(f"update {table} {place}", [team.id, team.school.institute_id])
    await stage.query(
        """insert into mark_entries (institute_id, script_id, question_id, project_id, batch_id, state, marks,
                                     scheme_version, marker_id, source)
           select s.institute_id, s.id, q.id, s.project_id, s.batch_id, 'awarded', 1, 1, %s, 'human'
             from scripts s, exam_questions q where s.batch_id = %s and q.template_id = %s and q.is_item""",
        [team.people["owner"].user_id, batch.id, batch.template_id],
    )
    await stage.query("update mark_entries set marks = 2, version = 2 where batch_id = %s", [batch.id])
    return batch


async def list_rows_of(stage: Stage, project_id: str) -> list[str]:
    """Tables with a row of a project."""
    tables = await stage.query(
        """select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
            where a.attname = 'project_id' and c.relkind = 'r'
              and c.relnamespace = 'public'::regnamespace"""
    )
    found = [
        await stage.query(f"select %s from {table} where project_id = %s limit 1", [table, project_id])
        for (table,) in tables
    ]
    return [rows[0][0] for rows in found if rows]


async def test_after_thirty_days_a_project_is_gone_and_what_is_the_schools_stays(
    stage: Stage, school: School, doomed: Doomed
) -> None:
    """J-09: templates, batches and marks without project; T-05: no mark changes by it"""
    team = doomed.team
    batch = await make_marked_batch(stage, team)
    marks = "select marks, version from {} where batch_id = %s order by question_id"
    before = await stage.query(marks.format("mark_entries"), [batch.id])
    history = "select count(*) from mark_changes c join scripts s on s.id = c.script_id where s.batch_id = %s"
    changes = await stage.query(history, [batch.id])
    memory = {"project_id": team.id, "text": "Accept J or N m."}
    assert (await team["owner"].post("/api/memories", json=memory)).status_code == 201
    keys = (await team["owner"].get(f"{team.url}/keys")).json()["keys"]
    [key] = [each for each in keys if each["user_id"] == str(team.people["owner"].user_id)]
    assert (await team["owner"].post(f"{team.url}/keys/{key['id']}/rotate", json={})).status_code < 300
    await doomed.delete()
    kept = await stage.query("select count(*) from memories where project_id = %s", [team.id])
    assert kept == [(1,)]  # out of reach
    assert {"exam_templates", "batches", "scripts", "mark_entries"} <= set(await list_rows_of(stage, team.id))
    await stage.query(
        "update projects set deleted_at = now() - interval '30 days' + interval '1 minute' where id = %s",
        [team.id],
    )
    await purge(stage)
    assert (await team["owner"].get(PROJECTS, params={"state": "deleted"})).json()["total_count"] == 1
    await stage.query("update projects set deleted_at = now() - interval '30 days' where id = %s", [team.id])
    await purge(stage)
    assert await stage.query("select 1 from projects where id = %s", [team.id]) == []
    assert await list_rows_of(stage, team.id) == []
    assert (await team["owner"].post(f"{team.url}/restore")).status_code == 404
    template = (await team["owner"].get(f"/api/exam/templates/{batch.template_id}")).json()
    assert template["project_id"] is None
    assert template["questions"]
    assert await stage.query(marks.format("mark_entries"), [batch.id]) == before
    assert await stage.query(history, [batch.id]) == changes
    told = await stage.query("select kind from events where subject_id = %s order by id desc", [team.id])
    assert told[0] == ("project_purged",)
    assert (await doomed.other["owner"].get(doomed.other.url)).status_code == 200
