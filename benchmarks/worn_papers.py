"""Papers made worse on purpose: without mistakes to count, no confidence can be calibrated."""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

from markroom.reading import pdf
from markroom.reading.pdf import Word
from markroom.reading.structure.page import Page

MISREAD = {"1": "l", "(": "", ")": "", "a": "o", "2": "z", "i": "l", "[": "", "]": "J", "5": "S", "0": "O"}
Change = Callable[[Word, float], Word | None]
MARK = re.compile(r"[\[(]\s?\d{1,2}|\d{1,2}[\])]|marks?[\])]?$", re.IGNORECASE)


def wear(pages: Sequence[Page], name: str) -> Iterator[tuple[str, list[Page]]]:
    """The pages as they are and worn in several ways, each with its name; the same for the same name."""
    yield "as printed", list(pages)
    for share in (0.02, 0.05):
        yield (
            f"{share:.0%} of words lost",
            _each_word(pages, name, lambda w, r, s=share: None if r < s else w),
        )
    for share in (0.05, 0.15):
        yield (
            f"{share:.0%} of short words misread",
            _each_word(pages, name, lambda w, r, s=share: _misread(w, r, s)),
        )
    yield "without marks", _each_word(pages, name, lambda w, _: None if MARK.match(w.text) else w)


def _each_word(pages: Sequence[Page], name: str, change: Change) -> list[Page]:
    chance = random.Random(name)
    return [
        replace(page, words=tuple(new for word in page.words if (new := change(word, chance.random()))))
        for page in pages
    ]


def _misread(word: Word, chance: float, share: float) -> Word | None:
    if len(word.text) > 6 or chance > share:
        return word
    text = "".join(MISREAD.get(letter, letter) for letter in word.text)
    return replace(word, text=text, confidence=0.7) if text else None


def scan(data: bytes, name: str, dpi: int = 150, worst_tilt: float = 1.2, grain: float = 8.0) -> bytes:
    """The paper as a copier sends it: pictures only, tilted, grayish and grainy."""
    chance, noise = random.Random(name), np.random.default_rng(7)
    pictures = []
    for number in range(1, pdf.inspect(data).page_count + 1):
        gray = pdf.render(data, number, dpi)
        height, width = gray.shape
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), chance.uniform(-worst_tilt, worst_tilt), 1)
        gray = cv2.GaussianBlur(cv2.warpAffine(gray, turn, (width, height), borderValue=255), (0, 0), 0.6)
        worn = np.clip(gray * 0.93 + 8 + noise.normal(0, grain, gray.shape), 0, 255)
        pictures.append(Image.fromarray(worn.astype(np.uint8)))
    out = BytesIO()
    pictures[0].save(out, "PDF", resolution=dpi, save_all=True, append_images=pictures[1:], quality=75)
    return out.getvalue()
