from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response

from markroom.exam_templates.answers import ExamTemplate
from markroom.exam_templates.bodies import Title
from markroom.exam_templates.endpoints import (
    OwnedTemplate,
    VisibleTemplate,
    answer_template,
    check_template_version,
)
from markroom.exam_templates.errors import NothingToUpdate
from markroom.exam_templates.handover import actions
from markroom.exam_templates.model import CREATE, HAND_ON, MOVE, Template
from markroom.kit.access import InInstitute, requires
from markroom.kit.actor import permit
from markroom.kit.http import Body, router
from markroom.kit.versions import IfMatch, read_version

routes = router("/api/exam", tags=["exam templates"])


async def copied_template(template: VisibleTemplate, caller: InInstitute) -> Template:
    permit(caller.actor, CREATE)
    return template


setattr(copied_template, "permission", CREATE)  # noqa: B010 - functions have no such attribute by type
CopiedTemplate = Annotated[Template, Depends(copied_template)]


class CloneBody(Body):
    title: Title = ""
    project_id: UUID | None = None


@routes.post("/templates/{template_id:uuid}/clone", status_code=201, response_model=ExamTemplate)
async def clone_template(caller: InInstitute, template: CopiedTemplate, body: CloneBody) -> Response:
    fields = body.model_dump(exclude_unset=True)
    return await answer_template(
        caller, await actions.clone_template(caller.conn, caller.actor, template, fields), 201
    )


async def movable_template(template: VisibleTemplate, caller: InInstitute) -> Template:
    """Not locked yet: the project it goes to is locked before it."""
    await actions.permit_move(caller.conn, caller.actor, template)
    return template


setattr(movable_template, "permission", MOVE)  # noqa: B010 - functions have no such attribute by type
MovableTemplate = Annotated[Template, Depends(movable_template)]


class MoveBody(Body):
    """Where it goes; null: into no project."""

    project_id: UUID | None = None


@routes.patch("/templates/{template_id:uuid}", response_model=ExamTemplate)
async def move_template(
    caller: InInstitute, template: MovableTemplate, body: MoveBody, if_match: IfMatch = None
) -> Response:
    if "project_id" not in body.model_fields_set:
        raise NothingToUpdate
    actor, locked = await actions.lock_movable_template(caller.conn, caller.actor, template, body.project_id)
    await check_template_version(caller, locked, read_version(if_match))
    await actions.move_template(caller.conn, actor, locked, body.project_id)
    return await answer_template(caller, template.id)


class TransferBody(Body):
    user_id: UUID


@routes.post("/templates/{template_id:uuid}/transfer", response_model=ExamTemplate)
async def transfer_template(caller: InInstitute, template: OwnedTemplate, body: TransferBody) -> Response:
    await actions.transfer_template(caller.conn, template, body.user_id)
    return await answer_template(caller, template.id)


class HandOnBody(Body):
    from_user_id: UUID
    to_user_id: UUID


@routes.post("/templates/transfer", dependencies=[requires(HAND_ON)])
async def transfer_templates(caller: InInstitute, body: HandOnBody) -> dict[str, Any]:
    """All templates of somebody who has left."""
    count = await actions.transfer_templates(caller.conn, caller.actor, body.from_user_id, body.to_user_id)
    return {"transferred": count}
