"""Where each question is answered."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markroom.reading.structure.answer_types import name_answer_type
from markroom.reading.structure.choices import Option, find_options
from markroom.reading.structure.lines import Line
from markroom.reading.structure.page import Box, Page, enclose
from markroom.reading.structure.regions import Pages, Region
from markroom.reading.structure.spaces import Space, find_spaces, is_leader
from markroom.reading.structure.tree import Node

ROOM_MM = 8.0  # least blank height that looks left for an answer
ASIDE_MM = 18.0  # the same below more text behind the first spaces
MARKS_ONLY = re.compile(r"[\[(]?\s*(?:total\D{0,24})?\d{1,3}\s*(?:marks?|points?)?\s*[\])]?", re.IGNORECASE)
ON_PRINT = re.compile(r"\b(?:circle|ring|underline) (?:the|your|one|two|an?)\b", re.IGNORECASE)
INTO_PRINT = re.compile(
    r"\b(?:tick|complete the|label|on (?:fig|figure|the (?:diagram|graph|grid)))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Area:
    page: int
    box: Box
    kind: str  # answer, mcq
    confidence: float
    options: tuple[Option, ...] = ()


@dataclass(slots=True)
class Answering:
    """How and where one question is answered."""

    answer_type: str | None
    areas: list[Area] = field(default_factory=list)
    options: tuple[str, ...] = ()


class AreaFinder:
    def __init__(self, pages: Sequence[Page], lines: Sequence[Line]) -> None:
        self.pages = Pages(pages, lines)
        self.spaces = find_spaces(pages)

    def find(self, node: Node) -> Answering:
        """The areas of a question without parts, and the type of answer they ask for."""
        regions = self.pages.regions(node.start, node.end, node.label.y0)
        text = " ".join(line.text for region in regions for line in region.lines)
        if (node.marks or 1) <= 2 and (choice := self._choice(regions)):
            return choice
        used = [(region, self._inside(region)) for region in regions]
        spaces = [space for _, found in used for space in found]
        if not spaces and ON_PRINT.search(text) and (circled := _circled(regions)):
            return Answering("short", [circled])
        inside = not spaces and INTO_PRINT.search(text)
        areas = [] if inside else [area for region, found in used if (area := self._area(region, found))]
        if not areas:
            areas = [_whole(regions[0])] if regions else []
        return Answering(name_answer_type(text, spaces, node.marks), areas)

    def _choice(self, regions: Sequence[Region]) -> Answering | None:
        for region in regions:
            if options := find_options(region.page, region.lines):
                box = _around_options(region, [option.box for option in options])
                area = Area(region.page.number, box, "mcq", 0.9, tuple(options))
                return Answering("mcq", [area], tuple(option.label for option in options))
        return None

    def _inside(self, region: Region) -> list[Space]:
        return [
            space
            for space in self.spaces[region.page.number]
            if region.box.y0 <= space.box.middle[1] < region.box.y1
            and region.box.x0 <= space.box.middle[0] < region.box.x1
        ]

    def _area(self, region: Region, spaces: Sequence[Space]) -> Area | None:
        number = region.page.number
        spaces = _for_answers(region, spaces)
        if spaces and (region.begins or _fills(spaces)):
            return Area(number, _around_spaces(region, spaces), "answer", 0.9)
        right = self.pages.right.get((region.box.x0, region.box.x1), 0.9)
        if blank := _blank(region, ROOM_MM if region.begins else ASIDE_MM, right):
            return Area(number, blank, "answer", 0.7 if region.begins else 0.5)
        return None


def _around_options(region: Region, marked: Sequence[Box]) -> Box:
    """Where the options are marked, with the text beside them but without the marks at the right."""
    places = enclose(marked)
    beside = [
        Box(word.x0, word.y0, word.x1, word.y1)
        for line in region.lines
        for segment in line.segments()
        if not (len(segment) <= 2 and MARKS_ONLY.fullmatch(" ".join(word.text for word in segment)))
        for word in segment
        if places.y0 <= (word.y0 + word.y1) / 2 <= places.y1 and word.x0 >= places.x0
    ]
    return _clean(enclose([*marked, *beside]).around(region.page.x_mm(1), region.page.y_mm(0.8)), region)


def _circled(regions: Sequence[Region]) -> Area | None:
    for region in regions:
        if box := _around_print(region):
            return Area(region.page.number, box, "answer", 0.7)
    return None


def _around_print(region: Region) -> Box | None:
    """What is printed to be circled: rows of things set well apart."""
    rows = [
        line for line in region.lines if sum(1 for _ in line.segments(3.0)) >= 3 and not _is_sentence(line)
    ]
    if not rows:
        return None
    page = region.page
    near = [rows[0]]
    for line in region.lines[region.lines.index(rows[0]) + 1 :]:  # numerators, units
        if line.y0 - near[-1].y1 < page.y_mm(5) and not _is_sentence(line):
            near.append(line)
    box = enclose(Box(line.x0, line.y0, line.x1, line.y1) for line in near)
    return _clean(box.around(page.x_mm(3), page.y_mm(3)), region)


def _is_sentence(line: Line) -> bool:
    return max(len(segment) for segment in line.segments(3.0)) >= 5


def _around_spaces(region: Region, spaces: Sequence[Space]) -> Box:
    """From the text before the first space, so that working above a line is kept, to the end of the last."""
    page = region.page
    printed = enclose(space.box for space in spaces)
    first = min(spaces, key=lambda space: space.box.y0)
    texts = [line for line in region.lines if _is_text(line)]
    above = [line.y1 for line in texts if line.y1 < first.box.y0 - page.y_mm(1.5)]
    beside = [line for line in region.lines if line.y1 > first.box.y0 - page.y_mm(3) and line.y0 < printed.y1]
    top = max([region.box.y0, *above]) + page.y_mm(0.6)
    if first.kind != "line":
        top = min(top, first.box.y0)
    bottom = max([printed.y1, *(line.y1 for line in beside)]) + page.y_mm(1.5)
    if any(line.y0 > bottom for line in texts):  # "Justification:" and white space
        blanks = (
            band for band in page.blanks if bottom < band.y0 and band.y1 <= region.box.y1 + page.y_mm(9)
        )
        bottom = max([bottom, *(band.y1 for band in blanks if band.h * page.height_mm > ASIDE_MM)])
    bottom = min(region.box.y1, bottom)
    left = min([printed.x0, *(line.x0 for line in texts), *(line.x0 for line in beside)])
    right = max([printed.x1, *(line.x1 for line in texts)])
    return _clean(Box(left - page.x_mm(1), min(top, printed.y0), right + page.x_mm(1), bottom), region)


def _for_answers(region: Region, spaces: Sequence[Space]) -> list[Space]:
    """Without the short lines of figures: text goes on below them, and nothing aligns them."""
    last = _last_sentence(region)
    return [space for space in spaces if not (space.loose and space.box.y1 < last)]


def _fills(spaces: Sequence[Space]) -> bool:
    """Enough to write in for the continuation of an answer on a next page."""
    return len(spaces) >= 2 or any(space.kind != "line" for space in spaces)


def _blank(region: Region, room_mm: float, right: float) -> Box | None:
    """The tallest band without ink behind the last sentence, else behind the first line."""
    if not region.lines:
        return None
    page = region.page
    floor = region.lines[0].y1 if region.begins else region.lines[0].y0
    bands = [
        Box(region.box.x0, max(band.y0, floor), region.box.x1, min(band.y1, region.box.y1 - page.y_mm(1)))
        for band in page.blanks
    ]
    tall = [band for band in bands if band.h * page.height_mm >= room_mm]
    behind = [band for band in tall if band.y0 > _last_sentence(region)]
    if not tall:
        return None
    band = max(behind or tall, key=lambda band: band.h)
    xs = [x for line in region.lines for x in (line.x0, line.x1)]
    return _clean(Box(min(xs) - page.x_mm(1), band.y0 + page.y_mm(0.5), max(*xs, right), band.y1), region)


def _last_sentence(region: Region) -> float:
    """Where it stands; below are at most units, marks, labels of drawings."""
    return max((line.y0 for line in region.lines if len(line.words) >= 4 and _is_text(line)), default=0.0)


def _whole(region: Region) -> Area:
    """Nothing is left free: the answer goes elsewhere or into what is printed."""
    drawn = [box for box in (*region.page.boxes, *region.page.rules) if region.box.meets(box) and box.h < 0.5]
    lines = [Box(line.x0, line.y0, line.x1, line.y1) for line in region.lines]
    shown = enclose([*lines, *drawn] or [region.box])
    box = Box(shown.x0, region.box.y0, shown.x1, min(shown.y1 + region.page.y_mm(1), region.box.y1))
    return Area(region.page.number, _clean(box, region), "answer", 0.4)


def _clean(box: Box, region: Region) -> Box:
    x0, y0 = max(box.x0, region.box.x0, 0.0), max(box.y0, region.box.y0, 0.0)
    x1, y1 = min(box.x1, region.box.x1, 1.0), min(box.y1, region.box.y1, 1.0)
    return Box(x0, y0, max(x1, min(x0 + 0.02, 1.0)), max(y1, min(y0 + 0.004, 1.0)))


def _is_text(line: Line) -> bool:
    return not any(is_leader(word.text) for word in line.words) and not MARKS_ONLY.fullmatch(
        line.text.strip()
    )


def answered_nodes(nodes: Sequence[Node]) -> Iterator[tuple[Node, Node]]:
    """Pairs of the question an area belongs to and the part it is found in.

    A part belongs to itself, unless it shares the mark of a question above: then to that one.
    """
    for node in nodes:
        yield from _answered(node, None)


def _answered(node: Node, sharing: Node | None) -> Iterator[tuple[Node, Node]]:
    if (
        sharing is None
        and node.marks is not None
        and not any(part.marks for part in node.walk() if part is not node)
    ):
        sharing = node
    if not node.parts:
        yield sharing or node, node
    for part in node.parts:
        yield from _answered(part, sharing)
