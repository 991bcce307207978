"""T-03, T-08, X-14: what the API says of its answers is what it answers."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from pydantic import BaseModel, TypeAdapter

from markroom.exam_templates import answers
from markroom.exam_templates.model import TemplateRow
from tests.exam_templates.canvases import Json, make_with_canvas, put, small_canvas
from tests.stage import School


def fits(kind: type[Any], answer: Json) -> bool:
    """Every field is there, of its kind, and no other."""
    TypeAdapter(kind).validate_python(answer)
    known = kind.model_fields if issubclass(kind, BaseModel) else {field.name for field in fields(kind)}
    return set(answer) == set(known)


async def test_templates_are_answered_as_described(school: School) -> None:
    teacher = school["teacher"]
    template = await make_with_canvas(teacher, small_canvas())
    assert fits(answers.ReplacedTemplate, template)
    read = (await teacher.get(f"/api/exam/templates/{template['id']}")).json()
    assert fits(answers.ExamTemplate, read)
    for model, rows in (
        (answers.Question, read["questions"]),
        (answers.ResponseArea, read["response_areas"]),
        (answers.Boundary, read["boundaries"]),
    ):
        assert rows
        assert all(fits(model, row) for row in rows)
    again = await put(teacher, template["id"], small_canvas(), read["version"])
    assert fits(answers.Changes, again.json()["changes"])
    listed = (await teacher.get("/api/exam/templates")).json()
    assert fits(answers.TemplateList, listed)
    assert all(fits(TemplateRow, row) for row in listed["templates"])
    question = again.json()["questions"][0]["id"]
    patched = await teacher.patch(f"/api/exam/questions/{question}", json={"max_marks": 6})
    assert fits(answers.QuestionOfTemplate, patched.json())
