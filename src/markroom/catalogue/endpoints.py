from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query

from markroom.catalogue import reads
from markroom.catalogue.model import READ, Board, Objective, Paper, Specification, SpecPoint
from markroom.kit.access import InInstitute, requires
from markroom.kit.db import Conn
from markroom.kit.http import router
from markroom.kit.paging import BadCursor, PageQuery, PageRequest, paged

routes = router("/api/exam/catalogue", tags=["exam catalogue"], dependencies=[requires(READ)])


def filters(
    q: Annotated[str | None, Query(max_length=200)] = None,
    board: str | None = None,
    qualification: str | None = None,
    specification_id: UUID | None = None,
) -> reads.Filters:
    return reads.Filters(q, board, qualification, specification_id)


Wanted = Annotated[reads.Filters, Depends(filters)]


async def _answer_list(
    name: str, kind: type[Any], conn: Conn, page: PageRequest, wanted: reads.Filters
) -> dict[str, Any]:
    offset = page.after or 0
    if not isinstance(offset, int):
        raise BadCursor
    rows = await reads.list_rows(conn, kind, wanted, offset, page.limit + 1)
    shown = paged(rows, await reads.count_rows(conn, kind, wanted), page, lambda _: offset + page.limit)
    return {
        name: [vars(row) for row in shown.rows],
        "total": shown.total,
        "next_cursor": shown.next_cursor,
    }


@routes.get("/boards")
async def list_boards(caller: InInstitute, page: PageQuery, wanted: Wanted) -> dict[str, Any]:
    return await _answer_list("boards", Board, caller.conn, page, wanted)


@routes.get("/specifications")
async def list_specifications(caller: InInstitute, page: PageQuery, wanted: Wanted) -> dict[str, Any]:
    return await _answer_list("specifications", Specification, caller.conn, page, wanted)


@routes.get("/papers")
async def list_papers(caller: InInstitute, page: PageQuery, wanted: Wanted) -> dict[str, Any]:
    return await _answer_list("papers", Paper, caller.conn, page, wanted)


@routes.get("/objectives")
async def list_objectives(caller: InInstitute, page: PageQuery, wanted: Wanted) -> dict[str, Any]:
    return await _answer_list("objectives", Objective, caller.conn, page, wanted)


@routes.get("/spec-points")
async def list_spec_points(caller: InInstitute, page: PageQuery, wanted: Wanted) -> dict[str, Any]:
    return await _answer_list("spec_points", SpecPoint, caller.conn, page, wanted)


@routes.get("/spec-refs")
async def list_references(
    caller: InInstitute,
    exam_id: UUID,
    q: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """What a question of this paper can refer to: the options of a field that completes what is typed."""
    references = await reads.list_references(caller.conn, exam_id, q, limit)
    return {"options": [vars(reference) for reference in references]}
