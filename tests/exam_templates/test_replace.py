"""T-04, T-05, X-07: the full replace of a canvas, whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from markroom.exam_templates.model import StructureChange, TemplateReplaced
from markroom.kit import events
from markroom.kit.db import Conn
from markroom.kit.errors import Conflict
from tests.exam_templates.canvases import (
    Json,
    area,
    as_sent,
    boundary,
    make_template,
    make_with_canvas,
    put,
    question,
    small_canvas,
)
from tests.stage import School, Stage
from tests.statements import statements


@asynccontextmanager
async def listening(kind: type[StructureChange], subscriber: Callable[..., Any]) -> AsyncIterator[None]:
    events.subscribe(kind)(subscriber)
    try:
        yield
    finally:
        events._subscribers[kind].remove(subscriber)


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
        return dict(await stage.query(union, {"t": template["id"]}))  # type: ignore[arg-type]

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


def _set(name: str, index: int, **fields: Any) -> Callable[[Json], None]:
    return lambda canvas: canvas[name][index].update(fields)


def _cycle(canvas: Json) -> None:
    one, part, *_ = canvas["questions"]
    one["parent_id"] = part["id"]


def _too_deep(canvas: Json) -> None:
    above = canvas["questions"][1]
    for level in range(3):
        above = question(f"{level}", 9, above)
        canvas["questions"].append(above)


BROKEN: dict[str, tuple[Callable[[Json], None], str]] = {
    "an id twice": (lambda c: c["questions"][3].update(id=c["questions"][2]["id"]), "questions.3.id"),
    "an unknown parent": (_set("questions", 1, parent_id=str(uuid4())), "questions.1.parent_id"),
    "a cycle": (_cycle, "questions.0.parent_id"),
    "its own parent": (
        lambda c: c["questions"][3].update(parent_id=c["questions"][3]["id"]),
        "questions.3.parent_id",
    ),
    "too deep": (_too_deep, "questions.6.parent_id"),
    "a page too far": (_set("response_areas", 0, page=3), "response_areas.0.page"),
    "page nought": (_set("boundaries", 0, page=0), "boundaries.0.page"),
    "off the page": (
        _set("response_areas", 1, bounds={"x": 0.5, "y": 0, "w": 0.6, "h": 1}),
        "response_areas.1.bounds",
    ),
    "left of it": (
        _set("response_areas", 1, bounds={"x": -0.1, "y": 0, "w": 0.6, "h": 1}),
        "response_areas.1.bounds",
    ),
    "no size": (
        _set("response_areas", 1, bounds={"x": 0, "y": 0, "w": 0, "h": 1}),
        "response_areas.1.bounds",
    ),
    "below the page": (_set("boundaries", 1, y=1.2), "boundaries.1.y"),
    "another's question": (
        _set("response_areas", 0, question_id=str(uuid4())),
        "response_areas.0.question_id",
    ),
    "nobody's answer": (_set("response_areas", 0, question_id=None), "response_areas.0.question_id"),
    "unknown boundary": (_set("boundaries", 0, question_id=str(uuid4())), "boundaries.0.question_id"),
    "negative marks": (_set("questions", 1, max_marks=-1), "questions.1.max_marks"),
    "true marks": (_set("questions", 1, max_marks=True), "questions.1.max_marks"),
    "odd answer type": (_set("questions", 1, answer_type="essay"), "questions.1.answer_type"),
    "unknown field": (_set("questions", 1, colour="red"), "questions.1.colour"),
    "NUL": (_set("questions", 1, label="a\0"), "questions.1.label"),
    "no list": (lambda c: c.update(boundaries=None), "boundaries"),
    "nothing at all": (lambda c: c.clear(), "questions"),
    "no such status": (lambda c: c.update(meta={"status": "archived"}), "meta.status"),
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_canvas_that_does_not_fit_together_is_refused_with_the_place(
    school: School, kind: str
) -> None:
    """T-04, T-08: and nothing is written."""
    canvas = small_canvas()
    template = await make_with_canvas(school["teacher"], canvas)
    change, field = BROKEN[kind]
    change(canvas)
    answer = await put(school["teacher"], template["id"], canvas, 2)
    assert answer.status_code == 422, answer.text
    assert any(error["field"].startswith(field) for error in answer.json()["errors"])
    read = (await school["teacher"].get(f"/api/exam/templates/{template['id']}")).json()
    assert (as_sent(read), read["version"]) == (as_sent(template), 2)


async def test_a_canvas_beyond_all_measure_is_not_even_read(school: School) -> None:
    template = await make_template(school["teacher"])
    canvas = small_canvas() | {"meta": {"title": "x" * 17_000_000}}
    assert (await put(school["teacher"], template["id"], canvas, 1)).status_code == 413


@pytest.mark.parametrize("name", ["questions", "response_areas", "boundaries"])
async def test_an_id_of_another_template_is_refused(school: School, other_school: School, name: str) -> None:
    """T-04: within the school; another school's ids say nothing at all."""
    theirs = await make_with_canvas(school["teacher_2"], small_canvas())
    template = await make_template(school["teacher"])
    canvas = small_canvas()
    canvas[name].append(
        {**as_sent(theirs)[name][-1]}
        | ({} if name == "questions" else {"question_id": canvas["questions"][1]["id"]})
    )
    answer = await put(school["teacher"], template["id"], canvas, 1)
    assert (answer.status_code, answer.json()["code"]) == (422, "id_taken")
    foreign = await make_template(other_school["teacher"])
    assert (await put(other_school["teacher"], foreign["id"], canvas, 1)).status_code == 200


async def test_meta_changes_with_the_canvas(school: School) -> None:
    """T-04"""
    template = await make_with_canvas(school["teacher"], small_canvas())
    meta = {"title": "Paper 2", "subject": None, "exam_code": "X1", "status": "ready", "page_count": 1}
    body = (await put(school["teacher"], template["id"], as_sent(template) | {"meta": meta}, 2)).json()
    assert {name: body[name] for name in meta} == meta
    live = await put(school["teacher"], template["id"], as_sent(template) | {"meta": {"status": "live"}}, 3)
    assert (live.status_code, live.json()["code"]) == (422, "status_not_allowed")


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


def large_canvas(questions: int) -> Json:
    asked = [question(str(n), n, max_marks=3) for n in range(1, questions + 1)]
    return {
        "questions": asked,
        "response_areas": [area(q, y=y) for q in asked for y in (0.1, 0.5)],
        "boundaries": [boundary(q) for q in asked],
    }


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
