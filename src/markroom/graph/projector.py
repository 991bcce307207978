"""The one writer of a school's graph: it holds the lock of the graph's space from first read to last write.

What it does may be done again: a crash between graph and database leaves the changes to be taken up anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import ParamSpec, TypeVar
from uuid import UUID

from markroom.catalogue.reads import find_version
from markroom.graph import projection, reads, writes
from markroom.graph.engines import Engine, Graph
from markroom.graph.model import Space, Subgraph, compare
from markroom.kit.db import Conn, Database

AT_ONCE = 50
P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Like asyncio.to_thread, but one that is cancelled waits for its thread: the lock is held until then."""
    work = asyncio.create_task(asyncio.to_thread(function, *args, **kwargs))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        raise


@dataclass(frozen=True)
class Projector:
    """Of one school."""

    database: Database
    engine: Engine
    secret: bytes
    institute_id: UUID

    async def project_changes(self) -> None:
        """Until none waits. Raises GraphBusy, GraphUnreachable."""
        while await self._project_some():
            pass

    async def rebuild(self) -> dict[str, int]:
        """Makes the graph anew beside the old one, and puts it in its place; counts what is in it."""
        async with self.database.service(self.institute_id) as conn:
            space = await self._lock(conn)
            return await self._rebuild(conn, space)

    async def count(self, template_id: UUID) -> dict[str, int]:
        """What the graph has of a template."""
        async with self.database.service(self.institute_id) as conn:
            space = await self._lock(conn)
            async with self._opened(space.name, space.generation) as graph:
                part = await in_thread(graph.read, [str(template_id)], projection.TEMPLATE_LABELS)
        return {name: n for name, n in part.count().items() if n}

    @asynccontextmanager
    async def _opened(self, space: str, generation: int) -> AsyncIterator[Graph]:
        graph = self.engine.open(space, generation)
        opened = await in_thread(graph.__enter__)
        try:
            yield opened
        finally:
            await in_thread(graph.__exit__, None, None, None)

    async def _lock(self, conn: Conn) -> Space:
        """Held until the transaction ends. Raises GraphBusy."""
        await writes.insert_space(conn, self.institute_id)
        return await writes.lock_space(conn, self.institute_id)

    async def _project_some(self) -> bool:
        """Takes up the oldest changes; whether there may be more."""
        async with self.database.service(self.institute_id) as conn:
            space = await self._lock(conn)
            changes = await writes.list_changes(conn, self.institute_id, AT_ONCE)
            if await reads.is_closed(conn, self.institute_id):
                await self._remove(conn, space)
            elif await self._is_outdated(conn, space):
                await self._rebuild(conn, space)
            elif changes:
                await self._update(conn, space, [id_ for _, id_ in changes if id_])
            await writes.delete_changes(conn, self.institute_id, [id_ for id_, _ in changes])
            return len(changes) == AT_ONCE

    async def _is_outdated(self, conn: Conn, space: Space) -> bool:
        """Whether there is no graph to go on with: none yet, lost, or from before another catalogue."""
        if space.generation == 0 or space.catalogue_version != await find_version(conn):
            return True
        return not await in_thread(self.engine.has, space.name, space.generation)

    async def _update(self, conn: Conn, space: Space, template_ids: Sequence[UUID]) -> None:
        """Brings the school, its part of the catalogue and some templates up to what they are now."""
        specifications = await self._list_specifications(conn)
        wanted = await projection.project_school(conn, self.institute_id, self.secret)
        wanted.join(await projection.project_catalogue(conn, specifications))
        wanted.join(await self._project_templates(conn, specifications, template_ids))

        def write() -> None:
            with self.engine.open(space.name, space.generation) as graph:
                there = graph.read(None, (*projection.SCHOOL_LABELS, *projection.CATALOGUE_LABELS))
                there.join(graph.read([str(id_) for id_ in template_ids], projection.TEMPLATE_LABELS))
                if change := compare(there, wanted):
                    graph.write(change)

        await in_thread(write)
        await writes.update_space(conn, self.institute_id, "ready", space.generation, space.catalogue_version)

    async def _list_specifications(self, conn: Conn) -> list[UUID]:
        return await reads.list_specification_ids(conn, self.institute_id)

    async def _project_templates(
        self, conn: Conn, specifications: Sequence[UUID], template_ids: Sequence[UUID]
    ) -> Subgraph:
        references = await projection.read_references(conn, specifications)
        return await projection.project_templates(
            conn, self.institute_id, template_ids, references, self.secret
        )

    async def _rebuild(self, conn: Conn, space: Space) -> dict[str, int]:
        generation, version = space.generation + 1, await find_version(conn)
        await in_thread(self.engine.drop, space.name, keep=space.generation)
        async with self._opened(space.name, generation) as graph:
            counts = await self._fill(conn, graph)
        await writes.update_space(conn, self.institute_id, "ready", generation, version)
        await in_thread(self.engine.drop, space.name, keep=generation)
        return counts

    async def _fill(self, conn: Conn, graph: Graph) -> dict[str, int]:
        """The school and the catalogue first: templates refer to them."""
        specifications = await self._list_specifications(conn)
        await in_thread(graph.prepare)
        counts = Subgraph().count()

        async def add(part: Subgraph) -> None:
            await in_thread(graph.write, compare(Subgraph(), part), fresh=True)
            for name, n in part.count().items():
                counts[name] += n

        await add(await projection.project_school(conn, self.institute_id, self.secret))
        await add(await projection.project_catalogue(conn, specifications))
        ids = await reads.list_template_ids(conn, self.institute_id)
        for start in range(0, len(ids), AT_ONCE):
            await add(await self._project_templates(conn, specifications, ids[start : start + AT_ONCE]))
        return counts

    async def _remove(self, conn: Conn, space: Space) -> None:
        await in_thread(self.engine.drop, space.name)
        await writes.update_space(conn, self.institute_id, "removed", 0, None)
