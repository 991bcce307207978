"""Lays a sheet without usable codes over the page a person named."""

import math

import cv2
import numpy as np

from markroom.reading.alignment import READ_DPI, Alignment, TemplatePage
from markroom.reading.geometry import MM_PER_INCH, Gray, Matrix, as_gray, px_from_mm
from markroom.reading.printing import PagePlaces

_DPI = 50.0
_STEPS, _ENOUGH = 60, 1e-5
_SMOOTH_PX = (21, 5)  # of the rough and the fine climb
_ALIKE = 0.3  # correlation with the template from which the print is taken as found
_CLEARLY = 0.6  # and from which no other turn is tried


def lay_by_hand(gray: Gray, template: TemplatePage, turned: int = 0) -> Alignment:
    """The alignment of a whole sheet with the template page it is said to be; `residual_mm` is NaN.

    Starts from the sheet filling the scan, lying turned clockwise by `turned` degrees or any quarter turn of
    the same shape, and climbs to the best affine match of the print (ECC, Evangelidis and Psarakis 2008).
    Where the print is not found the sheet is simply scaled.
    """
    page = _shrink_template(template)
    best, matrix = 0.0, _start(gray, template.places, turned)
    for turn in _turns(gray, template.places, turned):
        start = _start(gray, template.places, turn)
        alike, found = _climb(gray, page, start)
        if alike > max(best, _ALIKE):
            best, matrix, turned = alike, found, turn
        if best > _CLEARLY:
            break
    return Alignment(matrix, math.nan, turned)


def _turns(gray: Gray, places: PagePlaces, first: int) -> list[int]:
    upright = (gray.shape[0] >= gray.shape[1]) == (places.height_mm >= places.width_mm)
    fitting = (0, 180) if upright else (90, 270)
    return [first, *(turn for turn in fitting if turn != first)]


def _start(gray: Gray, places: PagePlaces, turned: int) -> Matrix:
    """Maps mm of the page to pixels of a scan that it fills, lying turned clockwise."""
    height, width = gray.shape
    page = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    sheet = np.roll(page * (width, height), -turned // 90, axis=0).astype(np.float32)
    page_mm = page * np.array([places.width_mm, places.height_mm], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(page_mm, sheet), np.float64)


def _shrink_template(template: TemplatePage) -> Gray:
    places = template.places
    size = tuple(round(side / MM_PER_INCH * _DPI) for side in (places.width_mm, places.height_mm))
    return as_gray(cv2.resize(template.gray, size, interpolation=cv2.INTER_AREA))


def _climb(gray: Gray, page: Gray, start: Matrix) -> tuple[float, Matrix]:
    """Correlation reached and the map found; 0 where nothing is printed or the climb goes astray."""
    to_px = px_from_mm(_DPI)
    shrunk = cv2.GaussianBlur(gray, (0, 0), READ_DPI / _DPI / 2)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (page.shape[1], page.shape[0])
    view = cv2.warpPerspective(shrunk, start @ np.linalg.inv(to_px), size, flags=flags, borderValue=(255,))
    shift, alike = np.eye(2, 3, dtype=np.float32), 0.0
    until = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _STEPS, _ENOUGH)
    try:
        for motion, smooth_px in ((cv2.MOTION_EUCLIDEAN, _SMOOTH_PX[0]), (cv2.MOTION_AFFINE, _SMOOTH_PX[1])):
            alike, shift = cv2.findTransformECC(  # type: ignore[call-overload]
                page, view, shift, motion, until, None, smooth_px
            )
    except cv2.error:
        return 0.0, start
    return float(alike), start @ np.linalg.inv(to_px) @ np.vstack([shift, [0, 0, 1]]) @ to_px
