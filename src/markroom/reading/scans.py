"""Scanned files: their pages one after another as gray images, whatever the copier sent."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Self

import cv2
import numpy as np
import pikepdf
from PIL import Image, ImageOps

from markroom.reading import pdf
from markroom.reading.geometry import MM_PER_INCH, Gray, as_gray

RENDER_DPI = 200.0
MAX_PIXELS = 120_000_000  # A3 at 600 dpi and a little
MAX_PAGES = 5000
MEDIA_TYPES = ("application/pdf", "image/jpeg", "image/png", "image/tiff")

_IMAGE_FORMATS = {"image/jpeg": ["JPEG"], "image/png": ["PNG"], "image/tiff": ["TIFF"]}
_A4_LONG_INCH = 297 / MM_PER_INCH
_HALVE_ABOVE_DPI = 380  # half the size is decoded faster and still 190 dpi
_TOO_LARGE = "This page of the scan has too many pixels."
_MAX_CONTENT = 20_000
_PLACING_OPERATORS = frozenset("q Q cm Do gs ri i w W W* n re g G rg RG cs CS".split())  # noqa: SIM905


class UnreadableScan(Exception):
    """This file cannot be read as a scan. Send a PDF, JPEG, PNG or TIFF."""


class DamagedPage(Exception):
    """This page of the scan is damaged."""


@dataclass(frozen=True, slots=True, eq=False)
class ScanPage:
    """One page as scanned, before any turning; where it cannot be read gray is None and `error` says why."""

    index: int  # 0-based in the file
    gray: Gray | None
    dpi: float
    error: str | None = None


def scan_pages(data: bytes, media_type: str) -> Iterator[ScanPage]:
    """Every page of a file in its order, decoded one at a time; a damaged page comes with its error.

    Raises UnreadableScan when the file as a whole cannot be opened.
    """
    with Scan(data, media_type) as scan:
        for index in range(scan.page_count):
            yield scan.read_page(index)


class Scan:
    """An open scan file whose pages can be read in any order; close it or use it in a `with`."""

    def __init__(self, data: bytes, media_type: str) -> None:
        self._closing = ExitStack()
        try:
            if media_type == "application/pdf":
                self._source: _PdfSource | _ImageSource = _PdfSource(data, self._closing)
            elif media_type in _IMAGE_FORMATS:
                self._source = _ImageSource(data, media_type, self._closing)
            else:
                raise UnreadableScan(f"{media_type} is not a kind of scan")
        except BaseException:
            self._closing.close()
            raise
        self.page_count = self._source.page_count

    def read_page(self, index: int) -> ScanPage:
        """The page at a 0-based index; never raises for a bad page."""
        try:
            gray, dpi = self._source.read(index)
        except (DamagedPage, pdf.Unreadable) as error:
            return ScanPage(index, None, 0.0, str(error) or (error.__doc__ or ""))
        return ScanPage(index, gray, dpi)

    def close(self) -> None:
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _PdfSource:
    def __init__(self, data: bytes, closing: ExitStack) -> None:
        self._data = data
        try:
            self._pdf = closing.enter_context(pikepdf.open(BytesIO(data)))
            self.page_count = len(self._pdf.pages)
        except (pikepdf.PdfError, pikepdf.PasswordError) as error:
            raise UnreadableScan from error
        if not 0 < self.page_count <= MAX_PAGES:
            raise UnreadableScan(f"a scan has 1 to {MAX_PAGES} pages")

    def read(self, index: int) -> tuple[Gray, float]:
        """A page that is nothing but one JPEG is decoded directly (6 times faster), any other is rendered."""
        try:
            jpeg = _sole_jpeg(self._pdf.pages[index])
        except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError):
            jpeg = None  # an odd page: let PDFium judge it
        if jpeg is None:
            return pdf.render(self._data, index + 1, RENDER_DPI, max_pages=MAX_PAGES), RENDER_DPI
        raw, width_pt, turn = jpeg
        gray, dpi = _decode_jpeg(raw, width_pt / 72)
        return np.ascontiguousarray(np.rot90(gray, -turn // 90)), dpi


def _sole_jpeg(page: pikepdf.Page) -> tuple[bytes, float, int] | None:
    """Raw JPEG, its width on paper (points) and /Rotate of a page that is just one full-page JPEG."""
    drawn = dict(page.resources.get("/XObject", pikepdf.Dictionary()).items())
    if len(drawn) != 1 or page.get("/Annots"):
        return None
    (image,) = drawn.values()
    if image.get("/Subtype") != pikepdf.Name.Image:
        return None
    plain = image.get("/Filter") in (pikepdf.Name.DCTDecode, [pikepdf.Name.DCTDecode])
    if not plain or image.get("/SMask") or image.get("/Decode") or image.get("/ImageMask"):
        return None
    if image.get("/ColorSpace") not in (pikepdf.Name.DeviceGray, pikepdf.Name.DeviceRGB):
        return None
    frame = _placing(page) if _content_length(page) <= _MAX_CONTENT else None
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    if frame is None or not np.allclose(
        [*frame.shorthand], [right - left, 0, 0, top - bottom, left, bottom], atol=0.02 * (top - bottom)
    ):
        return None
    return image.read_raw_bytes(), frame.a, int(page.get("/Rotate", 0)) % 360


def _content_length(page: pikepdf.Page) -> int:
    """Bytes of the page's content as stored; what places one image needs few, more may be a bomb."""
    content = page.get("/Contents")
    streams = [content] if isinstance(content, pikepdf.Stream) else list(content or [])
    return sum(len(stream.read_raw_bytes()) for stream in streams)


def _placing(page: pikepdf.Page) -> pikepdf.Matrix | None:
    """The matrix under which the page draws its only XObject; None if it draws anything else."""
    matrix, stack, drawn = pikepdf.Matrix(), [], None
    for instruction in pikepdf.parse_content_stream(page):
        name = str(instruction.operator)
        if name not in _PLACING_OPERATORS:
            return None
        if name == "q":
            stack.append(matrix)
        elif name == "Q":
            matrix = stack.pop() if stack else matrix
        elif name == "cm":
            matrix = pikepdf.Matrix(*(float(part) for part in instruction.operands)) @ matrix
        elif name == "Do":
            if drawn is not None:
                return None
            drawn = matrix
    return drawn


class _ImageSource:
    def __init__(self, data: bytes, media_type: str, closing: ExitStack) -> None:
        try:
            self._image = closing.enter_context(Image.open(BytesIO(data), formats=_IMAGE_FORMATS[media_type]))
            self.page_count = getattr(self._image, "n_frames", 1) if media_type == "image/tiff" else 1
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise UnreadableScan from error
        if self.page_count > MAX_PAGES:
            raise UnreadableScan(f"a scan has 1 to {MAX_PAGES} pages")

    def read(self, index: int) -> tuple[Gray, float]:
        image = self._image
        try:
            image.seek(index)
            if image.width * image.height > MAX_PIXELS:
                raise DamagedPage(_TOO_LARGE)
            dpi = _stated_dpi(image) or max(image.size) / _A4_LONG_INCH
            return np.array(_flatten(ImageOps.exif_transpose(image))), dpi
        except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
            raise DamagedPage from error


def _stated_dpi(image: Image.Image) -> float | None:
    """The resolution a file claims, where a sheet of paper could have it."""
    dpi = float(image.info.get("dpi", (0, 0))[0])
    return dpi if 50 <= dpi <= 1300 else None


def _flatten(image: Image.Image) -> Image.Image:
    """As 8-bit gray on white paper."""
    if image.mode.startswith("I"):  # 16 bits a pixel, which PIL would clip
        return Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("L")


def _decode_jpeg(raw: bytes, width_inch: float) -> tuple[Gray, float]:
    """Gray pixels and their dpi; OpenCV is a third faster than PIL but silent where a JPEG breaks off."""
    try:
        with Image.open(BytesIO(raw), formats=["JPEG"]) as header:
            width, height = header.size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DamagedPage from error
    if width * height > MAX_PIXELS:
        raise DamagedPage(_TOO_LARGE)
    if not raw.rstrip(b"\0\r\n ").endswith(b"\xff\xd9"):
        raise DamagedPage
    half = width / width_inch > _HALVE_ABOVE_DPI
    flags = cv2.IMREAD_REDUCED_GRAYSCALE_2 if half else cv2.IMREAD_GRAYSCALE
    try:
        gray: Any = cv2.imdecode(np.frombuffer(raw, np.uint8), flags | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error as error:
        raise DamagedPage from error
    if gray is None:
        raise DamagedPage
    return as_gray(gray), gray.shape[1] / width_inch
