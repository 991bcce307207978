from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, model_validator

from markroom.exam_templates.bodies import Text
from markroom.exam_templates.endpoints import OwnedTemplate, VisibleTemplate
from markroom.exam_templates.model import Template
from markroom.exam_templates.shares import actions, reads
from markroom.kit.access import InInstitute
from markroom.kit.http import Body, router

routes = router("/api/exam", tags=["exam templates"])


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
    shares = await reads.list_shares(caller.conn, template.institute_id, template.id)
    return {"shares": [vars(share) for share in shares], "total": len(shares)}


@routes.get("/templates/{template_id:uuid}/shares")
async def list_shares(caller: InInstitute, template: VisibleTemplate) -> dict[str, Any]:
    return await _answer_shares(caller, template)


@routes.post("/templates/{template_id:uuid}/shares")
async def share_template(caller: InInstitute, template: OwnedTemplate, body: ShareBody) -> dict[str, Any]:
    if body.user_id:
        await actions.share_with_colleague(caller.conn, caller.actor, template, body.user_id)
    elif body.department:
        await actions.share_with_department(caller.conn, caller.actor, template, body.department)
    return await _answer_shares(caller, template)


@routes.delete("/templates/{template_id:uuid}/shares/{share_id:uuid}")
async def unshare_template(caller: InInstitute, template: OwnedTemplate, share_id: UUID) -> dict[str, Any]:
    await actions.unshare(caller.conn, template, share_id)
    return await _answer_shares(caller, template)
