"""Whether a page's text layer can be used."""

import re
from collections.abc import Sequence
from dataclasses import replace

from markroom.reading.pdf import Word
from markroom.reading.structure.page import Page

VOWELS = re.compile(r"[aeiouyåäöéèêëáíóúüøæœAEIOUYÅÄÖÉÈÁÍÓÚÜØÆ]")
LATIN = re.compile(r"[A-Za-zÀ-ÿ]{4,}")
INKED = 0.004  # share of ink above which a page without words shows something


def has_text(page: Page) -> bool:
    return len(page.words) >= 3


def is_blank(page: Page) -> bool:
    return not has_text(page) and page.ink < INKED


def is_garbled(pages: Sequence[Page]) -> bool:
    """Whether words of four letters and more mostly lack a vowel: a font without a true character map."""
    words = [part for page in pages for word in page.words for part in LATIN.findall(word.text)]
    if len(words) < 20:
        return _mostly_unprintable([word for page in pages for word in page.words])
    return sum(bool(VOWELS.search(word)) for word in words) < 0.75 * len(words)


def _mostly_unprintable(words: Sequence[Word]) -> bool:
    text = "".join(word.text for word in words)
    strange = sum(not character.isprintable() or "\ue000" <= character <= "\uf8ff" for character in text)
    return len(text) > 50 and strange > 0.5 * len(text)


def find_unreadable(pages: Sequence[Page]) -> tuple[list[Page], list[str]]:
    """Pages with the words of illegible ones left out, and what to tell the user about them."""
    garbled = is_garbled(pages)
    scanned = [page.number for page in pages if not has_text(page) and not is_blank(page)]
    doubts = []
    if garbled:
        doubts.append(
            "The text in this file is stored in a way that cannot be read; its pages need text recognition."
        )
    elif scanned:
        doubts.append(f"{_name(scanned)} no text that can be read; text recognition is needed.")
    return [replace(page, words=()) if garbled else page for page in pages], doubts


def _name(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"Page {numbers[0]} has"
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"Pages {numbers[0]} to {numbers[-1]} have"
    return f"Pages {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} have"
