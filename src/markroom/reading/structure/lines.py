"""From words to lines of text in reading order, without page numbers and running heads."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from operator import attrgetter
from statistics import median

from markroom.reading.pdf import Word
from markroom.reading.structure.columns import Gutter, find_gutters
from markroom.reading.structure.page import Page

FURNITURE = re.compile(r"^(?!.*(?:\bmarks?\b|question|exercise|problem)).*(?:[^\W\d_]{3}|\*)", re.IGNORECASE)
NUMBER = re.compile(r"\d+")
PAGE_NUMBER = re.compile(r"\d{1,3}")
HEAD, FOOT = 0.075, 0.91  # where page numbers and running heads stand
LEFT, TOP = attrgetter("x0"), attrgetter("y0")
Column = tuple[float, float]


@dataclass(eq=False, slots=True)
class Line:
    """Words on one base line, from left to right; at least one."""

    page: int
    aspect: float
    words: tuple[Word, ...]
    column: Column = (0.0, 1.0)  # left and right of the column of text it stands in
    x0: float = field(init=False)
    y0: float = field(init=False)
    x1: float = field(init=False)
    y1: float = field(init=False)
    text: str = field(init=False)
    em: float = field(init=False)  # about the height of its capitals, as a fraction of the page width

    def __post_init__(self) -> None:
        words = self.words
        self.x0, self.y0 = words[0].x0, min([word.y0 for word in words])
        self.x1, self.y1 = max([word.x1 for word in words]), max([word.y1 for word in words])
        self.text = " ".join([word.text for word in words])
        self.em = median([word.y1 - word.y0 for word in words]) * self.aspect

    def segments(self, gap_em: float = 2.5) -> Iterator[tuple[Word, ...]]:
        """Runs of words without a wide gap."""
        if len(self.words) == 1:
            yield self.words
            return
        wide, begin = gap_em * max(self.em, 0.006), 0
        for index, (before, word) in enumerate(pairwise(self.words), start=1):
            if word.x0 - before.x1 > wide:
                yield self.words[begin:index]
                begin = index
        yield self.words[begin:]


def read_lines(pages: Sequence[Page]) -> list[Line]:
    """Lines of all pages in reading order."""
    by_page = [[(line, _place(line)) for line in page_lines(page, page.words)] for page in pages]
    furniture = Furniture(by_page)
    kept = [
        [line for each, placed in printed if (line := furniture.without(each, placed))] for printed in by_page
    ]
    gutters = find_gutters([[word for line in lines for word in line.words] for lines in kept])
    by_column = (_in_columns(*each) for each in zip(pages, kept, gutters, strict=True))
    return list(chain.from_iterable(by_column))


def page_lines(page: Page, words: Sequence[Word], column: Column = (0.0, 1.0)) -> Iterator[Line]:
    """Words of one column of a page, gathered into lines from top to bottom."""
    heights = sorted(word.y1 - word.y0 for word in words)
    tallest = max(4 * heights[len(heights) // 2], 0.03) if heights else 0.0  # beyond: a water mark
    rows: list[list[Word]] = []
    for word in sorted((w for w in words if w.y1 - w.y0 <= tallest), key=lambda w: w.y0 + w.y1):
        for row in reversed(rows[-8:]):
            if row[0].y1 > word.y0 and _same_row(row[0], word):
                row.append(word)
                break
        else:
            rows.append([word])
    lines = [Line(page.number, page.aspect, tuple(sorted(row, key=LEFT)), column) for row in rows]
    yield from sorted(lines, key=TOP)


def _same_row(first: Word, word: Word) -> bool:
    overlap = min(first.y1, word.y1) - max(first.y0, word.y0)
    return overlap > 0.5 * min(first.y1 - first.y0, word.y1 - word.y0)


Place = tuple[float, float]
Segment = tuple[Word, ...]
Placed = list[tuple[Place, Segment]]  # of one line
Printed = Sequence[Sequence[tuple[Line, Placed]]]  # of each page


def _place(line: Line) -> Placed:
    y = round(line.y0, 2)
    return [((round(segment[0].x0, 2), y), segment) for segment in line.segments()]


class Furniture:
    """Text repeated at one place of many pages, and page numbers: what shifts with the page it stands on."""

    def __init__(self, by_page: Printed) -> None:
        self._many = max(3, 0.3 * len(by_page))
        pages = ({place for _, placed in lines for place, _ in placed} for lines in by_page)
        seen = Counter(chain.from_iterable(pages))
        self._places = {place for place, count in seen.items() if count >= self._many}
        self._texts = self._find_repeated(by_page)
        numbers = list(_edge_numbers(by_page))
        self._numbers = _find_page_numbers(numbers, len(by_page)) | _find_signs(numbers, len(by_page))

    def _find_repeated(self, by_page: Printed) -> set[tuple[str, Place]]:
        repeated: Counter[tuple[str, Place]] = Counter()
        for lines in by_page:
            often = (each for _, placed in lines for each in placed if each[0] in self._places)
            repeated.update({(_shape(segment), place) for place, segment in often})
        return {key for key, count in repeated.items() if count >= self._many and FURNITURE.search(key[0])}

    def without(self, line: Line, placed: Placed) -> Line | None:
        kept = [segment for place, segment in placed if not self._has(line, place, segment)]
        if len(kept) == len(placed):
            return line
        return Line(line.page, line.aspect, tuple(chain.from_iterable(kept)), line.column) if kept else None

    def _has(self, line: Line, place: Place, segment: Segment) -> bool:
        if place in self._places and (_shape(segment), place) in self._texts:
            return True
        return len(segment) == 1 and _at_edge(line) and (line.page, segment[0]) in self._numbers


def _shape(segment: Segment) -> str:
    """Its text whatever numbers stand in it."""
    return NUMBER.sub("#", " ".join([word.text for word in segment]))


def _at_edge(line: Line) -> bool:
    return line.y1 < HEAD or line.y0 > FOOT


def _edge_numbers(by_page: Printed) -> Iterator[tuple[int, Word]]:
    """Numbers by themselves at the head and the foot of pages, each with its page."""
    short = len(by_page) <= 2  # there it may be a question's, unless nothing stands beside it
    for line, placed in chain.from_iterable(by_page):
        if _at_edge(line) and (len(placed) == 1 or not short):
            singles = (segment[0] for _, segment in placed if len(segment) == 1)
            yield from ((line.page, word) for word in singles if PAGE_NUMBER.fullmatch(word.text))


def _find_page_numbers(numbers: Sequence[tuple[int, Word]], pages: int) -> set[tuple[int, Word]]:
    offsets: defaultdict[int, set[tuple[int, Word]]] = defaultdict(set)
    for page, word in numbers:
        offsets[int(word.text) - page].add((page, word))
    best = max(offsets.values(), key=len, default=set())
    return best if len(best) >= min(3, pages) else set()


def _find_signs(numbers: Sequence[tuple[int, Word]], pages: int) -> set[tuple[int, Word]]:
    """One number recognised at the edge of several pages is a sign taken for a number."""
    signs: defaultdict[tuple[str, float, float], set[tuple[int, Word]]] = defaultdict(set)
    for page, word in numbers:
        if word.confidence < 1:
            signs[word.text, round(word.x0, 1), round(word.y0 / 2, 2)].add((page, word))
    return set().union(*(found for found in signs.values() if len(found) >= max(3, 0.1 * pages)))


def _in_columns(page: Page, lines: Sequence[Line], found: Gutter | None) -> Iterator[Line]:
    if found is None:
        yield from sorted(lines, key=TOP)
        return
    gutter, top, bottom = found
    words = [word for line in lines for word in line.words]
    between = [word for word in words if top <= word.y0 <= bottom]
    yield from page_lines(page, [word for word in words if word.y0 < top])
    yield from page_lines(page, [word for word in between if word.x0 < gutter], (0.0, gutter))
    yield from page_lines(page, [word for word in between if word.x0 >= gutter], (gutter, 1.0))
    yield from page_lines(page, [word for word in words if word.y0 > bottom])
