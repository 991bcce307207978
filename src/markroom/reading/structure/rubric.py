"""What a candidate is asked to answer: sections, choices among questions, the marks that can be earned."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from markroom.reading.structure.lines import Line
from markroom.reading.structure.marks import name_section
from markroom.reading.structure.totals import COUNT, read_count
from markroom.reading.structure.tree import Node

ASK = r"\b(?:answer|attempt|choose|select|do|complete)\s+"
QUESTIONS = r"(?:other\s+)?(?:optional\s+)?questions?\b(?!\s*\d)"
CHOOSE = re.compile(
    rf"{ASK}(?:question\s+(\d{{1,2}})\s+and\s+)?(?:any\s+|only\s+|exactly\s+)*{COUNT}\s+"
    rf"(?:(?:of|out\s+of|from)\s+(?:the\s+|any\s+|these\s+|following\s+)*(?:{COUNT}\s+)?)?{QUESTIONS}",
    re.IGNORECASE,
)
FROM_SECTION = re.compile(rf"{COUNT}\s+{QUESTIONS}\s+from\s+section\s+([A-Z]|\d|[IVX]+)\b", re.IGNORECASE)
FROM_EACH = re.compile(r"\s*(?:from|in)\s+(?:each|every|both)\b", re.IGNORECASE)
FROM_RANGE = re.compile(
    rf"{COUNT}\s+(?:question\s+)?(?:of|out\s+of|from)\s+questions?\s+(\d{{1,2}})\s*(?:to|and|or|[-–])\s*(\d{{1,2}})",
    re.IGNORECASE,
)
EITHER = re.compile(
    r"\beither\s+(?:question\s+|q\.?\s*)(\d{1,2})\s+or\s+(?:question\s+|q\.?\s*)?(\d{1,2})\b", re.IGNORECASE
)
OR = re.compile(r"\W*or\W*", re.IGNORECASE)
SECTION_TOTAL = re.compile(
    r"total\s+(?:marks?\s+)?(?:for|of)\s+section\s+(\w+)\s*(?:is|are|=|:)?\s*(\d{1,3})\s+marks?",
    re.IGNORECASE,
)
HEADED_TOTAL = re.compile(r"[\[(]\s*(?:total\s*:?\s*)?(\d{1,3})\s+marks?\s*[\])]\W*$", re.IGNORECASE)
INTRODUCTION = 60  # lines at most


@dataclass(frozen=True, slots=True)
class Choice:
    """`count` of these, questions or parts of one, are to be answered."""

    questions: tuple[Node, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    questions: tuple[Node, ...]
    total: int | None  # printed for it


@dataclass(frozen=True, slots=True)
class Rubric:
    """`unclear`: candidates choose among questions, but not which was understood."""

    choices: tuple[Choice, ...] = ()
    sections: tuple[Section, ...] = ()
    unclear: bool = False
    _of: dict[int, Choice] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._of.update({id(node): choice for choice in self.choices for node in choice.questions})

    def worth(self, node: Node) -> int:
        """The marks that can be earned in a question: in its parts, else its own."""
        return self.earnable(node.parts) or node.marks or 0

    def earnable(self, nodes: Sequence[Node]) -> int:
        """The marks that can be earned in sibling questions; of those to choose from, in the best."""
        sums, chosen = 0, dict[int, tuple[Choice, list[int]]]()
        for node in nodes:
            if choice := self._of.get(id(node)):
                chosen.setdefault(id(choice), (choice, []))[1].append(self.worth(node))
            else:
                sums += self.worth(node)
        return sums + sum(sum(sorted(worths)[-choice.count :]) for choice, worths in chosen.values())


NO_CHOICE = Rubric()


def worth(node: Node) -> int:
    """All marks in a question: those of its parts, else its own."""
    return NO_CHOICE.worth(node)


def read_rubric(lines: Sequence[Line], nodes: Sequence[Node]) -> Rubric:
    sections = list(_sections(lines, nodes))
    introductions = dict(_introductions(lines, nodes))
    said = list(_chosen(introductions, sections, nodes))
    read = [choice for choice in said if choice is not None]
    choices = _apart([choice for choice in read if len(choice.questions) > choice.count])
    chosen = {id(node) for choice in choices for node in choice.questions}
    choices += [choice for choice in _alternatives(lines, nodes) if id(choice.questions[0]) not in chosen]
    return Rubric(tuple(choices), tuple(sections), unclear=None in said and not choices)


def _headings(lines: Sequence[Line]) -> list[tuple[int, str]]:
    return [(index, name) for index, line in enumerate(lines) if (name := name_section(line.text))]


def _sections(lines: Sequence[Line], nodes: Sequence[Node]) -> Iterator[Section]:
    """The sections that hold questions, in order."""
    headings = _headings(lines)
    held: dict[str, list[Node]] = {}
    for node in nodes:
        names = [name for index, name in headings if index < node.label.line]
        if names:
            held.setdefault(names[-1], []).append(node)
    totals = dict(_section_totals(lines, headings))
    for name, questions in held.items():
        yield Section(name, tuple(questions), totals.get(name))


def _section_totals(lines: Sequence[Line], headings: Sequence[tuple[int, str]]) -> Iterator[tuple[str, int]]:
    for index, name in headings:
        if match := HEADED_TOTAL.search(lines[index].text):
            yield name, int(match[1])
    for line in lines:
        if match := SECTION_TOTAL.search(line.text):
            yield match[1].upper(), int(match[2])


def _introductions(lines: Sequence[Line], nodes: Sequence[Node]) -> Iterator[tuple[str, str]]:
    """What is printed before the questions of each section, and of the paper, under the name ""."""
    texts: dict[str, str] = {"": ""}
    name, headings, begun = "", dict(_headings(lines)), {node.label.line for node in nodes}
    first = min(begun, default=0)
    asking, read = True, 0
    for index, line in enumerate(lines):
        if index in headings:
            name, asking, read = headings[index], True, 0
        elif index in begun:
            asking = False
        elif asking and "....." not in line.text and (read := read + 1) <= INTRODUCTION:
            texts[name] = f"{texts.get(name, '')} {line.text}"
        if index < first and name:  # a table of contents, or sheets to answer on: may concern all
            texts[""] += f" {line.text}"
    yield from texts.items()


def _chosen(
    introductions: Mapping[str, str], sections: Sequence[Section], nodes: Sequence[Node]
) -> Iterator[Choice | None]:
    """What the instructions say of choices, the surest first; None where it is not understood."""
    by_number = {node.label.value: node for node in nodes}
    by_name = {section.name: section.questions for section in sections}
    for text in introductions.values():
        for either in EITHER.finditer(text):
            both = [by_number[n] for n in map(int, either.groups()) if n in by_number]
            yield Choice(tuple(both), 1) if len(both) == 2 else None
        for count, first, last in FROM_RANGE.findall(text):
            range_ = [node for node in nodes if int(first) <= node.label.value <= int(last)]
            yield Choice(tuple(range_), read_count(count)) if range_ else None
        for count, name in FROM_SECTION.findall(text):
            questions = by_name.get(name.upper())
            yield Choice(questions, read_count(count)) if questions else None
    for name, text in sorted(introductions.items(), key=lambda entry: entry[0] == ""):
        for match in CHOOSE.finditer(text):
            yield from _scoped(match, by_name.get(name), sections, nodes)


def _scoped(
    match: re.Match[str], own: Sequence[Node] | None, sections: Sequence[Section], nodes: Sequence[Node]
) -> Iterator[Choice | None]:
    """`Answer two of the five questions`, in a section's introduction (`own`) or the paper's."""
    required, count, of = match.groups()
    if FROM_SECTION.match(match.string, match.start(2)) or FROM_RANGE.match(match.string, match.start(2)):
        return
    if FROM_EACH.match(match.string, match.end()):
        yield from (Choice(section.questions, read_count(count)) for section in sections)
        return
    scope = [node for node in own or nodes if not required or node.label.value != int(required)]
    known = not of or read_count(of) == len(scope)
    yield Choice(tuple(scope), read_count(count)) if known and scope else None


def _apart(choices: Sequence[Choice]) -> list[Choice]:
    """Those said first, and of the others only what does not concern the same questions."""
    kept: list[Choice] = []
    taken: set[int] = set()
    for choice in choices:
        if taken.isdisjoint(map(id, choice.questions)):
            kept.append(choice)
            taken.update(map(id, choice.questions))
    return kept


def _alternatives(lines: Sequence[Line], nodes: Sequence[Node]) -> Iterator[Choice]:
    """Neighbours with `OR` alone on the line between them, worth the same."""
    run: list[Node] = []
    for a, b in pairwise(nodes):
        alike = worth(a) == worth(b) and OR.fullmatch(lines[b.label.line - 1].text)
        if alike:
            run = [*(run or [a]), b]
        elif run:
            yield Choice(tuple(run), 1)
            run = []
    if run:
        yield Choice(tuple(run), 1)
    for node in nodes:
        yield from _alternatives(lines, node.parts)
