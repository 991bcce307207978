"""Where each question is answered."""

import re
from collections.abc import Iterator, Sequence

from markroom.reading.structure.answer_types import name_answer_type
from markroom.reading.structure.answering import Answering as Answering
from markroom.reading.structure.answering import Area as Area
from markroom.reading.structure.choices import find_options
from markroom.reading.structure.closing import Closing, Used
from markroom.reading.structure.figures import Figure, Figures, asks_in_figure
from markroom.reading.structure.lines import Line
from markroom.reading.structure.page import Page
from markroom.reading.structure.prints import around_options, around_print
from markroom.reading.structure.regions import Pages, Region
from markroom.reading.structure.room import ASIDE_MM, around_spaces, fills, find_blank, for_answers, whole
from markroom.reading.structure.sharing import is_continued, share
from markroom.reading.structure.spaces import Space, find_spaces
from markroom.reading.structure.tree import Node

ROOM_MM = 8.0  # least blank height that looks left for an answer
ON_PRINT = re.compile(r"\b(?:circle|ring|underline) (?:the|your|one|two|an?)\b", re.IGNORECASE)
INTO_PRINT = re.compile(
    r"\b(?:tick|complete the|label|on (?:fig|figure|the (?:diagram|graph|grid)))\b",
    re.IGNORECASE,
)


class AreaFinder:
    def __init__(self, pages: Sequence[Page], lines: Sequence[Line]) -> None:
        self.pages = Pages(pages, lines)
        self.spaces = find_spaces(pages)
        self.closing = Closing(pages, lines, self.spaces)
        self.figures = Figures(pages, lines, self.spaces)

    def find_all(self, nodes: Sequence[Node]) -> list[tuple[Node, Node, Answering]]:
        """Of each question without parts: whose its areas are, itself, how it is answered."""
        found = []
        for root in nodes:
            answers = [(owner, part, self._find(part, root)) for owner, part in answered_nodes([root])]
            share(answers)
            found += answers
        return found

    def _find(self, node: Node, root: Node) -> Answering:
        inside = self._used(node)
        regions = [region for region, _ in inside]
        text = " ".join(line.text for region in regions for line in region.lines)
        if (node.marks or 1) <= 2 and (choice := self._choice(regions)):
            return choice
        if not regions:
            return Answering(name_answer_type(text, [], node.marks))
        figure = self._figure(node, root, text, regions)
        used = [(region, self._usable(region, spaces, figure, text)) for region, spaces in inside]
        spaces = [space for _, found in used for space in found]
        if not spaces and ON_PRINT.search(text) and not figure and (circled := _circled(regions)):
            return Answering("short", [circled])
        areas = [Area(figure.page, figure.box, "answer", 0.8)] if figure else []
        if spaces or not (figure or INTO_PRINT.search(text)):
            areas += [area for region, found in used if (area := self._area(region, found, bool(figure)))]
        if not areas:
            areas = [Area(regions[0].page.number, whole(regions[0]), "answer", 0.4)]
        lines = sum(space.kind == "line" for space in spaces)
        return Answering(name_answer_type(text, spaces, node.marks), areas, (), lines, is_continued(regions))

    def _figure(self, node: Node, root: Node, text: str, regions: Sequence[Region]) -> Figure | None:
        if not asks_in_figure(text):
            return None
        return self.figures.asked(
            text,
            regions,
            lambda: self.pages.regions(root.start, node.start, root.label.y0) if node is not root else [],
            (root.label.page, self._last_page(root)),
        )

    def _last_page(self, root: Node) -> int:
        """The last before that of the next question, or the one they share."""
        lines, end = self.pages.lines, root.end[0]
        if end >= len(lines):
            return self.pages.pages[-1].number
        return max(lines[end - 1].page, lines[end].page - 1)

    def _used(self, node: Node) -> list[Used]:
        regions = self.pages.regions(node.start, node.end, node.label.y0)
        return self.closing.cut([(region, self._inside(region)) for region in regions])

    def _choice(self, regions: Sequence[Region]) -> Answering | None:
        for region in regions:
            if options := find_options(region.page, region.lines):
                box = around_options(region, [option.box for option in options])
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

    def _usable(
        self, region: Region, spaces: Sequence[Space], figure: Figure | None, text: str
    ) -> list[Space]:
        """Those left for its answer, beside those in the `figure` it is drawn in."""
        given = self.figures.given(region.page.number)
        if figure and figure.page == region.page.number:
            given = [*given, figure.box]
        return for_answers(region, spaces, given, text)

    def _area(self, region: Region, spaces: Sequence[Space], drawn: bool) -> Area | None:
        number = region.page.number
        if spaces and (region.begins or fills(spaces)):
            return Area(number, around_spaces(region, spaces), "answer", 0.9)
        if drawn:
            return None
        right = self.pages.right.get((region.box.x0, region.box.x1), 0.9)
        if blank := find_blank(region, ROOM_MM if region.begins else ASIDE_MM, right):
            return Area(number, blank, "answer", 0.7 if region.begins else 0.5)
        return None


def _circled(regions: Sequence[Region]) -> Area | None:
    for region in regions:
        if box := around_print(region):
            return Area(region.page.number, box, "answer", 0.7)
    return None


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
