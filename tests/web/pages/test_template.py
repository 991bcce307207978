"""Sharing, copying and handing on a paper, its history and its files, as pages (T-09, T-12)."""

from __future__ import annotations

import pytest

from tests.exam_templates.canvases import Json, as_sent, make_with_canvas, put, question, small_canvas
from tests.projects.team import make_project
from tests.stage import School, Stage
from tests.web.browsing import tab_of


@pytest.fixture
async def template(school: School) -> Json:
    return await make_with_canvas(school["teacher"], small_canvas())


def user_id(school: School, role: str) -> str:
    return str(school.people[role].user_id)


async def test_a_paper_is_shared_and_no_longer(stage: Stage, school: School, template: Json) -> None:
    tab, url = tab_of(stage, school, "teacher"), f"/exams/{template['id']}/sharing"
    assert "shared with nobody" in (await tab.see(url)).text
    answer = await tab.submit(url, colleague=user_id(school, "teacher_2"))
    assert answer.headers["location"] == url
    shares = (await school["teacher"].get(f"/api/exam/templates/{template['id']}/shares")).json()["shares"]
    assert [share["name"] for share in shares] == ["Teacher 2"]
    assert "Stop sharing with Teacher 2" in (await tab.see(url)).text
    await tab.submit(url, remove=shares[0]["id"])
    assert "shared with nobody" in (await tab.see(url)).text


async def test_nothing_chosen_is_said_and_changes_nothing(
    stage: Stage, school: School, template: Json
) -> None:
    tab, url = tab_of(stage, school, "teacher"), f"/exams/{template['id']}/sharing"
    await tab.see(url)
    answer = await tab.submit(url, colleague="")
    assert (answer.status_code, "Choose a colleague or a department" in answer.text) == (422, True)


async def test_a_colleague_copies_and_cannot_share(stage: Stage, school: School, template: Json) -> None:
    tab, url = tab_of(stage, school, "teacher_2"), f"/exams/{template['id']}"
    page = await tab.see(f"{url}/sharing")
    assert "Share it" not in page.text
    refused = await tab.submit(f"{url}/sharing", colleague=user_id(school, "teacher_2"))
    assert refused.status_code == 403
    copied = (await tab.submit(f"{url}/copy")).headers["location"]
    assert copied.startswith("/exams/")
    assert copied != url
    assert "Paper 1 (copy)" in (await tab.see(copied)).text


async def test_a_paper_is_handed_on(stage: Stage, school: School, template: Json) -> None:
    tab, url = tab_of(stage, school, "teacher"), f"/exams/{template['id']}/sharing"
    await tab.see(url)
    await tab.submit(url, owner=user_id(school, "teacher_2"))
    assert "Teacher 2 owns this paper" in (await tab.see(url)).text


async def test_an_earlier_version_is_brought_back(stage: Stage, school: School, template: Json) -> None:
    client = school["teacher"]
    other = {"questions": [question("9", 0, max_marks=1)], "response_areas": [], "boundaries": []}
    await put(client, template["id"], other, template["version"])
    tab, url = tab_of(stage, school, "teacher"), f"/exams/{template['id']}/history"
    page = await tab.see(url)
    assert page.text.count("Canvas saved") == 2
    assert page.text.count("Bring back") == 2  # one version to bring back: its button and its label
    answer = await tab.submit(url, version=str(template["version"]))
    assert answer.headers["location"] == f"/exams/{template['id']}"
    now = (await client.get(f"/api/exam/templates/{template['id']}")).json()
    assert as_sent(now) == as_sent(template)
    missing = await tab.submit(url, version="999")
    assert missing.status_code == 404


async def test_a_reader_brings_nothing_back(stage: Stage, school: School, template: Json) -> None:
    tab, url = tab_of(stage, school, "teacher_2"), f"/exams/{template['id']}/history"
    page = await tab.see(url)
    assert "Bring back" not in page.text
    assert "<import-scheme" not in page.text
    assert (await tab.submit(url, version=str(template["version"]))).status_code == 403


async def test_a_paper_is_moved_between_projects(stage: Stage, school: School, template: Json) -> None:
    """T-09: only to where one may write, and out of all by its owner"""
    mine, other = [await make_project(school["teacher"]) for _ in range(2)]
    theirs = await make_project(school["teacher_2"])
    tab, url = tab_of(stage, school, "teacher"), f"/exams/{template['id']}"
    page = await tab.see(f"{url}/sharing")
    assert [project["name"] in page.text for project in (mine, other, theirs)] == [True, True, False]
    assert "No project" not in page.text
    answer = await tab.submit(f"{url}/project", project=mine["id"])
    assert answer.headers["location"] == f"{url}/sharing"
    page = await tab.see(f"{url}/sharing")
    assert f"It belongs to “{mine['name']}”" in page.text
    assert "No project" in page.text
    await tab.submit(f"{url}/project", project="none")
    assert "It belongs to no project" in (await tab.see(f"{url}/sharing")).text


async def test_a_move_that_cannot_be_is_refused_in_words(
    stage: Stage, school: School, template: Json
) -> None:
    mine = await make_project(school["teacher"])
    tab, url = tab_of(stage, school, "teacher"), f"/exams/{template['id']}"
    await tab.see(f"{url}/sharing")
    answer = await tab.submit(f"{url}/project", project="")
    assert (answer.status_code, "Choose a project." in answer.text) == (422, True)
    await stage.query("update exam_templates set status = 'live' where id = %s", [template["id"]])
    assert "It has been set for pupils and stays where it is" in (await tab.see(f"{url}/sharing")).text
    assert (await tab.submit(f"{url}/project", project=mine["id"])).status_code == 409
    colleague = tab_of(stage, school, "teacher_2")
    assert "Move it to" not in (await colleague.see(f"{url}/sharing")).text
    assert (await colleague.submit(f"{url}/project", project=mine["id"])).status_code == 403
