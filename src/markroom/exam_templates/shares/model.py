"""The words of letting others edit a template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from markroom.kit.errors import NotFound
from markroom.kit.events import Event


class ShareNotFound(NotFound):
    """This template is not shared so."""


class TemplateShared(Event):
    """A colleague or a department may now edit a template."""


class TemplateUnshared(Event):
    """A colleague or a department may no longer edit a template."""


@dataclass(frozen=True)
class Share:
    """With a colleague (`user_id`, `name`) or with a department."""

    id: UUID
    user_id: UUID | None
    name: str | None
    department: str | None
    shared_at: datetime
