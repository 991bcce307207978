from __future__ import annotations

from markroom.jobs.queue import current_worker, queue
from markroom.kit.db import fetch_value
from markroom.kit.logs import log


@queue.periodic(cron="17 3 * * *")
@queue.task(name="sweep_invitation_rows", queue="upkeep")
async def sweep_invitation_rows(timestamp: int) -> None:  # noqa: ARG001
    """Names and addresses of lists whose job failed for good are kept for a week, to be tried again."""
    async with current_worker().database.service() as conn:
        swept: int = await fetch_value(conn, "select app.guard_sweep_invitation_rows()")
    if swept:
        log.info("invitation_rows_swept", count=swept)
