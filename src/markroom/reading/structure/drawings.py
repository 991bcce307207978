"""Rules and boxes on a page image: lines to write on, boxes to fill or tick, tables and grids."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

import cv2
import numpy as np

from markroom.reading.geometry import Gray, as_gray
from markroom.reading.structure.bitmap import Bitmap
from markroom.reading.structure.page import Box

DPI = 80
DARK = 205  # thin lines are drawn in gray
PALE = 230  # and dots even paler
RULE_MM = 12.0  # shorter ones underline or divide
SIDE_MM = 2.4  # of the smallest box
CROWDED = 0.08  # share of a line under something drawn
BLANK_MM = 7.0  # least height of a blank band
MARGIN = 0.11  # of the page width, where frames and margin notes stand
EDGE = 0.05  # beside it, where a rule may set off the examiner's column
UPRIGHT = 0.4  # of the page height: longer strokes are such rules
CORNER_MM = 3.0  # of a rounded box, at most
ROUNDED_MM = 6.0  # least height of one
RECTANGULAR = 0.88  # share of its frame that a box fills


Frame = tuple[int, int, int, int]  # left, top, width, height in pixels


@dataclass(frozen=True, slots=True)
class Drawings:
    rules: tuple[Box, ...]
    boxes: tuple[Box, ...]
    blanks: tuple[Box, ...]
    ink: float


def find_drawings(image: Gray) -> Drawings:
    """What is drawn on a gray image, (height, width), at DPI; places are fractions of it."""
    dark = _darker(image, DARK)
    ink = Bitmap.of(dark)
    flat = ink.opened(_px(SIDE_MM), 1)
    strokes = _strokes(flat | _thin(Bitmap.of(_darker(image, PALE))))
    return Drawings(
        rules=tuple(_rules(strokes, dark)),
        boxes=_all_boxes(flat, ink.opened(1, _px(SIDE_MM)), rounded=bool(strokes)),
        blanks=_blanks(dark),
        ink=cv2.countNonZero(dark) / dark.size,
    )


def _darker(image: Gray, level: int) -> Gray:
    return as_gray(cv2.threshold(image, level - 1, 1, cv2.THRESH_BINARY_INV)[1])


def _thin(ink: Bitmap) -> Bitmap:
    """Rows of dots or dashes: ink without thickness."""
    return ink - ink.opened(1, 4).grown(5, 5)


def _px(mm: float) -> int:
    return round(mm / 25.4 * DPI)


def _strokes(level: Bitmap) -> list[Frame]:
    """Those at least RULE_MM long, from top to bottom, gaps in them of up to four pixels closed."""
    rows = np.flatnonzero(level.black_per_row() >= _px(RULE_MM) // 5)
    if rows.size == 0:
        return []
    joined = cv2.morphologyEx(level.pixels(rows), cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
    pairs = cv2.bitwise_and(joined[:, :-1:2], joined[:, 1::2])  # half as wide: four times as fast to open
    long = np.zeros((level.height, pairs.shape[1]), np.uint8)
    long[rows] = cv2.morphologyEx(pairs, cv2.MORPH_OPEN, np.ones((1, _px(RULE_MM) // 2), np.uint8))
    contours, _ = cv2.findContours(long, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    frames = sorted(map(cv2.boundingRect, contours), key=itemgetter(1))
    return [(2 * x, y, 2 * w, h) for x, y, w, h in frames]


def _rules(strokes: Sequence[Frame], ink: Gray) -> Iterator[Box]:
    """Strokes to write on."""
    for x, y, w, h in strokes:
        if h <= _px(1.3) and _is_clear(ink[max(y - _px(1.6), 0) : max(y - 1, 0), x : x + w]):
            yield _fraction(x, y, w, h, ink.shape)


def _is_clear(above: Gray) -> bool:
    """Hardly anything stands right on the line, as parts of a drawing do."""
    return above.size == 0 or np.count_nonzero(above.any(axis=0)) < CROWDED * above.shape[1]


def _all_boxes(flat: Bitmap, upright: Bitmap, *, rounded: bool) -> tuple[Box, ...]:
    """Looked for between the first and the last level stroke: a box has one above and one below.

    `rounded` says there may be boxes with rounded corners: these are as wide as a rule is long.
    """
    rows = np.flatnonzero(flat.black_per_row())
    if rows.size == 0:
        return ()
    height, margin = flat.height, _px(CORNER_MM)
    top, bottom = max(int(rows[0]) - margin, 0) // 2 * 2, min(int(rows[-1]) + margin, height)
    frame = (flat | upright).pixels(slice(top, bottom))
    boxes = _boxes(frame, SIDE_MM)
    found = (*boxes, *(_rounded(frame, boxes) if rounded else ()))
    share, begin = (bottom - top) / height, top / height
    return tuple(Box(b.x0, begin + share * b.y0, b.x1, begin + share * b.y1) for b in found)


def _boxes(frame: Gray, side_mm: float) -> tuple[Box, ...]:
    """The holes of the drawn lines that are rectangles."""
    frame = as_gray(cv2.morphologyEx(frame, cv2.MORPH_CLOSE, np.ones((2, 2), np.uint8)))
    contours, hierarchy = cv2.findContours(frame, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return ()
    found = []
    for hole in np.flatnonzero(np.reshape(hierarchy, (-1, 4))[:, 3] >= 0).tolist():
        x, y, w, h = cv2.boundingRect(contours[hole])
        wide = min(w, h) >= _px(side_mm) - 1
        if wide and cv2.contourArea(contours[hole]) >= RECTANGULAR * (w - 1) * (h - 1):
            found.append(_fraction(x, y, w, h, frame.shape))
    return tuple(sorted(found, key=lambda box: (box.y0, box.x0)))


def _rounded(frame: Gray, known: Sequence[Box]) -> list[Box]:
    """Larger boxes whose rounded corners are missing from the drawn lines."""
    height, width = frame.shape
    half = cv2.dilate(frame, np.ones((2, 2), np.uint8))[: height // 2 * 2 : 2, : width // 2 * 2 : 2]
    reach = _px(CORNER_MM) // 2
    closed = cv2.morphologyEx(half, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    found = _boxes(as_gray(closed), ROUNDED_MM / 2)
    return [box for box in found if not any(box.meets(o) for o in known if 0.5 * box.h < o.h < 2 * box.h)]


def _blanks(ink: Gray) -> tuple[Box, ...]:
    """Bands of the page in which nothing stands between the margins."""
    width = ink.shape[1]
    left, right = _margins(ink)
    inked = ink[:, left:right].any(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate(([1], inked.astype(np.int8), [1]))))
    bands = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return tuple(
        _fraction(0, top, width, end - top, ink.shape) for top, end in bands if end - top >= _px(BLANK_MM)
    )


def _margins(ink: Gray) -> tuple[int, int]:
    """Where they end: a rule as high as the page beside one, as of an examiner's column, belongs to it."""
    height, width = ink.shape
    left, right, reach = int(MARGIN * width), int((1 - MARGIN) * width), int(EDGE * width)
    for strip, at in ((ink[:, left : left + reach], left), (ink[:, right - reach : right], right - reach)):
        ruled = np.flatnonzero(cv2.reduce(strip, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S) > UPRIGHT * height)
        if ruled.size and at == left:
            left += int(ruled[-1]) + 1
        elif ruled.size:
            right = at + int(ruled[0])
    return left, right


def _fraction(x: int, y: int, w: int, h: int, shape: tuple[int, ...]) -> Box:
    height, width = shape[:2]
    return Box(x / width, y / height, (x + w) / width, (y + h) / height)
