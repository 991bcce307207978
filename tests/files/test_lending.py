"""X-02, T-10: a paper is open to a project's members and keys while they need it, and no longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.projects.keys.keyring import Project, make_project
from tests.projects.keys.test_papers_by_key import TEMPLATES, upload
from tests.stage import School, Stage


@pytest.fixture
async def project(stage: Stage, school: School) -> Project:
    return await make_project(stage, school)


@pytest.fixture
async def key(project: Project) -> AsyncIterator[httpx.AsyncClient]:
    async with await project.client() as client:
        yield client


async def put_in(project: Project, file_id: str | None, project_id: UUID | None = None) -> str:
    """A teacher's template on a paper, in the project."""
    given = {"title": "Motion", "project_id": str(project_id or project.id), "source_file_id": file_id}
    made = await project.school["teacher"].post(TEMPLATES, json=given)
    assert made.status_code == 201, made.text
    template_id: str = made.json()["id"]
    return template_id


async def take_out(stage: Stage, template_id: str, project_id: UUID | None = None) -> None:
    await stage.query("update exam_templates set project_id = %s where id = %s", [project_id, template_id])


async def opens(project: Project, key: httpx.AsyncClient, file_id: str) -> bool:
    """Whether somebody with the project's key, who noted the paper's id, reads it still: by a template of
    their own, as they may make."""
    given = {"title": "Mine", "project_id": str(project.id), "source_file_id": file_id}
    made = await key.post(TEMPLATES, json=given)
    if made.status_code == 201:
        image = await key.get(f"{TEMPLATES}/{made.json()['id']}/pages/1/image")
        return image.status_code == 200
    assert made.json()["code"] == "unknown_source_file"
    return False


async def readers(stage: Stage, file_id: str) -> Any:
    [(projects,)] = await stage.query("select project_ids from source_files where id = %s", [file_id])
    return projects


async def test_a_paper_that_left_the_project_opens_to_its_key_no_more(
    stage: Stage, project: Project, key: httpx.AsyncClient
) -> None:
    """The attack: note the id while the paper is there, and read it afterwards."""
    file_id = (await upload(project.school["teacher"])).json()["id"]
    template_id = await put_in(project, file_id)
    await take_out(stage, template_id)
    assert not await opens(project, key, file_id)


async def test_a_paper_exchanged_for_another_opens_no_more(
    stage: Stage, project: Project, key: httpx.AsyncClient
) -> None:
    teacher = project.school["teacher"]
    file_id = (await upload(teacher)).json()["id"]
    template_id = await put_in(project, file_id)
    got = await teacher.get(f"{TEMPLATES}/{template_id}")
    changed = await teacher.put(
        f"{TEMPLATES}/{template_id}",
        json={"questions": [], "response_areas": [], "boundaries": [], "meta": {"source_file_id": None}},
        headers={"If-Match": got.headers["etag"]},
    )
    assert changed.status_code == 200, changed.text
    assert await readers(stage, file_id) == []
    assert not await opens(project, key, file_id)


async def test_it_stays_while_another_template_stands_on_it(
    stage: Stage, project: Project, key: httpx.AsyncClient
) -> None:
    file_id = (await upload(project.school["teacher"])).json()["id"]
    first, _ = [await put_in(project, file_id) for _ in range(2)]
    await take_out(stage, first)
    assert await opens(project, key, file_id)


async def test_it_goes_along_into_another_project(
    stage: Stage, project: Project, key: httpx.AsyncClient
) -> None:
    other = await make_project(stage, project.school, "Chemistry")
    file_id = (await upload(project.school["teacher"])).json()["id"]
    await take_out(stage, await put_in(project, file_id), other.id)
    assert await readers(stage, file_id) == [other.id]
    assert not await opens(project, key, file_id)
    async with await other.client() as theirs:
        assert await opens(other, theirs, file_id)


@pytest.mark.parametrize("is_known", [False, True])
async def test_who_sent_a_paper_keeps_it(
    stage: Stage, project: Project, key: httpx.AsyncClient, is_known: bool
) -> None:
    """They have it: also where the school had it before, or a template brought it before they sent it."""
    if is_known:
        await put_in(project, (await upload(project.school["teacher"])).json()["id"])
    file_id = (await upload(key)).json()["id"]
    await stage.query("update exam_templates set project_id = null where source_file_id = %s", [file_id])
    assert await opens(project, key, file_id)


async def test_of_two_that_leave_at_once_none_leaves_it_open(
    stage: Stage, project: Project, race_rounds: int
) -> None:
    file_id = (await upload(project.school["teacher"])).json()["id"]
    for _ in range(race_rounds):
        templates = [await put_in(project, file_id) for _ in range(2)]
        assert await readers(stage, file_id) == [project.id]
        await asyncio.gather(*(take_out(stage, template_id) for template_id in templates))
        assert await readers(stage, file_id) == []


async def test_one_that_comes_as_another_leaves_finds_it_open(
    stage: Stage, project: Project, race_rounds: int
) -> None:
    file_id = (await upload(project.school["teacher"])).json()["id"]
    last = await put_in(project, file_id)
    for _ in range(race_rounds):
        _, last = await asyncio.gather(take_out(stage, last), put_in(project, file_id))
        assert await readers(stage, file_id) == [project.id]
