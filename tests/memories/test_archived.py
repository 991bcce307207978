"""The memory of an archived project: read, found, taken away from, not written (J-01, M-01)."""

from __future__ import annotations

import pytest

from tests.memories.team import Project, keep, make_project, search, texts_of
from tests.stage import School, Stage

LINES = {"Content-Type": "application/x-ndjson"}


@pytest.fixture
async def project(stage: Stage, school: School) -> Project:
    return await make_project(stage, school)


async def archive(project: Project) -> None:
    address = f"/api/projects/{project.id}"
    assert (await project.school["teacher"].patch(address, json={"state": "archived"})).status_code == 200


async def test_nothing_is_written_into_an_archived_project(school: School, project: Project) -> None:
    """J-01: kept, changed, brought back, approved or read in, by people or keys"""
    teacher, at = school["teacher"], {"project_id": str(project.id)}
    made = f"/api/memories/{(await keep(teacher, project, 'Units'))['id']}"
    await teacher.patch(made, json={"text": "Units count"})
    async with await project.client("teacher_2") as key:
        waiting = f"/api/memories/{(await keep(key, None, 'By a key'))['id']}"
        await archive(project)
        answers = [
            await teacher.post("/api/memories", json=at | {"text": "More"}),
            await teacher.post("/api/memories", json=at | {"text": "More", "dry_run": True}),
            await teacher.patch(made, json={"text": "Other"}),
            await teacher.post(f"{made}/undo"),
            await teacher.post(f"{waiting}/approve", headers={"If-Match": '"1"'}),
            await teacher.post("/api/memories/import", params=at, content=b'{"text": "y"}', headers=LINES),
            await key.post("/api/memories", json={"text": "More"}),
            await key.patch(waiting, json={"text": "Other"}),
        ]
        assert [(a.status_code, a.json()["code"]) for a in answers] == [(409, "project_put_away")] * 8
        viewer = school["department_head"]
        assert (await viewer.post("/api/memories", json=at | {"text": "More"})).status_code == 403
    await teacher.patch(f"/api/projects/{project.id}", json={"state": "active"})
    await keep(teacher, project, "More")


async def test_an_archived_memory_is_read_and_taken_away_from(school: School, project: Project) -> None:
    """J-01: found, exported, deleted, and a key's writing taken back"""
    made = await keep(school["teacher"], project, "Units")
    key = await project.make_key()
    async with project.stage.client(key["secret"]) as program:
        await keep(program, None, "By a key")
    await archive(project)
    teacher = school["teacher"]
    assert texts_of(await search(teacher, project, "units")) == ["Units"]
    lines = (await teacher.get(f"/api/memories/export?project_id={project.id}")).content.splitlines()
    assert len(lines) == 2
    address = f"/api/projects/{project.id}/memories/rollback"
    assert (await teacher.post(address, json={"key_id": key["id"]})).json()["deleted"] == 1
    assert (await teacher.delete(f"/api/memories/{made['id']}")).status_code == 200
