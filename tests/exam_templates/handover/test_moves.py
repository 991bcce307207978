"""T-09, T-01: a paper goes from project to project, with all that belongs to it and nothing else."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import httpx
import pytest

from tests.exam_templates.canvases import Json, make_with_canvas, small_canvas
from tests.files.test_endpoints import upload
from tests.papers import draw_paper
from tests.projects.team import Team, make_project, make_team
from tests.stage import School, Stage

TEMPLATES = "/api/exam/templates"
PARTS = (
    "exam_questions",
    "mark_scheme_versions",
    "response_areas",
    "exam_boundaries",
    "template_shares",
    "template_versions",
)


async def make_paper(client: httpx.AsyncClient, project: str | None = None) -> Json:
    """With a canvas, and a mark scheme that had another one before it."""
    paper = await make_with_canvas(client, small_canvas(), project_id=project)
    question = f"/api/exam/questions/{paper['questions'][1]['id']}"
    for text in ("a reason", "a better one"):
        changed = await client.patch(question, json={"mark_scheme": {"points": [{"text": text}]}})
        assert changed.status_code == 200
    return paper


async def move(client: httpx.AsyncClient, paper: Json, project: str | None, **more: Any) -> httpx.Response:
    return await client.patch(f"{TEMPLATES}/{paper['id']}", json={"project_id": project}, **more)


async def places(stage: Stage, paper: Json) -> set[str | None]:
    """The projects that the template and the rows of all its parts name."""
    parts = " union ".join(f"select project_id from {table} where template_id = %(id)s" for table in PARTS)
    rows = await stage.query(
        f"select project_id from exam_templates where id = %(id)s union {parts}", {"id": paper["id"]}
    )
    for table in PARTS:
        assert await stage.query(f"select 1 from {table} where template_id = %(id)s", {"id": paper["id"]})
    return {project and str(project) for (project,) in rows}


@pytest.fixture
async def team(stage: Stage, school: School) -> Team:
    """The teacher's project; `pupil` reads in it, without being staff."""
    team = await make_team(stage, school, "editor", "viewer")
    await team.add("pupil", "viewer", "student")
    return team


async def test_a_paper_goes_into_a_project_and_on_to_another(
    school: School, stage: Stage, team: Team
) -> None:
    teacher, pupil = school["teacher"], team["pupil"]
    paper = await make_paper(teacher)
    shared = {"user_id": str(school.people["teacher_2"].user_id)}
    assert (await teacher.post(f"{TEMPLATES}/{paper['id']}/shares", json=shared)).status_code == 200
    other = await make_project(teacher)
    seen = []
    for target in (team.id, other["id"], None, team.id):
        moved = await move(teacher, paper, target)
        assert (moved.status_code, moved.json()["project_id"]) == (200, target)
        assert await places(stage, paper) == {target}
        seen.append((await pupil.get(f"{TEMPLATES}/{paper['id']}")).status_code)
    assert seen == [200, 404, 404, 200]
    shown = (await pupil.get(f"{TEMPLATES}/{paper['id']}")).json()
    assert [len(shown[part]) for part in ("questions", "response_areas", "boundaries")] == [4, 3, 3]
    told = await stage.query(
        "select facts ->> 'from', facts ->> 'to', changed from events"
        " where subject_id = %s and kind = 'template_moved' order by id",
        [paper["id"]],
    )
    way = [None, team.id, other["id"], None, team.id]
    assert told == [(a, b, ["project_id"]) for a, b in pairwise(way)]


async def test_to_where_it_is_nothing_moves(school: School, stage: Stage, team: Team) -> None:
    paper = await make_paper(school["teacher"], team.id)
    before = (await school["teacher"].get(f"{TEMPLATES}/{paper['id']}")).json()
    assert (await move(school["teacher"], paper, team.id)).json() == before
    told = "select 1 from events where kind = 'template_moved' and subject_id = %s"
    assert not await stage.query(told, [paper["id"]])


async def test_who_writes_in_both_projects_moves_it_and_nobody_else(
    stage: Stage, school: School, team: Team
) -> None:
    """sec-P6"""
    paper = await make_paper(school["teacher"], team.id)
    own = await make_project(team["editor"])
    for who, code in (("viewer", "not_project_editor"), ("pupil", "not_project_editor")):
        refused = await move(team[who], paper, own["id"])
        assert (refused.status_code, refused.json()["code"]) == (403, code)
    outside = await move(school["teacher_2"], paper, None)
    assert (outside.status_code, outside.json()["code"]) == (403, "not_project_editor")
    unseen = await move(school["teacher"], paper, own["id"])  # its owner, who is not in that one
    assert (unseen.status_code, unseen.json()["code"]) == (404, "unknown_project")
    nowhere = await move(team["editor"], paper, None)
    assert (nowhere.status_code, nowhere.json()["code"]) == (403, "only_owner")
    assert await places_of_row(stage, paper) == team.id
    assert (await move(team["editor"], paper, own["id"])).status_code == 200


async def places_of_row(stage: Stage, paper: Json) -> str:
    return str(
        (await stage.query("select project_id from exam_templates where id = %s", [paper["id"]]))[0][0]
    )


async def test_where_it_is_in_no_project_its_owner_moves_it(school: School, team: Team) -> None:
    """Whoever it is shared with edits it, and does not open it to others."""
    paper = await make_paper(school["teacher"])
    shared = {"user_id": str(team.people["editor"].user_id)}
    await school["teacher"].post(f"{TEMPLATES}/{paper['id']}/shares", json=shared)
    refused = await move(team["editor"], paper, team.id)
    assert (refused.status_code, refused.json()["code"]) == (403, "only_owner")


async def test_a_viewer_of_the_other_project_puts_nothing_into_it(
    school: School, stage: Stage, team: Team
) -> None:
    theirs = await make_team(stage, school, "editor")
    await theirs["owner"].post(
        f"{theirs.url}/members", json={"user_id": str(team.people["editor"].user_id), "role": "viewer"}
    )
    paper = await make_paper(school["teacher"], team.id)
    refused = await move(team["editor"], paper, theirs.id)
    assert (refused.status_code, refused.json()["code"]) == (403, "project_not_writable")


async def test_nothing_is_put_into_an_archived_project(school: School, team: Team) -> None:
    """J-01"""
    paper = await make_paper(school["teacher"])
    assert (await team["owner"].patch(team.url, json={"state": "archived"})).status_code == 200
    refused = await move(school["teacher"], paper, team.id)
    assert (refused.status_code, refused.json()["code"]) == (409, "project_put_away")
    new = await school["teacher"].post(TEMPLATES, json={"title": "New", "project_id": team.id})
    assert (new.status_code, new.json()["code"]) == (409, "project_put_away")


async def test_a_paper_that_was_set_stays_with_its_batches(school: School, stage: Stage, team: Team) -> None:
    """T-05: pupils' answers and marks are not carried from team to team."""
    paper = await make_paper(school["teacher"], team.id)
    other = await make_project(school["teacher"])
    for status in ("live", "closed"):
        await stage.query("update exam_templates set status = %s where id = %s", [status, paper["id"]])
        refused = await move(school["teacher"], paper, other["id"])
        assert (refused.status_code, refused.json()["code"]) == (409, "in_use")
    await stage.query("update exam_templates set status = 'draft' where id = %s", [paper["id"]])
    await school["teacher"].delete(f"{TEMPLATES}/{paper['id']}")
    archived = await move(school["teacher"], paper, other["id"])
    assert (archived.status_code, archived.json()["code"]) == (409, "archived_read_only")


async def test_a_move_names_a_project_and_the_version_it_saw(school: School, team: Team) -> None:
    """X-07, X-12"""
    paper, teacher = await make_paper(school["teacher"]), school["teacher"]
    stale = await move(teacher, paper, team.id, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["current"]["id"]) == (412, paper["id"])
    for body, status in (({}, 400), ({"title": "Other"}, 422), ({"project_id": "x"}, 422)):
        answer = await teacher.patch(f"{TEMPLATES}/{paper['id']}", json=body)
        assert answer.status_code == status


async def test_another_school_moves_nothing_and_receives_nothing(
    school: School, other_school: School, stage: Stage, team: Team
) -> None:
    """X-04, sec-P4"""
    paper = await make_paper(school["teacher"], team.id)
    theirs = await make_project(other_school["teacher"])
    away = await move(school["teacher"], paper, theirs["id"])
    assert (away.status_code, away.json()["code"]) == (404, "unknown_project")
    taken = await move(other_school["school_admin"], paper, theirs["id"])
    assert (taken.status_code, taken.json()["code"]) == (404, "template_not_found")
    assert await places_of_row(stage, paper) == team.id


async def test_whoever_reads_in_the_other_project_sees_the_paper_s_pages(
    school: School, stage: Stage, team: Team
) -> None:
    teacher = school["teacher"]
    file = (await upload(teacher, draw_paper(1), "paper.pdf")).json()
    paper = (await teacher.post(TEMPLATES, json={"title": "P", "source_file_id": file["id"]})).json()
    picture = f"{TEMPLATES}/{paper['id']}/pages/1/image"
    assert (await team["pupil"].get(picture)).status_code == 404
    await move(teacher, paper, team.id)
    assert (await team["pupil"].get(picture)).status_code == 200


@pytest.mark.races
async def test_a_batch_made_while_its_paper_moves_is_in_the_papers_project_or_not_there(
    school: School, stage: Stage, race_rounds: int
) -> None:
    """T-05: whoever comes second is refused"""
    teacher = school["teacher"]
    file = (await upload(teacher, draw_paper(1), "paper.pdf")).json()
    here, there = await make_project(teacher), await make_project(teacher)
    batch = {"title": "Mock", "blank_scripts": 1, "blind": False}
    for turn in range(race_rounds):
        start = here["id"] if turn % 2 else None
        paper = await make_with_canvas(
            teacher, small_canvas(), project_id=start, source_file_id=file["id"], page_count=1
        )
        moved, made = await asyncio.gather(
            move(teacher, paper, there["id"]),
            teacher.post("/api/batches", json=batch | {"template_id": paper["id"]}),
        )
        assert (moved.status_code, made.status_code) in {(200, 201), (200, 409), (409, 201)}
        apart = await stage.query(
            "select 1 from batches b join exam_templates t on t.id = b.template_id"
            " where t.id = %s and b.project_id is distinct from t.project_id",
            [paper["id"]],
        )
        assert apart == []
