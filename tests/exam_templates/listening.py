"""A subscriber for a while."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from markroom.exam_templates.model import StructureChange
from markroom.kit import events


@asynccontextmanager
async def listening(kind: type[StructureChange], subscriber: Callable[..., Any]) -> AsyncIterator[None]:
    events.subscribe(kind)(subscriber)
    try:
        yield
    finally:
        events._subscribers[kind].remove(subscriber)
