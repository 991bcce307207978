"""The rules a canvas must keep, checked before anything is written, and what is merely odd about one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from markroom.exam_templates.errors import InvalidCanvas
from markroom.exam_templates.model import MAX_DEPTH, Boundary, Canvas, Question, ResponseArea

ROUNDING = 1e-6  # of a page: sums of fractions
SHOWN_FAULTS = 20


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field; `field` like `questions.3.parent_id`."""

    field: str
    message: str


def check_canvas(canvas: Canvas, page_count: int | None) -> None:
    """Raises InvalidCanvas with what is wrong and where."""
    faults = list(find_faults(canvas, page_count))
    if faults:
        raise InvalidCanvas(
            "; ".join(f"{fault.field}: {fault.message}" for fault in faults[:3]),
            errors=[vars(fault) for fault in faults[:SHOWN_FAULTS]],
        )


def find_faults(canvas: Canvas, page_count: int | None) -> Iterator[Fault]:
    yield from _find_repeated_ids(canvas)
    yield from _find_tree_faults(canvas.questions)
    known = {question.id for question in canvas.questions}
    for i, area in enumerate(canvas.response_areas):
        yield from _find_area_faults(f"response_areas.{i}", area, known, page_count)
    for i, boundary in enumerate(canvas.boundaries):
        yield from _find_boundary_faults(f"boundaries.{i}", boundary, known, page_count)


def _find_repeated_ids(canvas: Canvas) -> Iterator[Fault]:
    for name in ("questions", "response_areas", "boundaries"):
        seen: set[UUID] = set()
        for i, row in enumerate(getattr(canvas, name)):
            if row.id in seen:
                yield Fault(f"{name}.{i}.id", "this id is there twice")
            seen.add(row.id)


def _find_tree_faults(questions: tuple[Question, ...]) -> Iterator[Fault]:
    depths = _measure_depths(questions)
    known = {question.id for question in questions}
    for i, question in enumerate(questions):
        field = f"questions.{i}.parent_id"
        if question.max_marks is not None and question.max_marks < 0:
            yield Fault(f"questions.{i}.max_marks", "marks cannot be negative")
        if question.parent_id is not None and question.parent_id not in known:
            yield Fault(field, "the question it belongs to is not in this template")
        elif question.id not in depths:
            yield Fault(field, "it is a part of itself")
        elif depths[question.id] > MAX_DEPTH:
            yield Fault(field, f"questions go at most {MAX_DEPTH} levels deep")


def _measure_depths(questions: Iterable[Question]) -> dict[UUID, int]:
    """1 for a question without parent (or with an unknown one); none for those in or below a cycle."""
    by_id = {question.id: question for question in questions}
    parts: dict[UUID, list[UUID]] = {}
    depths: dict[UUID, int] = {}
    for question in by_id.values():
        if question.parent_id in by_id:
            parts.setdefault(question.parent_id, []).append(question.id)
        else:
            depths[question.id] = 1
    waiting = list(depths)
    while waiting:
        parent = waiting.pop()
        for part in parts.get(parent, ()):
            depths[part] = depths[parent] + 1
            waiting.append(part)
    return depths


def _find_area_faults(
    field: str, area: ResponseArea, known: set[UUID], page_count: int | None
) -> Iterator[Fault]:
    if area.question_id is None and area.kind in ("answer", "mcq"):
        yield Fault(f"{field}.question_id", "say which question is answered here")
    if area.question_id is not None and area.question_id not in known:
        yield Fault(f"{field}.question_id", "this question is not in this template")
    yield from _find_page_faults(field, area.page, page_count)
    yield from _find_bounds_faults(field, area.bounds)
    if not (area.bounds["w"] > 0 and area.bounds["h"] > 0):
        yield Fault(f"{field}.bounds", "an area must have a size")


def _find_boundary_faults(
    field: str, boundary: Boundary, known: set[UUID], page_count: int | None
) -> Iterator[Fault]:
    if boundary.question_id not in known:
        yield Fault(f"{field}.question_id", "this question is not in this template")
    yield from _find_page_faults(field, boundary.page, page_count)
    if not 0 <= boundary.y <= 1:
        yield Fault(f"{field}.y", "it must lie on the page, from 0 to 1")
    if boundary.bounds is not None:
        yield from _find_bounds_faults(field, boundary.bounds)


def _find_page_faults(field: str, page: int, page_count: int | None) -> Iterator[Fault]:
    if page < 1 or (page_count is not None and page > page_count):
        last = "" if page_count is None else f" to {page_count}"
        yield Fault(f"{field}.page", f"pages go from 1{last}")


def _find_bounds_faults(field: str, bounds: Mapping[str, float]) -> Iterator[Fault]:
    x, y, w, h = (bounds[name] for name in "xywh")
    if not (min(x, y, w, h) >= 0 and x + w <= 1 + ROUNDING and y + h <= 1 + ROUNDING):
        yield Fault(f"{field}.bounds", "it must lie on the page, from 0 to 1")


def find_warnings(questions: Iterable[Question]) -> list[str]:
    """What is odd but allowed, for arranged questions: marks that do not add up, labels there twice."""
    questions = list(questions)
    parts: dict[UUID | None, list[Question]] = {}
    for question in questions:
        parts.setdefault(question.parent_id, []).append(question)

    def marks_below(question: Question) -> int | None:
        """What the parts say together, each by its own total; None where none has marks."""
        said = [
            part.max_marks if part.max_marks is not None else marks_below(part)
            for part in parts.get(question.id, ())
        ]
        given = [marks for marks in said if marks is not None]
        return sum(given) if given else None

    warnings = []
    for question in questions:
        below = marks_below(question)
        if question.max_marks is not None and below is not None and below != question.max_marks:
            warnings.append(f"{question.path} has {question.max_marks} marks, but its parts have {below}.")
    repeated = [path for path, times in Counter(q.path for q in questions).items() if times > 1]
    return warnings + [f"There is more than one question {path}." for path in repeated]
