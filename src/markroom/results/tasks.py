from __future__ import annotations

from markroom.institutes.notices.actions import tell
from markroom.kit.db import Conn
from markroom.kit.events import subscribe
from markroom.results.model import ResultsReleased
from markroom.results.reads import find_caller
from markroom.scripts.reads import get_batch


@subscribe(ResultsReleased)
async def tell_who_marked(conn: Conn, event: ResultsReleased) -> None:
    """The maker of the batch and its markers, but for whoever gives the results out."""
    assert event.subject_id is not None
    batch = await get_batch(conn, event.institute_id, event.subject_id)
    me = await find_caller(conn)
    others = sorted({batch.created_by, *batch.markers} - {me})
    await tell(conn, event.institute_id, others, "results_released", batch.id)
