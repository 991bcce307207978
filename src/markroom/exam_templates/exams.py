"""What ties a template to the catalogue: its exam, and what its questions refer to (T-01, T-08, T-11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from markroom.catalogue.model import ExamMismatch, split_refs
from markroom.catalogue.reads import find_paper, find_unknown_refs
from markroom.exam_templates.errors import InvalidCanvas, UnknownExam
from markroom.exam_templates.model import Question
from markroom.kit.db import Conn


async def settle_exam(
    conn: Conn, fields: Mapping[str, Any], current_id: UUID | None = None
) -> dict[str, Any]:
    """The exam's code, where `fields` name the exam or a code. Raises UnknownExam, ExamMismatch."""
    exam_id = fields.get("exam_id", current_id)
    if exam_id is None or not fields.keys() & {"exam_id", "exam_code"}:
        return {}
    paper = await find_paper(conn, exam_id)
    if paper is None:
        raise UnknownExam
    code = fields.get("exam_code")
    if code is not None and code.strip().casefold() != paper.code.casefold():
        raise ExamMismatch(f"The code of this exam is {paper.code}.")
    return {"exam_code": paper.code}


async def check_references(conn: Conn, exam_id: UUID | None, questions: Sequence[Question]) -> None:
    """Raises InvalidCanvas where a question refers to what the exam's specification does not have."""
    refs = {ref for question in questions for ref in split_refs(question.spec_ref)}
    if exam_id is None or not refs:
        return
    unknown = await find_unknown_refs(conn, exam_id, refs)
    faults = [
        {"field": f"questions.{i}.spec_ref", "message": f"{ref} is not in the exam's specification"}
        for i, question in enumerate(questions)
        for ref in split_refs(question.spec_ref)
        if ref in unknown
    ]
    if faults:
        first = "; ".join(f"{fault['field']}: {fault['message']}" for fault in faults[:3])
        raise InvalidCanvas(first, errors=faults[:20])
