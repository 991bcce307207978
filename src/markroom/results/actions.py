"""Add up a batch, give its results out and take them back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.kit.events import emit
from markroom.results import reads, writes
from markroom.results.model import Release, Results, ResultsReleased, ResultsWithdrawn, add_up
from markroom.scripts.actions import change_batch_state
from markroom.scripts.model import Batch, BatchState


async def read_results(conn: Conn, actor: Actor, batch: Batch) -> Results:
    """The marks of a batch added up; a blind batch shows names only to those who run it."""
    return add_up(await reads.get_sheet(conn, actor.institute, batch, with_names=batch.shows_names_to(actor)))


async def release(conn: Conn, actor: Actor, batch: Batch, embargo_until: datetime | None) -> Release:
    """Gives the results out; where they are out already only the embargo changes."""
    if batch.state != "released":
        await change_batch_state(conn, actor.institute, batch.id, "released")
    await writes.put_release(conn, actor.institute, batch, actor.user_id, embargo_until)
    facts = {"embargo_until": embargo_until.isoformat() if embargo_until else None}
    await emit(conn, ResultsReleased(institute_id=actor.institute, subject_id=batch.id, facts=facts))
    return await _get_release(conn, actor.institute, batch.id)


async def withdraw(conn: Conn, actor: Actor, batch: Batch) -> None:
    """Takes the results back: the batch returns to moderation, where marks can change."""
    if batch.state != "released":
        return
    await change_batch_state(conn, actor.institute, batch.id, "moderation")
    await writes.end_release(conn, actor.institute, batch.id, actor.user_id)
    await emit(conn, ResultsWithdrawn(institute_id=actor.institute, subject_id=batch.id))


async def close(conn: Conn, actor: Actor, batch: Batch) -> None:
    """Ends the work on a batch: results that are out stay so. Raises BatchStateRefused while it is marked."""
    await change_batch_state(conn, actor.institute, batch.id, "closed")


async def reopen(conn: Conn, actor: Actor, batch: Batch) -> BatchState:
    """A closed batch as it was before; any other stays as it is."""
    if batch.state != "closed":
        return batch.state
    released = await reads.find_release(conn, actor.institute, batch.id)
    state: BatchState = "released" if released else "open"
    await change_batch_state(conn, actor.institute, batch.id, state)
    return state


async def _get_release(conn: Conn, institute_id: UUID, batch_id: UUID) -> Release:
    release = await reads.find_release(conn, institute_id, batch_id)
    assert release is not None
    return release
