"""The few statements a graph is written and read by: the same for every engine, but for its spelling."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

from markroom.graph.model import LABELS, WAYS, Change, Node, Relation, Subgraph, Way, group

T = TypeVar("T")
BATCH = 2000
Statement = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Spelling:
    """How an engine finds a node by a field of a row `r`, takes a property from it, and what else it asks."""

    key: str  # with {0} for the row's field
    value: str  # with {0} for the property and {1} for its type
    here: str  # a condition with {0} for the node's name


def write(change: Change, spelling: Spelling, *, fresh: bool = False) -> Iterator[Statement]:
    """What goes first, then what comes. `fresh`: nothing of it is there yet."""
    yield from _relate(change.unrelated, spelling, "match (a)-[e:{type}]->(b) delete e")
    for label, nodes in group(change.removed).items():
        for some in _batches(nodes):
            rows = [{"id": node.id} for node in some]
            key = spelling.key.format("id")
            yield f"unwind $rows as r match (n:{label} {key}) detach delete n", {"rows": rows}
    for label, nodes in group(change.put).items():
        for some in _batches(nodes):
            rows = [{"id": node.id, "scope": node.scope, **node.properties} for node in some]
            yield _put(label, spelling, fresh), {"rows": rows}
    yield from _relate(change.related, spelling, f"{'create' if fresh else 'merge'} (a)-[:{{type}}]->(b)")


def _put(label: str, spelling: Spelling, fresh: bool) -> str:
    verb, key = "create" if fresh else "merge", spelling.key.format("id")
    columns = {"scope": "STRING", **LABELS[label]}
    given = ", ".join(f"n.{name} = {spelling.value.format(name, type_)}" for name, type_ in columns.items())
    return f"unwind $rows as r {verb} (n:{label} {key}) set {given}"


def _relate(relations: Iterable[Relation], spelling: Spelling, deed: str) -> Iterator[Statement]:
    start, end = spelling.key.format("from_id"), spelling.key.format("to_id")
    for way, of_way in groupby(sorted(relations), lambda relation: relation.way):
        for some in _batches(list(of_way)):
            rows = [{"from_id": relation.start, "to_id": relation.end} for relation in some]
            # Two matches, not one of both: the engine in this process uses its index only so.
            text = f"match (a:{way.start} {start}) match (b:{way.end} {end}) {deed.format(type=way.type)}"
            yield f"unwind $rows as r {text}", {"rows": rows}


def read_nodes(label: str, spelling: Spelling, scopes: Sequence[str] | None) -> Statement:
    """Rows of id, scope and properties; of some scopes, or of all."""
    columns = ", ".join(f"n.{name} as {name}" for name in ("id", "scope", *LABELS[label]))
    where, given = _within("n", spelling, scopes)
    return f"match (n:{label}) {where} return {columns}", given


def read_relations(way: Way, spelling: Spelling, scopes: Sequence[str] | None) -> Statement:
    """Rows of two ids; from nodes of some scopes, or of all."""
    where, given = _within("a", spelling, scopes)
    text = f"match (a:{way.start})-[:{way.type}]->(b:{way.end}) {where}"
    return f"{text} return a.id as from_id, b.id as to_id", given


def _within(name: str, spelling: Spelling, scopes: Sequence[str] | None) -> Statement:
    conditions = [spelling.here.format(name)] if spelling.here else []
    given: dict[str, Any] = {}
    if scopes is not None:
        conditions.append(f"{name}.scope in $scopes")
        given["scopes"] = list(scopes)
    return (f"where {' and '.join(conditions)}" if conditions else ""), given


def build(label: str, rows: Iterable[dict[str, Any]], into: Subgraph) -> None:
    for row in rows:
        node = Node(label, row.pop("id"), row.pop("scope"), row)
        into.nodes[label, node.id] = node


def ways_from(labels: Iterable[str]) -> list[Way]:
    wanted = set(labels)
    return [way for way in WAYS if way.start in wanted]


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
