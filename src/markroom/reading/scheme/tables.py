"""Schemes set as tables: a column for the question, one or two for the answer, marks, notes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from markroom.reading.pdf import Word
from markroom.reading.scheme.labels import ROMAN, TOKEN, Numbering
from markroom.reading.structure.lines import Line, page_lines
from markroom.reading.structure.page import Box, Page

ROLES = {
    "question": re.compile(r"q|questions?|qn\.?|question\s+number", re.IGNORECASE),
    "answer": re.compile(r"(?:expected\s+)?(?:answers?|working|scheme|response|solution)", re.IGNORECASE),
    "marks": re.compile(r"(?:max\.?\s+)?marks?", re.IGNORECASE),
    "notes": re.compile(r"(?:additional\s+)?(?:guidance|notes?|comments?)|ao", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Column:
    role: str
    x0: float
    x1: float


@dataclass(slots=True)
class Band:
    """The stretch of a page that speaks of one question; `cells` are the boxes drawn in it."""

    path: str
    page: int
    answers: list[list[Line]]  # by column
    marks: list[Line]
    notes: list[Line]
    cells: list[Box] = field(default_factory=list)


def read_tables(pages: Sequence[Page]) -> Iterator[Band]:
    """Bands in reading order; a question's bands may follow one another over pages."""
    columns: list[Column] = []
    numbering = Numbering()
    for page in pages:
        below = 0.0
        for header, top, bottom in [*_headers(page), (None, 1.0, 1.0)]:
            if columns:
                yield from _bands(page, columns, below, top, numbering)
            if header:
                columns, below = _columns(page, header), bottom


def _headers(page: Page) -> Iterator[tuple[list[Word], float, float]]:
    """Lines that name the question column and another one, with top and bottom of their cells."""
    for line in page_lines(page, page.words):
        roles = {role for segment in line.segments(1.0) if (role := _role(segment))}
        if "question" in roles and len(roles) > 1:
            words = [word for segment in line.segments(1.0) if _role(segment) for word in segment]
            cells = [cell for word in words if (cell := _cell_of(page, word))]
            yield words, min([line.y0, *(c.y0 for c in cells)]), max([line.y1, *(c.y1 for c in cells)])


def _role(segment: Sequence[Word]) -> str | None:
    text = " ".join(word.text for word in segment)
    return next((role for role, pattern in ROLES.items() if pattern.match(text) and len(segment) <= 4), None)


def _cell_of(page: Page, word: Word) -> Box | None:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    around = [box for box in page.boxes if box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1]
    return min(around, key=lambda box: box.w * box.h, default=None)


def _columns(page: Page, header: Sequence[Word]) -> list[Column]:
    """From the header's own cells, else those of the first row below it, else half way between its words."""
    named = [(word, role) for word in header if (role := _role([word]))]
    below = [box for box in page.boxes if box.y0 > header[0].y0]
    first = min((box.y0 for box in below), default=0.0)
    rows = (
        [cell for word, _ in named if (cell := _cell_of(page, word))],
        [box for box in below if box.y0 - first < 0.012],
        below,
    )
    for row in rows:
        sides = sorted({side for box in row for side in (box.x0, box.x1)})
        lefts = [max((side for side in sides if side <= word.x0 + 0.004), default=-1.0) for word, _ in named]
        if len(set(lefts)) == len(lefts) and lefts[0] >= 0:
            break
    else:
        sides = [1.0]
        lefts = [0.0, *((before.x1 + after.x0) / 2 for (before, _), (after, _) in pairwise(named))]
    rights = [*lefts[1:], sides[-1]]
    return [Column(role, left, right) for (_, role), left, right in zip(named, lefts, rights, strict=True)]


def _inside(words: Sequence[Word], column: Column, top: float, bottom: float) -> list[Word]:
    return [
        word
        for word in words
        if column.x0 <= (word.x0 + word.x1) / 2 <= column.x1 and top <= (word.y0 + word.y1) / 2 < bottom
    ]


def _bands(
    page: Page, columns: Sequence[Column], top: float, bottom: float, numbering: Numbering
) -> Iterator[Band]:
    for begin, end, label in _stretches(page, columns[0], top, bottom):
        path = numbering.read(label) if label else None
        if not numbering.parts:
            continue
        parts = {
            column: list(page_lines(page, _inside(page.words, column, begin, end))) for column in columns
        }
        yield Band(
            path or numbering.path,
            page.number,
            [lines for column, lines in parts.items() if column.role == "answer"],
            [line for column, lines in parts.items() if column.role == "marks" for line in lines],
            [line for column, lines in parts.items() if column.role == "notes" for line in lines],
            [box for box in page.boxes if box.y0 >= begin - 0.004 and box.y1 <= end + 0.004],
        )


def _stretches(page: Page, first: Column, top: float, bottom: float) -> Iterator[tuple[float, float, str]]:
    """Top, bottom and printed label of each row of the question column, by its cells or by its labels."""
    words = _inside(page.words, first, top, bottom)
    cells = [
        box
        for box in page.boxes
        if first.x0 - 0.005 <= box.x0 and box.x1 <= first.x1 + 0.005 and top - 0.004 <= box.y0 < bottom
    ]
    if cells:
        edges = sorted({edge for box in cells for edge in (box.y0, box.y1)})
        merged = [edge for i, edge in enumerate(edges) if i == 0 or edge - edges[i - 1] > 0.008]
        for begin, after in zip(merged, [*merged[1:], bottom], strict=True):
            end = min(after, bottom)
            label = [word for word in words if begin <= (word.y0 + word.y1) / 2 < end]
            yield from _parted(begin, end, list(page_lines(page, label)))
        return
    lines = list(page_lines(page, words))
    starts = [top, *(line.y0 - 0.004 for line in lines)]
    for begin, end, text in zip(
        starts, [*starts[1:], bottom], ["", *(line.text for line in lines)], strict=True
    ):
        yield begin, end, text


def _parted(begin: float, end: float, labels: Sequence[Line]) -> Iterator[tuple[float, float, str]]:
    """One cell's labels: `a` and below it `b` are two questions, `(a)` and below it `(i)` are one."""
    groups: list[list[Line]] = []
    for line in labels:
        if groups and _rank(line.text) > _rank(groups[-1][-1].text):
            groups[-1].append(line)
        else:
            groups.append([line])
    starts = [begin, *(group[0].y0 - 0.004 for group in groups[1:])]
    texts = [" ".join(line.text for line in group) for group in groups] or [""]
    yield from zip(starts, [*starts[1:], end], texts, strict=True)


def _rank(text: str) -> int:
    """How far inside its last part lies: a number, a letter, a numeral."""
    token = (TOKEN.findall(text.lower()) or ["0"])[-1]
    return 0 if token[0].isdigit() else 2 if ROMAN.fullmatch(token) else 1
