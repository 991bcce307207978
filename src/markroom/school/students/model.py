from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class SchoolStudent:
    """`classes` are `{id, name}`, those not archived."""

    user_id: UUID
    name: str
    email: str | None
    state: str
    year_group: str | None
    form_group: str | None
    candidate_number: str | None
    classes: list[dict[str, Any]]


@dataclass(frozen=True)
class StudentsWanted:
    """Which students; None is any. `not_in_class`: not in that class, or with True in none."""

    q: str | None = None
    year_group: str | None = None
    class_id: UUID | None = None
    not_in_class: UUID | bool | None = None
    active: bool = False


@dataclass(frozen=True)
class Pasted:
    """A line of a pasted list, and whom it names: exactly one student, several, or none."""

    name: str
    number: str | None
    user_ids: list[UUID]
