"""How sure the reading of each question is, and what a person should look at."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from markroom.reading.structure.tree import Node


def rate(node: Node, marks_are_usual: bool, numbering: float) -> float:
    """Between 0 and 1 for one node; `numbering` is that of the node above."""
    clear = min(1.0, 0.55 + (0.28 if node.depth > 1 else 0.2) * node.evidence)
    confidence = 0.98 * clear * (0.6 + 0.4 * numbering)
    if marks_are_usual and node.marks is None and not node.parts:
        confidence -= 0.3
    return max(0.05, min(0.98, confidence))


def marks_are_usual(nodes: Sequence[Node]) -> bool:
    """Whether the paper prints marks beside most of what is answered."""
    leaves = [part for node in nodes for part in node.walk() if not part.parts]
    return sum(leaf.marks is not None for leaf in leaves) > 0.6 * len(leaves)


def worth(node: Node) -> int:
    """The marks that can be got in a question: of its parts, else its own."""
    return sum(map(worth, node.parts)) or node.marks or 0


def find_doubts(nodes: Sequence[Node], total: int | None, optional: bool) -> Iterator[str]:
    """What does not fit together, in words for the user."""
    yield from _gaps(nodes)
    for root in nodes:
        for node in root.walk():
            yield from _gaps(node.parts)
            parts = sum(map(worth, node.parts))
            if node.parts and node.marks is not None and parts not in (0, node.marks):
                yield f"The parts of {node.path} add up to {parts} marks, but it says {node.marks}."
    if nodes and marks_are_usual(nodes):
        bare = [
            part.path for node in nodes for part in node.walk() if not part.parts and not _marked(part, nodes)
        ]
        if bare:
            yield f"No marks were found for {', '.join(bare[:12])}{' and others' if len(bare) > 12 else ''}."
    reached = sum(map(worth, nodes))
    if total is not None and reached not in (0, total):
        reason = " Some questions are a choice." if optional and reached > total else ""
        yield f"The marks found add up to {reached}, but the paper says {total}.{reason}"


def _gaps(nodes: Sequence[Node]) -> Iterator[str]:
    if nodes and nodes[0].label.value > 1:
        yield f"The numbering starts at {nodes[0].path}."
    for before, after in pairwise(nodes):
        if after.label.value <= before.label.value:
            yield f"The numbering starts again after {before.path}; what follows is called {after.path}."
        missing = after.label.value - before.label.value - 1
        if missing > 0:
            few = "one label is" if missing == 1 else f"{missing} labels are"
            yield f"Between {before.path} and {after.path} {few} missing."


def _marked(part: Node, nodes: Sequence[Node]) -> bool:
    """Has marks itself or shares those of a question above whose parts have none."""
    if part.marks is not None:
        return True
    for root in nodes:
        for node in root.walk():
            if node.marks is not None and part in node.walk() and not sum(map(worth, node.parts)):
                return True
    return False
