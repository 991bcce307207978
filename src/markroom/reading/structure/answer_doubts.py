"""What a person should look at where answers are written."""

import re
from collections.abc import Iterator, Mapping, Sequence

from markroom.reading.structure.areas import Answering
from markroom.reading.structure.legibility import name_pages
from markroom.reading.structure.lines import Line
from markroom.reading.structure.page import Box, Page
from markroom.reading.structure.spaces import Space
from markroom.reading.structure.tree import Node

ELSEWHERE = re.compile(
    r"\b(?<!this )(?:script\s+book|answer\s+(?:book(?:let)?|sheet)|writing\s+booklet)(?=s?\b)", re.IGNORECASE
)
SPARE = re.compile(r"additional|continuation|continued|extra space|rough|spare|blank page", re.IGNORECASE)
FEW = 0.25  # share of questions with room of their own on a paper that is answered elsewhere
SURE = 0.85  # confidence of an area with room to write
WIDE = 0.4  # of the page: a line to write on
MANY = 4  # such lines on a page: more than a figure has
COVER = 8  # and more than a cover has
NEAR = 0.002  # of the page height: still in an area
SAME = 0.01  # of the page width: labels of one list

Answers = Sequence[tuple[Node, Node, Answering]]


def find_answer_doubts(
    pages: Sequence[Page], lines: Sequence[Line], answers: Answers, spaces: Mapping[int, Sequence[Space]]
) -> Iterator[str]:
    """In words for the user; `spaces` are those of each page."""
    yield from _elsewhere(lines, answers)
    if lost := list(_pages_left_over(pages, lines, answers, spaces)):
        yield f"Lines to write on, on {name_pages(lost)}, belong to no question. Draw areas there if needed."


def find_double_labels(nodes: Sequence[Node], lines: Sequence[Line]) -> Iterator[str]:
    """Lists of parts of which a question prints two, as for alternatives."""
    for root in nodes:
        for node in root.walk():
            if len(node.parts) >= 2 and (page := _second_list(node, lines)):
                paths = " and ".join(part.path for part in node.parts[:2])
                yield f"The labels of {paths} stand on page {page} once more; only one list was taken."


def _elsewhere(lines: Sequence[Line], answers: Answers) -> Iterator[str]:
    """The paper speaks of other sheets, and leaves little room itself."""
    roomy = sum(any(a.kind == "answer" and a.confidence > SURE for a in how.areas) for _, _, how in answers)
    if not answers or roomy > FEW * len(answers):
        return
    for line in lines:
        if found := ELSEWHERE.search(line.text):
            what = " ".join(found[0].lower().split())
            article = "an" if what.startswith("a") else "a"
            yield (
                f"Page {line.page} speaks of {article} {what}, and there is hardly any room for answers. "
                "If they are written there, the areas are guesses."
            )
            return


def _pages_left_over(
    pages: Sequence[Page], lines: Sequence[Line], answers: Answers, spaces: Mapping[int, Sequence[Space]]
) -> Iterator[int]:
    areas: dict[int, list[Box]] = {}
    for _, _, how in answers:
        for area in how.areas:
            areas.setdefault(area.page, []).append(area.box)
    first, last = min(areas, default=0), max(areas, default=0)
    for page in pages:
        inside = areas.get(page.number, ())
        free = [
            space
            for space in spaces[page.number]
            if space.kind == "line" and not space.loose and space.box.x1 - space.box.x0 >= WIDE
            if not any(box.y0 - NEAR < space.box.y1 and space.box.y0 < box.y1 + NEAR for box in inside)
        ]
        many = MANY if page.number >= first else COVER
        if len(free) >= many and page.number <= last and not _is_spare(page.number, lines):
            yield page.number


def _is_spare(number: int, lines: Sequence[Line]) -> bool:
    return any(line.page == number and SPARE.search(line.text) for line in lines)


def _second_list(node: Node, lines: Sequence[Line]) -> int | None:
    """The page on which the first two labels of its parts stand once more, as printed and where printed."""
    first, second = node.parts[:2]
    again = _again(first, node, lines)
    return again if again and _again(second, node, lines) else None


def _again(part: Node, node: Node, lines: Sequence[Line]) -> int | None:
    own = lines[part.label.line]
    printed = [word for word in own.words if word.x1 <= part.label.x1 + SAME / 2]
    if not printed:
        return None
    text, left = " ".join([word.text for word in printed]) + " ", printed[0].x0
    for line in lines[node.start[0] : node.end[0]]:
        if line is not own and abs(line.x0 - left) < SAME and f"{line.text} ".startswith(text):
            return line.page
    return None
