"""The papers of a school. A new one is added by its element, through the API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from fastapi.responses import HTMLResponse

from markroom.exam_templates import reads
from markroom.exam_templates.model import CREATE
from markroom.kit.access import requires
from markroom.kit.http import router
from markroom.kit.paging import PageQuery, paged
from markroom.web.reads import name_staff
from markroom.web.visits import VisitOf

routes = router()


@routes.get("/exams", dependencies=[requires(CREATE)])
async def show_exams(
    visit: VisitOf,
    page: PageQuery,
    q: Annotated[str, Query(max_length=200)] = "",
    archived: str = "",
    cursor: str = "",
) -> HTMLResponse:
    conn, school = visit.conn, visit.school.id
    wanted = reads.Filters(include_archived=bool(archived), q=q.strip() or None)
    after = (datetime.fromisoformat(page.after[0]), UUID(page.after[1])) if page.after else None
    rows = await reads.list_templates(conn, school, wanted, after, page.limit + 1)
    total = await reads.count_templates(conn, school, wanted)
    listed = paged(rows, total, page, lambda t: [t.updated_at, t.id])
    owners = await name_staff(conn, school, {t.teacher_id for t in listed.rows})
    return visit.page(
        "exams",
        templates=[vars(t) | {"owner_name": owners.get(t.teacher_id)} for t in listed.rows],
        total=total,
        next_cursor=listed.next_cursor,
        cursor=cursor,
        q=wanted.q or "",
        archived=bool(archived),
        may_create=CREATE.permits(visit.actor),
    )
