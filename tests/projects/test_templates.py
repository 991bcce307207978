"""T-01, X-02: papers in a project, as its people see and change them."""

from __future__ import annotations

import httpx

from tests.projects.team import make_project, make_team
from tests.stage import School, Stage

TEMPLATES = "/api/exam/templates"


async def titles(client: httpx.AsyncClient) -> list[str]:
    listed = await client.get(TEMPLATES)
    return [template["title"] for template in listed.json()["templates"]]


async def test_a_paper_goes_into_a_project_one_edits(stage: Stage, school: School) -> None:
    """T-01"""
    team = await make_team(stage, school)
    for who, status in (("owner", 201), ("admin", 201), ("editor", 201), ("viewer", 403)):
        answer = await team[who].post(TEMPLATES, json={"title": who, "project_id": team.id})
        assert answer.status_code == status
    outside = await school["teacher_2"].post(TEMPLATES, json={"title": "No", "project_id": team.id})
    assert (outside.status_code, outside.json()["code"]) == (404, "unknown_project")
    assert (
        await school["school_admin"].post(TEMPLATES, json={"title": "Yes", "project_id": team.id})
    ).json()["project_id"] == team.id


async def test_a_member_who_is_no_staff_sees_the_projects_papers_alone(stage: Stage, school: School) -> None:
    """X-02, T-02"""
    team = await make_team(stage, school, "viewer")
    await team.add("pupil", "editor", "student")
    inside = (await team["owner"].post(TEMPLATES, json={"title": "Inside", "project_id": team.id})).json()
    outside = (await team["owner"].post(TEMPLATES, json={"title": "Outside"})).json()
    assert await titles(team["pupil"]) == ["Inside"]
    assert (await team["pupil"].get(f"{TEMPLATES}/{inside['id']}")).status_code == 200
    assert (await team["pupil"].get(f"{TEMPLATES}/{outside['id']}")).status_code == 404
    await team["owner"].delete(team.member("pupil"))
    assert await titles(team["pupil"]) == []


async def test_papers_of_a_deleted_project_are_the_schools(stage: Stage, school: School) -> None:
    """J-09: staff see them still, nobody adds to them"""
    team = await make_team(stage, school, "viewer")
    await team.add("pupil", "viewer", "student")
    await team["owner"].post(TEMPLATES, json={"title": "Inside", "project_id": team.id})
    await team["owner"].delete(team.url, params={"confirm": team.name})
    assert await titles(team["pupil"]) == []
    assert await titles(team["owner"]) == ["Inside"]
    answer = await team["owner"].post(TEMPLATES, json={"title": "Late", "project_id": team.id})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_project")


async def test_a_paper_goes_into_no_project_of_another_school(school: School, other_school: School) -> None:
    """X-04, sec-P4"""
    theirs = await make_project(other_school["teacher"])
    answer = await school["teacher"].post(TEMPLATES, json={"title": "No", "project_id": theirs["id"]})
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_project")
