"""What one page shows: its words, and the rules and boxes drawn on it.

This is the seam between files and structure: whoever reads words and boxes from pixels can hand over the same.
"""

from dataclasses import dataclass

from markroom.reading.pdf import Word


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in fractions of the page."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def w(self) -> float:
        return self.x1 - self.x0

    @property
    def h(self) -> float:
        return self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Page:
    number: int  # 1-based
    width_mm: float
    height_mm: float
    words: tuple[Word, ...]
    rules: tuple[Box, ...] = ()  # horizontal lines
    boxes: tuple[Box, ...] = ()  # closed rectangles
    image_share: float = 0.0  # part of the page that is ink

    @property
    def aspect(self) -> float:
        """Turns a height (fraction of the page's height) into the same length as a fraction of its width."""
        return self.height_mm / self.width_mm
