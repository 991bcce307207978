"""The stretch of pages and columns that a question takes up."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markroom.reading.structure.lines import Line
from markroom.reading.structure.page import Box, Page

TOP, BOTTOM = 0.03, 0.955
AFTER_THE_PAPER = re.compile(
    r"blank page|additional (?:page|answer|space)|continuation|end of (?:the )?(?:paper|question|exam)|copyright|"
    r"acknowledg|extra space|for rough|permission to reproduce|spare",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Region:
    """One question's part of one column of one page, with the lines printed in it."""

    page: Page
    box: Box
    lines: tuple[Line, ...]
    begins: bool  # the question's label stands here


def find_regions(
    pages: Sequence[Page], lines: Sequence[Line], start: tuple[int, float], end: tuple[int, float], y0: float
) -> list[Region]:
    """From a label at line `start[0]` (ink from `y0`) to the line of the next label, `end[0]`."""
    first = lines[start[0]]
    cells = _cells(pages, lines)
    begin = cells.index((first.page, first.column))
    last = lines[end[0]] if end[0] < len(lines) else None
    stop = cells.index((last.page, last.column)) if last else len(cells) - 1
    inside = lines[start[0] : max(end[0], start[0] + 1)]
    found = []
    for number, column in cells[begin : stop + 1]:
        here = (number, column) == (first.page, first.column)
        top = y0 if here else TOP
        bottom = last.y0 if last and (number, column) == (last.page, last.column) else BOTTOM
        printed = tuple(line for line in inside if line.page == number and line.column == column)
        if not here and any(AFTER_THE_PAPER.search(line.text) for line in printed):
            if last is None:
                break
            continue
        if bottom - top > 0.004:
            found.append(Region(pages[number - 1], Box(column[0], top, column[1], bottom), printed, here))
    return found


def _cells(pages: Sequence[Page], lines: Sequence[Line]) -> list[tuple[int, tuple[float, float]]]:
    """Columns of all pages in reading order; a page without lines is one column."""
    columns: dict[int, dict[tuple[float, float], None]] = {page.number: {} for page in pages}
    for line in lines:
        columns[line.page][line.column] = None
    return [(number, column) for number, found in columns.items() for column in (found or {(0.0, 1.0): None})]
