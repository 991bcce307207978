"""What a client may send of a template, field by field."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StrictInt

from markroom.exam_templates.model import Visibility
from markroom.kit.http import Body


def check_storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("a text cannot hold the character NUL")
    return text


def _said(text: str) -> str:
    if not any(sign.isprintable() and not sign.isspace() for sign in text):
        raise ValueError("it is empty")
    return text


Text = Annotated[str, AfterValidator(check_storable)]
Label = Annotated[Text, Field(min_length=1, max_length=60), AfterValidator(_said)]
Title = Annotated[Text, Field(min_length=1, max_length=300), AfterValidator(_said)]
Long = Annotated[Text, Field(max_length=5000)]


class PaperFields(Body):
    subject: Annotated[Text, Field(max_length=200)] | None = None
    exam_id: UUID | None = None
    exam_code: Annotated[Text, Field(max_length=100)] | None = None
    source_file_id: UUID | None = None
    page_count: Annotated[StrictInt, Field(ge=1, le=500)] | None = None


class CreateBody(PaperFields):
    title: Title
    visibility: Visibility = "institute"
    institute_id: UUID | None = Field(None, exclude=True, description="Where the request acts")
    project_id: UUID | None = None
