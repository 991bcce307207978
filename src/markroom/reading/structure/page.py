"""What one page shows: its words, and the rules and boxes drawn on it.

This is the seam between files and structure: who reads words and boxes from pixels can hand over the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

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

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def around(self, x: float, y: float) -> "Box":
        """Widened by x and y on every side, inside the page."""
        return Box(max(self.x0 - x, 0.0), max(self.y0 - y, 0.0), min(self.x1 + x, 1.0), min(self.y1 + y, 1.0))

    def meets(self, other: "Box") -> bool:
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1


EDGES = attrgetter("x0", "y0", "x1", "y1")


def enclose(boxes: Iterable[Box]) -> Box:
    lefts, tops, rights, ends = zip(*map(EDGES, boxes), strict=True)
    return Box(min(lefts), min(tops), max(rights), max(ends))


@dataclass(frozen=True, slots=True)
class Page:
    number: int  # 1-based
    width_mm: float
    height_mm: float
    words: tuple[Word, ...]
    rules: tuple[Box, ...] = ()  # horizontal lines, solid or dotted
    boxes: tuple[Box, ...] = ()  # closed rectangles, the innermost: each cell of a table
    blanks: tuple[Box, ...] = ()  # bands without ink
    ink: float = 0.0  # part of the page that is dark
    pictured: bool = False  # few words, over one picture that fills the page
    recognised: bool = False  # its words are to be recognised in its picture
    read: bool = False  # and that was done
    tilt: float = 0.0  # degrees anticlockwise by which the picture was turned to be read
    turn: int = 0  # degrees clockwise by which it was turned before: 90, 180 or 270 where it lay otherwise

    def x_mm(self, mm: float) -> float:
        return mm / self.width_mm

    def y_mm(self, mm: float) -> float:
        return mm / self.height_mm

    @property
    def aspect(self) -> float:
        """Turns a height (fraction of the page's height) into the same length as a fraction of its width."""
        return self.height_mm / self.width_mm
