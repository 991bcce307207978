"""Where in a question's region there is room for its answer."""

import re
from collections.abc import Sequence

from markroom.reading.structure.lines import Line
from markroom.reading.structure.page import Box, Page, enclose
from markroom.reading.structure.regions import Region
from markroom.reading.structure.spaces import Space, is_leader

FILLED = re.compile(
    r"\b(?:tables?|grids?|graphs?|charts?|diagram|complete|fill|trace|axes|plot|matrix|boxes)\b",
    re.IGNORECASE,
)
GIVEN = re.compile(
    r"\b(?:words?|phrases?|numbers?|terms?|answers?|letters?|one)\b[^.?]{0,40}"
    r"\b(?:from|in) the (?:box|list|table)\b",
    re.IGNORECASE,
)
FIRST_LINE_MM = 12.0  # most room above the first line of a page
ASIDE_LINE_MM = 9.0  # beside a line at most above it
ASIDE_MM = 18.0  # least blank height that looks left for an answer below more text
MARKS_ONLY = re.compile(r"[\[(]?\s*(?:total\D{0,24})?\d{1,3}\s*(?:marks?|points?)?\s*[\])]?", re.IGNORECASE)


def around_spaces(region: Region, spaces: Sequence[Space]) -> Box:
    """From the text before the first space, so that working above a line is kept, to the end of the last."""
    page = region.page
    printed = enclose(space.box for space in spaces)
    first = min(spaces, key=lambda space: space.box.y0)
    texts = [line for line in region.lines if is_text(line)]
    above = [
        line.y1 for line in texts if line.y1 < first.box.y0 - page.y_mm(1.5) and _heads(line, first, page)
    ]
    beside = [line for line in region.lines if line.y1 > first.box.y0 - page.y_mm(3) and line.y0 < printed.y1]
    top = max([region.box.y0, *above]) + page.y_mm(0.6)
    if first.kind != "line":
        top = min(top, first.box.y0)
    if not (region.begins or above) and len(spaces) > 1:  # at the head of a next page
        top = max(top, printed.y0 - page.y_mm(FIRST_LINE_MM))
    last = [line.y1 for line in region.lines] if region.closed else [line.y1 for line in beside]
    bottom = max([printed.y1, *last]) + page.y_mm(1.5)
    if not region.closed and any(line.y0 > bottom for line in texts):  # "Justification:" and white space
        blanks = (
            band for band in page.blanks if bottom < band.y0 and band.y1 <= region.box.y1 + page.y_mm(9)
        )
        bottom = max([bottom, *(band.y1 for band in blanks if band.h * page.height_mm > ASIDE_MM)])
    bottom = min(region.box.y1, bottom)
    left = min([printed.x0, *(line.x0 for line in texts), *(line.x0 for line in beside)])
    right = max([printed.x1, *(line.x1 for line in texts)])
    return clean(Box(left - page.x_mm(1), min(top, printed.y0), right + page.x_mm(1), bottom), region)


def _heads(line: Line, space: Space, page: Page) -> bool:
    """It is text above a space, not a unit, a fraction or the beginning of an equation beside it."""
    if line.y1 >= space.box.y0 - page.y_mm(1.5):
        return False
    near = line.y1 > space.box.y0 - page.y_mm(ASIDE_LINE_MM)
    aside = all(word.x1 <= space.box.x0 or word.x0 >= space.box.x1 for word in line.words)
    return sum(map(str.isalpha, line.text)) >= 3 and not (near and aside and len(line.words) < 4)


def for_answers(region: Region, spaces: Sequence[Space], given: Sequence[Box], text: str) -> list[Space]:
    """Without the short lines of figures: text goes on below them, and nothing aligns them.

    Nor what lies in figures `given` to be looked at, nor tables and grids of a next page unless the
    question's `text` speaks of them.
    """
    if not spaces:
        return []
    last = _last_sentence(region) if any(space.loose for space in spaces) else 0.0
    cells = region.begins or FILLED.search(text) is not None
    if any(space.kind == "line" for space in spaces) and GIVEN.search(text):
        spaces = [space for space in spaces if space.kind == "line"]
    return [
        space
        for space in spaces
        if not (space.loose and space.box.y1 < last)
        and not any(figure.y0 <= space.box.middle[1] <= figure.y1 for figure in given)
        and (cells or space.kind in ("line", "box"))
    ]


def fills(spaces: Sequence[Space]) -> bool:
    """Enough to write in for the continuation of an answer on a next page."""
    return len(spaces) >= 2 or any(space.kind != "line" for space in spaces)


def find_blank(region: Region, room_mm: float, right: float) -> Box | None:
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
    if not tall:
        return None
    last = _last_sentence(region)
    behind = [band for band in tall if band.y0 > last]
    band = max(behind or tall, key=lambda band: band.h)
    xs = [x for line in region.lines for x in (line.x0, line.x1)]
    return clean(Box(min(xs) - page.x_mm(1), band.y0 + page.y_mm(0.5), max(*xs, right), band.y1), region)


def _last_sentence(region: Region) -> float:
    """Where it stands; below are at most units, marks, labels of drawings."""
    return max((line.y0 for line in region.lines if len(line.words) >= 4 and is_text(line)), default=0.0)


def whole(region: Region) -> Box:
    """Nothing is left free: the answer goes elsewhere or into what is printed."""
    drawn = [box for box in (*region.page.boxes, *region.page.rules) if region.box.meets(box) and box.h < 0.5]
    lines = [Box(line.x0, line.y0, line.x1, line.y1) for line in region.lines]
    shown = enclose([*lines, *drawn] or [region.box])
    box = Box(shown.x0, region.box.y0, shown.x1, min(shown.y1 + region.page.y_mm(1), region.box.y1))
    return clean(box, region)


def clean(box: Box, region: Region) -> Box:
    x0, y0 = max(box.x0, region.box.x0, 0.0), max(box.y0, region.box.y0, 0.0)
    x1, y1 = min(box.x1, region.box.x1, 1.0), min(box.y1, region.box.y1, 1.0)
    return Box(x0, y0, max(x1, min(x0 + 0.02, 1.0)), max(y1, min(y0 + 0.004, 1.0)))


def is_text(line: Line) -> bool:
    """Neither marks alone nor anything with dots to write on."""
    if len(line.words) <= 4 and MARKS_ONLY.fullmatch(line.text.strip()):
        return False
    return not any(is_leader(word.text) for word in line.words)
