"""The words of a template's history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from markroom.kit.errors import NotFound


class VersionNotFound(NotFound):
    """This template has no such version."""


@dataclass(frozen=True)
class Version:
    """`number` is the template's version then; `reason` found, replaced, detected, question, restored, cloned
    or imported; `saved_by_name` is None for what a machine saved."""

    number: int
    reason: str
    changes: dict[str, int]
    questions: int
    total_marks: int | None
    saved_by: UUID | None
    saved_by_name: str | None
    saved_at: datetime
