"""A template as one JSON document: what another school's Markroom reads back without loss."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, ValidationError

from markroom.exam_templates.bodies import Text, Title
from markroom.exam_templates.canvas.bodies import AreaBody, BoundaryBody, QuestionBody, ReplaceBody
from markroom.exam_templates.errors import UnreadableTemplate
from markroom.kit.http import Body

FORMAT = "markroom-template"
META = ("title", "subject", "exam_id", "exam_code", "page_count", "visibility")


@dataclass(frozen=True)
class Imported:
    """What a file says of a template. `sha256` names the paper it was drawn on, `canvas` has ids of its own
    that hold within the file, `warnings` say in words what could not be taken over."""

    meta: dict[str, Any]
    canvas: ReplaceBody
    sha256: str | None = None
    warnings: list[str] = field(default_factory=list)


class Paper(Body):
    title: Title
    subject: Annotated[Text, Field(max_length=200)] | None = None
    exam_id: UUID | None = None
    exam_code: Annotated[Text, Field(max_length=100)] | None = None
    page_count: Annotated[int, Field(ge=1, le=500)] | None = None
    visibility: Literal["institute", "private"] = "institute"
    source_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None


class Document(Body):
    format: Literal["markroom-template"]
    version: Literal[1]
    template: Paper
    questions: list[QuestionBody] = Field(max_length=2000)
    response_areas: list[AreaBody] = Field(default_factory=list, max_length=10_000)
    boundaries: list[BoundaryBody] = Field(default_factory=list, max_length=5000)


def write_document(template: Mapping[str, Any], sha256: str | None) -> bytes:
    """From the template as the API answers it, and the hash of its paper."""
    lists = {name: template[name] for name in ("questions", "response_areas", "boundaries")}
    paper = {name: template[name] for name in META} | {"source_sha256": sha256}
    document = {"format": FORMAT, "version": 1, "template": paper, **lists}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def read_document(data: bytes) -> Imported:
    """Raises UnreadableTemplate with what is wrong and where."""
    try:
        document = Document.model_validate_json(data)
    except ValidationError as error:
        faults = [
            {"field": ".".join(map(str, fault["loc"])), "message": fault["msg"]} for fault in error.errors()
        ]
        raise UnreadableTemplate(errors=faults[:20]) from error
    paper = document.template.model_dump()
    canvas = document.model_dump(include={"questions", "response_areas", "boundaries"}, exclude_unset=True)
    return Imported(
        {name: paper[name] for name in META}, ReplaceBody.model_validate(canvas), paper["source_sha256"]
    )
