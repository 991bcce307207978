"""The words of the graph: which nodes and relations there are, and what a part of it is."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from markroom.kit.actor import Permission
from markroom.kit.errors import NotFound, Unavailable, UpstreamFailed
from markroom.kit.events import Event

# Each label's properties, beside `id` and `scope`, as the engines type them.
LABELS: dict[str, dict[str, str]] = {
    "Institute": {"name": "STRING"},
    "Person": {},
    "Board": {"code": "STRING", "name": "STRING"},
    "Qualification": {"name": "STRING"},
    "Specification": {"code": "STRING", "title": "STRING", "subject": "STRING"},
    "Paper": {
        "code": "STRING",
        "title": "STRING",
        "tier": "STRING",
        "minutes": "INT64",
        "marks": "INT64",
        "weight": "DOUBLE",
    },
    "Objective": {"code": "STRING", "description": "STRING"},
    "SpecPoint": {"ref": "STRING", "title": "STRING"},
    "Template": {
        "title": "STRING",
        "subject": "STRING",
        "exam_code": "STRING",
        "status": "STRING",
        "visibility": "STRING",
        "page_count": "INT64",
    },
    "Question": {
        "path": "STRING",
        "label": "STRING",
        "place": "INT64",
        "max_marks": "INT64",
        "answer_type": "STRING",
        "spec_ref": "STRING",
        "is_item": "BOOL",
        "confirmed": "BOOL",
    },
    "ResponseArea": {
        "page": "INT64",
        "kind": "STRING",
        "x": "DOUBLE",
        "y": "DOUBLE",
        "w": "DOUBLE",
        "h": "DOUBLE",
        "confirmed": "BOOL",
    },
}


class Way(NamedTuple):
    """A type of relation between two labels."""

    start: str
    type: str
    end: str


WAYS = (
    Way("Specification", "OFFERED_BY", "Board"),
    Way("Specification", "LEADS_TO", "Qualification"),
    Way("Specification", "HAS_PAPER", "Paper"),
    Way("Specification", "HAS_OBJECTIVE", "Objective"),
    Way("Specification", "HAS_POINT", "SpecPoint"),
    Way("SpecPoint", "HAS_PART", "SpecPoint"),
    Way("Template", "BELONGS_TO", "Institute"),
    Way("Template", "OWNED_BY", "Person"),
    Way("Template", "SITS", "Paper"),
    Way("Template", "HAS_QUESTION", "Question"),
    Way("Template", "HAS_AREA", "ResponseArea"),
    Way("Question", "HAS_PART", "Question"),
    Way("Question", "ANSWERED_IN", "ResponseArea"),
    Way("Question", "EXAMINES", "SpecPoint"),
    Way("Question", "ASSESSES", "Objective"),
)


@dataclass(frozen=True)
class Node:
    """`scope`: the id of what it is written and removed with, as a question with its template."""

    label: str
    id: str
    scope: str
    properties: dict[str, Any] = field(default_factory=dict)


class Relation(NamedTuple):
    """Written and removed with the node it starts from."""

    way: Way
    start: str
    end: str


@dataclass
class Subgraph:
    """A part of a graph, or all of it."""

    nodes: dict[tuple[str, str], Node] = field(default_factory=dict)
    relations: set[Relation] = field(default_factory=set)

    def add(self, label: str, id_: Any, scope: Any, /, **properties: Any) -> None:
        self.nodes[label, str(id_)] = Node(label, str(id_), str(scope), properties)

    def relate(self, start_label: str, start: Any, type_: str, end_label: str, end: Any) -> None:
        self.relations.add(Relation(Way(start_label, type_, end_label), str(start), str(end)))

    def join(self, other: Subgraph) -> None:
        self.nodes |= other.nodes
        self.relations |= other.relations

    def count(self) -> dict[str, int]:
        """Nodes by label, and relations."""
        counts = dict.fromkeys(LABELS, 0)
        for label, _ in self.nodes:
            counts[label] += 1
        return {**counts, "relations": len(self.relations)}


@dataclass(frozen=True)
class Change:
    """What makes one subgraph of another."""

    put: tuple[Node, ...] = ()
    removed: tuple[Node, ...] = ()
    related: tuple[Relation, ...] = ()
    unrelated: tuple[Relation, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.put or self.removed or self.related or self.unrelated)


def compare(old: Subgraph, new: Subgraph) -> Change:
    return Change(
        put=tuple(node for key, node in new.nodes.items() if old.nodes.get(key) != node),
        removed=tuple(node for key, node in old.nodes.items() if key not in new.nodes),
        related=tuple(sorted(new.relations - old.relations)),
        unrelated=tuple(sorted(old.relations - new.relations)),
    )


def digest(graph: Subgraph) -> str:
    """The same for the same graph, however it came about."""
    nodes = sorted([n.label, n.id, n.scope, sorted(n.properties.items())] for n in graph.nodes.values())
    return hashlib.sha256(json.dumps([nodes, sorted(graph.relations)]).encode()).hexdigest()


def name_space(institute_id: UUID) -> str:
    return f"markroom_{institute_id.hex}"


def pseudonym(secret: bytes, institute_id: UUID, user_id: UUID) -> str:
    """Stands for a person in one school's graph; nobody without the server's secret can tell for whom."""
    given = b"person in the graph\0" + institute_id.bytes + user_id.bytes
    return str(UUID(bytes=hmac.digest(secret, given, "sha256")[:16]))


def group(nodes: Iterable[Node]) -> dict[str, list[Node]]:
    by_label: dict[str, list[Node]] = {}
    for node in nodes:
        by_label.setdefault(node.label, []).append(node)
    return by_label


@dataclass(frozen=True)
class Space:
    """Where a school's graph lies, and what became of it."""

    name: str
    state: str
    generation: int
    catalogue_version: str | None
    error: str | None
    projected_at: datetime | None


REBUILD = Permission(
    "graph.rebuild", ("platform_admin", "school_admin"), meaning="See the school's graph, and make it anew"
)


class ProjectionFailed(UpstreamFailed):
    """Projection failed"""


class GraphBusy(Unavailable):
    """The graph is being written just now."""


class GraphFailed(UpstreamFailed):
    """The graph did not take what was written."""


class GraphUnreachable(Unavailable):
    """The graph does not answer."""


class GraphRebuilt(Event):
    """Somebody had the school's graph made anew."""


class TemplateSynced(Event):
    """Somebody had a template brought into the graph at once."""


class GraphOff(Unavailable):
    """There is to be no graph on this server: MARKROOM_GRAPH_URL is off."""


class SpaceNotFound(NotFound):
    """This school has no graph."""
