"""T-04, T-09, T-12: a connection cut in the middle leaves the old or the new, whatever is being changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from copy import deepcopy

import httpx
import pytest

from tests.acceptance.test_papers_as_files import full_canvas
from tests.exam_templates.canvases import Json, as_sent, make_with_canvas, put, small_canvas
from tests.exam_templates.exchange.files import import_file
from tests.stage import School, Stage

TEMPLATES = "/api/exam/templates"


def address(template: Json, rest: str = "") -> str:
    return f"{TEMPLATES}/{template['id']}{rest}"


@asynccontextmanager
async def cutting(stage: Stage, write: str, table: str) -> AsyncIterator[None]:
    """The connection that writes there is lost as it does."""
    await stage.query(
        """create function cut() returns trigger language plpgsql security definer as
           $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$"""
    )
    await stage.query(
        f"create trigger cut after {write} on {table} for each statement execute function cut()"
    )
    try:
        yield
    finally:
        await stage.query("drop function cut() cascade")


async def change_schemes(client: httpx.AsyncClient, template: Json) -> httpx.Response:
    """One question has another scheme, the one with a version of its scheme goes."""
    canvas = deepcopy(as_sent(template))
    gone = next(q["id"] for q in canvas["questions"] if q["path"] == "2")
    for name in canvas:
        canvas[name] = [r for r in canvas[name] if gone not in (r["id"], r.get("question_id"))]
    canvas["questions"][0]["mark_scheme"] = [{"text": "Says why"}]
    return await put(client, template["id"], canvas, template["version"])


async def bring_back(client: httpx.AsyncClient, template: Json) -> httpx.Response:
    headers = {"If-Match": f'"{template["version"]}"'}
    return await client.post(address(template, "/versions/2/restore"), headers=headers)


async def copy(client: httpx.AsyncClient, template: Json) -> httpx.Response:
    return await client.post(address(template, "/clone"), json={})


async def take_in_a_file(client: httpx.AsyncClient, template: Json) -> httpx.Response:
    file = await client.get(address(template, "/export.json"))
    return await import_file(client, file.content)


CUTS: list[tuple[Callable[[httpx.AsyncClient, Json], Awaitable[httpx.Response]], str, str]] = [
    (change_schemes, "insert", "mark_scheme_versions"),
    (change_schemes, "delete", "mark_scheme_versions"),
    (change_schemes, "insert", "graph_changes"),
    (change_schemes, "insert", "jobs.procrastinate_jobs"),
    (bring_back, "insert", "response_areas"),
    (bring_back, "insert", "template_versions"),
    (copy, "insert", "exam_templates"),
    (copy, "insert", "exam_boundaries"),
    (take_in_a_file, "insert", "exam_questions"),
    (take_in_a_file, "insert", "template_versions"),
]


@pytest.mark.parametrize(
    ("deed", "write", "table"), CUTS, ids=[f"{deed.__name__}-{write}-{table}" for deed, write, table in CUTS]
)
async def test_what_is_cut_off_leaves_everything_as_it_was(
    school: School,
    stage: Stage,
    deed: Callable[[httpx.AsyncClient, Json], Awaitable[httpx.Response]],
    write: str,
    table: str,
) -> None:
    """T-04: and done again it is done whole"""
    teacher = school["teacher"]
    first = await make_with_canvas(teacher, full_canvas())
    canvas = small_canvas()
    canvas["questions"][3]["mark_scheme"] = [{"text": "B"}]
    await put(teacher, first["id"], canvas, first["version"])
    two = {"mark_scheme": [{"text": "A"}]}
    await teacher.patch(f"/api/exam/questions/{canvas['questions'][3]['id']}", json=two)
    before = (await teacher.get(address(first))).json()
    async with cutting(stage, write, table):
        answer = await deed(teacher, before)
    assert answer.status_code == 503
    assert (await teacher.get(address(first))).json() == before
    assert (await teacher.get(TEMPLATES)).json()["total"] == 1
    assert (await deed(teacher, before)).is_success
