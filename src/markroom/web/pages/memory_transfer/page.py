"""A project's memory as a file, out and in (M-01)."""

from __future__ import annotations

from fastapi.responses import HTMLResponse

from markroom.kit.access import requires
from markroom.kit.http import router
from markroom.memories import actions
from markroom.memories.model import MEMORIES_SEARCH
from markroom.projects.model import ProjectNotFound
from markroom.web.pages.memory.page import DeskOf
from markroom.web.pages.project.frame import shown
from markroom.web.visits import VisitOf

routes = router()


@routes.get("/memory/transfer", dependencies=[requires(MEMORIES_SEARCH)])
async def show_transfer(visit: VisitOf, desk: DeskOf) -> HTMLResponse:
    if desk is None:
        raise ProjectNotFound
    stats = await actions.read_stats(visit.conn, visit.actor, desk.rights)
    return visit.page(
        "memory_transfer",
        project=shown(desk.project),
        may_write=desk.rights.takes_writing,
        counts={"kept": stats.total - stats.pending, "pending": stats.pending},
        export_url=f"/api/memories/export?project_id={desk.project.id}",
        import_url=f"/api/memories/import?project_id={desk.project.id}",
    )
