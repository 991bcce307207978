"""What the processes that read pixels know of a template; light to import there."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Area:
    """A response area as far as cropping needs it; `options`: a multiple choice's boxes with labels."""

    id: UUID
    item_id: UUID
    page: int
    bounds: dict[str, float]
    options: tuple[tuple[str, dict[str, float]], ...] = ()
