"""How and where one question is answered."""

from dataclasses import dataclass, field

from markroom.reading.structure.choices import Option
from markroom.reading.structure.page import Box


@dataclass(frozen=True, slots=True)
class Area:
    page: int
    box: Box
    kind: str  # answer, mcq
    confidence: float
    options: tuple[Option, ...] = ()


@dataclass(slots=True)
class Answering:
    answer_type: str | None
    areas: list[Area] = field(default_factory=list)
    options: tuple[str, ...] = ()
    lines: int = 0  # ruled to write on
    continued: bool = False  # on pages that are headed with the number of the whole question
