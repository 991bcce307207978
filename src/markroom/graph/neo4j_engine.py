"""A Neo4j server over Bolt. It may have one database only, so each node says whose it is: `space` stands in
every key and every match."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import neo4j
from neo4j.exceptions import AuthError, DriverError, Neo4jError, ServiceUnavailable, TransientError

from markroom.graph import cypher
from markroom.graph.model import LABELS, Change, GraphFailed, GraphUnreachable, Subgraph

SPELLING = cypher.Spelling(key="{{space: $space, id: r.{0}}}", value="r.{0}", here="{0}.space = $space")
UNREACHABLE = (ServiceUnavailable, AuthError, TransientError, DriverError)
SECONDS = 10  # for a connection


class Neo4jGraph:
    def __init__(self, session: neo4j.Session, space: str) -> None:
        self._session, self._space = session, space

    def prepare(self) -> None:
        for label in LABELS:
            key = f"for (n:{label}) require (n.space, n.id) is unique"
            self._session.run(f"create constraint {label.lower()}_key if not exists {key}").consume()
            index = f"for (n:{label}) on (n.space, n.scope)"
            self._session.run(f"create index {label.lower()}_scope if not exists {index}").consume()
        self.clear()

    def clear(self) -> None:
        for label in LABELS:
            while self._remove_some(label):
                pass

    def _remove_some(self, label: str) -> int:
        text = f"""match (n:{label}) where n.space = $space and n.scope is not null
                   with n limit 5000 detach delete n return count(*) as gone"""
        record = self._session.execute_write(lambda tx: tx.run(text, space=self._space).single(strict=True))
        gone: int = record["gone"]
        return gone

    def read(self, scopes: Sequence[str] | None = None, labels: Sequence[str] | None = None) -> Subgraph:
        found, labels = Subgraph(), labels or list(LABELS)

        def collect(tx: neo4j.ManagedTransaction) -> None:
            def rows(text: str, given: dict[str, Any]) -> list[dict[str, Any]]:
                return tx.run(text, given, space=self._space).data()

            for label in labels:
                cypher.build(label, rows(*cypher.read_nodes(label, SPELLING, scopes)), found)
            for way in cypher.ways_from(labels):
                for row in rows(*cypher.read_relations(way, SPELLING, scopes)):
                    found.relate(way.start, row["from_id"], way.type, way.end, row["to_id"])

        self._session.execute_read(collect)
        return found

    def write(self, change: Change, *, fresh: bool = False) -> None:
        def carry_out(tx: neo4j.ManagedTransaction) -> None:
            for text, given in cypher.write(change, SPELLING, fresh=fresh):
                tx.run(text, given, space=self._space).consume()

        self._session.execute_write(carry_out)


class Neo4jEngine:
    """`url` as in MARKROOM_GRAPH_URL, with user and password."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        self._address = f"{parts.scheme}://{host}"
        self._auth = (unquote(parts.username or "neo4j"), unquote(parts.password or ""))

    @contextmanager
    def open(self, space: str, generation: int) -> Iterator[Neo4jGraph]:
        with self._session() as session:
            yield Neo4jGraph(session, f"{space}.{generation}")

    def has(self, space: str, generation: int) -> bool:
        with self._session() as session:
            return f"{space}.{generation}" in self._list_spaces(session, space)

    def drop(self, space: str, *, keep: int | None = None) -> None:
        with self._session() as session:
            kept = f"{space}.{keep}" if keep is not None else None
            for each in self._list_spaces(session, space):
                if each != kept:
                    Neo4jGraph(session, each).clear()

    def _list_spaces(self, session: neo4j.Session, space: str) -> list[str]:
        """The generations of a school that have nodes: each has its institute's."""
        text = (
            "match (n:Institute) where n.space starts with $space and n.scope is not null return n.space as s"
        )
        found = session.execute_read(lambda tx: tx.run(text, space=f"{space}.").data())
        return sorted({row["s"] for row in found})

    @contextmanager
    def _session(self) -> Iterator[neo4j.Session]:
        try:
            with (
                neo4j.GraphDatabase.driver(
                    self._address,
                    auth=self._auth,
                    connection_timeout=SECONDS,
                    max_transaction_retry_time=SECONDS,
                    notifications_min_severity="OFF",
                ) as driver,
                driver.session() as session,
            ):
                driver.verify_connectivity()  # at once: a transaction would try for a while
                yield session
        except UNREACHABLE as error:
            raise GraphUnreachable from error
        except Neo4jError as error:
            raise GraphFailed from error
