"""The results of one batch: the sheet of marks, its numbers, and giving it out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from markroom.kit.http import router
from markroom.results import actions, reads
from markroom.results.model import RESULTS_RELEASE, NotReleaser
from markroom.results.sheets import results_json
from markroom.scripts.model import Batch
from markroom.web.pages.batch.page import SeenBatch
from markroom.web.visits import FormOf, Visit, VisitOf, attempt, go_to

routes = router()
SORTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "script": lambda row: row["script_number"],
    "name": lambda row: ((row["name"] or row["number"] or "").lower(), row["script_number"]),
    "total": lambda row: (row["total"] is not None, row["total"] or 0, -row["script_number"]),
}


async def released_batch(batch: SeenBatch, visit: VisitOf) -> Batch:
    if not may_release(visit, batch):
        raise NotReleaser
    return batch


released_batch.permission = RESULTS_RELEASE  # type: ignore[attr-defined]


def may_release(visit: Visit, batch: Batch) -> bool:
    return RESULTS_RELEASE.permits(visit.actor) and batch.is_run_by(visit.actor)


@routes.get("/results/{batch_id:uuid}")
async def show_results(visit: VisitOf, batch: SeenBatch, sort: str = "script") -> HTMLResponse:
    return await _show(visit, batch, sort)


async def _show(visit: Visit, batch: Batch, sort: str, *, code: int = 200, **context: Any) -> HTMLResponse:
    added = await actions.read_results(visit.conn, visit.actor, batch)
    release = await reads.find_release(visit.conn, visit.school.id, batch.id)
    results = results_json(batch, added, release)
    key = SORTS.get(sort.removeprefix("-"), SORTS["script"])
    shown = {
        "batch": batch,
        "results": results,
        "sort": sort,
        "rows": sorted(results["candidates"], key=key, reverse=sort.startswith("-")),
        "release": release,
        "may_release": may_release(visit, batch),
        "embargo": "",
    }
    return visit.page("results", code=code, **{**shown, **context})


@routes.post("/results/{batch_id:uuid}")
async def change_release(
    visit: VisitOf, form: FormOf, batch: Annotated[Batch, Depends(released_batch)]
) -> Response:
    url, typed = f"/results/{batch.id}", form.text("embargo_until")
    if form.has("withdraw"):
        error = await attempt(visit, actions.withdraw(visit.conn, visit.actor, batch))
        said = "The results are taken back."
    elif form.has("close"):
        error = await attempt(visit, actions.close(visit.conn, visit.actor, batch))
        said = "The batch is closed."
    elif form.has("reopen"):
        error = await attempt(visit, actions.reopen(visit.conn, visit.actor, batch))
        said = "The batch is open again."
    else:
        try:
            until = (
                datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(visit.school.time_zone))
                if typed
                else None
            )
        except ValueError:
            wrong = {"embargo_until": "Write a day and a time, or leave it empty."}
            return await _show(visit, batch, "script", code=422, embargo=typed, errors=wrong)
        error = await attempt(visit, actions.release(visit.conn, visit.actor, batch, until))
        said = "The results are released."
    if error:
        return await _show(
            visit, batch, "script", code=error.status, embargo=typed, errors={"": error.detail}
        )
    return go_to(url, said)


@routes.get("/batches/{batch_id:uuid}/results")
async def lead_to_results(batch: SeenBatch) -> RedirectResponse:
    """The results by the address of their batch."""
    return RedirectResponse(f"/results/{batch.id}", 307)
