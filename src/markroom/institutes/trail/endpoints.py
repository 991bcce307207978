from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from pydantic import AwareDatetime

from markroom.institutes.model import READ_TRAIL
from markroom.institutes.trail.model import Filters
from markroom.institutes.trail.reads import list_traces
from markroom.kit.access import InInstitute, requires
from markroom.kit.http import router
from markroom.kit.paging import PageQuery, paged

routes = router("/api/events", tags=["audit trail"])


def filters(
    kind: str | None = None,
    subject_id: UUID | None = None,
    user_id: UUID | None = None,
    since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    until: Annotated[AwareDatetime | None, Query(alias="to")] = None,
) -> Filters:
    return Filters(kind, subject_id, user_id, since, until)


@routes.get("", dependencies=[requires(READ_TRAIL)])
async def list_events(
    caller: InInstitute, page: PageQuery, wanted: Annotated[Filters, Depends(filters)]
) -> dict[str, Any]:
    """Every change in the school, newest first; `from` is included, `to` is not."""
    rows, total = await list_traces(
        caller.conn, caller.actor.institute, wanted, after=page.after, limit=page.limit + 1
    )
    shown = paged(rows, total, page, lambda trace: trace.id)
    return {"events": [vars(row) for row in shown.rows], "total": total, "next_cursor": shown.next_cursor}
