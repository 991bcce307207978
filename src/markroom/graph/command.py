"""The graph on the command line."""

from __future__ import annotations

from uuid import UUID

from markroom.graph import reads
from markroom.graph.model import GraphOff, SpaceNotFound
from markroom.graph.tasks import projector_of
from markroom.kit.resources import Resources


async def rebuild(resources: Resources, institute_id: UUID) -> list[str]:
    """What the new graph holds, in lines. Raises SpaceNotFound, GraphOff, GraphBusy, GraphUnreachable."""
    database = resources.database
    projector = projector_of(database, resources, institute_id)
    if projector is None:
        raise GraphOff
    async with database.opened():
        async with database.service(institute_id) as conn:
            if await reads.is_closed(conn, institute_id):
                raise SpaceNotFound
        counts = await projector.rebuild()
    return [f"{name}: {n}" for name, n in counts.items() if n]
