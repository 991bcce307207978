"""What one was told: newest first, read one by one or all at once (P-14)."""

from __future__ import annotations

from uuid import UUID

from fastapi.responses import HTMLResponse, Response

from markroom.institutes.notices import actions as notices
from markroom.institutes.notices.model import Notice, NoticeNotFound
from markroom.institutes.notices.reads import list_notices
from markroom.kit.access import open_to
from markroom.kit.http import router
from markroom.kit.paging import PageQuery, paged
from markroom.web.pages.notices.words import Told, say_notice
from markroom.web.reads import name_batches
from markroom.web.visits import FormOf, Visit, VisitOf, go_to

routes = router()


async def say_all(visit: Visit, rows: list[Notice]) -> list[Told]:
    released = [row.subject_id for row in rows if row.kind == "results_released" and row.subject_id]
    titles = await name_batches(visit.conn, visit.school.id, released)
    return [say_notice(row, titles) for row in rows]


@routes.get("/notices")
async def show_notices(visit: VisitOf, page: PageQuery, cursor: str = "") -> HTMLResponse:
    rows, total, unread = await list_notices(
        visit.conn, visit.actor, unread=False, after=page.after, limit=page.limit + 1
    )
    shown = paged(rows, total, page, lambda notice: notice.id)
    return visit.page(
        "notices",
        told=await say_all(visit, list(shown.rows)),
        total=total,
        unread=unread,
        next_cursor=shown.next_cursor,
        cursor=cursor,
    )


@routes.post("/notices", dependencies=[open_to("oneself")])
async def read_notices(visit: VisitOf, form: FormOf) -> Response:
    if form.has("read_all"):
        await notices.read_all_notices(visit.conn, visit.actor)
        return go_to("/notices")
    try:
        notice_id = UUID(form.text("read"))
    except ValueError as error:
        raise NoticeNotFound from error
    await notices.read_notice(visit.conn, visit.actor, notice_id)
    return go_to("/")
