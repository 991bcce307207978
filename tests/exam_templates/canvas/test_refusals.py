"""T-05: a canvas that does not fit together is refused with the place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.exam_templates.canvases import (
    Json,
    as_sent,
    make_template,
    make_with_canvas,
    put,
    question,
    small_canvas,
)
from tests.stage import School


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
