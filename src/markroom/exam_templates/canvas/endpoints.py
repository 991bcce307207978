from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response

from markroom.exam_templates.actions import lock_editable_template
from markroom.exam_templates.answers import QuestionOfTemplate, ReplacedTemplate
from markroom.exam_templates.canvas import actions, reads
from markroom.exam_templates.canvas.bodies import QuestionPatch, ReplaceBody
from markroom.exam_templates.endpoints import EditableTemplate, answer_template, check_template_version
from markroom.exam_templates.model import EDIT, Template
from markroom.exam_templates.reads import get_template
from markroom.kit.access import InInstitute
from markroom.kit.http import router
from markroom.kit.versions import IfMatch, read_version, require_version, set_etag

routes = router("/api/exam", tags=["exam templates"])
MAX_CANVAS_BYTES = 16 * 2**20


async def replaceable_template(
    template: EditableTemplate, caller: InInstitute, if_match: IfMatch = None
) -> Template:
    await check_template_version(caller, template, require_version(if_match))
    return template


async def template_of_question(question_id: UUID, caller: InInstitute, if_match: IfMatch = None) -> Template:
    found = await reads.get_template_of_question(caller.conn, caller.actor.institute, question_id)
    template = await lock_editable_template(caller.conn, found)
    await check_template_version(caller, template, read_version(if_match))
    return template


for gate in (replaceable_template, template_of_question):
    setattr(gate, "permission", EDIT)  # noqa: B010 - functions have no such attribute by type

ReplaceableTemplate = Annotated[Template, Depends(replaceable_template)]
TemplateOfQuestion = Annotated[Template, Depends(template_of_question)]


@routes.put("/templates/{template_id:uuid}", response_model=ReplacedTemplate, max_body_size=MAX_CANVAS_BYTES)
async def replace_template(caller: InInstitute, template: ReplaceableTemplate, body: ReplaceBody) -> Response:
    missing = body.missing_ids()
    ids = await reads.make_ids(caller.conn, missing) if missing else []
    meta = body.meta.model_dump(exclude_unset=True)
    changes = await actions.replace_canvas(caller.conn, template, body.canvas(ids), meta)
    return await answer_template(caller, template.id, changes=changes)


@routes.patch("/questions/{question_id:uuid}", responses={200: {"model": QuestionOfTemplate}})
async def change_question(
    caller: InInstitute,
    response: Response,
    question_id: UUID,
    template: TemplateOfQuestion,
    body: QuestionPatch,
) -> dict[str, Any]:
    """One field or several of a question. The ETag is the template's, which the question is a part of."""
    fields = body.model_dump(exclude_unset=True)
    await actions.change_question(caller.conn, template, question_id, fields)
    changed = await get_template(caller.conn, caller.actor.institute, template.id)
    set_etag(response, changed.version)
    return await reads.get_question_json(caller.conn, caller.actor.institute, question_id)
