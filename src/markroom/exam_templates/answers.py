"""What the routes of templates answer, for those who read the API's description.

The database writes these documents and they are passed on as they are: nothing here is run on the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from markroom.exam_templates.model import AnswerType, AreaKind, Source, TemplateRow


class Bounds(BaseModel):
    """Fractions of the page from its top left."""

    x: float
    y: float
    w: float
    h: float


class Proposable(BaseModel):
    id: UUID
    source: Source
    confirmed: bool
    confidence: float | None


class Question(Proposable):
    parent_id: UUID | None
    label: str
    order: int
    max_marks: int | None
    answer_type: AnswerType | None
    mcq_options: Any
    mark_scheme: Any
    spec_ref: str | None
    is_container: bool
    path: str


class ResponseArea(Proposable):
    question_id: UUID | None
    page: int
    bounds: Bounds
    kind: AreaKind
    response_form: Any


class Boundary(Proposable):
    question_id: UUID
    label: str
    page: int
    y: float
    bounds: Bounds | None


class Detection(BaseModel):
    """What the last reading of the paper said of it."""

    total_marks: int | None
    warnings: list[str]
    at: datetime


class Changes(BaseModel):
    """How many rows of the canvas became what."""

    added: int
    updated: int
    removed: int


@dataclass(frozen=True)
class ExamTemplate(TemplateRow):
    detection: Detection | None
    warnings: Annotated[list[str], Field(description="What does not add up in the canvas as it stands")]
    can_edit: bool
    total_marks: int | None
    questions: list[Question]
    response_areas: list[ResponseArea]
    boundaries: list[Boundary]


@dataclass(frozen=True)
class ReplacedTemplate(ExamTemplate):
    changes: Changes


class TemplateList(BaseModel):
    templates: list[TemplateRow]
    total: int
    next_cursor: str | None


class QuestionOfTemplate(Question):
    template_id: UUID
