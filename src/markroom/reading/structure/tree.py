"""The tree of questions: numbers first, then in each question's stretch of lines its parts."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from markroom.reading.structure.labels import BEHIND_NUMBER, DECIMAL, DOUBTED, Label
from markroom.reading.structure.lines import Line
from markroom.reading.structure.marks import SECTION, Mark
from markroom.reading.structure.numbering import Chain, MarksBetween, best_chain

Place = tuple[int, float]  # line in reading order, x
LETTERS = ("letter", "LETTER")
KINDS = (*LETTERS, "roman", "number")
NAMING = (*DECIMAL, *BEHIND_NUMBER)  # styles that name the question: 1.2, 1a
ROOM = 2.0  # inks of white between lines that leave room for an answer
CHOICE = re.compile(
    r"\b(?:circle|tick|which (?:one )?of|choose|choices?|select|multiple.choice|correct (?:answer|option))",
    re.IGNORECASE,
)
ENOUGH = 0.45  # evidence per part below which a list is taken for text


@dataclass
class Node:
    """A question or part; it ends where the next one of its level or above begins."""

    label: Label
    path: str
    start: Place
    end: Place
    depth: int
    evidence: float
    parts: list["Node"] = field(default_factory=list)
    marks: int | None = None
    marks_from: str = ""  # own, total, shared, rule

    def walk(self) -> Iterator["Node"]:
        yield self
        for part in self.parts:
            yield from part.walk()


class Reader:
    """Finds the tree among the labels of a paper's lines."""

    def __init__(
        self, lines: Sequence[Line], labels: Sequence[Sequence[Label]], marks: Sequence[Mark]
    ) -> None:
        self.lines, self.labels = lines, labels
        self.between = MarksBetween([(mark.line, mark.x) for mark in marks])
        pages: dict[int, list[float]] = {}
        for line in lines:
            pages.setdefault(line.page, []).append(line.x0)
        self.margin = {page: min(xs) for page, xs in pages.items()}
        self.sections = [index for index, line in enumerate(lines) if SECTION.match(line.text)]
        self.roots: list[Node] = []

    def read(self) -> list[Node]:
        numbers = [label for line in self.labels for label in line if label.kind == "number" and label.first]
        chains = sorted(self._chains(numbers), key=lambda chain: chain.labels[0].line)
        if not chains:
            return []
        ends = [(chain.labels[0].line, chain.labels[0].x0) for chain in chains[1:]] + [(len(self.lines), 0.0)]
        nodes: list[Node] = []
        for chain, end in zip(chains, ends, strict=True):
            prefix = self._section(chain.labels[0], len(nodes)) if nodes else ""
            nodes += self._nodes(chain, "", end, 1, prefix)
            self.roots = nodes
        for _ in range(2):  # the second time the paper's own habits are known
            habits = Counter(
                (part.depth, part.label.style) for node in nodes for part in node.walk() if part.depth > 1
            )
            for node in nodes:
                node.parts = self._parts(node, frozenset(), habits)
        return nodes

    def _chains(self, numbers: Sequence[Label]) -> list[Chain]:
        """The main numbering, and those of other sections that number anew before or after it."""
        chain = best_chain(numbers, self._weigh_number, self.between)
        if chain is None:
            return []
        first, last = chain.labels[0].line, chain.labels[-1].line
        before = self._chains([label for label in numbers if label.line < first]) if self.sections else []
        after = self._chains([label for label in numbers if label.line > last]) if self.sections else []
        return [
            chain,
            *(c for c in before if self._is_section(c, chain, c.labels[-1].line, first)),
            *(c for c in after if self._is_section(c, chain, last, c.labels[0].line)),
        ]

    def _is_section(self, chain: Chain, main: Chain, start: int, end: int) -> bool:
        headed = any(start < line < end for line in self.sections)
        alike = chain.strength > 0.75 * main.strength and self._answered(chain) >= 0.5 * self._answered(main)
        return headed and alike and len(chain.labels) >= 2

    def _answered(self, chain: Chain) -> float:
        """Share of its questions with marks printed before the next."""
        return sum(self.between(a, b) for a, b in pairwise(chain.labels)) / max(1, len(chain.labels) - 1)

    def _section(self, first: Label, index: int) -> str:
        heading = max((line for line in self.sections if line < first.line), default=None)
        match = SECTION.match(self.lines[heading].text) if heading is not None else None
        prefix = match[1] if match else ""
        taken = any(node.path == f"{prefix}{first.text}" for node in self.roots)
        return f"{index}." if taken or not prefix else prefix

    def _weigh_number(self, label: Label) -> float:
        weight = 1.5 if label.style in ("Q", "0#") else 0.3 if label.style != "#" else 0.0
        weight -= 12 * max(0.0, label.x0 - label.shift - self.margin[label.page] - 0.03)
        if label.leads:
            return weight + 0.6
        if label.style == "#":
            weight += 0.5 if 0.8 < label.gap < 9 else -0.6
        if label.gap == 99.0 and label.style != "Q":
            weight -= 0.5
        return weight

    def _nodes(self, chain: Chain, parent: str, end: Place, depth: int, prefix: str = "") -> list[Node]:
        starts = [(label.line, label.x0) for label in chain.labels]
        evidence = chain.score / len(chain.labels)
        return [
            Node(label, prefix + _path(parent, label), start, stop, depth, evidence)
            for label, start, stop in zip(chain.labels, starts, [*starts[1:], end], strict=True)
        ]

    def _parts(self, node: Node, used: frozenset[str], habits: Counter[tuple[int, str]]) -> list[Node]:
        if node.depth >= 4:
            return []
        inside = [
            label
            for line in self.labels[node.start[0] : node.end[0] + 1]
            for label in line
            if node.start < (label.line, label.x0) < node.end and self._is_part(label, node)
        ]
        found: list[tuple[float, Chain]] = []
        for kind in (kind for kind in KINDS if kind not in used):
            for style in sorted({label.style for label in inside if label.kind == kind}):
                group = [label for label in inside if label.kind == kind and label.style == style]
                if chain := best_chain(group, _weigh_part, self.between, one_list=True):
                    worth = self._judge(chain, node, habits)
                    if worth > ENOUGH:
                        found.append((worth, chain))
        if not found:
            return []
        _, chain = max(found, key=lambda entry: self._outermost(entry, found))
        parts = self._nodes(chain, node.path, node.end, node.depth + 1)
        for part in parts:
            part.parts = self._parts(part, used | ({chain.labels[0].kind} - {"number"}), habits)
        return parts

    def _is_part(self, label: Label, node: Node) -> bool:
        if label.style in DECIMAL:
            return label.within.lstrip("0") == node.label.text.lstrip("0")
        return label.kind != "number" or (label.style == "(#)" and label.x0 < 0.5)

    def _outermost(self, entry: tuple[float, Chain], found: Sequence[tuple[float, Chain]]) -> float:
        """Letters are outside romans; else what begins first encloses the rest."""
        worth, chain = entry
        first = chain.labels[0]
        outer = 3.0 if first.kind in LETTERS else 0.0
        earlier = sum((first.line, first.x0) < (c.labels[0].line, c.labels[0].x0) for _, c in found)
        return outer + 2.0 * earlier + worth

    def _judge(self, chain: Chain, node: Node, habits: Counter[tuple[int, str]]) -> float:
        """Evidence per part that the paper asks each: marks, room for an answer, the paper's habit."""
        labels, n = chain.labels, len(chain.labels)
        if labels[0].value != 1 or (n > 1 and len({label.line for label in labels}) == 1):
            return 0.0
        if sum(label.sure < DOUBTED for label in labels) > 0.7 * n:
            return 0.0
        ends = [(label.line, label.x0) for label in labels[1:]] + [node.end]
        stretches = list(zip(labels, ends, strict=True))
        marked = [self.between.count((label.line, label.x0), end) > 0 for label, end in stretches]
        roomy = [self._has_room(label.line, end) for label, end in stretches]
        worth = sum(marked) / n + 0.5 * sum(roomy) / n
        worth += 0.6 if labels[0].style in ("P", *NAMING) else 0.0
        worth += self._habit(labels[0], node.depth + 1, habits)
        if n == 1:
            known = self._habit(labels[0], node.depth + 1, habits) > 0.1 or labels[0].line == node.label.line
            return worth - 0.8 if known and labels[0].kind != "number" else 0.0
        if not any(marked[:-1]) and not any(roomy[:-1]):
            worth += self._weigh_close_list(chain, node, answered=marked[-1] and roomy[-1])
        if not marked[-1] and labels[0].style not in NAMING and self._text_goes_on(labels[-1], node.end):
            worth -= 0.7
        return worth

    def _weigh_close_list(self, chain: Chain, node: Node, answered: bool) -> float:
        """Labels close together, without marks: options, a list in the text of one question, or parts."""
        stem = self._stem(node, chain.labels[0])
        items = [self.lines[label.line].text for label in chain.labels]
        asks = stem.rstrip().endswith("?") and not any(item.rstrip().endswith("?") for item in items)
        if chain.labels[0].kind == "LETTER" or asks or CHOICE.search(stem):
            return -1.0
        return -0.6 if answered else 0.5

    def _habit(self, label: Label, depth: int, habits: Counter[tuple[int, str]]) -> float:
        same_depth = sum(count for (d, _), count in habits.items() if d == depth)
        return 0.6 * habits[depth, label.style] / same_depth - 0.2 if same_depth else 0.0

    def _stem(self, node: Node, first: Label) -> str:
        """The text before the first part, with that of the question it stands in."""
        begin = max((n for n in self.roots if n.start <= node.start), key=lambda n: n.start).start[0]
        return " ".join(line.text for line in self.lines[begin : first.line])

    def _has_room(self, line: int, end: Place) -> bool:
        """White space or dots to write on before the next label."""
        last = min(end[0], len(self.lines) - 1)
        for here, there in pairwise(self.lines[line : last + 1]):
            ink = max(here.em, 0.006) / here.aspect
            if here.page != there.page or there.y0 - here.y1 > ROOM * ink:
                return True
        return any(
            "....." in text or "_____" in text for text in (line.text for line in self.lines[line : end[0]])
        )

    def _text_goes_on(self, last: Label, end: Place) -> bool:
        """Behind the last item comes text set further out than the list."""
        for line in self.lines[last.line + 1 : end[0]]:
            if line.page == last.page and line.x0 < last.x0 - 0.008 and len(line.words) > 3:
                return True
        return False


def _weigh_part(label: Label) -> float:
    """A label may be taken for another only where the list needs it."""
    return -0.5 if label.sure < DOUBTED else 0.0


def _path(parent: str, label: Label) -> str:
    if not parent:
        return label.text
    return f"{parent}.{label.text}" if label.style in DECIMAL else f"{parent}({label.text})"
