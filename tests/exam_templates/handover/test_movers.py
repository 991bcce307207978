"""T-09, J-01: who takes a paper from where to where, as their rights are when it goes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import psycopg
import pytest

from tests.exam_templates.canvases import Json
from tests.exam_templates.handover.test_moves import TEMPLATES, make_paper, move, places_of_row
from tests.projects.team import Team, make_project, make_team
from tests.stage import School, Stage


@pytest.fixture
async def team(stage: Stage, school: School) -> Team:
    """The teacher's project."""
    return await make_team(stage, school, "editor")


@asynccontextmanager
async def a_move_that_waits(
    stage: Stage, school: School, client: httpx.AsyncClient, paper: Json, project: str | None
) -> AsyncIterator[asyncio.Task[httpx.Response]]:
    """Begun with the rights of before, it goes on after what is done meanwhile."""
    waits = """select 1 from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock'
                  and query like '%%door_hold_institute%%'"""
    async with await psycopg.AsyncConnection.connect(stage.admin_url) as conn:
        await conn.execute("select 1 from institutes where id = %s for no key update", [school.institute_id])
        moving = asyncio.create_task(move(client, paper, project))
        while not (moving.done() or await stage.query(waits)):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        assert not moving.done(), moving.result().text
        yield moving


async def test_who_lost_the_project_meanwhile_moves_nothing(stage: Stage, school: School, team: Team) -> None:
    """sec-P6"""
    paper = await make_paper(school["teacher"], team.id)
    own = await make_project(team["editor"])
    async with a_move_that_waits(stage, school, team["editor"], paper, own["id"]) as moving:
        assert (await team["owner"].delete(team.member("editor"))).status_code == 200
    refused = await moving
    assert (refused.status_code, refused.json()["code"]) == (403, "not_project_editor")
    assert await places_of_row(stage, paper) == team.id


async def test_nothing_goes_into_a_project_deleted_meanwhile(
    stage: Stage, school: School, team: Team
) -> None:
    paper = await make_paper(school["teacher"])
    async with a_move_that_waits(stage, school, school["teacher"], paper, team.id) as moving:
        gone = await team["owner"].delete(team.url, params={"confirm": team.name})
        assert gone.status_code == 200
    refused = await moving
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_project")


async def test_an_owner_takes_their_paper_out_of_a_deleted_project(school: School, team: Team) -> None:
    paper = await make_paper(school["teacher"], team.id)
    assert (await team["owner"].delete(team.url, params={"confirm": team.name})).status_code == 200
    back = await move(school["teacher"], paper, None)
    assert (back.status_code, back.json()["project_id"]) == (200, None)


async def test_an_owner_gets_a_paper_back_from_where_they_are_not(school: School, team: Team) -> None:
    """Into a project they edit in, or into none."""
    paper = await make_paper(school["teacher"], team.id)
    away = await make_project(team["editor"])
    for back in (team.id, None):
        assert (await move(school["teacher"], paper, team.id)).status_code == 200
        assert (await move(team["editor"], paper, away["id"])).status_code == 200
        page = (await school["teacher"].get(f"/exams/{paper['id']}/sharing")).text
        assert "It belongs to a project that you are not in." in page
        assert "No project" in page
        moved = await move(school["teacher"], paper, back)
        assert (moved.status_code, moved.json()["project_id"]) == (200, back)


async def test_a_guest_moves_no_paper(stage: Stage, school: School, team: Team) -> None:
    """Whoever makes none takes none away, in whichever projects they edit."""
    guest = await team.add("guest", "editor", "guest")
    away = await make_project(team["editor"])
    added = {"user_id": str(guest.user_id), "role": "editor"}
    members = f"/api/projects/{away['id']}/members"
    assert (await team["editor"].post(members, json=added)).status_code == 200
    paper = await make_paper(school["teacher"], team.id)
    refused = await move(guest.client, paper, away["id"])
    assert (refused.status_code, refused.json()["code"]) == (403, "not_project_editor")
    assert await places_of_row(stage, paper) == team.id


async def test_nothing_but_its_owner_s_leaves_an_archived_project(school: School, team: Team) -> None:
    """J-01"""
    paper = await make_paper(school["teacher"], team.id)
    own = await make_project(team["editor"])
    assert (await team["owner"].patch(team.url, json={"state": "archived"})).status_code == 200
    refused = await move(team["editor"], paper, own["id"])
    assert (refused.status_code, refused.json()["code"]) == (409, "project_put_away")
    assert (await team["editor"].get(f"/exams/{paper['id']}/sharing")).status_code == 200
    assert (await move(school["teacher"], paper, None)).status_code == 200


@pytest.mark.races
async def test_two_papers_change_places(school: School, team: Team, race_rounds: int) -> None:
    """Neither waits for the other: projects are locked in one order."""
    teacher, places = school["teacher"], [team.id, (await make_project(school["teacher"]))["id"]]
    papers = [await make_paper(teacher, place) for place in places]
    for _ in range(race_rounds):
        places.reverse()
        moved = await asyncio.gather(*map(move, [teacher] * 2, papers, places))
        assert [answer.status_code for answer in moved] == [200, 200]
    shown = [(await teacher.get(f"{TEMPLATES}/{paper['id']}")).json()["project_id"] for paper in papers]
    assert shown == places
