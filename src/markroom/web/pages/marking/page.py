"""What there is to mark: the batches in hand, and the questions of one of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi.responses import HTMLResponse

from markroom.institutes.model import MANAGERS
from markroom.kit.access import requires
from markroom.kit.http import router
from markroom.marking import reads as marking
from markroom.marking.model import MARKABLE_STATES, MARKS_GIVE
from markroom.scripts.model import BATCHES_CREATE
from markroom.web.reads import list_batches
from markroom.web.visits import Visit, VisitOf

routes = router()
IN_HAND = 50


@routes.get("/marking", dependencies=[requires(MARKS_GIVE)])
async def show_marking(visit: VisitOf, batch_id: UUID | None = None) -> HTMLResponse:
    rows = await list_batches(visit.conn, visit.school.id, limit=IN_HAND)
    in_hand = [row for row in rows if row["state"] in MARKABLE_STATES]
    opened = _choose(in_hand, batch_id)
    batch = await marking.get_marked_batch(visit.conn, visit.school.id, UUID(opened)) if opened else None
    items = await marking.list_items(visit.conn, visit.school.id, batch, visit.actor.user_id) if batch else []
    shown = [_describe(visit, row, items if row["id"] == opened else []) for row in in_hand]
    return visit.page("marking", batches=shown, opened=opened, may_create=BATCHES_CREATE.permits(visit.actor))


def _choose(rows: list[dict[str, Any]], batch_id: UUID | None) -> str | None:
    """The batch whose questions are shown: the one asked for, else the newest where answers wait."""
    asked = [row["id"] for row in rows if row["id"] == str(batch_id)]
    waiting = [row["id"] for row in rows if row["items"]["ready"]]
    return next(iter([*asked, *waiting, *(row["id"] for row in rows)]), None)


def _describe(visit: Visit, row: dict[str, Any], items: list[dict[str, Any]]) -> dict[str, Any]:
    is_run = str(visit.actor.user_id) == row["created_by"] or visit.actor.role in MANAGERS
    return {
        "id": row["id"],
        "title": row["title"],
        "state": row["state"],
        "items_total": row["items"]["total"],
        "items_marked": row["items"]["marked"],
        "items_ready": row["items"]["ready"],
        "may_mark": is_run or str(visit.actor.user_id) in row["markers"],
        "items": items,
    }
