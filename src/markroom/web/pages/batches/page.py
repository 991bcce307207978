"""All batches of a school."""

from __future__ import annotations

from fastapi.responses import HTMLResponse

from markroom.kit.access import requires
from markroom.kit.http import router
from markroom.kit.paging import PageQuery, paged
from markroom.scripts.model import BATCHES_CREATE
from markroom.scripts.reads import count_batches
from markroom.web.reads import list_batches
from markroom.web.visits import VisitOf

routes = router()


@routes.get("/batches", dependencies=[requires(BATCHES_CREATE)])
async def show_batches(visit: VisitOf, page: PageQuery, cursor: str = "") -> HTMLResponse:
    rows = await list_batches(visit.conn, visit.school.id, before=page.after, limit=page.limit + 1)
    total = await count_batches(visit.conn, visit.school.id, template_id=None, state=None)
    listed = paged(rows, total, page, lambda batch: batch["id"])
    return visit.page(
        "batches",
        batches=listed.rows,
        total=total,
        next_cursor=listed.next_cursor,
        cursor=cursor,
        may_create=BATCHES_CREATE.permits(visit.actor),
    )
