"""The papers a project works on, and their batches."""

from __future__ import annotations

from fastapi.responses import HTMLResponse

from markroom.exam_templates.model import CREATE
from markroom.kit.http import router
from markroom.projects.gates import SeenProject
from markroom.web.pages.project.frame import shown
from markroom.web.pages.project.reads import list_batches, list_papers
from markroom.web.visits import VisitOf

routes = router()
MOST_SHOWN = 100


@routes.get("/projects/{project_id:uuid}/papers")
async def show_papers(visit: VisitOf, project: SeenProject) -> HTMLResponse:
    templates, template_total = await list_papers(visit.conn, visit.school.id, project.id, MOST_SHOWN)
    batches, batch_total = await list_batches(visit.conn, visit.school.id, project.id, MOST_SHOWN)
    return visit.page(
        "project_papers",
        project=shown(project),
        may_add=CREATE.permits(visit.actor) and project.permissions.can_write and project.state == "active",
        templates=templates,
        template_total=template_total,
        batches=batches,
        batch_total=batch_total,
    )
