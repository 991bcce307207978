"""Rectangles and scales shared by everything that looks at pages."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

MM_PER_INCH = 25.4

Gray = NDArray[np.uint8]  # (height, width), 0 black, 255 white
Matrix = NDArray[np.float64]  # (3, 3) projective map of column vectors (x, y, 1)


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle in fractions (0..1) of its page from the top left, y downward."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    def grown(self, dx: float, dy: float) -> "Bounds":
        """Larger by dx and dy on every side, cut off at the page's edge."""
        x, y = max(0.0, self.x - dx), max(0.0, self.y - dy)
        return Bounds(x, y, min(1.0, self.right + dx) - x, min(1.0, self.bottom + dy) - y)

    def pixels(self, image: NDArray[Any]) -> tuple[slice, slice]:
        """Rows and columns of `image` it covers, at least one of each and never outside."""
        height, width = image.shape[:2]
        top = min(max(round(self.y * height), 0), height - 1)
        left = min(max(round(self.x * width), 0), width - 1)
        bottom, right = round(self.bottom * height), round(self.right * width)
        return slice(top, min(max(bottom, top + 1), height)), slice(left, min(max(right, left + 1), width))


def as_gray(image: ArrayLike) -> Gray:
    """What OpenCV hands back, under its true type."""
    return np.asarray(image, dtype=np.uint8)


def px_from_mm(dpi: float) -> Matrix:
    """Maps mm from a page's top left to pixel coordinates (pixel centres are whole numbers) at `dpi`."""
    scale = dpi / MM_PER_INCH
    return np.array([[scale, 0, -0.5], [0, scale, -0.5], [0, 0, 1]], dtype=np.float64)
