from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from markroom.exam_templates import reads, writes
from markroom.exam_templates.canvas import Change, compare
from markroom.exam_templates.errors import (
    ArchivedReadOnly,
    NoPaper,
    NothingToUpdate,
    NotTemplateOwner,
    OwnerNotMember,
    PageCountMismatch,
    PaperExchanged,
    ProjectNotWritable,
    StatusNotAllowed,
    UnknownProject,
    UnknownSourceFile,
)
from markroom.exam_templates.exams import check_references, settle_exam
from markroom.exam_templates.history import keep_version
from markroom.exam_templates.model import (
    CREATE,
    Canvas,
    DetectionStarted,
    QuestionChanged,
    Template,
    TemplateArchived,
    TemplateCreated,
    TemplateReplaced,
    TemplateRestored,
    TemplateStatusChanged,
    arrange,
)
from markroom.exam_templates.proposals import merge_proposals, read_proposals
from markroom.exam_templates.validation import check_canvas, find_warnings
from markroom.files.reads import find_source_file
from markroom.jobs.queue import start_job
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn
from markroom.kit.events import emit
from markroom.projects.membership import refuse_archived
from markroom.projects.reads import find_project

EDITABLE_STATUS = ("draft", "ready")


async def create_template(conn: Conn, actor: Actor, fields: Mapping[str, Any]) -> UUID:
    """Makes a draft of the caller's own."""
    permit(actor, CREATE)
    await permit_project(conn, actor, fields.get("project_id"))
    settled = {**fields, **await settle_exam(conn, fields)}
    checked = await _check_paper(conn, actor.institute, settled)
    try:
        template_id = await writes.insert_template(
            conn, actor.institute, {**checked, "teacher_id": actor.user_id}
        )
    except psycopg.errors.ForeignKeyViolation as error:
        raise OwnerNotMember from error
    await emit(conn, TemplateCreated(institute_id=actor.institute, subject_id=template_id))
    return template_id


async def permit_project(conn: Conn, actor: Actor, project_id: UUID | None) -> None:
    """A key writes into its project only; a person into none, or one they edit; nobody into an archived one.

    Raises UnknownProject, ProjectNotWritable, ProjectPutAway.
    """
    if project_id is None:
        if actor.key_id is not None:
            raise ProjectNotWritable
        return
    right = await reads.find_project_right(conn, project_id)
    if right is None:
        raise UnknownProject
    if right != "write":
        raise ProjectNotWritable
    if project := await find_project(conn, actor, project_id):
        refuse_archived(project)


async def _check_paper(conn: Conn, institute_id: UUID, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with the page count of their source file."""
    file_id = fields.get("source_file_id")
    if file_id is None:
        return dict(fields)
    file = await find_source_file(conn, institute_id, file_id)
    if file is None:
        raise UnknownSourceFile
    if fields.get("page_count") not in (None, file.page_count):
        raise PageCountMismatch(f"The paper has {file.page_count} pages.")
    return {**fields, "page_count": file.page_count}


async def lock_own_template(conn: Conn, template: Template) -> Template:
    """The template as it is under lock, for one the caller sees. Raises NotTemplateOwner.

    Taken before anything of the canvas is read, so that what is compared is what is changed; and who may is
    asked again, as the template may have changed hands while this waited.
    """
    if not template.may_edit or await writes.lock_template(conn, template.institute_id, template.id) is None:
        raise NotTemplateOwner
    locked = await reads.get_visible_template(conn, template.institute_id, template.id)
    if not locked.may_edit:
        raise NotTemplateOwner
    return locked


async def lock_editable_template(conn: Conn, template: Template) -> Template:
    """The same, for a change of the paper. Raises NotTemplateOwner, ArchivedReadOnly."""
    locked = await lock_own_template(conn, template)
    if locked.status == "archived":
        raise ArchivedReadOnly
    return locked


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
    await check_references(conn, fields.get("exam_id", template.exam_id), canvas.questions)
    new = replace(canvas, questions=arrange(canvas.questions))
    change = compare(await reads.read_canvas(conn, template.institute_id, template.id), new)
    if change or fields:
        restructured = tuple(sorted({*change.reshaped, *change.no_longer_items}))
        await _announce(conn, template, change, TemplateReplaced, template.id, restructured, tuple(fields))
        await _write_change(conn, template, change)
        await _update_template(conn, template, new, fields)
    if change:
        await keep_version(conn, template, reason, change.counts())
    return change.counts()


async def _check_meta(conn: Conn, template: Template, meta: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that really change."""
    changed = {name: value for name, value in meta.items() if getattr(template, name) != value}
    if "status" in changed and not {changed["status"], template.status} <= {*EDITABLE_STATUS}:
        raise StatusNotAllowed
    if "page_count" in changed:
        changed.setdefault("source_file_id", template.source_file_id)
    changed |= await settle_exam(conn, meta, template.exam_id)
    checked = await _check_paper(conn, template.institute_id, changed)
    return {name: value for name, value in checked.items() if getattr(template, name) != value}


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
    await writes.update_template(conn, template.institute_id, template.id, {**fields, "warnings": warnings})


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
        await check_references(conn, template.exam_id, changed)
    change = compare(old, new)
    if change:
        await _announce(
            conn, template, change, QuestionChanged, question_id, change.no_longer_items, tuple(fields)
        )
        await _write_change(conn, template, change)
        await _update_template(conn, template, new, {})
        await keep_version(conn, template, "question", change.counts())


async def archive_template(conn: Conn, template: Template) -> None:
    """Puts a locked template away; again changes nothing."""
    if await writes.archive_template(conn, template.institute_id, template.id, archived=True):
        await emit(conn, TemplateArchived(institute_id=template.institute_id, subject_id=template.id))


async def restore_template(conn: Conn, template: Template) -> None:
    """Takes a locked template out again; again changes nothing."""
    if await writes.archive_template(conn, template.institute_id, template.id, archived=False):
        await emit(conn, TemplateRestored(institute_id=template.institute_id, subject_id=template.id))


async def set_template_status(conn: Conn, institute_id: UUID, template_id: UUID, status: str) -> None:
    """For the rooms whose batches make a template live and closed. Changes nothing where it is so already."""
    template = await reads.get_template(conn, institute_id, template_id)
    if template.status == "archived":
        raise ArchivedReadOnly
    if template.status == status:
        return
    await writes.update_template(conn, institute_id, template_id, {"status": status})
    facts = {"from": template.status, "to": status}
    await emit(conn, TemplateStatusChanged(institute_id=institute_id, subject_id=template_id, facts=facts))


async def start_detection(conn: Conn, template: Template) -> UUID:
    """Has the paper of a locked template read; answers the job."""
    if (file := template.source_file_id) is None:
        raise NoPaper
    job_id = await start_job(conn, "detect_template", template.institute_id, template.id, file_id=str(file))
    await emit(conn, DetectionStarted(institute_id=template.institute_id, subject_id=template.id))
    return job_id


async def apply_detection(
    conn: Conn, institute_id: UUID, template_id: UUID, file_id: UUID, detected: Mapping[str, Any]
) -> dict[str, int]:
    """Lays a detection's proposals around what people confirmed. Raises ArchivedReadOnly, PaperExchanged.

    For the same paper again it changes nothing but the moment.
    """
    await writes.lock_template(conn, institute_id, template_id)
    template = await reads.get_template(conn, institute_id, template_id)
    if template.status == "archived":
        raise ArchivedReadOnly
    if template.source_file_id != file_id:
        raise PaperExchanged
    current = await reads.read_canvas(conn, institute_id, template_id)
    counts = await replace_canvas(
        conn, template, merge_proposals(current, read_proposals(template_id, detected)), reason="detected"
    )
    summary = {name: detected[name] for name in ("total_marks", "warnings")}
    detection = Jsonb({**summary, "at": datetime.now(UTC).isoformat()})
    await writes.update_template(conn, institute_id, template_id, {"detection": detection})
    return counts
