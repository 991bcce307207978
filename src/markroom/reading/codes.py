"""The page code: a QR code that says which batch, script and page a sheet is.

The text is `MK` and 36 base-32 digits (22 bytes: the batch's whole UUID, script number, page and place,
CRC-16), 38 characters of QR's alphanumeric set: just a version 2 symbol at error level M, 25 × 25 modules.
"""

import struct
from base64 import b32decode, b32encode
from binascii import crc_hqx
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from markroom.reading.geometry import Gray, as_gray

MODULES = 25  # side of the printed symbol without its quiet zone
MAX_SCRIPT_NUMBER = 0xFFFF
MAX_PAGE = 0xFFF
MAX_PLACES = 16

_PREFIX = "MK"
_LAYOUT = struct.Struct(">16sHH")
_CORNER = (0.2, 0.25)  # share of height and width searched in each corner before the whole page
_ENLARGE_BELOW_PX = 3500


@dataclass(frozen=True, slots=True)
class PageCode:
    """What a printed code says; `place` (which of the page's places carries it) is not its identity."""

    batch_id: UUID
    script_number: int  # 1..MAX_SCRIPT_NUMBER
    page: int  # 1..MAX_PAGE
    place: int = field(default=0, compare=False)  # 0..MAX_PLACES-1, index into the page's code places


@dataclass(frozen=True, slots=True, eq=False)
class FoundCode:
    """A QR code seen on a sheet; `code` is None where it is not one of ours."""

    text: str
    code: PageCode | None
    corners_px: NDArray[np.float64]  # (4, 2) x, y in the image: the symbol's own top left, then clockwise


def encode_code(code: PageCode) -> str:
    """The text printed for a code. Raises ValueError for numbers outside their ranges."""
    if not (
        1 <= code.script_number <= MAX_SCRIPT_NUMBER
        and 1 <= code.page <= MAX_PAGE
        and 0 <= code.place < MAX_PLACES
    ):
        raise ValueError(f"page code out of range: {code}")
    payload = _LAYOUT.pack(code.batch_id.bytes, code.script_number, code.page << 4 | code.place)
    payload += crc_hqx(payload, 0xFFFF).to_bytes(2, "big")
    return _PREFIX + b32encode(payload).decode().rstrip("=")


def decode_code(text: str) -> PageCode | None:
    """The code a text was made from; None for any text `encode_code` does not write."""
    if len(text) != 38 or not text.startswith(_PREFIX) or not text.isascii():
        return None
    try:
        payload = b32decode(text[len(_PREFIX) :] + "====")
    except ValueError:
        return None
    batch, script_number, page_and_place = _LAYOUT.unpack(payload[:-2])
    if script_number == 0 or page_and_place < 16:
        return None
    code = PageCode(UUID(bytes=batch), script_number, page_and_place >> 4, page_and_place & 15)
    return code if encode_code(code) == text else None


def draw_code(code: PageCode) -> NDArray[np.bool_]:
    """The symbol's (MODULES, MODULES) modules, True black, without quiet zone (QR model 2, ISO/IEC 18004)."""
    symbol = zxingcpp.create_barcode(encode_code(code), zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    modules = np.array(symbol.to_image(scale=1, add_quiet_zones=False), dtype=np.uint8)
    return np.equal(modules, 0)


def find_codes(gray: Gray, enough: int = 4) -> list[FoundCode]:
    """All QR codes of a sheet in any orientation, each text once; foreign ones too.

    Searches the four corners first (~1 ms) and stops once `enough` of ours are found there, then the whole
    sheet (~10 ms at 200 dpi); only where none of ours is seen, clearer copies of it (~150 ms).
    """
    found = {code.text: code for code in _read_corners(gray)}
    if _count_ours(found.values()) >= enough:
        return list(found.values())
    found |= {code.text: code for code in _read(gray)}
    for copy, scale in _copies(gray):
        if _count_ours(found.values()):
            break
        found |= {code.text: code for code in _read(copy, scale=scale)}
    return list(found.values())


def _count_ours(found: Iterable[FoundCode]) -> int:
    return sum(code.code is not None for code in found)


def _copies(gray: Gray) -> Iterator[tuple[Gray, float]]:
    """Clearer copies of a hard sheet with their scale, cheapest first."""
    yield as_gray(cv2.GaussianBlur(gray, (0, 0), 1.5)), 1.0
    yield _sharpen(gray, 2.0, 6.0), 1.0
    if max(gray.shape) < _ENLARGE_BELOW_PX:
        large = as_gray(cv2.resize(gray, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC))
        yield large, 2.0
        yield _sharpen(large, 3.0, 8.0), 2.0


def _sharpen(gray: Gray, reach_px: float, strength: float) -> Gray:
    """Unsharp masking; a lens out of focus by two pixels still gives its codes."""
    calm = cv2.GaussianBlur(gray, (0, 0), reach_px / 3)
    soft = cv2.GaussianBlur(calm, (0, 0), reach_px)
    return as_gray(cv2.addWeighted(calm, 1 + strength, soft, -strength, 0))


def _read_corners(gray: Gray) -> Iterator[FoundCode]:
    height, width = gray.shape
    rows, columns = int(height * _CORNER[0]), int(width * _CORNER[1])
    for top in (0, height - rows):
        for left in (0, width - columns):
            yield from _read(gray[top : top + rows, left : left + columns], offset=(left, top))


def _read(gray: Gray, offset: tuple[int, int] = (0, 0), scale: float = 1.0) -> Iterator[FoundCode]:
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    symbols = zxingcpp.read_barcodes(
        np.ascontiguousarray(gray), formats=formats, try_invert=False, try_downscale=False
    )
    for symbol in symbols:
        place = symbol.position
        points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        # zxing counts pixel edges, we count pixel centres
        corners = np.array([(point.x, point.y) for point in points], dtype=np.float64) / scale - 0.5
        yield FoundCode(symbol.text, decode_code(symbol.text), corners + offset)
