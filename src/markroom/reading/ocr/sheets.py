"""A scanned sheet laid straight on white paper."""

from dataclasses import dataclass

import cv2
import numpy as np

from markroom.reading.geometry import MM_PER_INCH, Gray, as_gray

PAPER_MM = 9.0  # window in which the paper is the brightest: wider than strokes, narrower than shadows
WHITE, BLACK = 0.86, 0.30  # shares of the paper's brightness that become white and black
INK = 190  # darker is ink, once the paper is white
LOOK_DPI = 75
MOST_TILT = 3.0  # degrees
LEAST_TILT = 0.12


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    gray: Gray
    dpi: float
    tilt: float  # degrees anticlockwise by which the sheet was turned about its middle

    def px(self, mm: float) -> int:
        return max(1, round(mm / MM_PER_INCH * self.dpi))


def lay_straight(gray: Gray, dpi: float) -> Sheet:
    """A gray page (height, width) with white paper, black ink and level lines; its size stays."""
    clean = whiten(gray, dpi)
    tilt = find_tilt(clean, dpi)
    if abs(tilt) < LEAST_TILT:
        return Sheet(clean, dpi, 0.0)
    height, width = clean.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), tilt, 1)
    return Sheet(as_gray(cv2.warpAffine(clean, turn, (width, height), borderValue=255)), dpi, tilt)


def whiten(gray: Gray, dpi: float) -> Gray:
    """Stretched so that paper, however dark and unevenly lit, is white and print black."""
    small = cv2.resize(gray, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    reach = max(3, round(PAPER_MM / MM_PER_INCH * dpi / 4))
    paper = cv2.blur(cv2.dilate(small, np.ones((reach, reach), np.uint8)), (2 * reach, 2 * reach))
    paper = np.maximum(cv2.resize(paper, gray.shape[::-1]), 60)
    share = gray.astype(np.float32) / paper
    return as_gray(np.clip((share - BLACK) / (WHITE - BLACK), 0, 1) * 255)


def find_tilt(gray: Gray, dpi: float) -> float:
    """Degrees to turn the page by so that its lines are level: where the rows' sums of ink differ most."""
    scale = LOOK_DPI / dpi
    ink = 255 - as_gray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    height, width = ink.shape

    def contrast(degrees: float) -> float:
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
        rows = cv2.warpAffine(ink, turn, (width, height)).sum(axis=1, dtype=np.int64)
        return float((np.diff(rows) ** 2).sum())

    coarse = max(np.arange(-MOST_TILT, MOST_TILT + 0.01, 0.5), key=contrast)
    return float(max((coarse + step for step in np.arange(-0.4, 0.41, 0.1)), key=contrast))
