"""The points in one question's part of a table: by codes beside the text, marks behind it, or bullets."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markroom.reading.scheme.model import Point
from markroom.reading.scheme.tables import Band
from markroom.reading.structure.lines import Line
from markroom.reading.structure.page import Box

CODE = re.compile(r"(?P<open>\()?[d*]?(?P<code>[A-Z](?P<marks>\d))(?:dep|ft|cao|oe|\*)*\)?(?=$|[\s,.;:])")
NUMBER = re.compile(r"[\[(]?(\d{1,2})[\])]?$")
BEHIND = re.compile(r"\s*[(\[](\d)[)\]]\s*$")
BULLET = re.compile(r"^(?:[•●▪◦·–—-]|\uf0b7)\s*")
LEVEL = re.compile(r"(?:level|(?:mark\s+)?band)\s*\d.*?\(?(\d{1,2})\s*[-–]\s*(\d{1,2})", re.IGNORECASE)
GUIDANCE = re.compile(r"additional guidance|examiner.s? (?:note|comment)", re.IGNORECASE)
ALTERNATIVE = re.compile(r"alternative\s+(?:method|scheme|solution|\()\D*(\d?)", re.IGNORECASE)
INSTEAD = re.compile(r"\bif not\b|\botherwise\b|\bspecial case\b", re.IGNORECASE)
OBJECTIVE = re.compile(r"\bAO\s?\d(?:[.-]\d)*[a-z]?(?:\s*\(\d\))?")
OR = re.compile(r"or[:.]?$", re.IGNORECASE)
ACCEPT = re.compile(r"(?:allow|accept|condone)\b:?\s*", re.IGNORECASE)
REJECT = re.compile(r"(?:reject|do not (?:accept|allow|award)|not)\b:?\s*", re.IGNORECASE)
CHOICE = re.compile(r"[A-H]")


@dataclass(frozen=True, slots=True)
class _Code:
    code: str
    marks: int
    bracketed: bool
    y: float
    x: float
    note: str  # what stands behind it


def read_points(band: Band) -> tuple[list[Point], int | None, str | None]:
    """Points, the number of marks printed, and the letter of a multiple-choice answer."""
    end = _guidance_from(band)
    answers = [[line for line in lines if line.y0 < end] for lines in band.answers]
    text = [line for lines in answers for line in lines]
    printed = _printed(line for line in band.marks if line.y0 < end)
    if len(text) == 1 and CHOICE.fullmatch(text[0].text.strip()):
        return [], printed, text[0].text.strip()
    codes = sorted(_codes(band, end), key=lambda code: code.y)
    by_codes = _by_codes(codes, answers, band.cells, printed)
    points = by_codes or _by_levels(text) or _by_text(text, printed)
    return _with_notes(points, [line for line in band.notes if line.y0 < end]), printed, None


def has_guidance(band: Band) -> bool:
    """Further guidance on a question begins in it: no more points come."""
    return _guidance_from(band) < 1.0


def _guidance_from(band: Band) -> float:
    return min((line.y0 for line in _all(band) if GUIDANCE.match(line.text)), default=1.0)


def _all(band: Band) -> Iterator[Line]:
    yield from (line for lines in band.answers for line in lines)
    yield from band.notes
    yield from band.marks


def _printed(lines: Iterator[Line]) -> int | None:
    """The first number in the column of marks."""
    for line in lines:
        if match := NUMBER.match(OBJECTIVE.sub("", line.text).strip()):
            return int(match[1])
    return None


def _codes(band: Band, end: float) -> Iterator[_Code]:
    """Codes in the column of marks, else where notes begin with them."""
    for lines in (band.marks, band.notes):
        found = []
        before = ""
        for line in lines:
            text, instead = line.text, bool(INSTEAD.search(before))
            before = text
            if line.y0 < end and (match := CODE.match(text)):
                note = text[match.end() :].strip()
                at = (line.y0 + line.y1) / 2
                found.append(
                    _Code(
                        match["code"], int(match["marks"]), bool(match["open"]) or instead, at, line.x0, note
                    )
                )
        if found:
            yield from found
            return


def _by_codes(
    codes: Sequence[_Code], answers: Sequence[Sequence[Line]], cells: Sequence[Box], printed: int | None
) -> list[Point]:
    """In order; what follows the full marks, or is in brackets, is another way or part of a point's marks."""
    lines = list(answers[0]) if answers else []
    final = [line for column in answers[1:] for line in column]
    switches = [
        line for line in lines if (match := ALTERNATIVE.match(line.text)) and match[1] not in ("", "1")
    ]
    switches += [
        line for line in lines if (m := ALTERNATIVE.match(line.text)) and m[1] == "" and line is not lines[0]
    ]
    other_way = min((line.y0 for line in switches), default=1.0)
    points: list[Point] = []
    for code, said in zip(codes, _share(codes, lines, cells), strict=True):
        texts = _ways(said) or _ways([line for line in final if abs(line.y0 - code.y) < 1]) or [code.note]
        point = Point(code.code, texts[0], code.marks, tuple(texts[1:]))
        full = printed is not None and sum(point.marks or 0 for point in points) >= printed
        if code.bracketed or full or code.y > other_way:
            points = as_alternative(points, point)
        else:
            points.append(point)
    return points


def _share(codes: Sequence[_Code], lines: Sequence[Line], cells: Sequence[Box]) -> list[list[Line]]:
    """The lines each code stands for: those in its row of cells, else from its line to the next code's."""
    shares: list[list[Line]] = [[] for _ in codes]
    rows = [_row(code, codes, cells) for code in codes]
    for line in lines:
        if ALTERNATIVE.match(line.text):
            continue
        middle = (line.y0 + line.y1) / 2
        own = [i for i, row in enumerate(rows) if row and row.y0 <= middle < row.y1]
        before = [i for i, code in enumerate(codes) if code.y <= middle + 0.008 and rows[i] is None]
        open_ = [i for i, row in enumerate(rows) if row is None]
        chosen = own[:1] or before[-1:] or open_[:1]
        if chosen:
            shares[chosen[0]].append(line)
    return shares


def _row(code: _Code, codes: Sequence[_Code], cells: Sequence[Box]) -> Box | None:
    around = [box for box in cells if box.y0 <= code.y < box.y1 and box.x0 - 0.01 <= code.x <= box.x1]
    row = min(around, key=lambda box: box.h, default=None)
    alone = row is not None and sum(row.y0 <= other.y < row.y1 for other in codes) == 1
    return row if alone else None


def _ways(lines: Sequence[Line]) -> list[str]:
    """The text of some lines, parted where a line says only `or`."""
    ways: list[list[str]] = [[]]
    for line in lines:
        if OR.fullmatch(line.text.strip()):
            ways.append([])
        else:
            ways[-1].append(line.text.strip())
    return [text for way in ways if (text := " ".join(way).strip())]


def as_alternative(points: list[Point], other: Point) -> list[Point]:
    """Another way to earn the first point of the same code that has none of its text yet."""
    at = next(
        (i for i, p in enumerate(points) if p.code == other.code and other.text not in p.alternatives), None
    )
    if at is None or not other.text:
        return points
    same = [i for i, p in enumerate(points) if p.code == other.code]
    at = min(same, key=lambda i: len(points[i].alternatives))
    kept = replace(points[at], alternatives=(*points[at].alternatives, other.text))
    return [*points[:at], kept, *points[at + 1 :]]


def _by_levels(lines: Sequence[Line]) -> list[Point]:
    points: list[Point] = []
    for line in lines:
        if match := LEVEL.search(line.text):
            points.append(Point("level", line.text.strip(), max(int(match[1]), int(match[2]))))
        elif points:
            points[-1] = replace(points[-1], text=f"{points[-1].text} {line.text.strip()}")
    return points


def _by_text(lines: Sequence[Line], printed: int | None) -> list[Point]:
    """Points that end with their marks; else bullets, where there are as many as marks; else one for all."""
    if any(BEHIND.search(line.text) for line in lines):
        return list(_behind(lines))
    items: list[list[str]] = []
    for line in lines:
        if BULLET.match(line.text) or not items:
            items.append([])
        items[-1].append(BULLET.sub("", line.text).strip())
    texts = [" ".join(item).strip() for item in items]
    if printed and printed > 1 and len(texts) == printed:
        return [Point(None, text, 1) for text in texts]
    whole = _ways(lines)
    return [Point(None, whole[0], printed, tuple(whole[1:]))] if whole else []


def _behind(lines: Sequence[Line]) -> Iterator[Point]:
    said: list[str] = []
    for line in lines:
        match = BEHIND.search(line.text)
        said.append(BULLET.sub("", BEHIND.sub("", line.text)).strip())
        if match:
            yield Point(None, " ".join(filter(None, said)), int(match[1]))
            said = []


def _with_notes(points: list[Point], notes: Sequence[Line]) -> list[Point]:
    """What to allow and what to reject, kept with the first point (a column of notes names none)."""
    accept: list[str] = []
    reject: list[str] = []
    last: list[str] | None = None
    for line in notes:
        text = CODE.sub("", line.text).strip()
        for pattern, texts in ((ACCEPT, accept), (REJECT, reject)):
            if match := pattern.match(text):
                texts.append(text[match.end() :])
                last = texts
                break
        else:
            if last and text and text[0].islower() and not text.startswith("ignore"):
                last[-1] += f" {text}"
            else:
                last = None
    if not points or not (accept or reject):
        return points
    return [replace(points[0], accept=tuple(accept), reject=tuple(reject)), *points[1:]]
