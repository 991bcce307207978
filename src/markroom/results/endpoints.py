from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import Depends, Response
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime

from markroom.kit.access import InInstitute
from markroom.kit.http import Body, router
from markroom.results import actions, reads
from markroom.results.model import RESULTS_RELEASE, NotReleaser
from markroom.results.sheets import encode_json, results_csv, results_json
from markroom.scripts import reads as scripts
from markroom.scripts.model import Batch

routes = router("/api/batches/{batch_id:uuid}", tags=["results"])


class ReleaseBody(Body):
    embargo_until: AwareDatetime | None = None


async def seen_batch(batch_id: UUID, caller: InInstitute) -> Batch:
    return await scripts.get_batch(caller.conn, caller.actor.institute, batch_id)


SeenBatch = Annotated[Batch, Depends(seen_batch)]


async def released_batch(batch: SeenBatch, caller: InInstitute) -> Batch:
    if not (RESULTS_RELEASE.permits(caller.actor) and batch.is_run_by(caller.actor)):
        raise NotReleaser
    return batch


released_batch.permission = RESULTS_RELEASE  # type: ignore[attr-defined]
ReleasedBatch = Annotated[Batch, Depends(released_batch)]


@routes.get("/results", response_class=JSONResponse)
async def get_results(caller: InInstitute, batch: SeenBatch) -> Response:
    results = await actions.read_results(caller.conn, caller.actor, batch)
    release = await reads.find_release(caller.conn, caller.actor.institute, batch.id)
    return Response(encode_json(results_json(batch, results, release)), media_type="application/json")


@routes.get("/results.csv", response_class=Response)
async def get_results_csv(caller: InInstitute, batch: SeenBatch) -> Response:
    results = await actions.read_results(caller.conn, caller.actor, batch)
    disposition = f"attachment; filename*=UTF-8''{quote(batch.title)}.csv"
    return Response(
        results_csv(results),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": disposition},
    )


@routes.post("/release")
async def release(
    caller: InInstitute, batch: ReleasedBatch, body: ReleaseBody | None = None
) -> dict[str, Any]:
    given = await actions.release(caller.conn, caller.actor, batch, body.embargo_until if body else None)
    return {
        "id": batch.id,
        "state": "released",
        "released_at": given.released_at,
        "embargo_until": given.embargo_until,
    }


@routes.post("/withdraw")
async def withdraw(caller: InInstitute, batch: ReleasedBatch) -> dict[str, Any]:
    await actions.withdraw(caller.conn, caller.actor, batch)
    return {"id": batch.id, "state": "moderation" if batch.state == "released" else batch.state}


@routes.post("/close")
async def close(caller: InInstitute, batch: ReleasedBatch) -> dict[str, Any]:
    await actions.close(caller.conn, caller.actor, batch)
    return {"id": batch.id, "state": "closed"}


@routes.post("/reopen")
async def reopen(caller: InInstitute, batch: ReleasedBatch) -> dict[str, Any]:
    return {"id": batch.id, "state": await actions.reopen(caller.conn, caller.actor, batch)}
