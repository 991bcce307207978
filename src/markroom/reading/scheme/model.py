"""What was found in a mark scheme: plain data, as a question's mark scheme takes it."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Point:
    """One thing marks are given for; `code` as printed: M1, A1, B1, or level."""

    code: str | None
    text: str
    marks: int | None
    alternatives: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What the scheme says of one question; `marks` is the number printed for it, if one is."""

    path: str  # the full label: 1(a)(ii), 01.2
    page: int  # 1-based, where it begins
    marks: int | None
    points: tuple[Point, ...]
    correct: str | None  # the letter of a multiple-choice answer
    confidence: float

    @property
    def worth(self) -> int:
        """The marks of its points; of levels, the highest."""
        levels = [point.marks or 0 for point in self.points if point.code == "level"]
        return max(levels, default=0) or sum(point.marks or 0 for point in self.points)


@dataclass(frozen=True, slots=True)
class Scheme:
    page_count: int
    entries: tuple[Entry, ...]
    warnings: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
