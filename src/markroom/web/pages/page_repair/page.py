"""Pages that found no place."""

from __future__ import annotations

from uuid import UUID

from fastapi.responses import HTMLResponse

from markroom.exam_templates.reads import get_template
from markroom.kit.http import router
from markroom.scripts.actions.batches import permit_repair
from markroom.web.pages.batch.page import SeenBatch
from markroom.web.visits import VisitOf

routes = router()


@routes.get("/batches/{batch_id:uuid}/repair")
async def show_repair(
    visit: VisitOf, batch: SeenBatch, page: UUID | None = None, script: UUID | None = None, at: int = 0
) -> HTMLResponse:
    permit_repair(visit.actor, batch)
    template = await get_template(visit.conn, visit.school.id, batch.template_id)
    return visit.page(
        "page_repair",
        batch=batch,
        template=template,
        page_id=page or "",
        script_id=script or "",
        script_page=at or "",
    )
