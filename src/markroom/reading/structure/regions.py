"""The stretch of pages and columns that a question takes up."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markroom.reading.pdf import Word
from markroom.reading.structure.lines import Line
from markroom.reading.structure.page import Box, Page

HEADER, FOOTER = 0.16, 0.84  # running heads and feet stand beyond
Place = tuple[int, float]  # line in reading order, x
AFTER_THE_PAPER = re.compile(
    r"blank page|additional (?:page|answer|space)|continuation|end of (?:the )?(?:paper|question|exam)|"
    r"copyright|acknowledg|extra space|for rough|permission to reproduce|spare|turn over|no questions",
    re.IGNORECASE,
)

TOTAL_LINE = re.compile(r"^\W*total\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Region:
    """One question's part of one column of one page, with the lines printed in it."""

    page: Page
    box: Box
    lines: tuple[Line, ...]
    begins: bool  # the question's label stands here


class Pages:
    """The pages of a paper with their columns of text and the frame inside running heads and feet."""

    def __init__(self, pages: Sequence[Page], lines: Sequence[Line]) -> None:
        self.pages, self.lines = pages, lines
        columns: dict[int, dict[tuple[float, float], None]] = {page.number: {} for page in pages}
        for line in lines:
            columns[line.page][line.column] = None
        self.cells = [
            (number, column) for number, found in columns.items() for column in (found or {(0.0, 1.0): None})
        ]
        body = {(line.page, word) for line in lines for word in line.words if _is_outside(word)}
        self.frames = {page.number: _frame(page, body) for page in pages}

    def regions(self, start: Place, end: Place, y0: float) -> list[Region]:
        """From a label at line `start[0]` (ink from `y0`) to the line of the next label, `end[0]`."""
        first = self.lines[start[0]]
        last = self.lines[end[0]] if end[0] < len(self.lines) else None
        begin = self.cells.index((first.page, first.column))
        stop = self.cells.index((last.page, last.column)) if last else len(self.cells) - 1
        inside = self.lines[start[0] : max(end[0], start[0] + 1)]
        found = []
        for number, column in self.cells[begin : stop + 1]:
            here = (number, column) == (first.page, first.column)
            top, bottom = self.frames[number]
            top = y0 if here else top
            bottom = max(bottom, first.y1) if here else bottom  # beside a page number
            bottom = last.y0 if last and (number, column) == (last.page, last.column) else bottom
            printed = [line for line in inside if line.page == number and line.column == column]
            page = self.pages[number - 1]
            if over := [line.y0 for line in printed if AFTER_THE_PAPER.search(line.text)]:
                if not here:
                    continue
                bottom = max(top, min(over) - page.y_mm(8))
            if closing := [line.y0 for line in printed if TOTAL_LINE.search(line.text)]:
                bottom = max(top, min(bottom, closing[0] - page.y_mm(0.5)))
            printed = [line for line in printed if line.y0 < bottom]
            if bottom - top > 0.004:
                box = Box(column[0], top, column[1], bottom)
                found.append(Region(page, box, tuple(printed), here))
        return found


def _frame(page: Page, body: set[tuple[int, Word]]) -> tuple[float, float]:
    furniture = [word for word in page.words if _is_outside(word) and (page.number, word) not in body]
    heads = [word.y1 for word in furniture if word.y1 < HEADER]
    feet = [word.y0 for word in furniture if word.y0 > FOOTER]
    margin = page.y_mm(1.5)
    return max([0.015, *(y + margin for y in heads)]), min([0.985, *(y - margin for y in feet)])


def _is_outside(word: Word) -> bool:
    return word.y1 < HEADER or word.y0 > FOOTER
