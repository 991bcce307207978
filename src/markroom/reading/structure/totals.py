"""What a paper says of its marks as a whole: its total, and what every question has."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from markroom.reading.structure.lines import Line
from markroom.reading.structure.marks import name_section
from markroom.reading.structure.tree import HEADING, Node
from markroom.reading.structure.vocabulary import COUNTED, COUNTS, EXAM, POINTS

COUNT = rf"(\d{{1,2}}|{COUNTED})"
FOR_IT = rf"for\s+(?:this|the)\s+(?:\w+\s+)?{EXAM}(?:\s+{EXAM})?"
MOST = r"(?:(?:total|maximum|max\.?|full)\s+(?:number\s+of\s+)?(?:marks?|points?)|full\s+score)"
MOCK = r"(?:practice|sample|specimen|mock)"
EARNED = (
    r"(?:total|score|marks?|points?|grade|result|punkte(?:zahl)?|poäng|summe|note|puntos|calificación|nota|"
    r"punteggio|punti|voto|punten|cijfer)"
)
OUT_OF = r"(?:/|von|out\s+of|sur|av|su|de|van)"
PAPER_TOTAL = [  # the surest wording first
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"total\s+for\s+(?:this\s+)?paper\s*(?:is|=|:)\s*(\d{1,3})\s*marks?",
        rf"{MOST}\s*(?:available\s+)?(?:{FOR_IT}|available)?\s*(?:is|are|=|:)\s*\[?(\d{{1,3}})\b",
        r"(?:this\s+paper|the\s+paper|exam\w*)\s+(?:is|has|carries)\s+(?:a\s+total\s+of\s+)?(\d{2,3})\s+marks",
        r"^total\s+(?:marks?)?\s*:?\s*\[?\s?(\d{2,3})\s?\]?$",
        r"(?:highest|greatest|largest|maximum)\s+possible\s+(?:mark|score|points?)\s*(?:is|=|:)\s*(\d{2,3})\b",
        rf"this\s+{MOCK}(?:\s+{EXAM})?\s+(?:is|has|carries)\s+(?:just|only|worth|out\s+of|\s)*(\d{{1,3}})\b",
        r"total\s+marks?\s*[:—–-]?\s*(\d{2,3})\b",
        r"answer\s+all\s+questions?\W+(\d{2,3})\s+marks",
        r"total\s+of\s+(\d{2,3})\s+marks",
    )
]
COVER_TOTAL = [  # said on the cover, or at the end of the paper
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:total|gesamt\w*|insgesamt|totalt|totale|toplam|i\s+alt|en\s+tout)\W{{0,3}}(?:\w+\W{{1,3}}){{0,3}}?(\d{{2,3}})\s*(?:{POINTS})(?!\w)",
        rf"\b(\d{{2,3}})\s*(?:{POINTS})\s+(?:in\s+)?(?:total|possible|altogether)\b",
        rf"\b(?:max\w*|maks\w*|máxim\w+|massimo)\W{{1,3}}(?:\w+\W{{1,3}}){{0,4}}?(\d{{2,3}})\s*(?:{POINTS})(?!\w)",
        rf"\b(?:out\s+of|worth|sur|su|av)\s+(?:a\s+total\s+of\s+)?(\d{{2,3}})\s*(?:{POINTS})(?!\w)",
        rf"\b{EARNED}\b\W{{0,3}}(?:\w+\W{{1,3}})?[_.…\s]{{0,80}}{OUT_OF}\s{{0,3}}(\d{{1,3}})\b",
        rf"\b{EARNED}\s*:\s*(\d{{2,3}})\s*(?:{POINTS})?$",
        rf"\b(?:{POINTS})\b[^.:=\d]{{0,24}}[:=]\s*(\d{{2,3}})$",
    )
]
ANOTHER = re.compile(r"\b(?:real|actual)\s+(?:paper|exam\w*|test)\b", re.IGNORECASE)  # than this one
TOTAL_WORD = re.compile(r"mark|total|score", re.IGNORECASE)
OF_A_PART = re.compile(r"\b(?:section|question|part|each)\b", re.IGNORECASE)
CLOSING = 6  # lines
EACH_ONE = re.compile(
    r"(?:each\s+(?:correct\s+answer|question|item)|(?:a|every)\s+correct\s+answer)\s+"
    r"(?:will\s+score|scores?|carries|is\s+worth|receives)\s+(?:one|1)(?:\s+(?:mark|point)|\b(?![^\S\n]*\w))",
    re.IGNORECASE,
)
EACH = re.compile(
    rf"(?:each\s+question|all\s+questions)\s+(?:carry|carries|(?:is|are)\s+worth|scores?|gives?)\s+{COUNT}\s+(?:marks?|points?)"
    rf"|\b{COUNT}\s+(?:marks?|points?|pts?\.?)\s+(?:per|for\s+each)\s+question"
    rf"|\({COUNT}\s+(?:marks?|points?|pts?\.?)\s+each\b",
    re.IGNORECASE,
)


def read_paper_total(lines: Sequence[Line], first: int) -> int | None:
    """The total printed for the paper; the strongest wording wins, then the first place.

    `first` is the line of the first question. What a practice paper says of the real one is not its own,
    nor is what is said of a section.
    """
    texts = list(_with_next(lines, TOTAL_WORD))
    return _first_match(PAPER_TOTAL, texts) or _first_match(COVER_TOTAL, [*_outside(lines, first)])


def _outside(lines: Sequence[Line], first: int) -> Iterator[str]:
    texts = [line.text for line in lines]
    said = [*texts[:first], *texts[max(first, len(texts) - CLOSING) :]]
    yield from (*said, *(f"{a} {b}" for a, b in pairwise(said) if a and b))


def _with_next(lines: Sequence[Line], wanted: re.Pattern[str]) -> Iterator[str]:
    """Texts of lines, and of each with the next; only where the word is found, to spare the patterns."""
    texts = ["" if name_section(line.text) else line.text for line in lines]
    said = [wanted.search(text) is not None for text in texts]
    yield from (text for text, here in zip(texts, said, strict=True) if here)
    both = zip(pairwise(texts), pairwise(said), strict=True)
    yield from (f"{a} {b}" for (a, b), (here, there) in both if here or there)


def _first_match(patterns: Sequence[re.Pattern[str]], texts: Sequence[str]) -> int | None:
    for pattern in patterns:
        for text in texts:
            match = pattern.search(text)
            if match is None or ANOTHER.search(text, match.start(), match.end() + 20):
                continue
            if patterns is PAPER_TOTAL or not OF_A_PART.search(text, max(0, match.start() - 20), match.end()):
                return int(match[1])
    return None


def says_one_mark_each(lines: Sequence[Line]) -> bool:
    return EACH_ONE.search("\n".join([line.text for line in lines[:200]])) is not None


def read_count(text: str) -> int:
    """`3`, `three`."""
    return int(text) if text.isdigit() else COUNTS.index(text.lower()) + 1


def read_marks_of_each(lines: Sequence[Line], nodes: Sequence[Node]) -> Iterator[tuple[Node, int]]:
    """Questions and the marks that each of their kind is said to have.

    Said under a heading it holds up to the next one, said before all headings up to where it is said anew.
    """
    first = nodes[0].label.line if nodes else 0
    begins = {node.label.line for node in nodes}
    headings = [index for index, line in enumerate(lines) if HEADING.match(line.text)]
    said = {
        index: read_count(match[1] or match[2] or match[3])
        for index, (line, after) in enumerate(pairwise([*lines, *lines[-1:]]))
        if (index < first or index in headings or index + 1 in begins)
        and (match := EACH.search(f"{line.text} {after.text}"))
        and match.start() < len(line.text)
    }
    for index, value in said.items():
        under = any(heading <= index for heading in headings)
        below = [line for line in (*(headings if under else ()), *said) if line > index]
        end = min(below, default=len(lines))
        yield from ((node, value) for node in nodes if index < node.label.line < end)
