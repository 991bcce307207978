"""Marks printed at the right margin behind an answer: they close it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from markroom.reading.structure.lines import Line
from markroom.reading.structure.page import Page
from markroom.reading.structure.regions import Region
from markroom.reading.structure.spaces import Space, is_leader

MARK = re.compile(r"(?:^|\s|[._…]{3})[\[(]\s*\d{1,2}\s*(?:marks?)?\s*[\])]\s*$", re.IGNORECASE)
RIGHT = 0.75  # of the column: a mark ends beyond
BEHIND_MM = 14.0  # at most below the last line to write on
BEFORE_MM = 20.0  # at most above the first
LEFT_FREE_MM = 12.0  # least white space to answer in
Used = tuple[Region, list[Space]]  # a region with the spaces in it


class Closing:
    """Of a paper, which may as well print its marks before the lines."""

    def __init__(
        self, pages: Sequence[Page], lines: Sequence[Line], spaces: Mapping[int, Sequence[Space]]
    ) -> None:
        votes = [_vote(pages[line.page - 1], line, spaces[line.page]) for line in lines if _is_marked(line)]
        self.behind = sum(votes)  # for marks behind answers, above zero

    def cut(self, used: list[Used]) -> list[Used]:
        """The regions with their spaces up to the question's last mark, where it stands behind the answer."""
        marked = [
            (i, line) for i, (region, _) in enumerate(used) for line in region.lines if _is_marked(line)
        ]
        if not marked:
            return used
        index, mark = marked[-1]
        region, here = used[index]
        page = region.page
        above = [space for space in here if space.box.y0 < mark.y1 + page.y_mm(2)]
        behind = len(here) > len(above) or any(spaces for _, spaces in used[index + 1 :])
        if (behind and self.behind <= 0) or not self._closes(region, mark, above, index > 0):
            return used
        row = [space.box.y1 for space in above if space.box.y1 > mark.y0]
        bottom = min(region.box.y1, max([mark.y1, *row]) + page.y_mm(2))
        lines = tuple(line for line in region.lines if line.y0 < bottom)
        box = replace(region.box, y1=bottom)
        return [*used[:index], (replace(region, box=box, lines=lines, closed=True), above)]

    def _closes(self, region: Region, mark: Line, above: Sequence[Space], goes_on: bool) -> bool:
        page = region.page
        if any(space.kind == "line" and mark.y1 - space.box.y1 < page.y_mm(BEHIND_MM) for space in above):
            return True
        if self.behind < 0:
            return False
        return bool(above) or (_is_lone(mark) and (goes_on or _is_below_blank(region, mark)))


def _is_marked(line: Line) -> bool:
    if line.text[-1] not in "])":
        return False
    left, right = line.column
    return line.x1 > left + RIGHT * (right - left) and MARK.search(line.text) is not None


def _is_lone(line: Line) -> bool:
    return all(is_leader(word.text) for word in line.words[:-1]) and len(line.words) <= 2


def _vote(page: Page, line: Line, spaces: Sequence[Space]) -> int:
    rules = [space.box.y1 for space in spaces if space.kind == "line"]
    above = [line.y1 - y for y in rules if y < line.y1 + page.y_mm(2)]
    below = [y - line.y1 for y in rules if y >= line.y1 + page.y_mm(2)]
    up, down = min(above, default=1.0), min(below, default=1.0)
    if up < down and up < page.y_mm(BEHIND_MM):
        return 1
    return -1 if down < page.y_mm(BEFORE_MM) else 0


def _is_below_blank(region: Region, mark: Line) -> bool:
    page = region.page
    free = mark.y0 - page.y_mm(LEFT_FREE_MM)
    return any(
        region.lines[0].y1 - page.y_mm(2) < band.y0 < free and band.y1 > mark.y0 - page.y_mm(3)
        for band in page.blanks
    )
