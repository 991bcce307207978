"""Drawings that a question names to be answered in: figures with a caption, grids, diagrams."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markroom.reading.structure.lines import Line
from markroom.reading.structure.page import Box, Page, enclose
from markroom.reading.structure.regions import Region
from markroom.reading.structure.spaces import Space, is_leader

CAPTION = re.compile(r"(?:fig(?:ure|\.)?|diagram|graph)\s*(\d{1,2}(?:\.\d{1,2})?)\W*", re.IGNORECASE)
SHORTENED = re.compile(r"\bfig(s?)\.\s*", re.IGNORECASE)
SENTENCES = re.compile(r"(?<=[.?!:;])\s+")
VERB = re.compile(
    r"\b(?:draw|sketch|plot|mark|label|shade|circle|ring|complete|indicate|show(?! that)|add|join|construct"
    r"|annotate|rotate|reflect|translate|enlarge|write|put|place)\b",
    re.IGNORECASE,
)
TARGET = re.compile(
    r"\b(?:on|onto|complete|label|annotate|shade)\s+(?:the\s+|your\s+|this\s+|these\s+)?(?:[a-z]+\s+){0,2}?"
    r"(?:fig(?:ure)?s?\.?\s*(?P<name>\d{1,2}(?:\.\d{1,2})?)|(?P<grid>grid|graph|axes)|(?P<table>table)"
    r"|(?P<drawing>diagram|shape|map|circuit|flow ?chart|drawing|number line|figure)\b)",
    re.IGNORECASE,
)
PLOT = re.compile(
    r"\bplot\b[^.?]{0,40}\b(?:graph|points?)\b|\bdraw\b[^.?]{0,30}\bbest[ -]fit\b", re.IGNORECASE
)
ABOVE = re.compile(r"\babove\b", re.IGNORECASE)
LINKS = re.compile(
    r"\bdraw\b[^.?]{0,30}\blines?\b[^.?]{0,50}\b(?:from|to|link|join|connect|match)\b", re.IGNORECASE
)
WORDS = 5  # of a line that is surely no lettering in a figure
INDENT = 0.22  # of the column: running text begins before
CAPTIONED_MM = 10.0  # least height of a figure
DRAWN_MM = 14.0  # least height of ink without caption that is one


@dataclass(frozen=True, slots=True)
class Figure:
    page: int
    box: Box


def asks_in_figure(text: str) -> bool:
    """Whether it may, to spare the search."""
    return bool(VERB.search(text)) and bool(TARGET.search(text) or PLOT.search(text) or LINKS.search(text))


class Figures:
    """`spaces` by page: grids are among them."""

    def __init__(
        self, pages: Sequence[Page], lines: Sequence[Line], spaces: Mapping[int, Sequence[Space]]
    ) -> None:
        drawn = [(Figure(number, s.box), s.kind) for number, found in spaces.items() for s in found]
        self.grids = [figure for figure, kind in drawn if kind == "grid"]
        self.tables = [figure for figure, kind in drawn if kind == "table"]
        captions = [(line, name) for line in lines for name in _names(line)]
        bounds: dict[int, list[Line]] = {line.page: [] for line, _ in captions}
        for line in lines:
            if line.page in bounds and (_is_running(line) or any(_names(line))):
                bounds[line.page].append(line)
        stretches = [_stretches(pages[line.page - 1], bounds[line.page], line) for line, _ in captions]
        above = sum(_inked(up) > _inked(down) for up, down in stretches) * 2 >= len(captions)
        self.named: dict[str, list[Figure]] = {}
        for (line, name), (up, down) in zip(captions, stretches, strict=True):
            box = (up if above else down).trimmed()
            if box.h * pages[line.page - 1].height_mm >= CAPTIONED_MM:
                self.named.setdefault(name, []).append(Figure(line.page, box))

    def asked(
        self,
        text: str,
        regions: Sequence[Region],
        stem: Callable[[], Sequence[Region]],
        reach: tuple[int, int],
    ) -> Figure | None:
        """The drawing that the words ask to be answered in, best in the question's own regions, else in the
        `stem` above it; grids on pages of `reach`."""
        first = regions[0].page.number
        for sentence in SENTENCES.split(SHORTENED.sub(r"Fig\1 ", text)):
            target = TARGET.search(sentence) if VERB.search(sentence) else None
            if target and target["table"]:
                return None if self._tables(regions) else next(reversed(self._tables(stem())), None)
            if target and target["name"]:
                found = self.named.get(target["name"], [])
                return min(found, key=lambda figure: abs(figure.page - first), default=None)
            if PLOT.search(sentence) or (target and target["grid"]):
                near = [figure for figure in self.grids if reach[0] <= figure.page <= reach[1]]
                own = [figure for figure in near if any(_holds(region, figure) for region in regions)]
                if found := own or near:
                    return min(found, key=lambda figure: (abs(figure.page - first), -figure.box.h))
            if target:
                above = [figure for region in reversed(stem()) if (figure := _drawn(region))]
                drawn = [figure for region in regions if (figure := _drawn(region))]
                found = [*above, *drawn] if ABOVE.search(sentence) else [*drawn, *above]
                return found[0] if found else None
        if LINKS.search(text):
            return next((figure for region in regions if (figure := _linked(region))), None)
        return None

    def _tables(self, regions: Sequence[Region]) -> list[Figure]:
        return [figure for figure in self.tables if any(_holds(region, figure) for region in regions)]

    def given(self, page: int) -> list[Box]:
        """Figures with a caption on a page."""
        return [figure.box for found in self.named.values() for figure in found if figure.page == page]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What stands between two lines of running text."""

    page: Page
    box: Box

    def trimmed(self) -> Box:
        """Without the white space at its ends."""
        top, bottom = self.box.y0, self.box.y1
        for band in self.page.blanks:
            if band.y0 <= top + self.page.y_mm(2) < band.y1:
                top = band.y1
            if band.y0 < bottom - self.page.y_mm(2) <= band.y1:
                bottom = band.y0
        return Box(self.box.x0, top, self.box.x1, max(top, bottom)).around(0, self.page.y_mm(0.5))


def _names(line: Line) -> Iterator[str]:
    if len(line.words) <= 6 and line.text[:3].lower() in ("fig", "dia", "gra"):
        for segment in line.segments():
            if found := CAPTION.fullmatch(" ".join(word.text for word in segment)):
                yield found[1]


def _inked(stretch: _Stretch) -> float:
    box = stretch.box
    white = (min(band.y1, box.y1) - max(band.y0, box.y0) for band in stretch.page.blanks)
    return box.h - sum(max(height, 0.0) for height in white)


def _stretches(page: Page, bounds: Sequence[Line], caption: Line) -> tuple[_Stretch, _Stretch]:
    """Above and below a caption, up to the next of the lines of text or captions, `bounds`."""
    top = max((line.y1 for line in bounds if line.y1 <= caption.y0), default=0.04)
    bottom = min((line.y0 for line in bounds if line.y0 >= caption.y1), default=0.96)
    inside = [word for word in page.words if top <= word.y0 and word.y1 <= bottom]
    left = min([*(line.x0 for line in bounds), *(word.x0 for word in inside)])
    right = max([*(line.x1 for line in bounds), *(word.x1 for word in inside)])
    left, right = max(left, caption.column[0]), min(right, caption.column[1])
    return (
        _Stretch(page, Box(left, top, right, caption.y1)),
        _Stretch(page, Box(left, caption.y0, right, bottom)),
    )


def _is_running(line: Line) -> bool:
    """A line of text, no lettering of a figure."""
    left, right = line.column
    if len(line.words) < WORDS or line.x0 >= left + INDENT * (right - left):
        return False
    words = sum([len(word.text) > 1 and word.text[0].isalpha() for word in line.words])
    return words >= WORDS and not any(is_leader(word.text) for word in line.words)


def _holds(region: Region, figure: Figure) -> bool:
    return region.page.number == figure.page and region.box.meets(figure.box)


def _drawn(region: Region) -> Figure | None:
    """The largest thing in it that is not text."""
    page, box = region.page, region.box
    running = [line for line in region.lines if _is_running(line)]
    ends = [*(line.y0 for line in running), box.y1]
    found = []
    for top, bottom in zip([box.y0, *(line.y1 for line in running)], ends, strict=True):
        inside = [line for line in region.lines if top <= line.y0 and line.y1 <= bottom]
        stretch = _Stretch(page, Box(box.x0, top, box.x1, max(top, bottom)))
        ink = _inked(stretch) - sum(line.y1 - line.y0 for line in inside)
        if ink * page.height_mm >= DRAWN_MM:
            xs = [x for line in region.lines for x in (line.x0, line.x1)]
            shape = stretch.trimmed()
            found.append((ink, Figure(page.number, Box(min(xs), shape.y0, max(xs), shape.y1))))
    return max(found, key=lambda entry: entry[0])[1] if found else None


def _linked(region: Region) -> Figure | None:
    """The boxes between which lines are to be drawn."""
    boxes = [box for box in region.page.boxes if region.box.meets(box) and box.h < 0.5]
    if len(boxes) < 4:
        return None
    return Figure(region.page.number, enclose(boxes).around(region.page.x_mm(2), region.page.y_mm(2)))
