"""What was found in a paper: plain data, as a template takes it."""

from dataclasses import asdict, dataclass
from typing import Any

from markroom.reading.geometry import Bounds


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    parent_id: str | None
    label: str
    path: str  # the full label: 1(a)(ii), 01.2
    order: int
    max_marks: int | None
    answer_type: str | None
    mcq_options: tuple[str, ...] | None
    is_container: bool
    confidence: float
    source: str = "auto"
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class ResponseArea:
    id: str
    question_id: str | None
    page: int  # 1-based
    bounds: Bounds
    kind: str  # answer, mcq, name, candidate_number, ignore
    response_form: dict[str, Any] | None
    confidence: float
    source: str = "auto"
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Boundary:
    id: str
    question_id: str
    label: str
    page: int  # 1-based
    y: float  # top of the label's ink
    bounds: Bounds | None
    confidence: float
    source: str = "auto"
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Of these questions pupils answer `count`; a template counts them all."""

    question_ids: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Detection:
    page_count: int
    total_marks: int | None  # as printed for the whole paper
    questions: tuple[Question, ...]
    response_areas: tuple[ResponseArea, ...]
    boundaries: tuple[Boundary, ...]
    warnings: tuple[str, ...]
    choices: tuple[Choice, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Lists and numbers only, in the fields a template takes."""
        return {name: _plain(value) for name, value in asdict(self).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return round(value, 5) if isinstance(value, float) else value
