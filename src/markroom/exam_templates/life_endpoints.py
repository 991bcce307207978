from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field, model_validator

from markroom.exam_templates import history, life, sharing
from markroom.exam_templates.answers import ExamTemplate, ReplacedTemplate
from markroom.exam_templates.bodies import Text, Title
from markroom.exam_templates.endpoints import (
    ReplaceableTemplate,
    VisibleTemplate,
    answer_template,
    check_template_version,
)
from markroom.exam_templates.errors import NothingToUpdate
from markroom.exam_templates.model import CREATE, HAND_ON, MOVE, OWN, Template
from markroom.kit.access import InInstitute, requires
from markroom.kit.actor import permit
from markroom.kit.http import Body, router
from markroom.kit.paging import BadCursor, PageQuery, paged
from markroom.kit.versions import IfMatch, read_version

routes = router("/api/exam", tags=["exam templates"])


async def owned_template(template: VisibleTemplate, caller: InInstitute) -> Template:
    return await life.lock_owned_template(caller.conn, caller.actor, template)


setattr(owned_template, "permission", OWN)  # noqa: B010 - functions have no such attribute by type
OwnedTemplate = Annotated[Template, Depends(owned_template)]


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
        caller, await life.clone_template(caller.conn, caller.actor, template, fields), 201
    )


class ShareBody(Body):
    """With one of the two."""

    user_id: UUID | None = None
    department: Annotated[Text, Field(min_length=1, max_length=200)] | None = None

    @model_validator(mode="after")
    def _one(self) -> ShareBody:
        if (self.user_id is None) == (self.department is None):
            raise ValueError("name a colleague or a department")
        return self


async def _answer_shares(caller: InInstitute, template: Template) -> dict[str, Any]:
    shares = await sharing.list_shares(caller.conn, template.institute_id, template.id)
    return {"shares": [vars(share) for share in shares], "total": len(shares)}


@routes.get("/templates/{template_id:uuid}/shares")
async def list_shares(caller: InInstitute, template: VisibleTemplate) -> dict[str, Any]:
    return await _answer_shares(caller, template)


@routes.post("/templates/{template_id:uuid}/shares")
async def share_template(caller: InInstitute, template: OwnedTemplate, body: ShareBody) -> dict[str, Any]:
    if body.user_id:
        await sharing.share_with_colleague(caller.conn, caller.actor, template, body.user_id)
    elif body.department:
        await sharing.share_with_department(caller.conn, caller.actor, template, body.department)
    return await _answer_shares(caller, template)


@routes.delete("/templates/{template_id:uuid}/shares/{share_id:uuid}")
async def unshare_template(caller: InInstitute, template: OwnedTemplate, share_id: UUID) -> dict[str, Any]:
    await sharing.unshare(caller.conn, template, share_id)
    return await _answer_shares(caller, template)


async def movable_template(template: VisibleTemplate, caller: InInstitute) -> Template:
    """Not locked yet: the project it goes to is locked before it."""
    await life.permit_move(caller.conn, caller.actor, template)
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
    actor, locked = await life.lock_movable_template(caller.conn, caller.actor, template, body.project_id)
    await check_template_version(caller, locked, read_version(if_match))
    await life.move_template(caller.conn, actor, locked, body.project_id)
    return await answer_template(caller, template.id)


class TransferBody(Body):
    user_id: UUID


@routes.post("/templates/{template_id:uuid}/transfer", response_model=ExamTemplate)
async def transfer_template(caller: InInstitute, template: OwnedTemplate, body: TransferBody) -> Response:
    await life.transfer_template(caller.conn, template, body.user_id)
    return await answer_template(caller, template.id)


class HandOnBody(Body):
    from_user_id: UUID
    to_user_id: UUID


@routes.post("/templates/transfer", dependencies=[requires(HAND_ON)])
async def transfer_templates(caller: InInstitute, body: HandOnBody) -> dict[str, Any]:
    """All templates of somebody who has left."""
    count = await life.transfer_templates(caller.conn, caller.actor, body.from_user_id, body.to_user_id)
    return {"transferred": count}


@routes.get("/templates/{template_id:uuid}/versions")
async def list_versions(caller: InInstitute, template: VisibleTemplate, page: PageQuery) -> dict[str, Any]:
    if page.after is not None and not isinstance(page.after, int):
        raise BadCursor
    rows, total = await history.list_versions(
        caller.conn, template.institute_id, template.id, page.after, page.limit + 1
    )
    shown = paged(rows, total, page, lambda version: version.number)
    return {
        "versions": [vars(version) for version in shown.rows],
        "total": total,
        "next_cursor": shown.next_cursor,
    }


@routes.get("/templates/{template_id:uuid}/versions/{version:int}")
async def get_version(caller: InInstitute, template: VisibleTemplate, version: int) -> dict[str, Any]:
    canvas = await history.get_canvas_then(caller.conn, template.institute_id, template.id, version)
    return {"number": version, **canvas}


@routes.post("/templates/{template_id:uuid}/versions/{version:int}/restore", response_model=ReplacedTemplate)
async def restore_version(caller: InInstitute, template: ReplaceableTemplate, version: int) -> Response:
    changes = await life.restore_version(caller.conn, template, version)
    return await answer_template(caller, template.id, changes=changes)
