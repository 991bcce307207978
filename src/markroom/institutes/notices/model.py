"""The words of what somebody is told inside the application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from markroom.kit.errors import NotFound
from markroom.kit.events import Event


class NoticesRead(Event):
    """Somebody read what they were told; `facts` has how many notices."""


class NoticeNotFound(NotFound):
    """This notice does not exist."""


@dataclass(frozen=True)
class Notice:
    """`kind` is invitation_accepted, invitation_void, enrollment_decided, pupil_address_given,
    address_decided, results_released, template_shared or job_failed; `person` the name of whoever it is
    about, where there is somebody."""

    id: UUID
    institute_id: UUID
    kind: str
    subject_id: UUID | None
    person: str | None
    facts: dict[str, Any]
    created_at: datetime
    read_at: datetime | None
