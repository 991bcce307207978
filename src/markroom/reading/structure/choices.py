"""Multiple-choice options and where they are marked: letters in a row, a column or a grid, or boxes."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markroom.reading.pdf import Word
from markroom.reading.structure.lines import Line
from markroom.reading.structure.page import Box, Page

LETTER = re.compile(r"\(?([A-H])[.):]?")
ALIGNED = 0.013
TICK_MM = (2.2, 7.0)  # side of a box to tick
SQUARE_MM = 15.0  # the same where one is to be ticked
TICK_ONE = re.compile(
    r"\b(?:tick|cross|mark)\b.{0,24}?\b(?:one|the correct|the right) box\b(?! (?:in|for|on) each)",
    re.IGNORECASE,
)
MORE_ASKED = re.compile(r"\b(?:explain|justify|reasons?|why)\b", re.IGNORECASE)
MARKS = re.compile(r"[\[(]\d{1,2}(?: marks?)?[\])]")


@dataclass(frozen=True, slots=True)
class Option:
    label: str
    box: Box  # where it is marked: a printed box, else the letter


def find_options(page: Page, lines: Sequence[Line]) -> list[Option]:
    """The options among a question's lines of one page: the last full set of three or more letters, else the
    boxes of which one is to be ticked."""
    return _lettered(page, lines) or _ticked(page, lines)


def _lettered(page: Page, lines: Sequence[Line]) -> list[Option]:
    letters = [found for line in lines for found in _letters(line)]
    best: list[tuple[str, Word]] = []
    for start in (i for i, (label, _) in enumerate(letters) if label == "A"):
        chain = _follow(letters, start)
        if len(chain) >= max(3, len(best)):
            best = chain
    ticked = [(label, word, _tick_box(page, word)) for label, word in best]
    unsure = not all(box for _, _, box in ticked)
    if unsure and (len(best) == 3 or all(_stands_alone(page, word) for _, word in best)):
        return []  # three letters are as likely names of things, and alone in white places to answer
    around = (page.x_mm(1.5), page.y_mm(1.2))
    return [
        Option(label, box or Box(word.x0, word.y0, word.x1, word.y1).around(*around))
        for label, word, box in ticked
    ]


def _stands_alone(page: Page, word: Word) -> bool:
    """On its line, and that between white bands."""
    near = page.y_mm(1)
    level = sum(other.y0 < (word.y0 + word.y1) / 2 < other.y1 for other in page.words)
    above = any(abs(band.y1 - word.y0) < near for band in page.blanks)
    return level == 1 and above and any(abs(band.y0 - word.y1) < near for band in page.blanks)


def _ticked(page: Page, lines: Sequence[Line]) -> list[Option]:
    """One of like squares, or of the last column of a table, beside what they stand for."""
    text = " ".join(line.text for line in lines)
    if not TICK_ONE.search(text) or MORE_ASKED.search(text):
        return []
    words = [word for line in lines for word in line.words]
    top, last = lines[0].y0, lines[-1].y1
    bottom = min((word.y0 for word in page.words if word.y0 > last), default=1.0)
    empty = [
        box
        for box in page.boxes
        if top < box.middle[1] and box.y0 < bottom and not any(_inside(word, box) for word in words)
    ]
    squares = [box for box in empty if _is_square(page, box, SQUARE_MM)]
    for boxes in (_in_line(squares), _column(page, empty)):
        if 2 <= len(boxes) <= 10:
            return [
                Option(_name_beside(box, boxes, words) or chr(ord("A") + index), box)
                for index, box in enumerate(boxes)
            ]
    return []


def _in_line(squares: Sequence[Box]) -> list[Box]:
    """All of them, where they stand in one column or one row."""
    first = squares[0] if squares else None
    if first and all(abs(box.x0 - first.x0) < ALIGNED for box in squares):
        return sorted(squares, key=lambda box: box.y0)
    if first and all(abs(box.y0 - first.y0) < ALIGNED for box in squares):
        return sorted(squares, key=lambda box: box.x0)
    return []


def _column(page: Page, empty: Sequence[Box]) -> list[Box]:
    """The rightmost empty cells that stand one on another, each with a cell at its left."""
    columns: dict[float, list[Box]] = defaultdict(list)
    for box in empty:
        left = (o for o in page.boxes if abs(o.y0 - box.y0) < page.y_mm(1) and o is not box)
        if any(abs(other.x1 - box.x0) < page.x_mm(1.5) for other in left):
            columns[round(box.x0, 2)].append(box)
    return sorted(columns[max(columns)], key=lambda box: box.y0) if columns else []


def _name_beside(box: Box, boxes: Sequence[Box], words: Sequence[Word]) -> str:
    """The text at the left of a box, up to the one before it; else at its right."""
    level = [w for w in words if box.y0 < (w.y0 + w.y1) / 2 < box.y1 and not MARKS.fullmatch(w.text)]
    row = [other for other in boxes if other is not box and abs(other.middle[1] - box.middle[1]) < box.h / 2]
    begin = max((other.x1 for other in row if other.x1 <= box.x0), default=0.0)
    end = min((other.x0 for other in row if other.x0 >= box.x1), default=1.0)
    left = [word for word in level if begin <= word.x0 < box.x0]
    right = [word for word in level if box.x1 <= word.x0 < end]
    beside = (
        right if begin and not any(word.x0 < min(o.x0 for o in boxes) for word in level) else left or right
    )
    return " ".join(word.text for word in sorted(beside, key=lambda word: word.x0))


def _inside(word: Word, box: Box) -> bool:
    return box.x0 < (word.x0 + word.x1) / 2 < box.x1 and box.y0 < (word.y0 + word.y1) / 2 < box.y1


def _letters(line: Line) -> Iterator[tuple[str, Word]]:
    """Single capitals with white space before them."""
    before = -1.0
    for word, after in zip(line.words, [*line.words[1:], None], strict=True):
        match = LETTER.fullmatch(word.text)
        if match and word.x0 - before > 0.9 * line.em and (after is None or after.text not in "=≠<>+:→"):
            yield match[1], word
        before = word.x1


def _follow(letters: Sequence[tuple[str, Word]], start: int) -> list[tuple[str, Word]]:
    chain = [letters[start]]
    for label, word in letters[start + 1 :]:
        if label == chr(ord(chain[-1][0]) + 1) and _aligned(chain, word):
            chain.append((label, word))
    return chain


def _aligned(chain: Sequence[tuple[str, Word]], word: Word) -> bool:
    last = chain[-1][1]
    below = abs(word.x0 - last.x0) < ALIGNED and word.y0 > last.y0
    beside = abs(word.y1 - last.y1) < ALIGNED / 2 and word.x0 > last.x1
    new_row = len(chain) == 2 and abs(word.x0 - chain[0][1].x0) < ALIGNED and word.y0 > last.y1
    return below or beside or new_row


def _tick_box(page: Page, word: Word) -> Box | None:
    letter = Box(word.x0, word.y0, word.x1, word.y1)
    middle = letter.middle
    near = [
        box
        for box in page.boxes
        if _is_square(page, box, TICK_MM[1])
        and abs(box.middle[1] - middle[1]) < page.y_mm(4)
        and abs(box.middle[0] - middle[0]) < page.x_mm(16)
    ]
    return min(near, key=lambda box: abs(box.middle[0] - middle[0]), default=None)


def _is_square(page: Page, box: Box, most_mm: float) -> bool:
    width, height = box.w * page.width_mm, box.h * page.height_mm
    return TICK_MM[0] <= min(width, height) and max(width, height) <= most_mm and 0.7 < width / height < 1.4
