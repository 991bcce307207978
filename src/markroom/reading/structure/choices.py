"""Multiple-choice options: letters A, B, C … in a row, a column or a grid, and where a pupil marks them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markroom.reading.pdf import Word
from markroom.reading.structure.lines import Line
from markroom.reading.structure.page import Box, Page

LETTER = re.compile(r"\(?([A-H])[.):]?")
ALIGNED = 0.013
TICK_MM = (2.2, 7.0)  # side of a box to tick


@dataclass(frozen=True, slots=True)
class Option:
    label: str
    box: Box  # where it is marked: a printed box, else the letter


def find_options(page: Page, lines: Sequence[Line]) -> list[Option]:
    """The options among a question's lines of one page: the last full set of three or more letters."""
    letters = [found for line in lines for found in _letters(line)]
    best: list[tuple[str, Word]] = []
    for start in (i for i, (label, _) in enumerate(letters) if label == "A"):
        chain = _follow(letters, start)
        if len(chain) >= max(3, len(best)):
            best = chain
    ticked = [(label, word, _tick_box(page, word)) for label, word in best]
    if len(best) == 3 and not all(box for _, _, box in ticked):
        return []  # three letters alone are as likely names of things
    around = (page.x_mm(1.5), page.y_mm(1.2))
    return [
        Option(label, box or Box(word.x0, word.y0, word.x1, word.y1).around(*around))
        for label, word, box in ticked
    ]


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
        if _is_tick_box(page, box)
        and abs(box.middle[1] - middle[1]) < page.y_mm(4)
        and abs(box.middle[0] - middle[0]) < page.x_mm(16)
    ]
    return min(near, key=lambda box: abs(box.middle[0] - middle[0]), default=None)


def _is_tick_box(page: Page, box: Box) -> bool:
    width, height = box.w * page.width_mm, box.h * page.height_mm
    return (
        TICK_MM[0] <= min(width, height) and max(width, height) <= TICK_MM[1] and 0.7 < width / height < 1.4
    )
