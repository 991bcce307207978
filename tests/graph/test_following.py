"""Whatever a teacher does, by whichever way, the graph follows, and is then the one made anew."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio

from markroom.graph.model import compare, digest
from tests.databases import Database
from tests.exam_templates.canvases import Json, as_sent, make_with_canvas, put, question, small_canvas
from tests.exam_templates.exchange.files import import_file
from tests.files.test_endpoints import upload
from tests.graph.test_projection import projector, read_graph
from tests.papers import draw_paper
from tests.stage import School, Stage, open_stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with open_stage(database, tmp_path_factory.mktemp("data"), graph_url="") as opened:
        yield opened


@dataclass
class Scene:
    """A school with a template of the teacher's, which has an earlier version."""

    stage: Stage
    school: School
    template: Json

    @property
    def teacher(self) -> httpx.AsyncClient:
        return self.school["teacher"]

    def address(self, rest: str = "") -> str:
        return f"/api/exam/templates/{self.template['id']}{rest}"

    def if_match(self) -> dict[str, str]:
        return {"If-Match": f'"{self.template["version"]}"'}


async def rename_school(at: Scene) -> httpx.Response:
    return await at.school["school_admin"].patch("/api/institutes/current", json={"name": "Another Name"})


async def edit_question(at: Scene) -> httpx.Response:
    address = f"/api/exam/questions/{at.template['questions'][1]['id']}"
    return await at.teacher.patch(address, json={"max_marks": 7})


async def set_ready(at: Scene) -> httpx.Response:
    canvas = as_sent(at.template) | {"meta": {"status": "ready"}}
    return await put(at.teacher, at.template["id"], canvas, at.template["version"])


async def archive(at: Scene) -> httpx.Response:
    return await at.teacher.delete(at.address())


async def give_away(at: Scene) -> httpx.Response:
    heir = str(at.school.people["teacher_2"].user_id)
    return await at.teacher.post(at.address("/transfer"), json={"user_id": heir})


async def hand_on_of_leaver(at: Scene) -> httpx.Response:
    leaver, heir = (str(at.school.people[who].user_id) for who in ("teacher", "teacher_2"))
    admin = at.school["school_admin"]
    assert (await admin.delete(f"/api/users/{leaver}")).status_code == 200
    given = {"from_user_id": leaver, "to_user_id": heir}
    return await admin.post("/api/exam/templates/transfer", json=given)


async def copy(at: Scene) -> httpx.Response:
    return await at.school["teacher_2"].post(at.address("/clone"), json={})


async def take_in_a_file(at: Scene) -> httpx.Response:
    file = await at.teacher.get(at.address("/export.json"))
    return await import_file(at.school["teacher_2"], file.content)


async def bring_back_a_version(at: Scene) -> httpx.Response:
    versions = (await at.teacher.get(at.address("/versions"))).json()["versions"]
    rest = f"/versions/{versions[-1]['number']}/restore"
    return await at.teacher.post(at.address(rest), headers=at.if_match())


async def lay_a_scheme_over(at: Scene) -> httpx.Response:
    file = {"file": ("scheme.csv", b"question,max_marks\n2,6\n")}
    return await at.teacher.post(at.address("/mark-scheme"), files=file, headers=at.if_match())


async def read_the_paper(at: Scene) -> httpx.Response:
    started = await at.teacher.post(at.address("/detect"))
    await at.stage.finish_jobs()
    return started


async def set_it_for_pupils(at: Scene) -> httpx.Response:
    given = {"template_id": at.template["id"], "title": "Mock", "blind": False, "blank_scripts": 1}
    return await at.teacher.post("/api/batches", json=given)


DEEDS: list[Callable[[Scene], Awaitable[httpx.Response]]] = [
    rename_school, edit_question, set_ready, archive, give_away, hand_on_of_leaver, copy, take_in_a_file,
    bring_back_a_version, lay_a_scheme_over, read_the_paper, set_it_for_pupils,
]  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
async def test_the_graph_follows(
    stage: Stage, school: School, deed: Callable[[Scene], Awaitable[httpx.Response]]
) -> None:
    """G-01, G-03: by the events alone, and then it is the one made anew"""
    paper = (await upload(school["teacher"], draw_paper(2))).json()["id"]
    other: Json = {"questions": [question("9", 0, max_marks=1)], "response_areas": [], "boundaries": []}
    template = await make_with_canvas(school["teacher"], other, source_file_id=paper)
    second = await put(school["teacher"], template["id"], small_canvas(), template["version"])
    await projector(stage, school).project_changes()
    before = await read_graph(stage, school)
    answer = await deed(Scene(stage, school, second.json()))
    assert answer.is_success, answer.text
    await projector(stage, school).project_changes()
    kept_up = await read_graph(stage, school)
    assert compare(before, kept_up)
    await projector(stage, school).rebuild()
    assert digest(await read_graph(stage, school)) == digest(kept_up)
