"""Who may open and change what belongs to one paper; shared by its pages."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from markroom.exam_templates import actions, reads
from markroom.exam_templates.handover.actions import permit_move
from markroom.exam_templates.model import EDIT, MOVE, OWN, Template
from markroom.web.visits import VisitOf


async def visible_template(template_id: UUID, visit: VisitOf) -> Template:
    return await reads.get_visible_template(visit.conn, visit.school.id, template_id)


SeenTemplate = Annotated[Template, Depends(visible_template)]


async def own_template(template: SeenTemplate, visit: VisitOf) -> Template:
    """Under lock."""
    return await actions.lock_own_template(visit.conn, template)


async def handed_template(template: SeenTemplate, visit: VisitOf) -> Template:
    """Under lock."""
    return await actions.lock_owned_template(visit.conn, visit.actor, template)


async def movable_template(template: SeenTemplate, visit: VisitOf) -> Template:
    await permit_move(visit.conn, visit.actor, template)
    return template


own_template.permission = EDIT  # type: ignore[attr-defined]
handed_template.permission = OWN  # type: ignore[attr-defined]
movable_template.permission = MOVE  # type: ignore[attr-defined]
OwnTemplate = Annotated[Template, Depends(own_template)]
HandedTemplate = Annotated[Template, Depends(handed_template)]
MovableTemplate = Annotated[Template, Depends(movable_template)]
