"""The words of long work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from markroom.kit.actor import Permission
from markroom.kit.errors import Conflict, NotFound
from markroom.kit.events import Event


@dataclass(frozen=True)
class JobRow:
    id: UUID
    kind: str
    subject_id: UUID | None
    args: dict[str, Any]
    state: str
    done: int
    total: int | None
    result: dict[str, Any] | None
    error: str | None
    attempts: int
    started_by: UUID | None
    created_at: datetime
    finished_at: datetime | None


class JobFailed(Event):
    """A job failed for good and waits for a person."""


class JobRetried(Event):
    """A person asked for a failed job to be tried again."""


RETRY_JOBS = Permission(
    "jobs.retry",
    ("platform_admin", "school_admin", "department_head"),
    meaning="Try a failed job again",
)


class JobNotFound(NotFound):
    """This job does not exist."""


class JobNotFailed(Conflict):
    """Only a job that failed can be tried again."""
