"""How sure the reading of each question is, and what a person should look at."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import exp

from markroom.reading.structure.rubric import Choice, Rubric, worth
from markroom.reading.structure.tree import Node

BIAS = 1.70
WEIGHTS = (0.02, 0.78, 0.21, -3.38, 1.00, 1.86, -0.98, -0.50, -4.77, 0.93)  # in the order of features


class Rating:
    """How likely each question is right in label, place and marks; fitted, see `weigh`.

    `total` is the one printed for the paper, `rubric` what it asks pupils to answer.
    """

    def __init__(self, nodes: Sequence[Node], total: int | None, rubric: Rubric) -> None:
        self.usual = marks_are_usual(nodes)
        self.bare = len(_find_bare(nodes)) / max(1, len(_find_leaves(nodes)))
        self.adds_up = _agreement(total, rubric.earnable(nodes)) if not rubric.unclear else 0.0
        self._roots = {id(part): root for root in nodes for part in root.walk()}
        self._agreements = {
            id(root): _agreement(root.marks if root.parts else None, rubric.earnable(root.parts))
            for root in nodes
        }
        self._lonely = {id(node) for siblings in _families(nodes) for node in _beside_gaps(siblings)}

    def features(self, node: Node) -> tuple[float, ...]:
        root = self._roots[id(node)]
        leaf = not node.parts
        return (
            min(node.evidence, 2.0),
            min(root.evidence, 2.0),
            float(node.depth > 1),
            float(self.usual and leaf and node.marks is None),
            self.adds_up,
            self._agreements[id(root)],
            float(id(node) in self._lonely),
            1.0 - node.label.sure,
            self.bare,
            float(not self.usual),
        )

    def rate(self, node: Node) -> float:
        return max(0.02, min(0.99, weigh(self.features(node))))


def weigh(features: Sequence[float]) -> float:
    """Logistic regression; WEIGHTS are fitted by benchmarks/calibrate_confidence.py."""
    score = BIAS + sum(weight * value for weight, value in zip(WEIGHTS, features, strict=True))
    return 1 / (1 + exp(-max(-30.0, min(30.0, score))))


def _agreement(printed: int | None, reached: int) -> float:
    if printed is None or reached == 0:
        return 0.0
    return 1.0 if printed == reached else -1.0


def _families(nodes: Sequence[Node]) -> Iterator[Sequence[Node]]:
    yield nodes
    for node in nodes:
        yield from _families(node.parts) if node.parts else ()


def _beside_gaps(siblings: Sequence[Node]) -> Iterator[Node]:
    if siblings and siblings[0].label.value > 1:
        yield siblings[0]
    for before, after in pairwise(siblings):
        if after.label.value - before.label.value != 1:
            yield before
            yield after


def marks_are_usual(nodes: Sequence[Node]) -> bool:
    """Whether the paper prints marks beside most of what is answered."""
    leaves = _find_leaves(nodes)
    return sum(leaf.marks is not None for leaf in leaves) > 0.6 * len(leaves)


def find_doubts(nodes: Sequence[Node], total: int | None, rubric: Rubric) -> Iterator[str]:
    """What does not fit together, in words for the user."""
    yield from _gaps(nodes)
    for root in nodes:
        for node in root.walk():
            yield from _gaps(node.parts)
            parts = rubric.earnable(node.parts)
            if node.parts and node.marks is not None and parts not in (0, node.marks):
                yield f"The parts of {node.path} add up to {parts} marks, but it says {node.marks}."
    if nodes and marks_are_usual(nodes) and (bare := [leaf.path for leaf in _find_bare(nodes)]):
        yield f"No marks were found for {', '.join(bare[:12])}{' and others' if len(bare) > 12 else ''}."
    yield from _choices(nodes, rubric)
    for section in rubric.sections:
        earned = rubric.earnable(section.questions)
        if section.total is not None and earned not in (0, section.total):
            yield f"Section {section.name} adds up to {earned} marks, but it says {section.total}."
    earned = rubric.earnable(nodes)
    if total is not None and earned not in (0, total):
        yield f"The marks found add up to {earned}, but the paper says {total}."


def _choices(nodes: Sequence[Node], rubric: Rubric) -> Iterator[str]:
    """Which questions are a choice: a template counts them all."""
    if rubric.unclear:
        yield "Pupils seem to choose among questions, but it is unclear among which."
    if rubric.choices:
        yield f"Pupils answer {', and '.join(map(_name, rubric.choices))}."
        printed, earned = sum(map(worth, nodes)), rubric.earnable(nodes)
        if earned:
            yield f"All questions together have {printed} marks, of which a pupil can earn {earned}."


def _name(choice: Choice) -> str:
    paths = [node.path for node in choice.questions]
    among = f"{', '.join(paths[:-1])} and {paths[-1]}" if len(paths) < 4 else f"{paths[0]} to {paths[-1]}"
    return f"{choice.count} of questions {among}"


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


def _find_leaves(nodes: Sequence[Node]) -> list[Node]:
    return [part for node in nodes for part in node.walk() if not part.parts]


def _find_bare(nodes: Sequence[Node]) -> list[Node]:
    """The leaves without marks that do not share those of a question above whose parts have none."""
    bare: list[Node] = []
    for node in nodes:
        if not node.parts and node.marks is None:
            bare.append(node)
        elif node.marks is None or any(map(worth, node.parts)):
            bare += _find_bare(node.parts)
    return bare
