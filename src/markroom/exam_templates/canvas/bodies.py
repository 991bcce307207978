"""What a client may send of a canvas, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, FiniteFloat, StrictBool, StrictInt

from markroom.exam_templates.bodies import Label, Long, PaperFields, Text, Title, check_storable
from markroom.exam_templates.model import (
    AnswerType,
    AreaKind,
    Boundary,
    Canvas,
    Question,
    ResponseArea,
    Source,
)
from markroom.kit.http import Body

MAX_JSON = 20_000
MAX_POINTS = 200


def _small_json(value: Any) -> Any:
    """Free-form JSON the database can take."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if len(text) > MAX_JSON:
        raise ValueError(f"at most {MAX_JSON} characters")
    check_storable(text.replace("\\u0000", "\0"))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("it holds half a character") from error
    return value


Marks = Annotated[StrictInt, Field(ge=0, le=1000)]
Share = Annotated[FiniteFloat, Field(ge=0, le=1)]
SmallJson = Annotated[dict[str, Any] | Long, AfterValidator(_small_json)]


class SchemePoint(Body):
    """One thing marks are given for; `code` as markers write it: M1, A1, B1, or a level.

    `marks_from` makes `marks` the top of a level's range; `depends_on` names the codes that must be earned
    for this one to count.
    """

    code: Annotated[Text, Field(max_length=20)] | None = None
    text: Long
    marks: Annotated[FiniteFloat, Field(ge=0, le=1000)] | None = None
    marks_from: Annotated[FiniteFloat, Field(ge=0, le=1000)] | None = None
    depends_on: list[Annotated[Text, Field(max_length=20)]] = Field(default_factory=list, max_length=20)
    alternatives: list[Long] = Field(default_factory=list, max_length=50)
    accept: list[Long] = Field(default_factory=list, max_length=50)
    reject: list[Long] = Field(default_factory=list, max_length=50)


class MarkScheme(Body):
    points: list[SchemePoint] = Field(default_factory=list, max_length=MAX_POINTS)
    correct: Label | None = None
    allow_half_marks: StrictBool | None = None
    notes: Long | None = None


class McqOption(Body):
    label: Label
    text: Long | None = None
    correct: StrictBool | None = None


Scheme = Annotated[list[SchemePoint], Field(max_length=MAX_POINTS)] | MarkScheme
Options = Annotated[list[Label | McqOption], Field(max_length=30)]


class BoundsBody(Body):
    """Fractions of the page from its top left."""

    x: FiniteFloat
    y: FiniteFloat
    w: FiniteFloat
    h: FiniteFloat


class QuestionBody(Body):
    id: UUID | None = None
    parent_id: UUID | None = None
    label: Label
    order: Annotated[StrictInt, Field(ge=-1_000_000, le=1_000_000)]
    max_marks: Marks | None = None
    answer_type: AnswerType | None = None
    mcq_options: Options | None = None
    mark_scheme: Scheme | None = None
    spec_ref: Annotated[Text, Field(max_length=200)] | None = None
    source: Source = "manual"
    confirmed: StrictBool = True
    confidence: Share | None = None
    is_container: Any = Field(None, exclude=True, description="Answered; ignored when sent")
    path: Any = Field(None, exclude=True, description="Answered; ignored when sent")


class AreaBody(Body):
    id: UUID | None = None
    question_id: UUID | None = None
    page: StrictInt
    bounds: BoundsBody
    kind: AreaKind = "answer"
    response_form: SmallJson | None = None
    source: Source = "manual"
    confirmed: StrictBool = True
    confidence: Share | None = None


class BoundaryBody(Body):
    id: UUID | None = None
    question_id: UUID
    label: Label
    page: StrictInt
    y: FiniteFloat
    bounds: BoundsBody | None = None
    source: Source = "manual"
    confirmed: StrictBool = True
    confidence: Share | None = None


class TemplateMeta(PaperFields):
    title: Title = ""
    status: Literal["draft", "ready", "live", "closed"] = "draft"


class ReplaceBody(Body):
    meta: TemplateMeta = Field(default_factory=TemplateMeta)
    questions: list[QuestionBody] = Field(max_length=2000)
    response_areas: list[AreaBody] = Field(max_length=10_000)
    boundaries: list[BoundaryBody] = Field(max_length=5000)

    def missing_ids(self) -> int:
        rows: list[QuestionBody | AreaBody | BoundaryBody] = [
            *self.questions,
            *self.response_areas,
            *self.boundaries,
        ]
        return sum(row.id is None for row in rows)

    def canvas(self, fresh_ids: Iterable[UUID]) -> Canvas:
        """The canvas, not yet checked; rows without an id take one of the fresh ones, in order."""
        ids = iter(fresh_ids)

        def given(row: Body) -> dict[str, Any]:
            fields = row.model_dump(exclude_unset=True)
            return {**fields, "id": fields.get("id") or next(ids)}

        return Canvas(
            tuple(Question(**{"parent_id": None} | given(row)) for row in self.questions),
            tuple(
                ResponseArea(**{"question_id": None, "kind": "answer"} | given(row))
                for row in self.response_areas
            ),
            tuple(Boundary(**given(row)) for row in self.boundaries),
        )


class QuestionPatch(Body):
    label: Label = ""
    max_marks: Marks | None = None
    answer_type: AnswerType | None = None
    mcq_options: Options | None = None
    mark_scheme: Scheme | None = None
    spec_ref: Annotated[Text, Field(max_length=200)] | None = None
