"""PDF basics: facts about a file, page images, words with their places.

PDFium is not thread-safe; a process-wide lock is held while a document is open, so threads take turns.
Use processes to read several files at once. Pages are 1-based; places are fractions from the page's top left.
"""

import ctypes
import math
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

MAX_PAGES = 500
MAX_SIDE_MM = 1500.0  # a little over A0
MAX_PIXELS = 100_000_000
MM_PER_POINT = 25.4 / 72

LEADER = 12  # dots kept of a row of them
RUN = re.compile(r"[^\s\x00\x02\x1c-\x1f\ufffe\uffff]+")  # characters without white space

_pdfium_lock = threading.RLock()


class Unreadable(Exception):
    """This file cannot be read."""


class EmptyFile(Unreadable):
    """This file is empty."""


class NotAPdf(Unreadable):
    """This file is not a PDF."""


class EncryptedPdf(Unreadable):
    """This PDF is protected by a password. Save it without one and send it again."""


class DamagedPdf(Unreadable):
    """This PDF is damaged and cannot be opened."""


class TooManyPages(Unreadable):
    """This PDF has too many pages."""


class PageTooLarge(Unreadable):
    """A page of this PDF is too large."""


@dataclass(frozen=True, slots=True)
class PdfFacts:
    page_count: int
    page_sizes_mm: tuple[tuple[float, float], ...]  # width, height as seen (after rotation)


@dataclass(frozen=True, slots=True)
class Word:
    """Text between two white spaces and the box of its ink, in fractions of the page.

    Of a long row of one character, as of dots to write on, only the first LEADER are kept.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float = 1.0  # of its letters, where they were recognised in a picture


@contextmanager
def open_pdf(data: bytes, max_pages: int = MAX_PAGES) -> Iterator[pdfium.PdfDocument]:
    """A checked, open document; holds the PDFium lock until left. Raises Unreadable."""
    if not data:
        raise EmptyFile
    if b"%PDF-" not in data[:1024]:
        raise NotAPdf
    with _pdfium_lock:
        document = _load(data)
        try:
            if len(document) == 0:
                raise EmptyFile
            if len(document) > max_pages:
                raise TooManyPages
            yield document
        finally:
            document.close()


def _load(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        # PDFium reports security handlers it does not know apart from a wanted password
        locked = (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY)
        raise (EncryptedPdf if getattr(error, "err_code", None) in locked else DamagedPdf) from error


def load_page(document: pdfium.PdfDocument, page: int) -> pdfium.PdfPage:
    """Page 1-based. Raises DamagedPdf where it cannot be parsed, PageTooLarge beyond MAX_SIDE_MM."""
    try:
        loaded = document[page - 1]
    except pdfium.PdfiumError as error:
        raise DamagedPdf from error
    if max(loaded.get_size()) * MM_PER_POINT > MAX_SIDE_MM:
        raise PageTooLarge
    if min(loaded.get_size()) <= 0:
        raise DamagedPdf
    return loaded


def inspect(data: bytes, max_pages: int = MAX_PAGES) -> PdfFacts:
    """Page count and sizes; parses every page's frame, renders none. Raises Unreadable."""
    with open_pdf(data, max_pages) as document:
        sizes = []
        for page in range(1, len(document) + 1):
            width, height = load_page(document, page).get_size()
            sizes.append((width * MM_PER_POINT, height * MM_PER_POINT))
        return PdfFacts(len(document), tuple(sizes))


def render(
    data: bytes, page: int, dpi: float, *, rgb: bool = False, max_pages: int = MAX_PAGES
) -> NDArray[np.uint8]:
    """One page (1-based) as uint8, (height, width) gray or (height, width, 3) RGB. Raises Unreadable."""
    with open_pdf(data, max_pages) as document:
        return render_page(load_page(document, page), dpi, rgb=rgb)


def render_page(page: pdfium.PdfPage, dpi: float, *, rgb: bool = False) -> NDArray[np.uint8]:
    """A loaded page as `render` gives it, in memory of its own. Raises PageTooLarge beyond MAX_PIXELS."""
    width, height = page.get_size()
    if (width * dpi / 72) * (height * dpi / 72) > MAX_PIXELS:
        raise PageTooLarge
    bitmap = page.render(scale=dpi / 72, grayscale=not rgb, rev_byteorder=True, maybe_alpha=False)
    pixels = np.array(bitmap.to_numpy()).astype(np.uint8, copy=False)
    bitmap.close()
    return np.ascontiguousarray(pixels[..., :3]) if rgb else pixels.reshape(pixels.shape[:2])


def read_words(page: pdfium.PdfPage, decode: Callable[[str], str] | None = None) -> list[Word]:
    """The visible upright words of the text layer in the file's order; none for a scan without one.

    `decode` turns the text into another of the same length.
    """
    text_page = page.get_textpage()
    try:
        text = text_page.get_text_range(errors="replace")
        if len(text) != text_page.count_chars():  # beyond the basic plane or dropped: ask one by one
            text = _read_characters(text_page)
        text = decode(text) if decode else text
        runs = [run.span() for run in RUN.finditer(text)]
        return list(_Ink(page, text_page).words(text, runs)) if runs else []
    finally:
        text_page.close()


def _read_characters(text_page: pdfium.PdfTextPage) -> str:
    codes = (pdfium_c.FPDFText_GetUnicode(text_page, i) for i in range(text_page.count_chars()))
    return "".join(chr(code) if 0 < code < 0x110000 else " " for code in codes)


def _held(function: Any) -> Any:
    """The same function, called without giving up the interpreter's lock: for calls so short that another
    thread's waking in each costs more than they do."""
    return ctypes.cast(function, ctypes.PYFUNCTYPE(function.restype, *function.argtypes))


_count_rects = _held(pdfium_c.FPDFText_CountRects)
_get_rect = _held(pdfium_c.FPDFText_GetRect)
_get_char_box = _held(pdfium_c.FPDFText_GetCharBox)


class _Ink:
    """Boxes of the words of one page, turned into fractions of the page as seen."""

    def __init__(self, page: pdfium.PdfPage, text_page: pdfium.PdfTextPage) -> None:
        self._text_page = text_page.raw
        self._matrix = _page_to_fraction(page)
        self._edges = [ctypes.c_double() for _ in range(4)]

    def words(self, text: str, runs: Sequence[tuple[int, int]]) -> Iterator[Word]:
        a, b, c, d, e, f = self._matrix
        left, top, right, bottom = self._enclose(runs)
        x0, x1 = np.sort((a * left + c * bottom + e, a * right + c * top + e), axis=0)
        y0, y1 = np.sort((b * left + d * bottom + f, b * right + d * top + f), axis=0)
        on_page = (abs(x0 + x1 - 1) <= 1) & (abs(y0 + y1 - 1) <= 1)
        tall = top - bottom > right - left
        places = np.stack((np.maximum(x0, 0), np.maximum(y0, 0), np.minimum(x1, 1), np.minimum(y1, 1)), 1)
        kept = zip(runs, places.tolist(), on_page.tolist(), tall.tolist(), strict=True)
        for (start, end), place, seen, upended in kept:
            if seen and not (upended and end - start > 1 and not self._upright(start)):
                yield Word(_shown(text[start:end]), *place)

    def _upright(self, index: int) -> bool:
        angle = pdfium_c.FPDFText_GetCharAngle(self._text_page, index)
        a, b, c, d, _, _ = self._matrix
        along_x, along_y = math.cos(angle), math.sin(angle)
        return bool(a * along_x + c * along_y > 10 * abs(b * along_x + d * along_y))

    def _enclose(self, runs: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
        """Of each run left, top, right and bottom in user space, (4, runs)."""
        edges, firsts = list[float](), list[int]()
        for start, end in runs:
            firsts.append(len(edges) // 4)
            edges += self._parts(start, end) or self._characters(start, end)
        left, top, right, bottom = np.reshape(edges, (-1, 4)).T
        return np.stack(
            (
                np.minimum.reduceat(left, firsts),
                np.maximum.reduceat(top, firsts),
                np.maximum.reduceat(right, firsts),
                np.minimum.reduceat(bottom, firsts),
            )
        )

    def _parts(self, start: int, end: int) -> list[float]:
        """The boxes PDFium joins from characters shown together; nothing where one has no size."""
        left, top, right, bottom = edges = self._edges
        found: list[float] = []
        for index in range(_count_rects(self._text_page, start, end - start)):
            _get_rect(self._text_page, index, *edges)
            if left.value == right.value:
                return []
            found += (left.value, top.value, right.value, bottom.value)
        return found

    def _characters(self, start: int, end: int) -> list[float]:
        left, right, bottom, top = edges = self._edges
        found: list[float] = []
        for index in range(start, end):
            _get_char_box(self._text_page, index, *edges)
            found += (left.value, top.value, right.value, bottom.value)
        return found


def _shown(text: str) -> str:
    leader = len(text) > LEADER and text.count(text[0]) == len(text)
    return text[:LEADER] if leader else text


def _page_to_fraction(page: pdfium.PdfPage) -> tuple[float, float, float, float, float, float]:
    """Affine map (a b c d e f) from PDF user space to page fractions, with rotation and crop box in it."""
    size = 1_000_000  # PDFium answers in whole device units

    def place(x: float, y: float) -> tuple[float, float]:
        device_x, device_y = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDF_PageToDevice(page, 0, 0, size, size, 0, x, y, device_x, device_y)
        return device_x.value / size, device_y.value / size

    (e, f), (ax, bx), (cy, dy) = place(0, 0), place(1000, 0), place(0, 1000)
    return (ax - e) / 1000, (bx - f) / 1000, (cy - e) / 1000, (dy - f) / 1000, e, f
