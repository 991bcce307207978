"""Marks as printed: beside a question, in a column at the right, before a number, as a question's total."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter

from markroom.reading.pdf import Word
from markroom.reading.structure import vocabulary
from markroom.reading.structure.lines import FOOT, HEAD, Line
from markroom.reading.structure.vocabulary import POINTS

UNIT = rf"(?:(?:[^\W\d]+\s+)?(?:{POINTS}))"
IN_BRACKETS = re.compile(
    rf"\[\s*(?:Total\s*(?:for\s+question\s+\d+)?\s*[:=]?\s*)?(\d{{1,3}})\s*(?:{UNIT}|M)?\s*\]"
    rf"|[\[{{]\s?(\d{{1,3}})\s+{UNIT}\s?[\]}})]"  # as recognition may see it
    rf"|\((?:total\s*:?\s*)?(\d{{1,3}})\s*{UNIT}\s*\)",
    re.IGNORECASE,
)
ALONE = re.compile(
    rf"\(\s?(\d{{1,2}})\s?\)|(\d{{1,2}})\s*{UNIT}|[_.…]*\s?/\s?(\d{{1,2}})\s?(?:{POINTS})?", re.IGNORECASE
)
WORKED_OUT = re.compile(  # (2+3 marks), [5 x 1 = 5], (0–3)
    rf"[\[(]\s?(?:(\d{{1,2}}(?:\s?\+\s?\d{{1,2}}){{1,4}})\s?(?:{UNIT}\s?[\])]|\]$)"
    rf"|(?:\d{{1,2}}\s?[+x×*]\s?){{1,4}}\d{{1,2}}\s?=\s?(\d{{1,3}})\s?{UNIT}?\s?[\])])"
    r"|[\[(]0\s?[-–—]\s?(\d{1,2})[\])]\W*$",
    re.IGNORECASE,
)
AT_THE_END = (
    re.compile(  # of a line's text, without a bracket or a unit; taken where a paper does so more than once
        rf"(?:(?<![\d=+])[ _.…]/\s?|(?<!\d)(?:\s|\s?[-–—:])\s?(?=\d{{1,2}}\s?(?:[a-z]{{2}}|p\.?$)))"
        rf"(\d{{1,2}})\s?(?:{POINTS})?\)?$"
        r"|(?<=[.?!]\s)\((\d{1,2})\)$",
        re.IGNORECASE,
    )
)
BARE_FORM = "(#)"
OPENED = re.compile(r"[\[(](\d{1,2})")
UNIT_ENDS = re.compile(rf"(?:{POINTS})[\])]", re.IGNORECASE)
AHEAD = re.compile(r"(\d{1,2})p(?:ts?|unten)?\.?", re.IGNORECASE)  # 2p 14
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
MARKS = ("marks", "mark", "MARKS", "MARK", "Marks", "Mark", "BE")  # head a column
PAPER_SUM = re.compile(r"\W*(?:total|score|sum|points|punkte)\b", re.IGNORECASE)  # ... /28
BARE = re.compile(r"[1-9]\d?")
DIGIT = re.compile(r"\d")
SECTION = re.compile(rf"^\W*(?:{vocabulary.SECTION})\W{{1,3}}([A-Z]|\d|[IVX]+)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mark:
    """A number of marks and where it is printed; `line` counts in reading order."""

    line: int
    x: float
    value: int
    question: int | None = None  # named in "Total for Question 3 is 9 marks"
    is_total: bool = False
    form: str = ""  # the bracket it is printed in


@lru_cache(maxsize=2000)  # asked for every line of a paper, by several readers
def name_section(text: str) -> str | None:
    """The letter or number of the section that a line heads."""
    found = SECTION.match(text)
    return found[1].upper() if found else None


def read_marks(lines: Sequence[Line]) -> list[Mark]:
    below = {index + 1 for index, line in enumerate(lines) if name_section(line.text)}  # a section's marks
    sections = {index for index in below if index < len(lines) and ALONE.fullmatch(lines[index].text)}
    marks = [mark for i, line in enumerate(lines) if i not in sections for mark in _line_marks(i, line)]
    marks += _wrapped_marks(lines)
    column = _margin_marks(lines)
    if len(marks) < 3:
        column = max(column, _column_marks(lines), key=len)
    elif len(column) < len(marks):
        column = []
    if len(marks) + len(column) < 3:
        column += _trailing_marks(lines)
    taken = {mark.line for mark in column}
    marks = [mark for mark in _without_equations(marks) if mark.line not in taken]
    return sorted(marks + column, key=lambda mark: (mark.line, mark.x))


def _without_equations(marks: Sequence[Mark]) -> list[Mark]:
    """Without (1), (2), (3) …, where a paper names the unit of its marks: they number equations."""
    bare = [mark for mark in marks if mark.form == BARE_FORM]
    numbers = [mark.value for mark in sorted(bare, key=attrgetter("line"))]
    named = len(marks) - len(bare)
    equations = len(bare) >= 3 and named > 3 and numbers == list(range(1, len(bare) + 1))
    return [mark for mark in marks if not equations or mark.form != BARE_FORM]


def _line_marks(index: int, line: Line) -> Iterator[Mark]:
    text = line.text
    if not DIGIT.search(text) or name_section(text):
        return
    if of_question := QUESTION_TOTAL.search(text):
        yield Mark(index, line.x1, int(of_question[2]), int(of_question[1]), is_total=True)
    elif total := TOTAL.search(text):
        yield Mark(index, line.x1, int(total[1]), is_total=True)
    elif worked_out := WORKED_OUT.search(text):
        value = worked_out[2] or worked_out[3] or sum(map(int, worked_out[1].split("+")))
        yield Mark(index, _x_at(line, worked_out.start()), int(value), form=worked_out[0][0])
    else:
        yield from _marks_ahead(index, line)
        yield from _bracketed_marks(index, line)
        yield from _last_marks(index, line)


def _marks_ahead(index: int, line: Line) -> Iterator[Mark]:
    first, *rest = line.words
    if rest and (ahead := AHEAD.fullmatch(first.text)) and DIGIT.match(rest[0].text):
        yield Mark(index, rest[0].x0, int(ahead[1]))


def _bracketed_marks(index: int, line: Line) -> Iterator[Mark]:
    text = line.text
    found = list(IN_BRACKETS.finditer(text))
    several = sum(_is_bare(match) for match in found) > 1  # indices of an array
    for match in found:
        x = _x_at(line, match.start())
        if not _is_bare(match) or (not several and (match.end() == len(text) or x > 0.75)):
            yield Mark(index, x, int(match[1] or match[2] or match[3]), form=match[0][0])


def _last_marks(index: int, line: Line) -> Iterator[Mark]:
    """Marks that stand by themselves at the end of a line."""
    last = list(line.segments())[-1]
    tail = " ".join(word.text for word in last)
    alone = ALONE.fullmatch(tail)
    if alone and alone[3] and PAPER_SUM.match(line.text):
        return
    if alone and (last[0].x0 > 0.7 or alone[2]):
        yield Mark(
            index, last[0].x0, int(alone[1] or alone[2] or alone[3]), form=BARE_FORM if alone[1] else ""
        )
    elif (broken := BROKEN.fullmatch(tail)) and last[0].x0 > 0.7 and last[-1].confidence < 1:
        yield Mark(index, last[0].x0, int(broken[1] or broken[2] or broken[3]), form=BARE_FORM)


def _wrapped_marks(lines: Sequence[Line]) -> Iterator[Mark]:
    """`(2` at the end of a line, `marks)` at the end of the next."""
    for index, (line, after) in enumerate(pairwise(lines)):
        word, unit = line.words[-1], after.words[-1]
        opened = OPENED.fullmatch(word.text)
        if opened and abs(word.x1 - unit.x1) < 0.02 and UNIT_ENDS.fullmatch(unit.text):
            yield Mark(index + 1, unit.x0, int(opened[1]), form=word.text[0])


def _is_bare(match: re.Match[str]) -> bool:
    return bool(match[1]) and not re.search(UNIT, match[0], re.IGNORECASE)


def _x_at(line: Line, offset: int) -> float:
    for word in line.words:
        if offset <= len(word.text):
            return word.x0 + (word.x1 - word.x0) * offset / len(word.text)
        offset -= len(word.text) + 1
    return line.x1


def _trailing_marks(lines: Sequence[Line]) -> list[Mark]:
    """Marks right behind the text: `/3`, `– 4 points`, `? (2)`, where a paper prints several.

    Not 1, 2, 3 …: these number equations.
    """
    found = [
        Mark(index, line.words[-1].x0, int(match[1] or match[2]))
        for index, line in enumerate(lines)
        if not name_section(line.text)
        and not PAPER_SUM.match(line.text)
        and (match := AT_THE_END.search(line.text[-24:]))
    ]
    equations = len(found) >= 3 and [mark.value for mark in found] == list(range(1, len(found) + 1))
    return found if len(found) >= 2 and not equations else []


def _margin_marks(lines: Sequence[Line]) -> list[Mark]:
    """Numbers one below the other in the right margin, where hardly any text reaches."""
    found: list[tuple[int, Word]] = []
    for index, line in enumerate(lines):
        word = line.words[-1]
        aside = len(line.words) == 1 or word.x0 - line.words[-2].x1 > 1.5 * line.em
        aside = aside and word.x0 > 0.8 and HEAD < line.y0 < FOOT
        if aside and BARE.fullmatch(word.text) and not PAPER_SUM.match(line.text):
            found.append((index, word))
    best: list[tuple[int, Word]] = []
    for _, one in found:
        group = [(i, word) for i, word in found if min(abs(word.x0 - one.x0), abs(word.x1 - one.x1)) < 0.006]
        best = max(best, group, key=len)
    if len(best) < 3:
        return []
    left, inside = min(word.x0 for _, word in best), {index for index, _ in best}
    reach = sum(
        any(word.x1 > left and word.text not in MARKS for word in line.words)
        for index, line in enumerate(lines)
        if index not in inside and HEAD < line.y0 < FOOT
    )
    alone = sum(lines[index].words[0] is word for index, word in best)
    if reach > 0.5 * len(best) or alone > 0.7 * len(best):
        return []
    return [Mark(index, word.x0, int(word.text)) for index, word in best]


def _column_marks(lines: Sequence[Line]) -> list[Mark]:
    """Bare numbers in a column of their own at the right, under a heading that says marks."""
    headings = [w for line in lines for w in line.words if w.text in MARKS and w.x0 > 0.7]
    if not headings:
        return []
    found = []
    for index, line in enumerate(lines):
        word = line.words[-1]
        gap = word.x0 - line.words[-2].x1 if len(line.words) > 1 else 1.0
        under = any(h.x0 - 0.02 < (word.x0 + word.x1) / 2 < h.x1 + 0.02 for h in headings)
        if (
            under
            and not PAPER_SUM.match(line.text)
            and gap > 1.5 * line.em
            and re.fullmatch(r"\d{1,2}", word.text)
        ):
            found.append(Mark(index, word.x0, int(word.text)))
    return found
