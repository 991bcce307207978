from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Request, Response
from pydantic import StrictInt

from markroom.kit.access import EntranceOf, InInstitute
from markroom.kit.http import Body, router
from markroom.kit.paging import PageQuery, paged
from markroom.kit.versions import IfMatch, read_version, set_etag
from markroom.scripts import reads
from markroom.scripts.actions import repairing
from markroom.scripts.actions.repairing import PageChange
from markroom.scripts.endpoints.batches import SeenBatch, batch_routes
from markroom.scripts.model import (
    PAGES_REPAIR,
    Page,
    PageState,
)

page_routes = router("/api/pages", tags=["scanning"])


@batch_routes.get("/{batch_id:uuid}/pages")
async def list_pages(
    caller: InInstitute,
    batch: SeenBatch,
    page: PageQuery,
    state: PageState | None = None,
    scan_id: UUID | None = None,
    script_id: UUID | None = None,
) -> dict[str, Any]:
    conn, institute = caller.conn, caller.actor.institute
    rows = await reads.list_pages(
        conn, institute, batch.id, state=state, scan_id=scan_id, script_id=script_id, after=page.after,
        limit=page.limit + 1
    )  # fmt: skip
    total = await reads.count_listed_pages(
        conn, institute, batch.id, state=state, scan_id=scan_id, script_id=script_id
    )
    shown = paged(rows, total, page, lambda row: row.id)
    return {
        "pages": [repairing.page_json(row) for row in shown.rows],
        "total": shown.total,
        "next_cursor": shown.next_cursor,
    }


class PageBody(Body):
    """A null script or page takes the sheet off its script, as `exception` does; where it lay is kept."""

    script_id: UUID | None = None
    page: StrictInt | None = None
    rotation: Literal[0, 90, 180, 270] = 0
    state: PageState = "placed"

    def change(self, page: Page) -> PageChange:
        fields = self.model_dump(exclude_unset=True)
        if fields.get("script_id", page) is None or fields.get("page", page) is None:
            off = "exception" if page.state == "placed" else page.state
            fields = {"state": off} | {name: fields[name] for name in ("rotation", "state") if name in fields}
        return PageChange(**fields)


async def repaired_page(page_id: UUID, entrance: EntranceOf, if_match: IfMatch = None) -> Page:
    async with entrance.transaction() as caller:
        page, _ = await repairing.open_page(caller.conn, caller.actor, page_id, read_version(if_match))
        return page


repaired_page.permission = PAGES_REPAIR  # type: ignore[attr-defined]


@page_routes.patch("/{page_id:uuid}")
async def change_page(
    body: PageBody,
    request: Request,
    response: Response,
    entrance: EntranceOf,
    page: Annotated[Page, Depends(repaired_page)],
) -> dict[str, Any]:
    """Assigns a sheet to a page of a script, turns it, discards it, brings it back."""
    change = body.change(page)
    storage = request.app.state.storage
    if not change.places(page):
        async with entrance.transaction() as caller:
            batch = await reads.get_batch(caller.conn, caller.actor.institute, page.batch_id)
            changed = await repairing.change_page(caller.conn, caller.actor, page, batch, change)
    else:
        async with entrance.transaction() as caller:
            batch = await reads.get_batch(caller.conn, caller.actor.institute, page.batch_id)
            placing = await repairing.plan_placing(caller.conn, storage, caller.actor, page, batch, change)
            institute_id = caller.actor.institute
        sheet = await repairing.look_at_placing(storage, institute_id, placing)
        async with entrance.transaction() as caller:
            changed = await repairing.place_page(caller.conn, caller.actor, placing, sheet)
    set_etag(response, changed.version)
    return repairing.page_json(changed)
