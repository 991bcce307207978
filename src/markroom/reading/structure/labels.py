"""Where a line of text begins with something that may number a question or a part."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markroom.reading.pdf import Word
from markroom.reading.structure.lines import Line
from markroom.reading.structure.vocabulary import COUNTED, COUNTS, QUESTION

NUMERALS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")
ROMANS = {numeral: value for value, numeral in enumerate(NUMERALS, start=1)}
ABOUT = r"answer|attempt|choose|complete|do|end|for|from|in|read|see|to|use|using"
KEYWORD = re.compile(
    rf"(?:(?!(?:{ABOUT})\b)[A-Z]\w+\s)?(?:{QUESTION}|q\.?)\s*(?:n[°º]\s?)?"
    rf"(?:(?=\d)|(?P<count>{COUNTED})(?=\W*$|\s*[(\[:.–—-]))",
    re.IGNORECASE,
)
AHEAD = re.compile(  # of a number: its marks, as `2p 1`, or room for an answer, as `( ) 1.` and `___ 1.`
    r"(\d{1,2}p(?:ts?|unten)?\.?)|[(\[]|[)\]]|[(\[]?[_.…]{2,12}[)\]]?|[(\[][)\]]|[□☐▢]", re.IGNORECASE
)
BARE = re.compile(r"[a-h]")
SET_OFF = 0.7  # inks behind a letter that stands for itself
LETTERED = re.compile(r"[a-h][.)]")
NUMBERED = re.compile(r"\d{1,2}[.)]")
CONTINUED = re.compile(  # bounded, so that rows of dots cost nothing
    r"(?:question|q)?[ .]{0,2}\d{0,2}[ .)]{0,2}(?:\([a-z]{1,4}\) ?){0,3}"
    r"\(?(?:continue[sd]?|cont\.|begins|starts)\b",
    re.IGNORECASE,
)
PART_WORD = re.compile(r"part\b", re.IGNORECASE)
PIECES = {
    "(#)": re.compile(r"\((\d{1,2})\)\.?"),
    "#.#.#": re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{1,2})\.?(?![\d.])"),
    "#.#": re.compile(r"(\d{1,2})\.(\d{1,2})\.?(?![\d.])"),
    "#.": re.compile(r"(\d{1,2})[.:]"),
    "#)": re.compile(r"(\d{1,2})\)"),
    "#": re.compile(r"(\d{1,2})(?=\*?$|\(|[a-h]$)"),
    "(a)": re.compile(r"\(([a-z]{1,4}|[A-Z]|i?[vVxX]i{0,3})\)\.?"),
    "a)": re.compile(r"([a-z]{1,4}|[A-Z])\)\.?"),
    "a.": re.compile(r"([a-z]{1,4}|[A-Z]|i?[vVxX]i{0,3})[.:]"),
    "a": re.compile(r"([a-h])$"),
}
ALIKE = frozenset("ckopsuvwxz")  # as capitals
DOUBTED = 0.6
BOXED = re.compile(r"(\d[1-9]|[1-9]\d)(?:\.?(\d{1,2}))?(?![\d.])")
GLUED = re.compile(r"([a-hA-H])[.:)]?")
ENDED = re.compile(r"[).:]")
NUMBERS = ("#.#.#", "#.#", "#.", "#)", "#")
DECIMAL = ("#.#", "#.#.#", "0#.#")  # parts named with the number of their question
BEHIND_NUMBER = ("a",)
LISTED = ("#.", "#)")
Piece = tuple[str, str, Word, Word | None]  # style, text, ink, the word behind


@dataclass(frozen=True, slots=True)
class Label:
    """One reading of a printed label: `value` 1 for `1`, `a`, `i`."""

    line: int
    page: int
    kind: str  # number, letter, LETTER, roman
    style: str  # the pattern it is printed in
    value: int
    text: str  # as it stands in a path: 1, 01, a, A, ii
    x0: float
    x1: float
    y0: float
    y1: float
    first: bool  # begins its line
    gap: float  # to the text behind it, in em; 99 where nothing follows
    leads: bool = False  # another label follows directly
    shift: float = 0.0  # of its column of text to the right of the page's first
    within: str = ""  # the label right before it on its line
    sure: float = 1.0  # of its letters


def read_labels(lines: Sequence[Line]) -> list[list[Label]]:
    """For every line the labels it begins with, outermost first, each in all its readings."""
    left: dict[tuple[int, float], float] = {}
    for line in lines:
        column = (line.page, line.column[0])
        left[column] = min(line.x0, left.get(column, 1.0))
    shifts = {(page, start): x - left.get((page, 0.0), x) for (page, start), x in left.items()}
    return [list(_line_labels(i, line, shifts[line.page, line.column[0]])) for i, line in enumerate(lines)]


def _line_labels(index: int, line: Line, shift: float) -> Iterator[Label]:
    pieces = list(_pieces(line))
    if not pieces or CONTINUED.match(line.text):
        return
    top = min((box.y0 for _, _, box, _ in pieces), default=0.0)
    for order, (style, matched, box, behind) in enumerate(pieces):
        gap = (behind.x0 - box.x1) / max(line.em, 0.006) if behind else 99.0
        common = Label(
            index, line.page, "", style, 0, "", box.x0, box.x1, top, box.y1,
            first=order == 0, gap=gap, leads=order + 1 < len(pieces), shift=shift,
            within=pieces[order - 1][1] if order else "", sure=box.confidence,
        )  # fmt: skip
        for kind, value in _readings(matched):
            yield replace(common, kind=kind, value=value, text=matched)
        for meant in _mistaken(matched) if box.confidence < 1 else ():
            for kind, value in _readings(meant):
                yield replace(
                    common, kind=kind, value=value, text=meant, style=style.replace("#", "a"),
                    sure=DOUBTED * box.confidence,
                )  # fmt: skip


def _mistaken(text: str) -> Iterator[str]:
    """What else a recognised label may say: strokes of a numeral, a letter's other case."""
    numeral = text.lower().replace("l", "i").replace("1", "i")
    if numeral in ROMANS:
        yield from (meant for meant in (numeral, f"i{numeral}") if meant != text)
    if text.lower() in ALIKE:
        yield text.swapcase()


def _readings(text: str) -> Iterator[tuple[str, int]]:
    if text.isdigit():
        yield "number", int(text)
        return
    if len(text) == 1:
        yield ("letter" if text.islower() else "LETTER"), ord(text.lower()) - ord("a") + 1
    if text in ROMANS:
        yield "roman", ROMANS[text]


def _pieces(line: Line) -> Iterator[Piece]:
    """Labels from the line's start on."""
    words = _without_ahead(line.words)
    keyword = ""
    if opening := KEYWORD.match(line.text):
        keyword, counted = "Q", opening["count"]
        words, begin = _skip(list(line.words), opening.start("count") if counted else opening.end())
        if counted:
            number = str(COUNTS.index(counted.lower()) + 1)
            words[0] = replace(words[0], text=number + words[0].text[len(counted) :])
    elif PART_WORD.match(line.text) and len(words) > 1:
        keyword, begin = "P", words.pop(0)
    if keyword:
        style, text, rest = _match_keyword(keyword, words[0].text)
        if not style:
            return
        first = words.pop(0)
        behind = replace(first, text=rest) if rest else (words[0] if words else None)
        yield (
            style,
            text,
            Word("", begin.x0, min(begin.y0, first.y0), first.x1, max(begin.y1, first.y1)),
            behind,
        )
        if glued := GLUED.fullmatch(rest):  # Question 1A
            yield "a", glued[1], replace(first, text=glued[1], x0=first.x1), words[0] if words else None
        elif rest:
            words = [replace(first, text=rest), *words]
        keyword = "done"
    if not keyword and (boxed := _boxed_digits(words)):
        yield from boxed[0]
        words = boxed[1]
        keyword = "done"
    yield from _word_pieces(words, bool(keyword), max(line.em, 0.006))


def _without_ahead(words: Sequence[Word]) -> list[Word]:
    """Without the marks (`2p 1`) or the room to answer (`( ) 1.`, `___ 1.`) that stand before a number."""
    for index, word in enumerate(words[:4]):
        ahead = AHEAD.fullmatch(word.text)
        if ahead is None:
            marked = index == 1 and AHEAD.fullmatch(words[0].text)[1]  # type: ignore[index]
            return list(words[index:] if index and (marked or NUMBERED.match(word.text)) else words)
    return list(words)


def _skip(words: list[Word], offset: int) -> tuple[list[Word], Word]:
    """Drop a text's first characters from its words; also the first word dropped."""
    begin = words[0]
    while offset >= len(words[0].text) + 1:
        offset -= len(words.pop(0).text) + 1
    head = words[0]
    return [replace(head, text=head.text[offset:]), *words[1:]], begin


def _match_keyword(keyword: str, text: str) -> tuple[str, str, str]:
    pattern = r"(\d{1,2})[.:)]?" if keyword == "Q" else r"([A-H])[.:)]?$"
    match = re.match(pattern, text)
    return (keyword, match[1], text[match.end() :]) if match else ("", "", "")


def _boxed_digits(words: list[Word]) -> tuple[list[Piece], list[Word]] | None:
    """`0 1` and `0 1 . 2`, each digit printed in a box of its own."""
    if not (words and words[0].text.isdigit()):
        return None  # as most lines
    texts = "".join(word.text if len(word.text) == 1 else "x" for word in words[:6])
    match = BOXED.match(texts)
    if match is None or (texts[0] != "0" and "." not in match[0]):
        return None
    used, rest = words[: match.end()], words[match.end() :]
    if used[-1].x0 - used[0].x1 > 0.12:
        return None
    box = Word("", used[0].x0, min(w.y0 for w in used), used[-1].x1, max(w.y1 for w in used))
    behind = rest[0] if rest else None
    number = ("0#", match[1], box, behind)
    part = ("0#.#", match[2], replace(box, x0=used[-1].x0), behind)
    return ([number, part] if match[2] else [number]), rest


def _word_pieces(words: list[Word], numbered: bool, em: float) -> Iterator[Piece]:
    rest = words
    while rest:
        word, rest = rest[0], rest[1:]
        text = word.text.strip("*•")
        if not text and not numbered:  # a star before the number
            continue
        if not numbered and BARE.fullmatch(text) and (not rest or rest[0].x0 - word.x1 > SET_OFF * em):
            yield "bare", text, word, rest[0] if rest else None
            return
        matches = _split(text, numbered)
        if not matches:
            return
        width, begin = (word.x1 - word.x0) / len(word.text), word.x0
        for style, label, length in matches:
            box = replace(word, text=label, x0=begin, x1=begin + length * width)
            begin += length * width
            yield style, label, box, rest[0] if rest else None
        numbered = True


def _split(text: str, numbered: bool) -> list[tuple[str, str, int]]:
    """A word that is all labels, `1(a)(ii)`, as style, label and length of each; else nothing."""
    found: list[tuple[str, str, int]] = []
    if text[:1].isalpha() and len(text) > 1 and not ENDED.search(text, 0, 5):
        return found  # as most words
    while text:
        for style, pattern in PIECES.items():
            in_place = (
                (style in BEHIND_NUMBER and found)
                if style in BEHIND_NUMBER
                else not ((numbered or found) and style in NUMBERS)
            )
            if in_place and (match := pattern.match(text)):
                break
        else:
            return []
        if style in DECIMAL:
            levels = ("#.", "#.#", "#.#.#")[: len(match.groups())]
            found += [
                (level, match[i], match.end(i) - match.start(i) + 1) for i, level in enumerate(levels, 1)
            ]
        else:
            found.append((style, match[1], match.end()))
        text = text[match.end() :].lstrip("*")
        if text.startswith("["):  # marks right behind: 1(a)[3
            break
        lettered = style in LISTED and LETTERED.fullmatch(text)  # 1.a.
        if text and style[-1] in ".)" and style[0] != "(" and text[0] != "(" and not lettered:  # a.m., 3.)b
            return []
    return found
