"""Marks as printed: beside a question, as a question's total, as the paper's total."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markroom.reading.structure.lines import Line

UNIT = r"(?:(?:\w+\s+)?marks?|(?:\w+\s+)?points?|pts?|p|poäng)"
IN_BRACKETS = re.compile(
    rf"\[\s*(?:Total\s*(?:for\s+question\s+\d+)?\s*[:=]?\s*)?(\d{{1,3}})\s*{UNIT}?\s*\]"
    rf"|[\[{{]\s?(\d{{1,3}})\s+{UNIT}\s?[\]}})]"  # as recognition may see it
    rf"|\((?:total\s*:?\s*)?(\d{{1,3}})\s*{UNIT}\s*\)",
    re.IGNORECASE,
)
ALONE = re.compile(rf"\(\s?(\d{{1,2}})\s?\)|(\d{{1,2}})\s+{UNIT}|[_.…]*\s?/\s?(\d{{1,2}})", re.IGNORECASE)
BROKEN = re.compile(  # a bracket that recognition missed, or took for a 1
    rf"(\d{{1,2}})\s?\)|\(\s?(\d{{1,2}})|[1Il|]?(\d{{1,2}})\s*{UNIT}\s?[\])}}]", re.IGNORECASE
)
QUESTION_TOTAL = re.compile(
    r"\(?\[?\s*total\s+(?:marks?\s+)?(?:for\s+)?question\s+(\d+)\s*(?:is|=|:)?\s*(\d{1,3})\s*marks?",
    re.IGNORECASE,
)
TOTAL = re.compile(
    r"[\[(]\s*(?:total|maximum)\s*(?:marks?)?\s*[:=]?\s*(\d{1,3})\s*(?:marks?)?\s*[\])]", re.IGNORECASE
)
FOR_IT = r"for\s+(?:this|the)\s+(?:\w+\s+)?(?:paper|exam\w*)"
MOST = r"(?:total|maximum)\s+(?:number\s+of\s+)?marks?"
MOCK = r"(?:practice|sample|specimen|mock)"
PAPER_TOTAL = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"total\s+for\s+(?:this\s+)?paper\s*(?:is|=|:)\s*(\d{1,3})\s*marks?",
        rf"{MOST}\s+(?:available\s+)?(?:{FOR_IT}|available)?\s*(?:is|are|=|:)\s*(\d{{1,3}})\b",
        r"(?:this\s+paper|the\s+paper|exam\w*)\s+(?:is|has|carries)\s+(?:a\s+total\s+of\s+)?(\d{2,3})\s+marks",
        r"^total\s+(?:marks?)?\s*:?\s*\[?\s?(\d{2,3})\s?\]?$",
        r"(?:highest|greatest|largest|maximum)\s+possible\s+(?:mark|score|points?)\s*(?:is|=|:)\s*(\d{2,3})\b",
        rf"this\s+{MOCK}(?:\s+(?:paper|exam\w*|test))?\s+(?:is|has|carries)\s+(?:just|only|worth|out\s+of|\s)*(\d{{1,3}})\b",
        r"total\s+marks?\s*:?\s*(\d{2,3})\b",
        r"answer\s+all\s+questions?\W+(\d{2,3})\s+marks",
        r"total\s+of\s+(\d{2,3})\s+marks",
    )
]
ANOTHER = re.compile(r"\b(?:real|actual)\s+(?:paper|exam\w*|test)\b", re.IGNORECASE)  # than this one
TOTAL_WORD = re.compile("mark|total", re.IGNORECASE)
EACH_ONE = re.compile(
    r"each\s+(?:correct\s+answer|question|item)\s+(?:will\s+score|scores?|carries|is\s+worth)\s+(?:one|1)\s+(?:mark|point)",
    re.IGNORECASE,
)
COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
COUNT = rf"(\d{{1,2}}|{'|'.join(COUNTS)})"
EACH = re.compile(
    rf"each\s+question\s+(?:carries|is\s+worth|scores?|gives)\s+{COUNT}\s+(?:marks?|points?)"
    rf"|\b{COUNT}\s+(?:marks?|points?)\s+(?:per|for\s+each)\s+question",
    re.IGNORECASE,
)
DIGIT = re.compile(r"\d")
SECTION = re.compile(r"^\W*section\s+([A-Z]|\d|[IVX]+)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mark:
    """A number of marks and where it is printed; `line` counts in reading order."""

    line: int
    x: float
    value: int
    question: int | None = None  # named in "Total for Question 3 is 9 marks"
    is_total: bool = False
    form: str = ""  # the bracket it is printed in


def read_marks(lines: Sequence[Line]) -> list[Mark]:
    marks = [mark for index, line in enumerate(lines) for mark in _line_marks(index, line)]
    column = [] if len(marks) >= 3 else _column_marks(lines)
    return sorted(marks + column, key=lambda mark: (mark.line, mark.x))


def _line_marks(index: int, line: Line) -> Iterator[Mark]:
    text = line.text
    if not DIGIT.search(text) or SECTION.match(text):
        return
    if of_question := QUESTION_TOTAL.search(text):
        yield Mark(index, line.x1, int(of_question[2]), int(of_question[1]), is_total=True)
        return
    if total := TOTAL.search(text):
        yield Mark(index, line.x1, int(total[1]), is_total=True)
        return
    found = list(IN_BRACKETS.finditer(text))
    several = sum(_is_bare(match) for match in found) > 1  # indices of an array
    for match in found:
        x = _x_at(line, match.start())
        if not _is_bare(match) or (not several and (match.end() == len(text) or x > 0.75)):
            yield Mark(index, x, int(match[1] or match[2] or match[3]), form=match[0][0])
    last = list(line.segments())[-1]
    tail = " ".join(word.text for word in last)
    if (alone := ALONE.fullmatch(tail)) and (last[0].x0 > 0.7 or alone[2]):
        yield Mark(index, last[0].x0, int(alone[1] or alone[2] or alone[3]), form=tail[0] if alone[1] else "")
    elif (broken := BROKEN.fullmatch(tail)) and last[0].x0 > 0.7 and last[-1].confidence < 1:
        yield Mark(index, last[0].x0, int(broken[1] or broken[2] or broken[3]), form="(")


def _is_bare(match: re.Match[str]) -> bool:
    return bool(match[1]) and not re.search(UNIT, match[0], re.IGNORECASE)


def _x_at(line: Line, offset: int) -> float:
    for word in line.words:
        if offset <= len(word.text):
            return word.x0 + (word.x1 - word.x0) * offset / len(word.text)
        offset -= len(word.text) + 1
    return line.x1


def _column_marks(lines: Sequence[Line]) -> list[Mark]:
    """Bare numbers in a column of their own at the right, under a heading that says marks."""
    headings = [w for line in lines for w in line.words if w.text.lower() in ("marks", "mark") and w.x0 > 0.7]
    if not headings:
        return []
    found = []
    for index, line in enumerate(lines):
        word = line.words[-1]
        gap = word.x0 - line.words[-2].x1 if len(line.words) > 1 else 1.0
        under = any(h.x0 - 0.02 < (word.x0 + word.x1) / 2 < h.x1 + 0.02 for h in headings)
        if under and gap > 1.5 * line.em and re.fullmatch(r"\d{1,2}", word.text):
            found.append(Mark(index, word.x0, int(word.text)))
    return found


def read_paper_total(lines: Sequence[Line]) -> int | None:
    """The total printed for the paper; the strongest wording wins, then the first place.

    What a practice paper says of the real one is not its own.
    """
    texts = [line.text for line in lines]
    joined = [*texts, *(f"{a} {b}" for a, b in pairwise(texts))]
    joined = [text for text in joined if TOTAL_WORD.search(text)]  # to spare the patterns most lines
    for pattern in PAPER_TOTAL:
        for text in joined:
            match = pattern.search(text)
            if match and not ANOTHER.search(text, match.start(), match.end() + 20):
                return int(match[1])
    return None


def says_one_mark_each(lines: Sequence[Line]) -> bool:
    texts = [line.text for line in lines[:200]]
    return any(EACH_ONE.search(f"{a} {b}") for a, b in pairwise(texts))


def read_count(text: str) -> int:
    """`3`, `three`."""
    return int(text) if text.isdigit() else COUNTS.index(text.lower()) + 1


def read_marks_of_each(lines: Sequence[Line]) -> int | None:
    """The marks that every question is said to have, in the lines before the first."""
    texts = [line.text for line in lines]
    for text in [*texts, *(f"{a} {b}" for a, b in pairwise(texts))]:
        if match := EACH.search(text):
            return read_count(match[1] or match[2])
    return None
