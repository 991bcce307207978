"""T-01 … T-04, T-08: what a canvas takes and refuses, value by value, as somebody else's program sends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

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
from tests.files.test_endpoints import upload
from tests.papers import draw_paper
from tests.stage import School, Stage

TEMPLATES = "/api/exam/templates"


async def send(client: httpx.AsyncClient, canvas: Json, **fields: Any) -> httpx.Response:
    """A fresh template with this canvas."""
    template = await make_template(client, **fields)
    return await put(client, template["id"], canvas, template["version"])


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        *(
            ("questions", "answer_type", value)
            for value in ("mcq", "short", "lines", "long", "numeric", "table", "drawing", "graph", None)
        ),
        *(("response_areas", "kind", value) for value in ("answer", "mcq")),
        *(
            (name, "source", value)
            for name in ("questions", "response_areas", "boundaries")
            for value in ("manual", "auto", "import")
        ),
        ("questions", "max_marks", 0),
        ("questions", "max_marks", None),
        ("questions", "confidence", 0),
        ("questions", "confidence", 1),
        ("questions", "confirmed", False),
        ("questions", "spec_ref", "3.1"),
        ("response_areas", "page", 2),
        ("response_areas", "bounds", {"x": 0, "y": 0, "w": 1, "h": 1}),
        ("response_areas", "response_form", {"lines": 4}),
        ("boundaries", "page", 2),
        ("boundaries", "y", 0),
        ("boundaries", "y", 1),
        ("boundaries", "bounds", {"x": 0, "y": 0.5, "w": 1, "h": 0.5}),
    ],
)
async def test_a_value_that_a_field_may_have_comes_back(
    school: School, name: str, field: str, value: Any
) -> None:
    """T-08, T-04: also at the very edges"""
    canvas = small_canvas()
    canvas[name][1][field] = value
    answer = await send(school["teacher"], canvas)
    assert answer.status_code == 200, answer.text
    kept = {row["id"]: row for row in answer.json()[name]}
    assert kept[canvas[name][1]["id"]][field] == value


@pytest.mark.parametrize("kind", ["name", "candidate_number", "ignore"])
async def test_an_area_that_answers_nothing_needs_no_question(school: School, kind: str) -> None:
    """T-08"""
    canvas = small_canvas()
    canvas["response_areas"].append(area(None, kind=kind))
    answer = await send(school["teacher"], canvas)
    assert [a["kind"] for a in answer.json()["response_areas"] if a["question_id"] is None] == [kind]


async def test_what_is_left_out_has_the_value_that_is_said(school: School) -> None:
    """T-08"""
    one = question("1", 0)
    canvas = {"questions": [one], "response_areas": [area(one)], "boundaries": [boundary(one)]}
    body = (await send(school["teacher"], canvas)).json()
    plain = {"source": "manual", "confirmed": True, "confidence": None}
    assert body["questions"] == [
        plain
        | {
            **one, "max_marks": None, "answer_type": None, "mcq_options": None, "mark_scheme": None,
            "is_container": False, "spec_ref": None, "path": "1",
        }
    ]  # fmt: skip
    assert body["response_areas"] == [plain | canvas["response_areas"][0] | {"response_form": None}]
    assert body["boundaries"] == [plain | canvas["boundaries"][0] | {"bounds": None}]


SCHEME = {
    "points": [
        {
            "code": "M1",
            "text": "Adds both sides",
            "marks": 1,
            "alternatives": ["Counts on"],
            "accept": ["sums"],
            "reject": ["times"],
        },
        {"code": "A1", "text": "7", "marks": 1, "depends_on": ["M1"]},
        {"code": "L2", "text": "A line of reasoning", "marks": 4, "marks_from": 3},
    ]
}


@pytest.mark.parametrize("scheme", [SCHEME, SCHEME["points"]], ids=["whole", "points"])
async def test_a_structured_mark_scheme_comes_back_point_by_point(school: School, scheme: Any) -> None:
    """T-08"""
    canvas = small_canvas()
    canvas["questions"][1]["mark_scheme"] = scheme
    body = (await send(school["teacher"], canvas)).json()
    assert body["questions"][1]["mark_scheme"] == scheme


UNKNOWN: dict[str, Callable[[Json], None]] = {
    "question": lambda c: c["questions"][1].update(colour="red"),
    "area": lambda c: c["response_areas"][0].update(colour="red"),
    "boundary": lambda c: c["boundaries"][0].update(colour="red"),
    "bounds": lambda c: c["response_areas"][0]["bounds"].update(z=0),
    "canvas": lambda c: c.update(colour="red"),
    "meta": lambda c: c.update(meta={"colour": "red"}),
    "visibility": lambda c: c.update(meta={"visibility": "private"}),
    "owner": lambda c: c.update(meta={"teacher_id": str(uuid4())}),
    "point": lambda c: c["questions"][1].update(mark_scheme=[{"text": "x", "colour": "red"}]),
    "scheme": lambda c: c["questions"][1].update(mark_scheme={"points": [], "colour": "red"}),
    "option": lambda c: c["questions"][3].update(mcq_options=[{"label": "A", "colour": "red"}]),
}


@pytest.mark.parametrize("where", UNKNOWN)
async def test_a_field_nobody_knows_is_refused_wherever_it_stands(school: School, where: str) -> None:
    """T-08"""
    canvas = small_canvas()
    UNKNOWN[where](canvas)
    answer = await send(school["teacher"], canvas)
    assert (answer.status_code, answer.json()["code"]) == (422, "unprocessable")


WRONG: dict[str, Callable[[Json], None]] = {
    "a kind there is not": lambda c: c["response_areas"][0].update(kind="doodle"),
    "a source there is not": lambda c: c["boundaries"][0].update(source="guess"),
    "half a mark": lambda c: c["questions"][1].update(max_marks=2.5),
    "marks as text": lambda c: c["questions"][1].update(max_marks="2"),
    "sure beyond all doubt": lambda c: c["questions"][1].update(confidence=1.1),
    "confirmed as text": lambda c: c["questions"][1].update(confirmed="yes"),
    "a page as text": lambda c: c["response_areas"][0].update(page="1"),
    "half a page": lambda c: c["response_areas"][0].update(page=1.5),
    "a place that is no number": lambda c: c["boundaries"][0].update(y="top"),
    "bounds of a boundary off the page": lambda c: c["boundaries"][0].update(
        bounds={"x": 0, "y": 0.6, "w": 1, "h": 0.6}
    ),
    "no label": lambda c: c["questions"][1].pop("label"),
    "a label of nothing": lambda c: c["questions"][1].update(label=""),
    "a label of spaces": lambda c: c["questions"][1].update(label="  "),
    "a label nobody sees": lambda c: c["questions"][1].update(label="\u200b\u2060"),
    "no order": lambda c: c["questions"][1].pop("order"),
    "no bounds": lambda c: c["response_areas"][0].pop("bounds"),
    "an id that is none": lambda c: c["questions"][1].update(id="one"),
    "a title of spaces": lambda c: c.update(meta={"title": " \t"}),
}


@pytest.mark.parametrize("what", WRONG)
async def test_a_value_that_makes_no_sense_is_refused(school: School, what: str) -> None:
    """T-08, T-04"""
    canvas = small_canvas()
    WRONG[what](canvas)
    answer = await send(school["teacher"], canvas)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]


async def test_questions_go_four_levels_deep_and_no_deeper(school: School) -> None:
    """T-04"""
    above = question("1", 0)
    canvas: Json = {"questions": [above], "response_areas": [], "boundaries": []}
    for label in ("(a)", "(i)", "(A)"):
        above = question(label, 1, above)
        canvas["questions"].append(above)
    taken = await send(school["teacher"], canvas)
    assert [q["path"] for q in taken.json()["questions"]] == ["1", "1(a)", "1(a)(i)", "1(a)(i)(A)"]
    canvas["questions"].append(question("(I)", 1, above))
    assert (await send(school["teacher"], canvas)).status_code == 422


async def test_questions_are_answered_by_their_order(school: School) -> None:
    """T-03: however they were sent"""
    canvas = small_canvas()
    canvas["questions"].reverse()
    body = (await send(school["teacher"], canvas)).json()
    assert [q["order"] for q in body["questions"]] == [0, 1, 2, 3]


async def test_pages_are_counted_by_the_paper_that_comes_with_the_canvas(school: School) -> None:
    """T-04: `meta` counts before the areas are judged"""
    teacher = school["teacher"]
    long, short = [(await upload(teacher, draw_paper(n))).json() for n in (4, 1)]
    template = await make_template(teacher, page_count=2)
    canvas = small_canvas()
    canvas["response_areas"][0]["page"] = 4
    moved = await put(
        teacher, template["id"], canvas | {"meta": {"source_file_id": long["id"]}}, template["version"]
    )
    assert (moved.status_code, moved.json()["page_count"]) == (200, 4)
    for meta in ({"source_file_id": short["id"]}, {"source_file_id": None, "page_count": 3}):
        refused = await put(teacher, template["id"], canvas | {"meta": meta}, moved.json()["version"])
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_canvas")


@pytest.mark.parametrize("is_foreign", [False, True])
async def test_a_canvas_on_a_paper_nobody_uploaded_here_is_refused(
    school: School, other_school: School, is_foreign: bool
) -> None:
    """T-04, sec-P4: a paper of another school is as unknown as one that never was"""
    foreign = (await upload(other_school["teacher"], draw_paper(1))).json()["id"]
    meta = {"source_file_id": foreign if is_foreign else str(uuid4())}
    answer = await send(school["teacher"], small_canvas() | {"meta": meta})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_source_file")


async def test_what_was_changed_last_comes_first(school: School) -> None:
    """T-02"""
    teacher = school["teacher"]
    first, second = await make_template(teacher, title="First"), await make_template(teacher, title="Second")
    mine = {"owner": str(school.people["teacher"].user_id)}

    async def titles() -> list[str]:
        return [t["title"] for t in (await teacher.get(TEMPLATES, params=mine)).json()["templates"]]

    assert await titles() == ["Second", "First"]
    await put(teacher, first["id"], small_canvas(), 1)
    assert await titles() == ["First", "Second"]
    await put(teacher, second["id"], small_canvas(), 1)
    assert await titles() == ["Second", "First"]


async def test_a_title_of_spaces_is_no_title(school: School) -> None:
    """T-01"""
    answer = await school["teacher"].post(TEMPLATES, json={"title": "  "})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "title")


@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("PUT", ""), ("DELETE", ""), ("PATCH", ""), ("POST", "/restore"), ("POST", "/detect"),
        ("POST", "/scheme"), ("POST", "/mark-scheme"), ("POST", "/shares"), ("POST", "/transfer"),
        ("POST", "/clone"), ("POST", "/versions/2/restore"), ("POST", "/neo4j-sync"),
    ],
)  # fmt: skip
async def test_who_one_is_and_what_one_sees_come_before_what_was_sent(
    school: School, other_school: School, stage: Stage, method: str, rest: str
) -> None:
    """§14: 401, then 404, then 403, then 409; what cannot even be read comes last"""
    template = await make_with_canvas(school["teacher"], small_canvas())
    await school["teacher"].delete(f"{TEMPLATES}/{template['id']}")
    nonsense = {"content": b"{nonsense", "headers": {"Content-Type": "application/json"}}

    async def ask(client: httpx.AsyncClient) -> int:
        answer = await client.request(method, f"{TEMPLATES}/{template['id']}{rest}", **nonsense)  # type: ignore[arg-type]
        return answer.status_code

    assert await ask(stage.client()) == 401
    assert await ask(other_school["school_admin"]) == 404
    assert await ask(school["student"]) == 404
    if rest != "/clone":  # whoever sees a paper may copy it
        assert await ask(school["teacher_2"]) == 403
    if (method, rest) in {("PUT", ""), *(("POST", r) for r in ("/detect", "/scheme", "/versions/2/restore"))}:
        assert await ask(school["teacher"]) == 409


async def test_a_version_sent_with_anything_else_counts_too(school: School) -> None:
    """X-07: putting away and bringing back"""
    template = await make_with_canvas(school["teacher"], small_canvas())
    address, stale = f"{TEMPLATES}/{template['id']}", {"If-Match": '"1"'}
    assert (await school["teacher"].delete(address, headers=stale)).status_code == 412
    assert (await school["teacher"].delete(address, headers={"If-Match": '"2"'})).status_code == 200
    assert (await school["teacher"].post(f"{address}/restore", headers=stale)).status_code == 412
    read = (await school["teacher"].get(address)).json()
    assert (read["status"], as_sent(read)) == ("archived", as_sent(template))
