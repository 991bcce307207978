"""T-06: one question edited by itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from markroom.exam_templates.model import QuestionChanged
from markroom.kit.db import Conn
from markroom.kit.errors import Conflict
from tests.exam_templates.canvases import Json, as_sent, make_with_canvas, put, small_canvas
from tests.exam_templates.listening import listening
from tests.stage import School, Stage

SCHEME = [{"code": "M1", "text": "Adds both sides", "marks": 1.0, "accept": ["sums"]}]


async def patch(school: School, question_id: str, headers: Any = None, **fields: Any) -> Any:
    return await school["teacher"].patch(f"/api/exam/questions/{question_id}", json=fields, headers=headers)


@pytest.mark.parametrize(
    "fields",
    [
        {"label": "(z)"},
        {"max_marks": 4},
        {"max_marks": None},
        {"answer_type": "lines"},
        {"mcq_options": ["A", {"label": "B", "correct": True}]},
        {"mark_scheme": SCHEME},
        {"mark_scheme": {"points": SCHEME, "notes": "Follow through allowed"}},
        {"spec_ref": "3.1"},
    ],
)
async def test_a_field_sent_is_changed_and_the_rest_stays(school: School, fields: Json) -> None:
    """X-12"""
    template = await make_with_canvas(school["teacher"], small_canvas())
    before = template["questions"][1]
    answer = await patch(school, before["id"], **fields)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"3"')
    path = {"path": "1(z)"} if "label" in fields else {}
    assert answer.json() == before | fields | path | {"template_id": template["id"]}
    read = (await school["teacher"].get(f"/api/exam/templates/{template['id']}")).json()
    changed = [q for q in read["questions"] if q not in template["questions"]]
    assert [q["id"] for q in changed] == [before["id"]]


async def test_a_new_label_of_a_container_is_in_its_parts_paths(school: School) -> None:
    template = await make_with_canvas(school["teacher"], small_canvas())
    await patch(school, template["questions"][0]["id"], label="Question 7")
    read = (await school["teacher"].get(f"/api/exam/templates/{template['id']}")).json()
    assert [q["path"] for q in read["questions"]] == ["7", "7(a)", "7(b)", "2"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 400),
        ({"colour": "red"}, 422),
        ({"parent_id": None}, 422),
        ({"label": None}, 422),
        ({"label": ""}, 422),
        ({"max_marks": 2.5}, 422),
        ({"max_marks": -1}, 422),
        ({"mark_scheme": [{"code": "M1"}]}, 422),
        ({"mark_scheme": "M1"}, 422),
    ],
)
async def test_an_edit_that_makes_no_sense_is_refused(school: School, fields: Json, status: int) -> None:
    """X-12, §14"""
    template = await make_with_canvas(school["teacher"], small_canvas())
    answer = await patch(school, template["questions"][1]["id"], **fields)
    assert answer.status_code == status
    if not fields:
        assert answer.json()["detail"] == "No fields to update"


async def test_an_unknown_question_is_not_found(school: School) -> None:
    assert (await patch(school, str(uuid4()), colour="red")).status_code == 404


async def test_a_version_sent_with_an_edit_is_honoured(school: School) -> None:
    """X-07: and an edit makes the canvas others hold stale."""
    template = await make_with_canvas(school["teacher"], small_canvas())
    question_id = template["questions"][1]["id"]
    stale = await patch(school, question_id, {"If-Match": '"1"'}, max_marks=1)
    assert (stale.status_code, stale.json()["current"]["version"]) == (412, 2)
    assert (await patch(school, question_id, {"If-Match": '"2"'}, max_marks=1)).status_code == 200
    assert (await put(school["teacher"], template["id"], as_sent(template), 2)).status_code == 412


async def test_an_edit_that_changes_nothing_makes_no_version(school: School) -> None:
    template = await make_with_canvas(school["teacher"], small_canvas())
    answer = await patch(school, template["questions"][1]["id"], max_marks=2)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')


async def test_every_mark_scheme_that_was_in_force_is_kept(school: School, stage: Stage) -> None:
    """T-06: whichever way it was replaced; a question that goes takes its own along."""
    canvas = small_canvas()
    template = await make_with_canvas(school["teacher"], canvas)
    question_id = canvas["questions"][3]["id"]
    await patch(school, question_id, mark_scheme=SCHEME)
    await patch(school, question_id, label="3")
    canvas["questions"][3]["mark_scheme"] = {"points": []}
    assert (await put(school["teacher"], template["id"], canvas, 4)).status_code == 200
    kept = "select number, mark_scheme from mark_scheme_versions where question_id = %s order by number"
    assert await stage.query(kept, [question_id]) == [(1, None), (2, SCHEME)]
    now = "select mark_scheme_version, mark_scheme from exam_questions where id = %s"
    assert await stage.query(now, [question_id]) == [(3, {"points": []})]
    del canvas["questions"][3], canvas["response_areas"][2], canvas["boundaries"][2]
    assert (await put(school["teacher"], template["id"], canvas, 5)).status_code == 200
    assert await stage.query(kept, [question_id]) == []


class Awarded(Conflict):
    """There are marks above that."""


async def test_a_subscriber_may_refuse_a_lower_maximum(school: School) -> None:
    """T-05, T-06: what a guard of a higher room does."""
    template = await make_with_canvas(school["teacher"], small_canvas())
    question_id = template["questions"][1]["id"]
    heard: list[QuestionChanged] = []

    async def refuse(conn: Conn, event: QuestionChanged) -> None:
        heard.append(event)
        if event.lowered or event.restructured:
            raise Awarded

    async with listening(QuestionChanged, refuse):
        lowered = await patch(school, question_id, max_marks=1)
        unmarked = await patch(school, question_id, max_marks=None)
        other_type = await patch(school, question_id, answer_type="long")
        raised = await patch(school, question_id, max_marks=9)
    assert [answer.status_code for answer in (lowered, unmarked, other_type, raised)] == [409, 409, 200, 200]
    assert heard[0].lowered == {UUID(question_id): 1}
    assert heard[1].restructured == (UUID(question_id),)
    assert {event.subject_id for event in heard} == {UUID(question_id)}


async def test_the_view_of_items_shows_what_is_marked_in_reading_order(school: School, stage: Stage) -> None:
    template = await make_with_canvas(school["teacher"], small_canvas())
    rows = await stage.query(
        "select path, max_marks from exam_items where template_id = %s order by position", [template["id"]]
    )
    assert rows == [("1(a)", 2), ("1(b)", 3), ("2", 4)]
