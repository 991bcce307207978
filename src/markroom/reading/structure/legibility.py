"""Which pages cannot be read by their text layer, and what to tell about those read otherwise."""

import re
from collections.abc import Collection, Iterator, Sequence
from statistics import fmean
from unicodedata import category

from markroom.reading.pdf import Word
from markroom.reading.structure.page import Page

VOWELS = re.compile(r"[aeiouyåäöéèêëáíóúüøæœAEIOUYÅÄÖÉÈÁÍÓÚÜØÆ]")
LATIN = re.compile(r"[A-Za-zÀ-ÿ]{4,}")
COMMON = "etaoinsrETAOINSR"  # about two thirds of the letters of a text, in most languages
NO_LETTERS = frozenset(("Cc", "Co", "Cn", "Cs"))  # control codes, private use, unassigned
INKED = 0.004  # share of ink above which a page with hardly a word shows something
LINE_INKED = 0.0008  # and one without any: a line of text
FEW_WORDS = 25  # a page with fewer over a full-page picture was scanned
ENOUGH_WORDS = 20  # to judge a text layer by
HARD = 0.85  # mean confidence of its words below which a page is hard to read


def has_text(page: Page) -> bool:
    return len(page.words) >= 3


def is_blank(page: Page) -> bool:
    return not has_text(page) and page.ink < INKED


def find_illegible(pages: Sequence[Page]) -> list[int]:
    """Numbers of the pages that show something but whose text layer is missing or garbled.

    A page with few words is judged by the whole file, whose fonts it shares.
    """
    garbled = {page.number: is_garbled(page.words) for page in pages if has_text(page)}
    if None in garbled.values():
        whole = is_garbled([word for page in pages for word in page.words])
        garbled = {number: whole if own is None else own for number, own in garbled.items()}
    return [page.number for page in pages if is_picture(page) or garbled.get(page.number)]


def is_picture(page: Page) -> bool:
    """Shows something, but has no text of its own."""
    return _shows_something(page) and (not has_text(page) or page.pictured)


def _shows_something(page: Page) -> bool:
    return not is_blank(page) or (not page.words and page.ink >= LINE_INKED)


def is_garbled(words: Sequence[Word]) -> bool | None:
    """Whether the letters are not those printed, as with a font without a character map; None where too few
    to tell."""
    latin = LATIN.findall(" ".join([word.text for word in words]))
    if len(latin) >= ENOUGH_WORDS:
        voiced = sum(bool(VOWELS.search(word)) for word in latin) / len(latin)
        letters = "".join(latin)
        return voiced < 0.75 or sum(map(letters.count, COMMON)) < 0.4 * len(letters)
    text = "".join(word.text for word in words)
    strange = sum(category(letter) in NO_LETTERS or letter == "\ufffd" for letter in text)
    return True if len(text) > 50 and strange > 0.3 * len(text) else None


def find_doubts(pages: Sequence[Page], asked: Collection[int] | None = None) -> Iterator[str]:
    """What to tell about pages whose text was recognised, or should have been; `asked` are those on which
    questions were found."""
    unread = [page.number for page in pages if page.recognised and not page.read]
    if unread:
        yield f"There was no time to read {name_pages(unread)}."
    read = [page for page in pages if page.read and has_text(page)]
    if told := [page.number for page in read if not asked or page.number in asked]:
        yield f"Text was recognised on {name_pages(told)}. Check labels and marks there."
    turned = [page.number for page in read if page.turn]
    if turned:
        yield (
            f"The text on {name_pages(turned)} lies on its side or upside down and was read as if turned. "
            "Turn such pages in the file and send it again, or draw their cut lines by hand."
        )
    empty = [page.number for page in pages if not has_text(page) and not is_blank(page)]
    if empty := [number for number in empty if number not in unread]:
        yield f"No text could be read on {name_pages(empty)}."
    hard = [page.number for page in read if fmean(word.confidence for word in page.words) < HARD]
    if hard:
        yield f"The text on {name_pages(hard)} is hard to read."


def name_pages(numbers: Sequence[int]) -> str:
    """In words: page 3, pages 3 and 4, pages 3, 5 and 8 to 12."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    names = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    return f"{'page' if len(numbers) == 1 else 'pages'} {listed}"
