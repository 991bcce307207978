"""What a graph is kept in: Cypher in this process, or a Neo4j server, as the settings say."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from markroom.graph.model import Change, Subgraph
from markroom.kit.settings import Settings


class Graph(Protocol):
    """One generation of one school's graph. Not for two threads at once."""

    def prepare(self) -> None:
        """Makes it ready to be written, and empty."""

    def read(self, scopes: Sequence[str] | None = None, labels: Sequence[str] | None = None) -> Subgraph:
        """The part of some scopes, or all of it; of some labels, with the relations that start there."""

    def write(self, change: Change, *, fresh: bool = False) -> None:
        """In one transaction. `fresh`: nothing of it is there yet."""


class Engine(Protocol):
    def open(self, space: str, generation: int) -> AbstractContextManager[Graph]:
        """Raises GraphBusy, GraphUnreachable."""

    def has(self, space: str, generation: int) -> bool:
        """Whether this generation is there."""

    def drop(self, space: str, *, keep: int | None = None) -> None:
        """Removes every generation of a space but one."""


def engine_of(settings: Settings) -> Engine | None:
    """None where there is to be no graph."""
    if settings.graph_url == "off":
        return None
    if settings.graph_url:
        from markroom.graph.neo4j_engine import Neo4jEngine

        return Neo4jEngine(settings.graph_url)
    from markroom.graph.embedded_engine import EmbeddedEngine

    return EmbeddedEngine(settings.data_path / "graphs")
