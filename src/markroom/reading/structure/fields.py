"""Where a pupil writes name and numbers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markroom.reading.pdf import Word
from markroom.reading.structure.lines import Line, page_lines
from markroom.reading.structure.page import Box, Page, enclose
from markroom.reading.structure.spaces import is_leader

WHO, WHICH = "candidate|student", "full|family|first|last|other|given"
CODE = r"(?:[^\W\d]+\W+){0,6}?(?:anonymous|personal|anonyma|personliga) (?:code|id|kod)\b[^:]{0,24}:"
FIELDS = [
    (re.compile(pattern, re.IGNORECASE), kind, purpose)
    for pattern, kind, purpose in (
        (
            rf"(?:{WHO}|index|exam(?:ination)?)\s*(?:number|no\.?|id)\b|{CODE}",
            *2 * ("candidate_number",),
        ),
        (r"cent(?:re|er)\s*(?:number|no\.?)", "ignore", "centre_number"),
        (rf"(?:(?:{WHO}|{WHICH}|your)\s*)?(?:sur|fore)?names?\b", "name", "name"),
        (r"(?:candidate\s*)?signature", "ignore", "signature"),
    )
]
NAMING = re.compile(
    rf"(?:{WHO}|cent(?:re|er)|index|exam(?:ination)?|(?:sur|fore)?names?|signature|code|kod)\W*",
    re.IGNORECASE,
)
BROKEN = re.compile(rf"(?:{WHO}|cent(?:re|er))", re.IGNORECASE)  # its second word on the next line
SECOND = re.compile(r"(?:number|no\.?|id|name)\W?", re.IGNORECASE)
REACH_MM = 95.0
ROOM_MM = 6.0  # least height to write in
BELOW_MM = 4.5  # the same below a label
BEHIND_MM = 25.0  # least width behind a label
WHITE_MM = 50.0
CELL_MM = (4.0, 15.0)
NEAR_MM = 40.0
LOW = 0.12  # of the page: a higher box holds more than a field
WORDS = 4  # of a label
Words = tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Field:
    kind: str  # name, candidate_number, ignore
    purpose: str
    page: int
    box: Box
    cells: int  # boxes for one character each
    confidence: float = 0.8


def find_fields(pages: Sequence[Page], lines: Sequence[Line], before: tuple[int, int]) -> list[Field]:
    """Fields before the first question; `before` is its page and line."""
    last, line = before
    if not pages:
        return []
    end = lines[line].y0 if line < len(lines) else 1.0
    covers = [_above(page, end) if page.number == last else page for page in pages[:last]]
    printed: dict[int, list[Line]] = {last: list(page_lines(covers[-1], covers[-1].words))}  # its head, too
    for each in lines[:line]:
        if each.page != last:
            printed.setdefault(each.page, []).append(each)
    found = [field for page in covers for field in _labelled(page, printed.get(page.number, ()))]
    for page in covers:
        found = found or list(_guess(page))
    return _distinct(found)


def _above(page: Page, end: float) -> Page:
    """What stands above a question's label: a number read out of an answer is another pupil's."""
    words = tuple(word for word in page.words if word.y1 <= end)
    boxes = tuple(box for box in page.boxes if box.y1 <= end)
    return replace(page, words=words, boxes=boxes, rules=tuple(rule for rule in page.rules if rule.y1 <= end))


def _labelled(page: Page, lines: Sequence[Line]) -> Iterator[Field]:
    if not any(NAMING.fullmatch(word.text) for word in page.words):
        return
    segments = [segment for line in lines for segment in line.segments(2.0)]
    labels = [
        label for segment in segments for label in _labels(segment + _next_line(page, segment, segments))
    ]
    places = [_around(words) for words, _, _ in labels]
    printed = [Box(w.x0, w.y0, w.x1, w.y1) for w in page.words if labels and not is_leader(w.text)]
    for label, (words, kind, purpose) in zip(places, labels, strict=True):
        others = [other for other in places if other is not label]
        if place := _Place(page, label, others, printed, words[-1].text.endswith(":")).find():
            yield Field(kind, purpose, page.number, enclose(place), len(place) if len(place) > 1 else 0)


def _labels(words: Words) -> Iterator[tuple[Words, str, str]]:
    """The label that a run of words begins with, and those behind it."""
    text = " ".join(word.text for word in words)
    for pattern, kind, purpose in FIELDS if words else ():
        if match := pattern.match(text):
            length = len(text[: match.end()].split())
            behind = list(_labels(words[length:]))
            if match[0].endswith(":") or len(words) <= WORDS:
                yield (words[:length] if behind or match[0].endswith(":") else words), kind, purpose
                yield from behind
            return


def _next_line(page: Page, segment: Words, segments: Sequence[Words]) -> Words:
    """The rest of a label broken over two lines: `Centre` above `number`."""
    if len(segment) > 1 or not BROKEN.fullmatch(segment[0].text):
        return ()
    first = _around(segment)
    for other in segments:
        below = other[0]
        near = 0 < below.y0 - first.y0 < page.y_mm(8) and below.x0 < first.x1 and first.x0 < below.x1
        if near and SECOND.fullmatch(below.text):
            return other[:1]
    return ()


def _around(words: Sequence[Word]) -> Box:
    return enclose(Box(word.x0, word.y0, word.x1, word.y1) for word in words)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where to write what a label asks for; `others` are the other labels of the page."""

    page: Page
    label: Box
    others: Sequence[Box]
    words: Sequence[Box]  # all of the page
    asks: bool  # with a colon

    def find(self) -> list[Box]:
        """One box, or cells for a character each."""
        if inside := self._in_its_box():
            return [inside]
        if boxes := self._beside() or self._below():
            return boxes
        place = self._between_rules() or self._white()
        return [place] if place else []

    def _in_its_box(self) -> Box | None:
        """Below or behind the label, as far as the next label in the same box."""
        page, label = self.page, self.label
        holders = [box for box in page.boxes if _holds(box, label) and box.h < LOW]
        holder = min(holders, key=lambda box: box.w * box.h, default=None)
        if holder is None:
            return None
        left = (
            label.x0
            if any(_holds(holder, other) and other.x0 < label.x0 for other in self.others)
            else holder.x0
        )
        right = min(holder.x1, self._next() - page.x_mm(1))
        rules = (rule.y0 for rule in page.rules if rule.x0 < label.x1 and label.x0 < rule.x1)
        under = min((y for y in rules if page.y_mm(BELOW_MM) < y - label.y1), default=holder.y1)
        if (holder.y1 - label.y1) * page.height_mm > BELOW_MM:
            return Box(left, label.y1, right, min(under, holder.y1))
        if (right - label.x1) * page.width_mm > BEHIND_MM:
            return Box(label.x1 + page.x_mm(1), holder.y0, right, holder.y1)
        return None

    def _next(self) -> float:
        """Where the next label on its line begins."""
        level = (o.x0 for o in self.others if o.y0 < self.label.middle[1] < o.y1 and o.x0 > self.label.x1)
        return min(level, default=1.0)

    def _beside(self) -> list[Box]:
        """The nearest box or line behind it, or white where a colon asks for it."""
        page, label = self.page, self.label
        lines = (Box(rule.x0, rule.y0 - page.y_mm(7), rule.x1, rule.y1) for rule in page.rules)
        level = [
            box
            for box in (*page.boxes, *lines)
            if -page.x_mm(2) < box.x0 - label.x1 < page.x_mm(REACH_MM)
            and box.y0 - page.y_mm(1) < label.middle[1] < box.y1 + page.y_mm(2)
            and box.x0 < self._next()
            and self._is_free(box)
        ]
        return self._as_cells(min(level, key=lambda box: box.x0)) if level else []

    def _below(self) -> list[Box]:
        page, label = self.page, self.label
        for box in sorted(page.boxes, key=lambda box: box.x0):
            aligned = abs(box.x0 - label.x0) < page.x_mm(8) or box.x0 < label.middle[0] < box.x1
            if -page.y_mm(1) < box.y0 - label.y1 < page.y_mm(8) and aligned and self._is_free(box):
                return self._as_cells(box)
        return []

    def _white(self) -> Box | None:
        """What a colon leaves free."""
        page, label = self.page, self.label
        white = Box(
            label.x1, label.y0 - page.y_mm(3), label.x1 + page.x_mm(WHITE_MM), label.y1 + page.y_mm(1)
        )
        taken = any(white.meets(word) and word.x0 > label.x1 for word in self.words)
        return white if self.asks and white.x1 < 1 and not taken else None

    def _is_free(self, box: Box) -> bool:
        """Low enough for a field, and without text."""
        low = 3 < box.h * self.page.height_mm < 20
        return low and not any(_holds(box, word) for word in self.words)

    def _as_cells(self, first: Box) -> list[Box]:
        row = _row_of(self.page, first) if first.w * self.page.width_mm <= CELL_MM[1] else [first]
        return row if enclose(row).w * self.page.width_mm > 12 else []

    def _between_rules(self) -> Box | None:
        """Below the label, or behind it where the lines stand close."""
        page, label = self.page, self.label
        across = [rule for rule in page.rules if rule.x0 <= label.x0 and label.x1 <= rule.x1]
        over = max((r.y1 for r in across if 0 < label.y0 - r.y1 < page.y_mm(8)), default=None)
        below = [r for r in across if 0 < r.y0 - label.y1 < page.y_mm(14)]
        under = min(below, key=lambda rule: rule.y0, default=None)
        if over is None or under is None or (under.y0 - over) * page.height_mm <= ROOM_MM:
            return None
        right = min(under.x1, self._next() - page.x_mm(1))
        if (under.y0 - label.y1) * page.height_mm > BELOW_MM:
            return Box(label.x0, label.y1, right, under.y0)
        return Box(label.x1 + page.x_mm(1), over, right, under.y0)


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


def _holds(box: Box, label: Box) -> bool:
    x, y = label.middle
    return box.x0 < x < box.x1 and box.y0 < y < box.y1


def _row_of(page: Page, first: Box) -> list[Box]:
    """Boxes of one height side by side from the first on."""
    row = [first]
    for box in sorted(page.boxes, key=lambda box: box.x0):
        last = row[-1]
        level = abs(box.y0 - last.y0) < page.y_mm(1) and abs(box.y1 - last.y1) < page.y_mm(1)
        small = box.w * page.width_mm <= CELL_MM[1]
        if level and small and -page.x_mm(0.5) < box.x0 - last.x1 < page.x_mm(3):
            row.append(box)
    return row


def _distinct(fields: Sequence[Field]) -> list[Field]:
    kept: list[Field] = []
    for field in fields:
        inner = field.box.around(-0.002, -0.002)
        if not any(field.page == other.page and inner.meets(other.box) for other in kept):
            kept.append(field)
    return kept
