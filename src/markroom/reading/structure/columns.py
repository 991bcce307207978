"""Where the text of a page stands in two columns."""

import re
from collections import Counter
from collections.abc import Sequence

from markroom.reading.pdf import Word

Gutter = tuple[float, float, float]  # x between the columns, and their top and bottom
MIDDLES = (0.5, 0.49, 0.51, 0.48, 0.52, 0.47, 0.53)
HALF = 0.008  # width of the strip
HEADED, FOOTED = 0.35, 0.88  # between them no word may stand across two columns
HEADING_WORD = re.compile(r"[^\W\d_]{3,}\W*$")
NUMBER = re.compile(r"\d{1,2}[.)]")
FULL, FEW, SEVERAL = 150, 8, 4  # words


def find_gutters(pages: Sequence[Sequence[Word]]) -> list[Gutter | None]:
    """For each page's words the strip near its middle that no word of a full page of text crosses.

    A heading may stand across above the columns, a line below them. Where most pages have two columns, one
    with few words may.
    """
    found = [_find_gutter(words) for words in pages]
    usual = Counter(gutter[0] for gutter in found if gutter).most_common(1)
    if usual and 2 * len([gutter for gutter in found if gutter]) >= len(pages):
        x = usual[0][0]
        found = [gutter or _beside(x, words, FEW) for gutter, words in zip(found, pages, strict=True)]
    return found


def _find_gutter(words: Sequence[Word]) -> Gutter | None:
    if len(words) < FULL and not _are_numbered(words):
        return None
    tried = (_beside(x, words, 0.3 * len(words)) for x in MIDDLES)
    return next((found for found in tried if found), None)


def _are_numbered(words: Sequence[Word]) -> bool:
    """Numbers with a stop stand one below the other in two places."""
    places = Counter(round(word.x0, 2) for word in words if NUMBER.fullmatch(word.text))
    return sum(count >= SEVERAL for count in places.values()) >= 2


def _beside(x: float, words: Sequence[Word], least: float) -> Gutter | None:
    """The columns on both sides of x, where each has more than `least` words."""
    across = [word for word in words if word.x0 < x + HALF and word.x1 > x - HALF]
    if any(HEADED <= word.y0 <= FOOTED for word in across):
        return None
    if across and not any(HEADING_WORD.match(word.text) for word in across):  # but a page number
        return None
    top = max((word.y1 for word in across if word.y0 < HEADED), default=0.0)
    bottom = min((word.y0 for word in across if word.y0 > FOOTED), default=1.0) - 0.001
    between = [word for word in words if top <= word.y0 <= bottom]
    left, right = sum(word.x1 < x for word in between), sum(word.x0 > x for word in between)
    return (x, top, bottom) if min(left, right) > least else None
