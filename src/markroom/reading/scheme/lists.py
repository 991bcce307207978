"""Schemes set as running text: a heading per question, below it the points with their marks."""

import re
from collections.abc import Iterator, Sequence

from markroom.reading.scheme.labels import Numbering
from markroom.reading.scheme.model import Point
from markroom.reading.structure.lines import Line

HEADING = re.compile(
    r"(?:question\s*|q\.?\s*)?(\d{1,2}(?:\.\d{1,2})*)?[.)]?\s*((?:\([a-z]{1,4}\)\s*){0,3})"
    r"(?:[:.\s-]*[\[(]\s*(\d{1,2})\s*(?:marks?|points?)?[^\])]{0,20}[\])])?",
    re.IGNORECASE,
)
BEFORE = re.compile(r"[\[(](\d{1,2})(?:\s*marks?)?[\])]\s+(?=\S)")
BEHIND = re.compile(r"\s*(?:[\[(](\d{1,2})(?:\s*marks?)?[\])]|\b(\d)\s+marks?)\s*$", re.IGNORECASE)

Found = tuple[str, int, int | None, list[Point]]  # path, page, marks printed, points


def read_lists(lines: Sequence[Line]) -> Iterator[Found]:
    numbering = Numbering()
    found: Found | None = None
    for line in lines:
        text = line.text.strip()
        if heading := _heading(text, numbering):
            if found:
                yield found
            path, marks, rest = heading
            found = (path, line.page, marks, [])
            text = rest
        if found and text:
            _add(found[3], text)
    if found:
        yield found


def _heading(text: str, numbering: Numbering) -> tuple[str, int | None, str] | None:
    """The label a line begins with, where it stands alone, names its marks or says `Question`."""
    match = HEADING.match(text)
    if match is None or not (match[1] or match[2]):
        return None
    keyword, rest = match[0][:1].lower() == "q", text[match.end() :].strip()
    if not keyword and match[3] is None and not match[2] and rest:
        return None
    path = numbering.read(f"{match[1] or ''}{match[2]}")
    return (path, int(match[3]) if match[3] else None, rest) if path else None


def _add(points: list[Point], text: str) -> None:
    """A line that begins or ends with marks is a point; any other goes on with the last."""
    if before := BEFORE.match(text):
        points.append(Point(None, text[before.end() :], int(before[1])))
    elif behind := BEHIND.search(text):
        words = text[: behind.start()].strip()
        if points and points[-1].marks is None:
            words = f"{points.pop().text} {words}".strip()
        points.append(Point(None, words, int(behind[1] or behind[2])))
    elif points:
        last = points[-1]
        points[-1] = Point(last.code, f"{last.text} {text}", last.marks)
    else:
        points.append(Point(None, text, None))
