"""The pages of a file as structure takes them: words of the text layer, else recognised in the picture."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import cv2
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from markroom.reading import pdf
from markroom.reading.geometry import MM_PER_INCH, Gray, as_gray
from markroom.reading.scans import Scan, UnreadableScan
from markroom.reading.structure.drawings import DPI, Drawings, find_drawings
from markroom.reading.structure.glyphs import as_letters
from markroom.reading.structure.legibility import FEW_WORDS, find_illegible, has_text, is_garbled, is_picture
from markroom.reading.structure.page import Page

Progress = Callable[[int, int], None]
PagesRead = Callable[[Sequence[Page]], None]
GoOn = Callable[[], bool]
RECOGNITION_DPI = 200.0
PICTURE = 0.6  # share of a page that one picture covers where the page was scanned
IMAGES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
}


class DamagedImage(pdf.Unreadable):
    """This image is damaged and cannot be opened."""


@dataclass(slots=True)
class Intake:
    """`on_page` is told pages done, never fewer than before, and pages in all.

    `go_on` is asked before each page to be recognised; pages left over when it says no come without words.
    `on_pages` is shown the pages as they stand with every step, those yet to be recognised too: see
    `structure_so_far`.
    """

    on_page: Progress | None = None
    go_on: GoOn | None = None
    on_pages: PagesRead | None = None

    def read(self, data: bytes) -> list[Page]:
        """All pages of a PDF, PNG, JPEG or TIFF. Raises pdf.Unreadable."""
        kind = next((kind for magic, kind in IMAGES.items() if data.startswith(magic)), None)
        return self._read_images(data, kind) if kind else self._read_pdf(data)

    def _read_pdf(self, data: bytes) -> list[Page]:
        with pdf.open_pdf(data) as document:
            pages, total, done = list[Page](), len(document), 0
            for page in _read_printed(document):
                pages.append(page)
                done += not is_picture(page)
                self._tell(done, total, pages)
            illegible = find_illegible(pages)
            if _decipher(document, pages, illegible):
                illegible = find_illegible(pages)
            for count, number in enumerate(illegible):
                self._tell(max(done, total - len(illegible) + count), total, pages)
                page = replace(pages[number - 1], words=(), recognised=True)
                if self._may_go_on():
                    page = _recognised(page, _render(document, number), RECOGNITION_DPI)
                pages[number - 1] = page
            if illegible:
                self._tell(total, total, pages)
            return pages

    def _read_images(self, data: bytes, kind: str) -> list[Page]:
        try:
            with Scan(data, kind) as scan:
                return self._read_scan(scan)
        except UnreadableScan as error:
            raise DamagedImage from error

    def _read_scan(self, scan: Scan) -> list[Page]:
        pages: list[Page] = []
        for index in range(scan.page_count):
            sheet = scan.read_page(index)
            if sheet.gray is None:
                raise DamagedImage
            height, width = (side / sheet.dpi * MM_PER_INCH for side in sheet.gray.shape)
            page = Page(index + 1, width, height, (), recognised=True)
            if self._may_go_on():
                page = _recognised(page, *_shrunk(sheet.gray, sheet.dpi))
            pages.append(page)
            self._tell(index + 1, scan.page_count, pages)
        return pages

    def _may_go_on(self) -> bool:
        return self.go_on is None or self.go_on()

    def _tell(self, done: int, total: int, pages: Sequence[Page]) -> None:
        if self.on_page is not None:
            self.on_page(done, total)
        if self.on_pages is not None:
            self.on_pages(pages)


def _read_printed(document: pdfium.PdfDocument) -> Iterator[Page]:
    """Page by page, the drawings of one looked for (by OpenCV) while PDFium reads the next."""
    with ThreadPoolExecutor(1) as beside:
        ahead: deque[tuple[Page, Future[Drawings]]] = deque()
        for number in range(1, len(document) + 1):
            ahead.append(_begin(document, number, beside))
            if len(ahead) > 1:
                yield _finish(*ahead.popleft())
        while ahead:
            yield _finish(*ahead.popleft())


def _decipher(document: pdfium.PdfDocument, pages: list[Page], illegible: Sequence[int]) -> bool:
    """Replace words that are glyph numbers, where together they make a text; whether they do."""
    garbled = [number for number in illegible if has_text(pages[number - 1])]
    deciphered = {number: tuple(_reread(document, number)) for number in garbled}
    if is_garbled([word for words in deciphered.values() for word in words]) is not False:
        return False
    for number, words in deciphered.items():
        pages[number - 1] = replace(pages[number - 1], words=words)
    return True


def _reread(document: pdfium.PdfDocument, number: int) -> list[pdf.Word]:
    page = pdf.load_page(document, number)
    words = pdf.read_words(page, as_letters)
    page.close()
    return words


def _begin(document: pdfium.PdfDocument, number: int, beside: Executor) -> tuple[Page, Future[Drawings]]:
    page = pdf.load_page(document, number)
    width, height = (points * pdf.MM_PER_POINT for points in page.get_size())
    drawn = beside.submit(find_drawings, pdf.render_page(page, DPI))
    words = tuple(pdf.read_words(page))
    pictured = len(words) < FEW_WORDS and _is_picture(page)
    page.close()
    return Page(number, width, height, words, pictured=pictured), drawn


def _finish(page: Page, drawings: Future[Drawings]) -> Page:
    return _with_drawings(page, drawings.result())


def _with_drawings(page: Page, drawn: Drawings) -> Page:
    return replace(page, rules=drawn.rules, boxes=drawn.boxes, blanks=drawn.blanks, ink=drawn.ink)


def _is_picture(page: pdfium.PdfPage) -> bool:
    """One picture covers most of the page."""
    width, height = page.get_size()
    for shown in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = shown.get_bounds()
        if (right - left) * (top - bottom) > PICTURE * width * height:
            return True
    return False


def _render(document: pdfium.PdfDocument, number: int) -> Gray:
    page = pdf.load_page(document, number)
    image = pdf.render_page(page, RECOGNITION_DPI)
    page.close()
    return image


def _shrunk(gray: Gray, dpi: float) -> tuple[Gray, float]:
    """At most of the resolution that recognition needs."""
    if dpi <= 1.2 * RECOGNITION_DPI:
        return gray, dpi
    scale = RECOGNITION_DPI / dpi
    return as_gray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)), RECOGNITION_DPI


def _recognised(page: Page, gray: Gray, dpi: float) -> Page:
    """The page with what is seen in its picture, in the frame of the picture laid straight and upright."""
    from markroom.reading.ocr import lay_upright, recognise  # its model is slow to load

    upright = lay_upright(gray, dpi)
    sheet, turn = upright.sheet, upright.turn
    scale = DPI / dpi
    small = as_gray(cv2.resize(sheet.gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    if turn in (90, 270):
        page = replace(page, width_mm=page.height_mm, height_mm=page.width_mm)
    return replace(
        _with_drawings(page, find_drawings(small)), words=tuple(recognise(sheet, upright.segments)),
        recognised=True, read=True, tilt=sheet.tilt, turn=turn,
    )  # fmt: skip
