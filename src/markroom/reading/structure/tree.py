"""The tree of questions: numbers first, then in each question's stretch of lines its parts."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter
from statistics import median

from markroom.reading.structure.evidence import LETTERS, Evidence, Habits, Place
from markroom.reading.structure.labels import DECIMAL, DOUBTED, LISTED, Label
from markroom.reading.structure.lines import Line
from markroom.reading.structure.marks import Mark
from markroom.reading.structure.numbering import Chain, MarksBetween, best_chain
from markroom.reading.structure.vocabulary import SECTION

KINDS = (*LETTERS, "roman", "number")
HEADING = re.compile(  # that questions may be numbered anew under
    rf"\W*(?i:{SECTION}|part)\W{{1,3}}([A-Z]|\d|[IVX]+)\b|(I{{1,3}}|IV|VI{{0,3}}|IX|X)[.:]\s"
)
OPTIONS = re.compile(r"(?<!\w)A[.)]\s.{1,400}?(?<!\w)B[.)]\s.{1,400}?(?<!\w)C[.)]\s")
INDENTED = 0.01
SEVERAL, AT_MARGIN = 4, 0.015  # numbers alone on their lines at the margin
LINE, ROOT = attrgetter("line"), attrgetter("start")
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
        self.evidence = Evidence(lines, labels, self.between)
        pages: dict[int, list[float]] = {}
        for line in lines:
            pages.setdefault(line.page, []).append(line.x0)
        own = {page: min(xs) for page, xs in pages.items()}
        usual = median(own.values()) + INDENTED if own else 0.0
        self.margin = {page: min(x, usual) for page, x in own.items()}  # some have only indented text
        headings = ((index, HEADING.match(line.text)) for index, line in enumerate(lines))
        self.sections = {index: match[1] or match[2] for index, match in headings if match}
        self.lone = len({
            label.value for line in labels for label in line if label.style == "#" and self._is_lone(label)
        }) >= SEVERAL  # fmt: skip
        self.roots: list[Node] = []

    def read(self) -> list[Node]:
        numbers = [label for line in self.labels for label in line if label.kind == "number" and label.first]
        self.anew = set(self._find_anew(numbers))
        chains = sorted(self._chains(numbers), key=lambda chain: chain.labels[0].line)
        if not chains:
            return []
        ends = [(chain.labels[0].line, chain.labels[0].x0) for chain in chains[1:]] + [(len(self.lines), 0.0)]
        nodes: list[Node] = []
        for chain, end in zip(chains, ends, strict=True):
            prefix = self._section(chain.labels[0], len(nodes)) if nodes else ""
            nodes += self._nodes(chain, "", end, 1, prefix)
            self.roots = nodes
        worded = [node for node in nodes if node.label.style == "Q"]
        lists = sum(any(map(self._begins_list, self._inside(node))) for node in worded)
        self.listed = lists >= max(2, 0.5 * len(worded))
        for _ in range(2):  # the second time the paper's own habits are known
            habits = Counter(
                (part.depth, part.label.style) for node in nodes for part in node.walk() if part.depth > 1
            )
            for node in nodes:
                node.parts = self._parts(node, frozenset(), habits)
        return nodes

    def _find_anew(self, numbers: Sequence[Label]) -> Iterator[Label]:
        """The first numbers under headings that are a 1 or called a question."""
        headings = [*self.sections, len(self.lines)]
        begun = ""
        for heading, end in pairwise(headings):
            seen: set[str] = set()
            on = self.sections[heading] == begun  # the same heading again, as on every page
            for label in numbers[
                bisect_left(numbers, heading, key=LINE) : bisect_left(numbers, end, key=LINE)
            ]:
                if label.style not in seen and (label.value == 1 or label.style == "Q"):
                    begun = self.sections[heading]
                    if not (on and label.value == 1):
                        yield label
                seen.add(label.style)

    def _chains(self, numbers: Sequence[Label]) -> list[Chain]:
        """The main numbering, and those of other sections that number anew before or after it."""
        chain = best_chain(numbers, self._weigh_number, self.between, anew=self.anew)
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
        first = chain.labels[0]
        if len(chain.labels) == 1:
            stop = (next((line for line in self.sections if line > first.line), len(self.lines)), 0.0)
            marked = self.between.count((first.line, first.x0), stop) > 0
            return headed and marked and first in self.anew and first.style == main.labels[0].style
        if first in self.anew and self._offers(chain) >= 0.5:
            return headed
        alike = chain.strength > 0.75 * main.strength and self._answered(chain) >= 0.5 * self._answered(main)
        return headed and alike

    def _answered(self, chain: Chain) -> float:
        """Share of its questions with marks printed before the next."""
        return sum(self.between(a, b) for a, b in pairwise(chain.labels)) / max(1, len(chain.labels) - 1)

    def _offers(self, chain: Chain) -> float:
        """Share of its questions with lettered options printed before the next."""
        texts = (
            " ".join(line.text for line in self.lines[a.line : b.line]) for a, b in pairwise(chain.labels)
        )
        return sum(OPTIONS.search(text) is not None for text in texts) / max(1, len(chain.labels) - 1)

    def _section(self, first: Label, index: int) -> str:
        heading = max((line for line in self.sections if line < first.line), default=None)
        prefix = self.sections[heading] if heading is not None else ""
        taken = any(node.path == f"{prefix}{first.text}" for node in self.roots)
        return f"{index}." if taken or not prefix else prefix

    def _weigh_number(self, label: Label) -> float:
        weight = 1.5 if label.style in ("Q", "0#") else 0.3 if label.style != "#" else 0.0
        indent = 12 * max(0.0, label.x0 - label.shift - self.margin[label.page] - 0.03)
        weight -= min(indent, 0.5) if label.style == "Q" else indent  # headings may be centred
        if label.leads:
            return weight + 0.6
        if label.style == "#":
            weight += 0.5 if 0.8 < label.gap < 9 else -0.6
        if self.lone and self._is_lone(label):
            return weight + 0.3
        if label.gap == 99.0 and label.style != "Q":
            weight -= 0.5
        return weight

    def _is_lone(self, label: Label) -> bool:
        """Alone on its line at the margin."""
        return label.gap == 99.0 and label.x0 - label.shift - self.margin[label.page] < AT_MARGIN

    def _nodes(self, chain: Chain, parent: str, end: Place, depth: int, prefix: str = "") -> list[Node]:
        starts = [(label.line, label.x0) for label in chain.labels]
        evidence = chain.score / len(chain.labels)
        return [
            Node(label, prefix + _path(parent, label), start, stop, depth, evidence)
            for label, start, stop in zip(chain.labels, starts, [*starts[1:], end], strict=True)
        ]

    def _parts(self, node: Node, used: frozenset[str], habits: Habits) -> list[Node]:
        if node.depth >= 4:
            return []
        inside = [label for label in self._inside(node) if self._is_part(label, node)]
        found: list[tuple[float, Chain]] = []
        for kind in (kind for kind in KINDS if kind not in used):
            for style in sorted({label.style for label in inside if label.kind == kind}):
                group = [label for label in inside if label.kind == kind and label.style == style]
                if chain := best_chain(group, _weigh_part, self.between, one_list=True):
                    worth = self.evidence.judge(
                        chain, node.label, self._root(node), node.end, node.depth + 1, habits
                    )
                    if worth > ENOUGH:
                        found.append((worth, chain))
        if not found:
            return []
        _, chain = max(found, key=lambda entry: self._outermost(entry, found, node.depth))
        parts = self._nodes(chain, node.path, node.end, node.depth + 1)
        for part in parts:
            part.parts = self._parts(part, used | ({chain.labels[0].kind} - {"number"}), habits)
        return parts

    def _root(self, node: Node) -> int:
        """The line where the question of a part begins."""
        return max((root for root in self.roots if root.start <= node.start), key=ROOT).start[0]

    def _inside(self, node: Node) -> Iterator[Label]:
        for line in self.labels[node.start[0] : node.end[0] + 1]:
            for label in line:
                if node.start < (label.line, label.x0) < node.end:
                    yield label

    def _begins_list(self, label: Label) -> bool:
        return label.value == 1 and label.first and label.style in LISTED

    def _is_part(self, label: Label, node: Node) -> bool:
        if label.style in DECIMAL:
            return label.within.lstrip("0") == node.label.text.lstrip("0")
        if label.style in LISTED:
            deeper = node.depth > 1 and node.label.x0 + INDENTED < label.x0 < 0.5
            return label.first and (deeper or (self.listed and node.label.style == "Q"))
        return label.kind != "number" or (label.style == "(#)" and label.x0 < 0.5)

    def _outermost(
        self, entry: tuple[float, Chain], found: Sequence[tuple[float, Chain]], depth: int
    ) -> float:
        """Letters are outside romans; else what begins first encloses the rest."""
        worth, chain = entry
        first = chain.labels[0]
        outer = 4.0 if first.style in LISTED and depth == 1 else 3.0 if first.kind in LETTERS else 0.0
        earlier = sum((first.line, first.x0) < (c.labels[0].line, c.labels[0].x0) for _, c in found)
        return outer + 2.0 * earlier + worth


def _weigh_part(label: Label) -> float:
    """A label may be taken for another only where the list needs it."""
    return -0.5 if label.sure < DOUBTED else 0.0


def _path(parent: str, label: Label) -> str:
    if not parent:
        return label.text
    return f"{parent}.{label.text}" if label.style in DECIMAL else f"{parent}({label.text})"
