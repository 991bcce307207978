"""The stretch of pages and columns that a question takes up."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markroom.reading.pdf import Word
from markroom.reading.structure.lines import Line
from markroom.reading.structure.page import Box, Page

HEADER, FOOTER = 0.16, 0.84  # running heads and feet stand beyond
FOOT = 0.93  # and text recognised below, set off, is one
HEADING = 3, 0.3  # lines of a page that may say what it is for, and how far down
Place = tuple[int, float]  # line in reading order, x
UNASKED = re.compile(r"blank page|no questions|permission to reproduce|copyright|acknowledg", re.IGNORECASE)
SPARE = re.compile(
    r"(?:additional|extra) (?:page|answer|space)|continuation (?:page|sheet|booklet)|for rough",
    re.IGNORECASE,
)
SMALL_PRINT = re.compile(r"[Cc]opyright|[Aa]cknowledg|[Pp]ermission to reproduce")
END = re.compile(r"^\W*end of (?:the )?(?:questions?|paper|exam)\w*\b.{0,20}$", re.IGNORECASE)
TURN = re.compile(r"^\W*(?:please )?(?:turn over|continued? over|p\.?t\.?o\b)", re.IGNORECASE)
TOTAL = re.compile(
    r"^\W*total\b(?:\s+(?:marks?\s+)?(?:for|of)\s+(?:this\s+|the\s+)?(?:question|section|paper|part)\b"
    r"|\s*(?:marks?)?\s*[:=]?\s*(?:\d{1,3}\s*marks?|[\[(]\s*\d{1,3}\s*(?:marks?)?\s*[\])])\W*$)"
    r"|^[\[(]\s*total\s*(?:marks?)?\s*[:=]?\s*\d{1,3}\s*(?:marks?)?\s*[\])]",
    re.IGNORECASE,
)
PAGE_NUMBER = re.compile(r"\W*(?:page\s+)?(\d{1,3})(?:\s+(?:of|/)\s+\d{1,3})?\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Region:
    """One question's part of one column of one page, with the lines printed in it."""

    page: Page
    box: Box
    lines: tuple[Line, ...]
    begins: bool  # the question's label stands here
    closed: bool = False  # its mark stands at the end, behind the answer


class Pages:
    """The pages of a paper with their columns of text and the frame inside running heads and feet."""

    def __init__(self, pages: Sequence[Page], lines: Sequence[Line]) -> None:
        self.pages, self.lines = pages, lines
        columns: dict[int, dict[tuple[float, float], None]] = {page.number: {} for page in pages}
        by_page: dict[int, list[Line]] = {page.number: [] for page in pages}
        for line in lines:
            columns[line.page][line.column] = None
            by_page[line.page].append(line)
        self.cells = [
            (number, column) for number, found in columns.items() for column in (found or {(0.0, 1.0): None})
        ]
        self.frames = {page.number: _frame(page, by_page[page.number]) for page in pages}
        self.right = _right(lines)

    def regions(self, start: Place, end: Place, y0: float) -> list[Region]:
        """From a label at line `start[0]` (ink from `y0`) to the line of the next label, `end[0]`.

        No further than the question's total or the end of the paper; pages that ask nothing are left out.
        """
        first = self.lines[start[0]]
        last = self.lines[end[0]] if end[0] < len(self.lines) else None
        begin = self.cells.index((first.page, first.column))
        stop = self.cells.index((last.page, last.column)) if last else len(self.cells) - 1
        inside = self.lines[start[0] : max(end[0], start[0] + 1)]
        found: list[Region] = []
        for number, column in self.cells[begin : stop + 1]:
            here = (number, column) == (first.page, first.column)
            top, bottom = self.frames[number]
            top = y0 if here else top
            bottom = max(bottom, first.y1) if here else bottom  # beside a page number
            bottom = last.y0 if last and (number, column) == (last.page, last.column) else bottom
            printed = [line for line in inside if line.page == number and line.column == column]
            if not here and _is_headed(printed, SPARE, HEADING[1]):
                return found
            if not here and _is_headed(printed, UNASKED, 1.0):
                continue
            page = self.pages[number - 1]
            closing = next((line for line in printed if line is not first and _closes(line)), None)
            if closing:
                bottom = max(top, min(bottom, closing.y0 - page.y_mm(0.7)))
            printed = [
                line
                for line in printed
                if line.y0 < bottom and (here or line.y1 > top) and not TURN.match(line.text)
            ]
            if bottom - top > 0.004:
                found.append(Region(page, Box(column[0], top, column[1], bottom), tuple(printed), here))
            if closing and not SMALL_PRINT.search(closing.text):
                return found
        return found


def _is_headed(lines: Sequence[Line], pattern: re.Pattern[str], down: float) -> bool:
    return any(pattern.search(line.text) for line in lines[: HEADING[0]] if line.y0 < down)


def _closes(line: Line) -> bool:
    return bool(TOTAL.match(line.text) or END.match(line.text) or SMALL_PRINT.search(line.text))


def _right(lines: Sequence[Line]) -> dict[tuple[float, float], float]:
    """By column the right edge of the text set in it."""
    ends: dict[tuple[float, float], list[float]] = {}
    for line in lines:
        ends.setdefault(line.column, []).append(line.x1)
    return {column: sorted(found)[len(found) * 9 // 10] for column, found in ends.items()}


def _frame(page: Page, lines: Sequence[Line]) -> tuple[float, float]:
    """Between the running heads and the feet: words at the edge that are no line of the text."""
    body = {
        id(word)
        for line in lines
        if (line.y0 < HEADER or line.y1 > FOOTER) and not _is_numbered(page, line, lines)
        for word in line.words
    }
    edge = [word for word in page.words if _is_outside(word) and id(word) not in body]
    heads = [word.y1 for word in edge if word.y1 < HEADER]
    feet = [word.y0 for word in edge if word.y0 > FOOTER]
    margin = page.y_mm(1.5)
    return max([0.015, *(y + margin for y in heads)]), min([0.985, *(y - margin for y in feet)])


def _is_numbered(page: Page, line: Line, lines: Sequence[Line]) -> bool:
    """A page number, or a foot in letters that were recognised otherwise on every page."""
    if line.y1 < HEADER or line.y0 > FOOTER:
        number = PAGE_NUMBER.fullmatch(line.text)
        if number and abs(int(number[1]) - page.number) <= 2 and line in (lines[0], lines[-1]):
            return True
    if not (page.read and line.y0 > FOOT):
        return False
    above = [other.y1 for other in lines if other.y1 < line.y0]
    return line.y0 - max(above, default=0.0) > page.y_mm(8)


def _is_outside(word: Word) -> bool:
    return word.y1 < HEADER or word.y0 > FOOTER
