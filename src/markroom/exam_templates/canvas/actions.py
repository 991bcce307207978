from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.catalogue.model import split_refs
from markroom.catalogue.reads import find_unknown_refs
from markroom.exam_templates.actions import EDITABLE_STATUS, check_paper, settle_exam
from markroom.exam_templates.canvas import reads, writes
from markroom.exam_templates.canvas.difference import Change, compare
from markroom.exam_templates.canvas.validation import check_canvas, find_warnings
from markroom.exam_templates.errors import InvalidCanvas, NothingToUpdate, StatusNotAllowed
from markroom.exam_templates.model import (
    Canvas,
    Question,
    QuestionChanged,
    Template,
    TemplateReplaced,
    arrange,
)
from markroom.exam_templates.writes import update_template
from markroom.kit.db import Conn
from markroom.kit.events import emit


async def replace_canvas(
    conn: Conn,
    template: Template,
    canvas: Canvas,
    meta: Mapping[str, Any] | None = None,
    reason: str = "replaced",
) -> dict[str, int]:
    """Puts a canvas in the place of a locked template's; answers how many rows were added, updated, removed.

    `reason` is what its history will say. Rows that stay as they are are not touched. Raises InvalidCanvas
    before, and whatever a subscriber of TemplateReplaced refuses with.
    """
    fields = await _check_meta(conn, template, meta or {})
    check_canvas(canvas, fields.get("page_count", template.page_count))
    await _check_references(conn, fields.get("exam_id", template.exam_id), canvas.questions)
    new = replace(canvas, questions=arrange(canvas.questions))
    change = compare(await reads.read_canvas(conn, template.institute_id, template.id), new)
    if change or fields:
        restructured = tuple(sorted({*change.reshaped, *change.no_longer_items}))
        await _announce(conn, template, change, TemplateReplaced, template.id, restructured, tuple(fields))
        await _write_change(conn, template, change)
        await _update_template(conn, template, new, fields)
    if change:
        await writes.keep_version(conn, template, reason, change.counts())
    return change.counts()


async def _check_meta(conn: Conn, template: Template, meta: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that really change."""
    changed = {name: value for name, value in meta.items() if getattr(template, name) != value}
    if "status" in changed and not {changed["status"], template.status} <= {*EDITABLE_STATUS}:
        raise StatusNotAllowed
    if "page_count" in changed:
        changed.setdefault("source_file_id", template.source_file_id)
    changed |= await settle_exam(conn, meta, template.exam_id)
    checked = await check_paper(conn, template.institute_id, changed)
    return {name: value for name, value in checked.items() if getattr(template, name) != value}


async def _check_references(conn: Conn, exam_id: UUID | None, questions: Sequence[Question]) -> None:
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


async def _announce(
    conn: Conn,
    template: Template,
    change: Change,
    event: type[TemplateReplaced | QuestionChanged],
    subject_id: UUID,
    restructured: tuple[UUID, ...],
    changed: tuple[str, ...],
) -> None:
    """Locks the questions whose marks are at stake and tells what is about to happen to them."""
    if change.touched_questions:
        await writes.lock_questions(conn, template.institute_id, change.touched_questions)
    await emit(
        conn,
        event(
            institute_id=template.institute_id,
            subject_id=subject_id,
            changed=changed,
            facts={"template_id": str(template.id), **change.counts()},
            template_id=template.id,
            removed=change.questions.removed,
            restructured=restructured,
            lowered=change.lowered,
            scheme_changed=change.scheme_changed,
            areas_changed=change.areas_changed,
            areas_retired=change.response_areas.removed,
        ),
    )


async def _write_change(conn: Conn, template: Template, change: Change) -> None:
    """Questions come before what refers to them, and go after."""
    of = {"institute": template.institute_id, "project": template.project_id, "template": template.id}
    questions, areas, boundaries = change.questions, change.response_areas, change.boundaries
    if questions.added:
        await writes.insert_questions(conn, of, questions.added)
    if questions.updated:
        await writes.update_questions(conn, of, questions.updated)
    if areas.removed or questions.removed:
        await writes.retire_response_areas(conn, of, areas.removed, questions.removed)
    if areas.added:
        await writes.insert_response_areas(conn, of, areas.added)
    if areas.updated:
        await writes.update_response_areas(conn, of, areas.updated)
    if boundaries.removed:
        await writes.delete_boundaries(conn, of, boundaries.removed)
    if boundaries.added:
        await writes.insert_boundaries(conn, of, boundaries.added)
    if boundaries.updated:
        await writes.update_boundaries(conn, of, boundaries.updated)
    if questions.removed:
        await writes.delete_questions(conn, of, questions.removed)


async def _update_template(conn: Conn, template: Template, canvas: Canvas, fields: Mapping[str, Any]) -> None:
    warnings = Jsonb(find_warnings(canvas.questions))
    await update_template(conn, template.institute_id, template.id, {**fields, "warnings": warnings})


async def change_question(
    conn: Conn, template: Template, question_id: UUID, fields: Mapping[str, Any]
) -> None:
    """Changes one question of a locked template. Raises what a subscriber of QuestionChanged refuses with."""
    if not fields:
        raise NothingToUpdate
    old = await reads.read_canvas(conn, template.institute_id, template.id)
    new = replace(
        old,
        questions=arrange(replace(q, **fields) if q.id == question_id else q for q in old.questions),
    )
    if "spec_ref" in fields:
        changed = [question for question in new.questions if question.id == question_id]
        await _check_references(conn, template.exam_id, changed)
    change = compare(old, new)
    if change:
        await _announce(
            conn, template, change, QuestionChanged, question_id, change.no_longer_items, tuple(fields)
        )
        await _write_change(conn, template, change)
        await _update_template(conn, template, new, {})
        await writes.keep_version(conn, template, "question", change.counts())
