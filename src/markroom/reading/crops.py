"""Parts of aligned pages, and what a pen added to them."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from markroom.reading.geometry import MM_PER_INCH, Bounds, Gray, as_gray

_PAPER_MM = 20.0  # side of a window that is more paper than ink
_SLACK_MM = 0.45  # the scan may lie this far off the template
_PAPER_PX = 2.0  # pixels per mm of the copy paper is looked for in
_INK = 38  # gray levels darker than paper and print together
_BLANK_MM2 = 0.8  # less ink than a short stroke is dust
_SPECK_MM2 = 0.2
_NOTHING_MM2, _NOTHING_DPI = 5.0, 50.0


@dataclass(frozen=True, slots=True)
class Blankness:
    blank: bool
    ink_share: float  # share of the crop covered by ink that is not in the template


def crop(aligned: Gray, bounds: Bounds) -> Gray:
    """The part of an aligned page (or its template) inside bounds; a view, not a copy."""
    return aligned[bounds.pixels(aligned)]


def is_blank(crop: Gray, template_crop: Gray, dpi: float) -> Blankness:
    """Whether nobody wrote here. Both (h, w) arrays of one shape at `dpi`; printed lines do not count."""
    ink = find_ink(crop, template_crop, dpi)
    pixels = int(ink.sum())
    return Blankness(pixels * (MM_PER_INCH / dpi) ** 2 < _BLANK_MM2, pixels / ink.size)


def find_ink(crop: Gray, template_crop: Gray, dpi: float) -> NDArray[np.bool_]:
    """True where the scan is darker than its paper and darker than anything the template prints nearby."""
    px = dpi / MM_PER_INCH
    lightest = cv2.erode(template_crop, _square(_SLACK_MM * px))
    added = cv2.subtract(lightest, _even_light(crop, px))
    marks = cv2.threshold(added, _INK, 1, cv2.THRESH_BINARY)[1]
    if not cv2.countNonZero(marks):
        return np.zeros(crop.shape, dtype=bool)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(marks, connectivity=8)
    kept = stats[:, cv2.CC_STAT_AREA] >= _SPECK_MM2 * px**2
    kept[0] = False
    ink: NDArray[np.bool_] = kept[labels]
    return ink


def is_blank_sheet(gray: Gray, dpi: float) -> bool:
    """Whether a sheet without codes is empty paper: less ink than a word, its outermost 3 % aside."""
    scale = min(1.0, _NOTHING_DPI / dpi)
    small = as_gray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    edge = round(min(small.shape) * 0.03)
    px = dpi * scale / MM_PER_INCH
    ink = _even_light(small, px) < 255 - _INK
    return int(ink[edge:-edge, edge:-edge].sum()) / px**2 < _NOTHING_MM2


def encode_jpeg(gray: Gray, quality: int = 80) -> bytes:
    """A gray image as baseline JPEG."""
    _, data = cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return bytes(data)


def _even_light(gray: Gray, px: float) -> Gray:
    """The crop as if bare paper were 255 everywhere; `px` is pixels per mm."""
    return as_gray(cv2.divide(cv2.GaussianBlur(gray, (3, 3), 0), _paper(gray, px), scale=255))


def _paper(gray: Gray, px: float) -> Gray:
    """Brightness of the paper around each pixel: the median of a window, half of which is never ink."""
    scale = min(1.0, _PAPER_PX / px)
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(small, round(_PAPER_MM * px * scale) | 1)
    return as_gray(cv2.resize(paper, gray.shape[::-1], interpolation=cv2.INTER_LINEAR))


def _square(radius: float) -> Gray:
    side = 2 * max(1, round(radius)) + 1
    return as_gray(cv2.getStructuringElement(cv2.MORPH_RECT, (side, side)))
