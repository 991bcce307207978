"""Where a pupil writes name and numbers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markroom.reading.pdf import Word
from markroom.reading.structure.lines import Line
from markroom.reading.structure.page import Box, Page, enclose

WHO, WHICH = "candidate|student", "full|family|first|last|other|given"
FIELDS = [
    (re.compile(pattern, re.IGNORECASE), kind, purpose)
    for pattern, kind, purpose in (
        (
            rf"(?:{WHO}|index|exam(?:ination)?)\s*(?:number|no\.?|id)\b|anonymous code",
            *2 * ("candidate_number",),
        ),
        (r"cent(?:re|er)\s*(?:number|no\.?)", "ignore", "centre_number"),
        (rf"(?:(?:{WHO}|{WHICH}|your)\s*)?(?:sur|fore)?names?\b", "name", "name"),
        (r"(?:candidate\s*)?signature", "ignore", "signature"),
    )
]
REACH_MM = 95.0
ROOM_MM = 6.0  # least height to write in
CELL_MM = (4.0, 15.0)
NEAR_MM = 40.0


@dataclass(frozen=True, slots=True)
class Field:
    kind: str  # name, candidate_number, ignore
    purpose: str
    page: int
    box: Box
    cells: int  # boxes for one character each
    confidence: float = 0.8


def find_fields(pages: Sequence[Page], lines: Sequence[Line], before: tuple[int, int]) -> list[Field]:
    """Fields on the pages before the first question; `before` is its page and line."""
    found: list[Field] = []
    for line in lines[: before[1]]:
        if line.page > before[0]:
            break
        segments = list(line.segments(2.0))
        for segment, after in zip(segments, [*segments[1:], ()], strict=True):
            text = " ".join(word.text for word in segment)
            for pattern, kind, purpose in FIELDS:
                if len(segment) <= 4 and pattern.match(text):
                    right = after[0].x0 if after else 1.0
                    found += _place(pages[line.page - 1], segment, kind, purpose, right)
                    break
    for page in pages[: before[0]]:
        if not any(field.page == page.number for field in found):
            found += _guess(page)
    return _distinct(found)


def _place(page: Page, label: Sequence[Word], kind: str, purpose: str, right: float) -> Iterator[Field]:
    """The boxes, else the line beside a label; else the room below it between two rules."""
    printed = enclose(Box(word.x0, word.y0, word.x1, word.y1) for word in label)
    for box in sorted(page.boxes, key=lambda box: (box.x0, box.y0)):
        if _beside(page, printed, box) or _near_below(page, printed, box) or _holds(box, printed):
            row = _row_of(page, box)
            whole = enclose(row)
            if _holds(whole, printed):
                whole = Box(whole.x0, printed.y1, whole.x1, whole.y1)
            if whole.h * page.height_mm > 3 and whole.w * page.width_mm > 12 and whole.h < 0.12:
                yield Field(kind, purpose, page.number, whole, len(row) if len(row) > 1 else 0)
                return
    for rule in page.rules:
        if _beside(page, printed, rule.around(0, page.y_mm(3))):
            yield Field(kind, purpose, page.number, Box(rule.x0, rule.y0 - page.y_mm(7), rule.x1, rule.y1), 0)
            return
    across = [rule for rule in page.rules if rule.x0 <= printed.x0 and printed.x1 <= rule.x1]
    over = max((r.y1 for r in across if 0 < printed.y0 - r.y1 < page.y_mm(8)), default=None)
    under = min(
        (r for r in across if 0 < r.y0 - printed.y1 < page.y_mm(14)), key=lambda r: r.y0, default=None
    )
    if over is not None and under is not None and (under.y0 - over) * page.height_mm > ROOM_MM:
        room = Box(printed.x0, printed.y1, min(under.x1, right - page.x_mm(1)), under.y0)
        yield Field(kind, purpose, page.number, room, 0)


def _guess(page: Page) -> Iterator[Field]:
    """Fields of a cover whose labels are not in the text: rows of cells, a wide box near them for the name.

    Where there are several rows the last in reading order is taken for the candidate's own number.
    """
    cells = [box for box in page.boxes if box.y1 < 0.5 and CELL_MM[0] < box.w * page.width_mm < CELL_MM[1]]
    rows: list[list[Box]] = []
    for box in sorted(cells, key=lambda box: (round(box.y0, 2), box.x0)):
        if not any(box in row for row in rows):
            rows.append(_row_of(page, box))
    rows = [row for row in rows if len(row) >= 3 and max(b.w for b in row) < 1.3 * min(b.w for b in row)]
    for row in rows:
        kind, purpose = ("candidate_number",) * 2 if row is rows[-1] else ("ignore", "centre_number")
        yield Field(kind, purpose, page.number, enclose(row), len(row), confidence=0.5)
    for box in page.boxes if rows else ():
        near = abs(box.middle[1] - enclose(rows[0]).middle[1]) * page.height_mm < NEAR_MM
        if near and box.w * page.width_mm > 60 and ROOM_MM < box.h * page.height_mm < 20:
            yield Field("name", "name", page.number, box, 0, confidence=0.5)


def _beside(page: Page, label: Box, box: Box) -> bool:
    level = box.y0 - page.y_mm(2) < label.middle[1] < box.y1 + page.y_mm(2)
    return level and -page.x_mm(2) < box.x0 - label.x1 < page.x_mm(REACH_MM) and box.h * page.height_mm < 20


def _near_below(page: Page, label: Box, box: Box) -> bool:
    return -page.y_mm(1) < box.y0 - label.y1 < page.y_mm(8) and abs(box.x0 - label.x0) < page.x_mm(8)


def _holds(box: Box, label: Box) -> bool:
    x, y = label.middle
    return box.x0 < x < box.x1 and box.y0 < y < box.y1


def _row_of(page: Page, first: Box) -> list[Box]:
    """Boxes of one height side by side from the first on."""
    row = [first]
    for box in sorted(page.boxes, key=lambda box: box.x0):
        last = row[-1]
        level = abs(box.y0 - last.y0) < page.y_mm(1) and abs(box.y1 - last.y1) < page.y_mm(1)
        if level and -page.x_mm(0.5) < box.x0 - last.x1 < page.x_mm(3):
            row.append(box)
    return row


def _distinct(fields: Sequence[Field]) -> list[Field]:
    kept: list[Field] = []
    for field in fields:
        inner = field.box.around(-0.002, -0.002)
        if not any(field.page == other.page and inner.meets(other.box) for other in kept):
            kept.append(field)
    return kept
