"""T-04, T-05: a change of the canvas, told before it is made; whole or not at all."""

from __future__ import annotations

from copy import deepcopy
from uuid import UUID

import pytest

from markroom.exam_templates.model import TemplateReplaced
from markroom.kit.db import Conn
from markroom.kit.errors import Conflict
from tests.exam_templates.canvases import (
    Json,
    area,
    as_sent,
    boundary,
    make_with_canvas,
    put,
    question,
    small_canvas,
)
from tests.exam_templates.listening import listening
from tests.stage import School, Stage


class Marked(Conflict):
    """There are marks."""


async def test_a_subscriber_that_refuses_leaves_everything_as_it_was(school: School) -> None:
    """T-05: what a guard of a higher room does."""
    template = await make_with_canvas(school["teacher"], small_canvas())

    async def refuse(conn: Conn, event: TemplateReplaced) -> None:
        raise Marked

    async with listening(TemplateReplaced, refuse):
        answer = await put(school["teacher"], template["id"], small_canvas(), 2)
    assert (answer.status_code, answer.json()["code"]) == (409, "marked")
    read = await school["teacher"].get(f"/api/exam/templates/{template['id']}")
    assert as_sent(read.json()) == as_sent(template)


WRITES = [
    ("exam_questions", "insert"),
    ("exam_questions", "update"),
    ("exam_questions", "delete"),
    ("response_areas", "insert"),
    ("response_areas", "update"),
    ("exam_boundaries", "insert"),
    ("exam_boundaries", "update"),
    ("exam_boundaries", "delete"),
    ("exam_templates", "update"),
    ("template_versions", "insert"),
    ("events", "insert"),
]


def other_canvas(template: Json) -> Json:
    """A canvas that adds, changes and removes rows of every kind."""
    canvas = as_sent(template)
    *kept, gone = canvas["questions"]
    new = question("3", 9, max_marks=1)
    areas = [a for a in canvas["response_areas"] if a["question_id"] != gone["id"]]
    cuts = [b for b in canvas["boundaries"] if b["question_id"] != gone["id"]]
    return {
        "questions": [*kept[:-1], kept[-1] | {"max_marks": 9}, new],
        "response_areas": [*areas[:-1], areas[-1] | {"kind": "ignore", "question_id": None}, area(new)],
        "boundaries": [*cuts[:-1], cuts[-1] | {"y": 0.9}, boundary(new)],
    }


@pytest.mark.parametrize(("table", "write"), WRITES, ids=[f"{write}-{table}" for table, write in WRITES])
async def test_a_connection_lost_at_any_write_leaves_everything_as_it_was(
    school: School, stage: Stage, table: str, write: str
) -> None:
    """T-04: one transaction, cut at each of its statements; the same again then passes whole"""
    template = await make_with_canvas(school["teacher"], small_canvas())
    wanted = other_canvas(template)
    await stage.query(
        """create function cut() returns trigger language plpgsql security definer as
           $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$"""
    )
    await stage.query(
        f"create trigger cut after {write} on {table} for each statement execute function cut()"
    )
    try:
        answer = await put(school["teacher"], template["id"], wanted, 2)
    finally:
        await stage.query("drop function cut() cascade")
    assert answer.status_code == 503
    read = await school["teacher"].get(f"/api/exam/templates/{template['id']}")
    assert (as_sent(read.json()), read.json()["version"]) == (as_sent(template), 2)
    again = await put(school["teacher"], template["id"], wanted, 2)
    assert (again.status_code, sum(again.json()["changes"].values()) > 0) == (200, True)


async def test_the_event_says_what_the_change_means_for_marks_and_crops(school: School) -> None:
    """T-05: told before the first write, with the old rows still there."""
    canvas = small_canvas()
    _, part_a, part_b, two = canvas["questions"]
    three = question("3", 4, max_marks=5)
    canvas["questions"].append(three)
    template = await make_with_canvas(school["teacher"], canvas)
    heard: list[tuple[TemplateReplaced, int]] = []

    async def listen(conn: Conn, event: TemplateReplaced) -> None:
        rows = await conn.execute(
            "select count(*) from exam_questions where template_id = %s", [event.template_id]
        )
        heard.append((event, (await rows.fetchone())[0]))  # type: ignore[index]

    new = deepcopy(canvas)
    new["questions"] = [q for q in new["questions"] if q["id"] != part_b["id"]]
    by_id = {q["id"]: q for q in new["questions"]}
    by_id[part_a["id"]] |= {"max_marks": 1, "mark_scheme": [{"text": "2", "marks": 1, "code": "B1"}]}
    by_id[two["id"]] |= {"mcq_options": ["A", "B", "C"]}
    new["questions"].append(question("(a)", 5, three, max_marks=5))
    moved, dropped, kept = new["response_areas"]
    moved["bounds"]["x"] = 0.05
    kept["confirmed"] = False
    fresh = area(by_id[part_a["id"]], y=0.9)
    new["response_areas"] = [moved, kept, fresh]
    new["boundaries"] = [b for b in new["boundaries"] if b["question_id"] != part_b["id"]]
    async with listening(TemplateReplaced, listen):
        answer = await put(school["teacher"], template["id"], new, 2)
    assert answer.status_code == 200
    ((event, rows_before),) = heard
    assert rows_before == 5
    assert event.template_id == event.subject_id == UUID(template["id"])
    assert event.removed == (UUID(part_b["id"]),)
    assert set(event.restructured) == {UUID(two["id"]), UUID(three["id"])}
    assert event.lowered == {UUID(part_a["id"]): 1}
    assert event.scheme_changed == (UUID(part_a["id"]),)
    assert set(event.areas_changed) == {UUID(moved["id"]), UUID(fresh["id"])}
    assert event.areas_retired == (UUID(dropped["id"]),)


async def test_marks_at_stake_wait_until_the_replace_is_decided(school: School, stage: Stage) -> None:
    """T-05: whoever records a mark locks the question FOR KEY SHARE, and is kept out from the event on."""
    canvas = small_canvas()
    _, part_a, part_b, two = canvas["questions"]
    template = await make_with_canvas(school["teacher"], canvas)
    free: set[str] = set()

    async def listen(conn: Conn, event: TemplateReplaced) -> None:
        rows = await stage.query(
            "select id from exam_questions where template_id = %s for key share skip locked",
            [event.template_id],
        )
        free.update(str(row) for (row,) in rows)

    part_a["max_marks"], two["answer_type"], part_b["spec_ref"] = 1, "long", "3.1"
    async with listening(TemplateReplaced, listen):
        assert (await put(school["teacher"], template["id"], canvas, 2)).status_code == 200
    assert free == {canvas["questions"][0]["id"], part_b["id"]}
