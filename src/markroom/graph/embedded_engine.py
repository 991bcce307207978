"""Cypher in this process: a file for each school and generation, on this host alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import ladybug

from markroom.graph import cypher
from markroom.graph.model import LABELS, WAYS, Change, GraphBusy, GraphFailed, Subgraph

# Left to itself it would take most of the machine.
BUFFER_BYTES, LARGEST_BYTES, THREADS = 256 * 2**20, 2**36, 2
SPELLING = cypher.Spelling(key="{{id: r.{0}}}", value="cast(r.{0} as {1})", here="")


class EmbeddedGraph:
    def __init__(self, connection: ladybug.Connection) -> None:
        self._connection = connection

    def prepare(self) -> None:
        with self._transaction():
            for label, properties in LABELS.items():
                columns = ", ".join(f"{name} {kind}" for name, kind in properties.items())
                more = f", {columns}" if columns else ""
                self._run(f"create node table {label} (id string primary key, scope string{more})")
            for type_ in dict.fromkeys(way.type for way in WAYS):
                pairs = ", ".join(f"from {way.start} to {way.end}" for way in WAYS if way.type == type_)
                self._run(f"create rel table {type_} ({pairs})")

    def read(self, scopes: Sequence[str] | None = None, labels: Sequence[str] | None = None) -> Subgraph:
        found, labels = Subgraph(), labels or list(LABELS)
        for label in labels:
            cypher.build(label, self._rows(*cypher.read_nodes(label, SPELLING, scopes)), found)
        for way in cypher.ways_from(labels):
            for row in self._rows(*cypher.read_relations(way, SPELLING, scopes)):
                found.relate(way.start, row["from_id"], way.type, way.end, row["to_id"])
        return found

    def write(self, change: Change, *, fresh: bool = False) -> None:
        with self._transaction():
            for text, given in cypher.write(change, SPELLING, fresh=fresh):
                self._run(text, given)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._run("begin transaction")
        try:
            yield
        except BaseException:
            with suppress(GraphFailed):  # what the engine refused, it has rolled back itself
                self._run("rollback")
            raise
        self._run("commit")

    def _rows(self, text: str, given: dict[str, Any]) -> list[dict[str, Any]]:
        return list(self._run(text, given).rows_as_dict())  # type: ignore[arg-type]

    def _run(self, text: str, given: dict[str, Any] | None = None) -> ladybug.QueryResult:
        try:
            result = self._connection.execute(text, given or {})
        except RuntimeError as error:
            raise GraphFailed from error
        assert isinstance(result, ladybug.QueryResult)
        return result


class EmbeddedEngine:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def open(self, space: str, generation: int) -> Iterator[EmbeddedGraph]:
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            database = ladybug.Database(
                str(self._file(space, generation)),
                buffer_pool_size=BUFFER_BYTES,
                max_num_threads=THREADS,
                max_db_size=LARGEST_BYTES,
            )
        except RuntimeError as error:  # another process has it open
            raise GraphBusy from error
        try:
            connection = ladybug.Connection(database)
            try:
                yield EmbeddedGraph(connection)
            finally:
                connection.close()
        finally:
            database.close()

    def has(self, space: str, generation: int) -> bool:
        return self._file(space, generation).exists()

    def drop(self, space: str, *, keep: int | None = None) -> None:
        kept = self._file(space, keep).name if keep is not None else None
        for file in self._folder.glob(f"{space}.*"):
            if kept is None or not file.name.startswith(kept):
                file.unlink(missing_ok=True)

    def _file(self, space: str, generation: int) -> Path:
        return self._folder / f"{space}.{generation}.graph"
