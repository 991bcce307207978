"""The words of a paper: template, question, item, response area, boundary; what changes them, and who may."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from markroom.exam_templates.errors import StaffOnly
from markroom.institutes.model import STAFF
from markroom.kit.actor import Permission
from markroom.kit.events import Event

AnswerType = Literal["mcq", "short", "lines", "long", "numeric", "table", "drawing", "graph"]
AreaKind = Literal["answer", "mcq", "name", "candidate_number", "ignore"]
Source = Literal["manual", "auto", "import"]
Status = Literal["draft", "ready", "live", "closed", "archived"]
Visibility = Literal["institute", "private"]
ANSWER_TYPES = get_args(AnswerType)
MAX_DEPTH = 4
_QUESTION_WORD = re.compile(r"^q(?:uestion)?\.?\s*(?=\d)", re.IGNORECASE)


@dataclass(frozen=True)
class TemplateRow:
    """One paper's row."""

    institute_id: UUID
    id: UUID
    project_id: UUID | None
    teacher_id: UUID
    title: str
    subject: str | None
    exam_id: UUID | None
    exam_code: str | None
    source_file_id: UUID | None
    page_count: int | None
    visibility: Visibility
    status: Status
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Template(TemplateRow):
    """`may_edit`: whether the caller it was read for may change it."""

    may_edit: bool = False


@dataclass(frozen=True)
class Question:
    """A node of the question tree. The fields from `path` on follow from the tree: `arrange` fills them."""

    id: UUID
    parent_id: UUID | None
    label: str
    order: int
    max_marks: int | None = None
    answer_type: str | None = None
    mcq_options: Any = None
    mark_scheme: Any = None
    spec_ref: str | None = None
    source: str = "manual"
    confirmed: bool = True
    confidence: float | None = None
    path: str = ""
    position: list[int] = field(default_factory=list)  # orders, outermost first: sorts in reading order
    is_container: bool = False
    is_item: bool = False
    mark_scheme_version: int = field(default=1, compare=False)


@dataclass(frozen=True)
class ResponseArea:
    """A rectangle `{x, y, w, h}` of a page, in fractions from its top left."""

    id: UUID
    question_id: UUID | None
    page: int
    bounds: dict[str, float]
    kind: str
    response_form: Any = None
    source: str = "manual"
    confirmed: bool = True
    confidence: float | None = None


@dataclass(frozen=True)
class Boundary:
    """The cut line where a question begins; `y` is a fraction of the page's height."""

    id: UUID
    question_id: UUID
    label: str
    page: int
    y: float
    bounds: dict[str, float] | None = None
    source: str = "manual"
    confirmed: bool = True
    confidence: float | None = None


@dataclass(frozen=True)
class Canvas:
    """Everything drawn on a template's pages."""

    questions: tuple[Question, ...] = ()
    response_areas: tuple[ResponseArea, ...] = ()
    boundaries: tuple[Boundary, ...] = ()


def question_path(labels: Sequence[str]) -> str:
    """The full label of a question from the labels, outermost first: `1(a)(ii)`, `01.2`.

    `Question 3`, `Q3` and `3.` become `3`. A part printed with its full label (`01.2` under `01`) keeps it;
    otherwise a number follows a point and anything else stands in brackets.
    """
    path = ""
    for label in labels:
        part = _QUESTION_WORD.sub("", label.strip()).rstrip(". ")
        if not path:
            path = re.sub(r"^\(?([^()]+)\)?$", r"\1", part) or label
        elif re.match(re.escape(path) + r"[^0-9A-Za-z]", part):
            path = part
        else:
            path += _part_path(part)
    return path


def _part_path(part: str) -> str:
    if re.fullmatch(r"(\([^()]+\))+", part):
        return part
    bare = part.strip("(). ") or part
    return f".{bare}" if bare.isdigit() and "(" not in part and ")" not in part else f"({bare})"


def arrange(questions: Iterable[Question]) -> tuple[Question, ...]:
    """The questions in reading order with what follows from the tree, which their parents must form."""
    parts: dict[UUID | None, list[Question]] = {}
    for question in sorted(questions, key=lambda q: (q.order, q.id)):
        parts.setdefault(question.parent_id, []).append(question)
    arranged: list[Question] = []

    def place(question: Question, labels: list[str], above: list[int]) -> bool:
        """Whether the question or anything below it has marks."""
        index = len(arranged)
        arranged.append(question)
        labels, position = [*labels, question.label], [*above, question.order]
        below = [place(part, labels, position) for part in parts.get(question.id, ())]
        marked = question.max_marks is not None
        arranged[index] = replace(
            question,
            path=question_path(labels),
            position=position,
            is_container=bool(below),
            is_item=marked and not any(below),
        )
        return marked or any(below)

    for question in parts.get(None, ()):
        place(question, [], [])
    return tuple(arranged)


def items(questions: Iterable[Question]) -> list[Question]:
    """What is marked, in reading order: questions with max_marks none of whose descendants has any."""
    return [question for question in arrange(questions) if question.is_item]


def copy_canvas(canvas: Canvas, fresh_ids: Iterator[UUID]) -> Canvas:
    """The same canvas under other ids."""
    ids: dict[UUID | None, UUID | None] = {None: None}
    ids |= {question.id: next(fresh_ids) for question in canvas.questions}

    def own(row: Any, **fields: Any) -> Any:
        return replace(row, id=ids.get(row.id) or next(fresh_ids), **fields)

    return Canvas(
        tuple(own(question, parent_id=ids[question.parent_id]) for question in canvas.questions),
        tuple(own(area, question_id=ids[area.question_id]) for area in canvas.response_areas),
        tuple(own(boundary, question_id=ids[boundary.question_id]) for boundary in canvas.boundaries),
    )


# Permissions

CREATE = Permission("templates.create", STAFF, StaffOnly, by_key=True, meaning="make an exam template")
HAND_ON = Permission(
    "templates.hand-on",
    ("platform_admin", "school_admin"),
    meaning="give a leaver's templates to a colleague",
)
EDIT = "templates.edit"  # the owner, an editor of its project, or whom it was shared with: the row decides
OWN = "templates.own"  # the owner alone; for a leaver's template, a school admin
MOVE = "templates.move"  # whoever owns it, and staff who edit in its project

# Events


class TemplateCreated(Event):
    """A template was made."""


class TemplateArchived(Event):
    """A template was put away; it is read-only until restored."""


class TemplateRestored(Event):
    """An archived template came back."""


class TemplateStatusChanged(Event):
    """A template went on in its life, with its batches."""


class TemplateTransferred(Event):
    """A template has another owner."""


class TemplateMoved(Event):
    """A template went into a project, into another, or out of one."""


@dataclass(frozen=True, kw_only=True)
class StructureChange(Event):
    """A template's canvas is about to change: emitted BEFORE the first write.

    So a subscriber may refuse by raising, or clear the way; the tables still show the old state. From then
    until commit the template's row is locked (NO KEY UPDATE), and the questions of `removed`, `restructured`
    and `lowered` FOR UPDATE in order of id: whoever records a mark reads the question's maximum under FOR KEY
    SHARE, and so either comes first and is seen, or waits and reads the new one.
    """

    template_id: UUID
    removed: tuple[UUID, ...] = ()
    """Questions that go. Their rows are deleted: whatever refers to them must be gone by then."""
    restructured: tuple[UUID, ...] = ()
    """Questions that stay, but where recorded marks would lose their meaning: no longer an item; and in a
    full replace also re-parented, given parts, or with another answer type or options."""
    lowered: Mapping[UUID, int] = field(default_factory=dict)
    """Questions whose maximum falls, with the new one."""
    scheme_changed: tuple[UUID, ...] = ()
    """Questions whose mark scheme changes; `mark_scheme_version` goes up by one."""
    areas_changed: tuple[UUID, ...] = ()
    """Areas that are new, come back, move, or change question or kind: crop them again after commit."""
    areas_retired: tuple[UUID, ...] = ()
    """Areas taken off the canvas. Their rows stay, with `retired_at`; without question where that goes."""


class TemplateReplaced(StructureChange):
    """The whole canvas is replaced, by a person or by a detection. `subject_id` is the template."""


class QuestionChanged(StructureChange):
    """One question was edited. `subject_id` is the question."""
