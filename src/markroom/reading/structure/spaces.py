"""Places made to be written in: answer lines, empty boxes, tables with empty cells, grids."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

import cv2
import numpy as np

from markroom.reading.pdf import Word
from markroom.reading.structure.page import EDGES, Box, Page, enclose

MARGIN = 0.9  # of the page width: beyond stand boxes for the examiner
HINT = 4  # words in a large box that still leave it to be filled
PLACEHOLDER = re.compile(  # at the beginning of one, or in a comment: "(Insert your graph here.)"
    r"(?:^|[(/#])\s*(?:please )?(?:replace|insert|write|put|type|draw|enter|add)\b.*\b(?:answer|here|this)\b",
    re.IGNORECASE,
)
TALL = 0.45  # of the page: a box of this height is a frame
PLACED = 20  # words among which a placeholder says what it is
WIDE = 0.02  # of the page: narrower ones are no frames
MANY = 30  # cells of a grid, at least
SQUARE_MM = 14.0  # side of the largest
LEADER = re.compile(r"[._…]{6}")


@dataclass(frozen=True, slots=True)
class Space:
    kind: str  # line, box, table, grid
    box: Box
    loose: bool = False  # a line neither long nor aligned: perhaps part of a figure


class Print:
    """The words of a page, quick to find by their height on it."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._words = sorted(words, key=attrgetter("y0"))
        self._tops = [word.y0 for word in self._words]
        self._tallest = max([word.y1 - word.y0 for word in words], default=0.0)

    def between(self, top: float, bottom: float) -> Sequence[Word]:
        """All with ink there, and a few more."""
        first = bisect_left(self._tops, top - self._tallest)
        return self._words[first : bisect_right(self._tops, bottom, first)]


def find_spaces(pages: Sequence[Page]) -> dict[int, list[Space]]:
    """By page number, from top to bottom."""
    frames = _repeated(pages)
    ends = Counter(round(rule.x1, 2) for page in pages for rule in page.rules)
    margins = {end for end, count in ends.items() if count >= 3}
    return {
        page.number: sorted(_page_spaces(page, frames, margins), key=lambda space: space.box.y0)
        for page in pages
    }


def _key(box: Box) -> tuple[int, ...]:
    """Its place in hundredths of the page."""
    return int(100 * box.x0 + 0.5), int(100 * box.y0 + 0.5), int(100 * box.x1 + 0.5), int(100 * box.y1 + 0.5)


def _repeated(pages: Sequence[Page]) -> set[tuple[int, ...]]:
    """Frames, and rules under running heads: at one place of many pages, near their edge."""
    wide = ({_key(box) for box in (*page.rules, *page.boxes) if box.w > WIDE} for page in pages)
    counts = Counter(key for keys in wide for key in keys)
    many, most = max(3, 0.3 * len(pages)), max(3, 0.6 * len(pages))
    return {
        key
        for key, count in counts.items()
        if (count >= many and _at_edge(key, 9)) or (count >= most and _at_edge(key, 15))
    }


def _at_edge(key: tuple[int, ...], edge: int) -> bool:
    return key[1] < edge or key[3] > 100 - edge or key[0] > 100 - edge or key[2] < edge


def _is_among(box: Box, frames: set[tuple[int, ...]]) -> bool:
    return box.w > WIDE and _key(box) in frames


def _page_spaces(page: Page, frames: set[tuple[int, ...]], margins: set[float]) -> Iterator[Space]:
    boxes = [box for box in page.boxes if box.h < TALL and not _is_among(box, frames)]
    printed = Print(page.words if boxes or page.rules else ())
    tables = list(_clusters(page, boxes))
    for table in tables:
        yield from _as_space(page, table, printed)
    borders = [enclose(table).around(page.x_mm(1), page.y_mm(1)) for table in tables]
    lines = [rule for rule in page.rules if not _is_among(rule, frames) and _is_free(page, rule, printed)]
    lines = [rule for rule in lines if not any(border.meets(rule) for border in borders)]
    for rule in lines:
        firm = any(abs(rule.x1 - margin) < 0.008 for margin in margins) or rule.w >= 0.5
        firm = firm or _is_in_text(page, rule, printed)
        if firm or rule.w * page.width_mm > 40:
            yield Space("line", rule, loose=not firm)
    for word in page.words:
        if len(word.text) > 5 and LEADER.search(word.text) and (word.x1 - word.x0) * page.width_mm > 10:
            dots = Box(word.x0, word.y0, word.x1, word.y1)
            near = dots.around(0, page.y_mm(1.5))
            if not any(line.meets(near) for line in lines):
                yield Space("line", dots)


def _is_in_text(page: Page, rule: Box, printed: Print) -> bool:
    """Words stand right before or behind it on its own base line."""
    near, inner = rule.around(page.x_mm(7), page.y_mm(1.4)), rule.around(-page.x_mm(1), 0)
    return any(
        near.y0 < word.y1 < near.y1 and (near.x0 < word.x1 <= inner.x0 or inner.x1 <= word.x0 < near.x1)
        for word in printed.between(near.y0, near.y1)
    )


def _clusters(page: Page, boxes: Sequence[Box]) -> Iterator[list[Box]]:
    """Boxes that touch, the cells of one table: islands on a map of half millimetres."""
    if not boxes:
        return
    height, width = round(2 * page.height_mm) + 2, round(2 * page.width_mm) + 2
    reach = np.array((page.x_mm(0.6), page.y_mm(0.6)))
    edges = np.array(list(map(EDGES, boxes)))
    near = np.hstack((np.maximum(edges[:, :2] - reach, 0), np.minimum(edges[:, 2:] + reach, 1)))
    cells = (near * (width, height, width, height)).astype(int)
    top = int(cells[:, 1].min())
    chart = np.zeros((int(cells[:, 3].max()) + 1 - top, width), np.uint8)
    for left, begin, right, end in cells.tolist():
        chart[begin - top : end - top + 1, left : right + 1] = 1
    _, islands = cv2.connectedComponents(chart, ltype=cv2.CV_16U)
    clusters: dict[int, list[Box]] = {}
    for box in boxes:
        x, y = box.middle
        clusters.setdefault(int(islands[int(y * height) - top, int(x * width)]), []).append(box)
    yield from clusters.values()


def _as_space(page: Page, table: list[Box], printed: Print) -> Iterator[Space]:
    whole = enclose(table)
    if whole.x0 > MARGIN and whole.w * page.width_mm < 25:
        return  # an examiner's box
    small = [box for box in table if box.w * page.width_mm < 6 and box.h * page.height_mm < 6]
    if len(small) >= MANY or (
        len(table) >= MANY and sum(_is_square(page, box) for box in table) >= 0.8 * len(table)
    ):
        yield Space("grid", whole)
        return
    words = _words_in(page, whole, printed.between(whole.y0, whole.y1))
    empty = [box for box in table if not _words_in(page, box, words)]
    roomy = [box for box in empty if box.w * page.width_mm >= 6 and box.h * page.height_mm >= 4.5]
    large = len(table) == 1 and whole.w > 0.4 and whole.h * page.height_mm > 10
    hinted = large and (len(words) <= HINT or _has_placeholder(words))
    if hinted or (len(table) == 1 and roomy):
        yield Space("box", whole)
    elif roomy and len(roomy) < len(table):
        yield Space("table", whole)
    elif roomy:
        yield Space("box", whole)


def _is_square(page: Page, box: Box) -> bool:
    """One of a coarse grid."""
    width, height = box.w * page.width_mm, box.h * page.height_mm
    return width < SQUARE_MM and 0.8 * width < height < 1.25 * width


def _has_placeholder(words: Sequence[Word]) -> bool:
    ordered = sorted(words, key=lambda word: (round(word.y0, 2), word.x0))
    return PLACEHOLDER.search(" ".join(word.text for word in ordered[:PLACED])) is not None


def _words_in(page: Page, box: Box, words: Sequence[Word]) -> list[Word]:
    inner = box.around(-page.x_mm(0.5), -page.y_mm(0.5))
    return [
        word
        for word in words
        if inner.x0 < (word.x0 + word.x1) / 2 < inner.x1 and inner.y0 < (word.y0 + word.y1) / 2 < inner.y1
    ]


def _is_free(page: Page, rule: Box, printed: Print) -> bool:
    """Nothing is printed right above the rule, so there is room to write."""
    top, bottom = rule.y0 - page.y_mm(3.2), rule.y0 - page.y_mm(0.4)
    covered = sum(
        min(word.x1, rule.x1) - max(word.x0, rule.x0)
        for word in printed.between(top, bottom)
        if word.y0 < bottom
        and top < word.y1
        and word.x0 < rule.x1
        and rule.x0 < word.x1
        and not is_leader(word.text)
    )
    return covered < 0.12 * rule.w


def is_leader(text: str) -> bool:
    """Dots or underscores to write on."""
    return len(text) >= 4 and not text.strip("._…·-–—‐")
