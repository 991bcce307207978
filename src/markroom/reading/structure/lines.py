"""From words to lines of text in reading order, without page numbers and running heads."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from statistics import median

from markroom.reading.pdf import Word
from markroom.reading.structure.columns import Gutter, find_gutters
from markroom.reading.structure.page import Page

FURNITURE = re.compile(r"^(?!.*(?:\bmarks?\b|question|exercise|problem)).*(?:[^\W\d_]{3}|\*)", re.IGNORECASE)
NUMBER = re.compile(r"\d+")
HEAD, FOOT = 0.075, 0.91  # where page numbers and running heads stand
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
    by_page = [[(line, list(_keys(line))) for line in page_lines(page, page.words)] for page in pages]
    furniture = _find_furniture(by_page)
    kept = [
        [line for each, keys in printed if (line := _without(each, keys, furniture))] for printed in by_page
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
    lines = [Line(page.number, page.aspect, tuple(sorted(row, key=lambda w: w.x0)), column) for row in rows]
    yield from sorted(lines, key=lambda line: line.y0)


def _same_row(first: Word, word: Word) -> bool:
    overlap = min(first.y1, word.y1) - max(first.y0, word.y0)
    return overlap > 0.5 * min(first.y1 - first.y0, word.y1 - word.y0)


Key = tuple[str, float, float]
Keys = list[tuple[Key, tuple[Word, ...]]]  # of a line's segments


def _keys(line: Line) -> Iterator[tuple[Key, tuple[Word, ...]]]:
    for segment in line.segments():
        text = NUMBER.sub("#", " ".join([word.text for word in segment]))
        yield (text, round(segment[0].x0, 2), round(line.y0, 2)), segment


def _find_furniture(by_page: Sequence[Sequence[tuple[Line, Keys]]]) -> set[Key | tuple[int, Word]]:
    """Text repeated at one place of many pages, and page numbers: what shifts with the page it stands on.

    One number recognised at the edge of several pages is a sign taken for a number.
    """
    repeated: Counter[Key] = Counter()
    offsets: defaultdict[int, set[tuple[int, Word]]] = defaultdict(set)
    signs: defaultdict[Key, set[tuple[int, Word]]] = defaultdict(set)
    for lines in by_page:
        repeated.update({key for _, keys in lines for key, _ in keys})
        for line, keys in lines:
            alone = len(keys) == 1 or len(by_page) > 2  # in a short paper it may be a question's
            for _, segment in keys if alone and (line.y1 < HEAD or line.y0 > FOOT) else ():
                word = segment[0]
                if len(segment) == 1 and re.fullmatch(r"\d{1,3}", word.text):
                    offsets[int(word.text) - line.page].add((line.page, word))
                    if word.confidence < 1:
                        signs[word.text, round(word.x0, 1), round(line.y0 / 2, 2)].add((line.page, word))
    many = max(3, 0.3 * len(by_page))
    furniture: set[Key | tuple[int, Word]] = {
        key for key, count in repeated.items() if count >= many and FURNITURE.search(key[0])
    }
    furniture.update(*(found for found in signs.values() if len(found) >= max(3, 0.1 * len(by_page))))
    if offsets:
        numbers = max(offsets.values(), key=len)
        furniture |= numbers if len(numbers) >= min(3, len(by_page)) else set()
    return furniture


def _without(line: Line, keys: Keys, furniture: set[Key | tuple[int, Word]]) -> Line | None:
    kept = [
        segment
        for key, segment in keys
        if key not in furniture and not (len(segment) == 1 and (line.page, segment[0]) in furniture)
    ]
    if len(kept) == len(keys):
        return line
    return Line(line.page, line.aspect, tuple(chain.from_iterable(kept)), line.column) if kept else None


def _in_columns(page: Page, lines: Sequence[Line], found: Gutter | None) -> Iterator[Line]:
    if found is None:
        yield from sorted(lines, key=lambda line: line.y0)
        return
    gutter, top, bottom = found
    words = [word for line in lines for word in line.words]
    between = [word for word in words if top <= word.y0 <= bottom]
    yield from page_lines(page, [word for word in words if word.y0 < top])
    yield from page_lines(page, [word for word in between if word.x0 < gutter], (0.0, gutter))
    yield from page_lines(page, [word for word in between if word.x0 >= gutter], (gutter, 1.0))
    yield from page_lines(page, [word for word in words if word.y0 > bottom])
