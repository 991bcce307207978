"""T-04, T-05, X-07: the full replace of a canvas, whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from copy import deepcopy
from typing import Any
from uuid import UUID

import httpx

from markroom.exam_templates.model import TemplateReplaced
from markroom.kit.db import Conn
from tests.exam_templates.canvases import (
    Json,
    as_sent,
    boundary,
    large_canvas,
    make_template,
    make_with_canvas,
    put,
    question,
    small_canvas,
)
from tests.exam_templates.listening import listening
from tests.stage import School, Stage
from tests.statements import statements


async def test_a_canvas_comes_back_as_it_was_sent(school: School) -> None:
    """T-03, T-04, T-08"""
    canvas = small_canvas()
    template = await make_template(school["teacher"])
    answer = await put(school["teacher"], template["id"], canvas, 1)
    body = answer.json()
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert body["changes"] == {"added": 10, "updated": 0, "removed": 0}
    assert body["total_marks"] == 9
    assert [(q["path"], q["is_container"]) for q in body["questions"]] == [
        ("1", True), ("1(a)", False), ("1(b)", False), ("2", False),
    ]  # fmt: skip
    for name, sent in canvas.items():
        for row, kept in zip(sent, body[name], strict=True):
            assert kept.items() >= row.items()
    read = await school["teacher_2"].get(f"/api/exam/templates/{template['id']}")
    assert read.headers["etag"] == '"2"'
    assert as_sent(read.json()) == as_sent(body)


async def test_what_was_read_can_be_sent_back_and_changes_nothing(school: School, stage: Stage) -> None:
    """T-08: answered fields are ignored when sent."""
    template = await make_with_canvas(school["teacher"], small_canvas())
    rows = "select xmin::text from exam_templates where id = %s"
    before = await stage.query(rows, [template["id"]])
    again = await put(school["teacher"], template["id"], as_sent(template), template["version"])
    assert again.json()["changes"] == {"added": 0, "updated": 0, "removed": 0}
    assert again.json()["version"] == template["version"]
    assert await stage.query(rows, [template["id"]]) == before


async def test_rows_without_an_id_get_one(school: School) -> None:
    canvas = small_canvas()
    del canvas["questions"][3]["id"], canvas["response_areas"][2], canvas["boundaries"][2]
    del canvas["response_areas"][0]["id"], canvas["boundaries"][0]["id"]
    body = await make_with_canvas(school["teacher"], canvas)
    assert UUID(body["questions"][3]["id"]).version == 7
    assert len({row["id"] for name in canvas for row in body[name]}) == 8


async def test_rows_that_stay_as_they_are_are_not_touched(school: School, stage: Stage) -> None:
    """T-04: a question put in front, a part changed, one removed."""
    canvas = small_canvas()
    template = await make_with_canvas(school["teacher"], canvas)

    async def marks() -> dict[UUID, Any]:
        tables = ("exam_questions", "response_areas", "exam_boundaries")
        union = " union all ".join(
            f"select id, xmin::text from {table} where template_id = %(t)s" for table in tables
        )
        return dict(await stage.query(union, {"t": template["id"]}))

    before = await marks()
    one, part_a, part_b, two = canvas["questions"]
    part_a["spec_ref"] = "3.1"
    canvas["questions"] = [question("0", -1, max_marks=1), one, part_a, part_b]
    canvas["response_areas"][0]["bounds"]["y"] = 0.11
    canvas["response_areas"].pop()
    canvas["boundaries"].pop()
    answer = await put(school["teacher"], template["id"], canvas, template["version"])
    assert answer.json()["changes"] == {"added": 1, "updated": 2, "removed": 3}
    after = await marks()
    same = {row for row in before if after.get(row) == before[row]}
    touched = {part_a["id"], canvas["response_areas"][0]["id"], two["id"]}
    assert {str(row) for row in before.keys() - same} >= touched
    assert {str(row) for row in same} == {
        one["id"], part_b["id"], canvas["response_areas"][1]["id"], *(b["id"] for b in canvas["boundaries"])
    }  # fmt: skip


async def test_a_removed_area_is_retired_and_comes_back_with_its_id(school: School, stage: Stage) -> None:
    """T-05: also when its question goes for good."""
    canvas = small_canvas()
    template = await make_with_canvas(school["teacher"], canvas)
    fewer = deepcopy(canvas)
    gone, two = fewer["response_areas"].pop(), fewer["questions"].pop()
    fewer["boundaries"].pop()
    answer = await put(school["teacher"], template["id"], fewer, 2)
    assert gone["id"] not in {a["id"] for a in answer.json()["response_areas"]}
    kept = "select retired_at is not null, question_id from response_areas where id = %s"
    assert await stage.query(kept, [gone["id"]]) == [(True, None)]
    back = await put(school["teacher"], template["id"], canvas, 3)
    assert back.json()["changes"]["added"] == 3
    assert await stage.query(kept, [gone["id"]]) == [(False, UUID(two["id"]))]


async def test_a_container_whose_marks_do_not_add_up_is_a_warning(school: School) -> None:
    """T-04"""
    canvas = small_canvas()
    canvas["questions"][0]["max_marks"] = 6
    body = await make_with_canvas(school["teacher"], canvas)
    assert body["warnings"] == ["1 has 6 marks, but its parts have 5."]
    canvas["questions"][0]["max_marks"] = 5
    assert (await put(school["teacher"], body["id"], canvas, 2)).json()["warnings"] == []


async def test_a_replace_names_the_version_it_was_made_from(school: School) -> None:
    """X-07, §14: before the body is judged."""
    template = await make_with_canvas(school["teacher"], small_canvas())
    missing = await put(school["teacher"], template["id"], {"nonsense": 1}, None)
    stale = await put(school["teacher"], template["id"], {"nonsense": 1}, 1)
    assert (missing.status_code, stale.status_code) == (428, 412)
    assert stale.json()["current"]["questions"] == template["questions"]
    assert stale.headers["etag"] == '"2"'
    assert (await put(school["teacher"], template["id"], {"nonsense": 1}, 2)).status_code == 422


async def test_of_two_replaces_at_once_one_is_stale(school: School) -> None:
    """X-07"""
    template = await make_with_canvas(school["teacher"], small_canvas())
    answers = await asyncio.gather(
        *(put(school["teacher"], template["id"], small_canvas(), 2) for _ in range(6))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 5


async def test_meta_changes_with_the_canvas(school: School) -> None:
    """T-04"""
    template = await make_with_canvas(school["teacher"], small_canvas())
    meta = {"title": "Paper 2", "subject": None, "exam_code": "X1", "status": "ready", "page_count": 1}
    body = (await put(school["teacher"], template["id"], as_sent(template) | {"meta": meta}, 2)).json()
    assert {name: body[name] for name in meta} == meta
    live = await put(school["teacher"], template["id"], as_sent(template) | {"meta": {"status": "live"}}, 3)
    assert (live.status_code, live.json()["code"]) == (422, "status_not_allowed")


async def test_what_belongs_to_a_template_follows_it_out_of_its_project(school: School, stage: Stage) -> None:
    """DESIGN §2: the children carry the project."""
    owner = school.people["teacher"].user_id
    made = "insert into projects (institute_id, name, owner_id) values (%s, 'Team', %s) returning id"
    ((project_id,),) = await stage.query(made, [school.institute_id, owner])
    template = await make_with_canvas(school["teacher"], small_canvas(), project_id=str(project_id))
    tables = ("exam_questions", "response_areas", "exam_boundaries")
    count = " union all ".join(
        f"select distinct project_id from {table} where template_id = %s" for table in tables
    )
    assert await stage.query(count, [template["id"]] * 3) == [(project_id,)] * 3
    await stage.query("update exam_templates set project_id = null where id = %s", [template["id"]])
    assert await stage.query(count, [template["id"]] * 3) == [(None,)] * 3


async def test_a_part_that_gets_marks_of_its_own_takes_the_item_from_its_container(school: School) -> None:
    """T-05, §0: the container's marks were given to the parts together."""
    one = question("1", 0, max_marks=5)
    part = question("(a)", 1, one)
    canvas: Json = {"questions": [one, part], "response_areas": [], "boundaries": [boundary(one)]}
    template = await make_with_canvas(school["teacher"], canvas)
    heard: list[TemplateReplaced] = []

    async def listen(conn: Conn, event: TemplateReplaced) -> None:
        heard.append(event)

    part["max_marks"] = 5
    async with listening(TemplateReplaced, listen):
        await put(school["teacher"], template["id"], canvas, 2)
    assert heard[0].restructured == (UUID(one["id"]),)


async def count_statements(request: Awaitable[httpx.Response]) -> int:
    with statements() as asked:
        assert (await request).status_code == 200
    return len(asked)


async def test_a_read_is_one_statement_and_a_replace_a_few_whatever_the_size(school: School) -> None:
    """T-03"""
    teacher, counts = school["teacher"], []
    for size in (3, 60):
        template = await make_with_canvas(teacher, large_canvas(size))
        get = teacher.get(f"/api/exam/templates/{template['id']}")
        read = await count_statements(get)
        replace = put(teacher, template["id"], large_canvas(size + 1), 2)
        counts.append((read, await count_statements(replace)))
    assert counts[0] == counts[1]
    read, replaced = counts[0]
    assert read == 2  # the context, and the snapshot
    assert replaced <= 25
