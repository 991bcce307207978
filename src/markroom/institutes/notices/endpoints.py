from __future__ import annotations

from typing import Any
from uuid import UUID

from markroom.institutes.notices import actions, reads
from markroom.kit.access import Everywhere, open_to
from markroom.kit.http import router
from markroom.kit.paging import PageQuery, paged

routes = router("/api/notices", tags=["notices"])


@routes.get("")
async def list_notices(caller: Everywhere, page: PageQuery, unread: bool = False) -> dict[str, Any]:
    """One's own, newest first: in the institute named, or in all."""
    rows, total, left = await reads.list_notices(
        caller.conn, caller.actor, unread=unread, after=page.after, limit=page.limit + 1
    )
    shown = paged(rows, total, page, lambda notice: notice.id)
    return {
        "notices": [vars(notice) for notice in shown.rows],
        "total": total,
        "unread": left,
        "next_cursor": shown.next_cursor,
    }


@routes.post("/{notice_id:uuid}/read", dependencies=[open_to("oneself")])
async def read_notice(caller: Everywhere, notice_id: UUID) -> dict[str, Any]:
    await actions.read_notice(caller.conn, caller.actor, notice_id)
    return {"status": "ok"}


@routes.post("/read-all", dependencies=[open_to("oneself")])
async def read_all_notices(caller: Everywhere) -> dict[str, Any]:
    return {"status": "ok", "read": await actions.read_all_notices(caller.conn, caller.actor)}
