"""The batches whose marks can be looked at as results."""

from __future__ import annotations

from fastapi.responses import HTMLResponse

from markroom.kit.access import requires
from markroom.kit.http import router
from markroom.kit.paging import PageQuery, paged
from markroom.results.model import RESULTS_RELEASE
from markroom.scripts.reads import count_batches
from markroom.web.reads import list_batches
from markroom.web.visits import VisitOf

routes = router()


@routes.get("/results", dependencies=[requires(RESULTS_RELEASE)])
async def show_list(visit: VisitOf, page: PageQuery, cursor: str = "") -> HTMLResponse:
    rows = await list_batches(visit.conn, visit.school.id, before=page.after, limit=page.limit + 1)
    total = await count_batches(visit.conn, visit.school.id, template_id=None, state=None)
    listed = paged(rows, total, page, lambda batch: batch["id"])
    return visit.page(
        "results_list", batches=listed.rows, total=total, next_cursor=listed.next_cursor, cursor=cursor
    )
