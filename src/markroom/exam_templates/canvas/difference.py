"""What differs between two canvases, and what that means for marks and crops. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from markroom.exam_templates.model import Boundary, Canvas, Question, ResponseArea

R = TypeVar("R", Question, ResponseArea, Boundary)


@dataclass(frozen=True)
class Difference(Generic[R]):
    """Rows by what becomes of them; rows that stay as they are appear nowhere."""

    added: tuple[R, ...]
    updated: tuple[R, ...]
    removed: tuple[UUID, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.updated or self.removed)


@dataclass(frozen=True)
class Change:
    """What a new canvas changes. Fields below the differences are ids, in order."""

    questions: Difference[Question]
    response_areas: Difference[ResponseArea]
    boundaries: Difference[Boundary]
    reshaped: tuple[UUID, ...]  # re-parented, given parts, other answer type or options
    no_longer_items: tuple[UUID, ...]
    lowered: dict[UUID, int]  # with the new maximum
    scheme_changed: tuple[UUID, ...]
    areas_changed: tuple[UUID, ...]  # added, or moved in place or meaning

    def __bool__(self) -> bool:
        return bool(self.questions or self.response_areas or self.boundaries)

    @property
    def touched_questions(self) -> list[UUID]:
        """Those whose marks must not move while this is decided, in order of id."""
        return sorted({*self.questions.removed, *self.reshaped, *self.no_longer_items, *self.lowered})

    def counts(self) -> dict[str, int]:
        parts: Sequence[Difference[Any]] = (self.questions, self.response_areas, self.boundaries)
        return {
            name: sum(len(getattr(part, name)) for part in parts) for name in ("added", "updated", "removed")
        }


def compare(old: Canvas, new: Canvas) -> Change:
    """From one arranged canvas to another."""
    before = {question.id: question for question in old.questions}
    kept = [(before[question.id], question) for question in new.questions if question.id in before]
    gaining = {
        q.parent_id for q in new.questions if q.id not in before or before[q.id].parent_id != q.parent_id
    }
    areas = _difference(old.response_areas, new.response_areas)
    lay = {area.id: _lie(area) for area in old.response_areas}
    return Change(
        questions=_difference(old.questions, new.questions),
        response_areas=areas,
        boundaries=_difference(old.boundaries, new.boundaries),
        reshaped=_ids(now.id for was, now in kept if now.id in gaining or _meaning(was) != _meaning(now)),
        no_longer_items=_ids(now.id for was, now in kept if was.is_item and not now.is_item),
        lowered={now.id: now.max_marks for was, now in kept if _is_lowered(was, now)},  # type: ignore[misc]
        scheme_changed=_ids(now.id for was, now in kept if was.mark_scheme != now.mark_scheme),
        areas_changed=_ids(area.id for area in new.response_areas if lay.get(area.id) != _lie(area)),
    )


def _difference(old: Iterable[R], new: Iterable[R]) -> Difference[R]:
    before = {row.id: row for row in old}
    new = list(new)
    return Difference(
        added=tuple(row for row in new if row.id not in before),
        updated=tuple(row for row in new if row.id in before and row != before[row.id]),
        removed=_ids(before.keys() - {row.id for row in new}),
    )


def _ids(ids: Iterable[UUID]) -> tuple[UUID, ...]:
    return tuple(sorted(ids))


def _meaning(question: Question) -> tuple[Any, ...]:
    return question.parent_id, question.answer_type, question.mcq_options


def _is_lowered(was: Question, now: Question) -> bool:
    return was.max_marks is not None and now.max_marks is not None and now.max_marks < was.max_marks


def _lie(area: ResponseArea) -> tuple[Any, ...]:
    return area.question_id, area.page, area.bounds, area.kind, area.response_form
