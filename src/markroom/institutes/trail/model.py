"""The words of the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Trace:
    """One event. Names are of those who belong, or belonged, to the school; others have none."""

    id: UUID
    at: datetime
    kind: str
    user_id: UUID | None
    user_name: str | None
    credential: str | None
    subject_id: UUID | None
    subject_name: str | None
    changed: list[str]
    facts: dict[str, Any]
    request_id: str | None


@dataclass(frozen=True)
class Filters:
    """`since` is included, `until` is not."""

    kind: str | None = None
    subject_id: UUID | None = None
    user_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
