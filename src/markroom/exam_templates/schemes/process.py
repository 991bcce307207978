"""Reads mark schemes in a process of their own, so light to import."""

from __future__ import annotations

from dataclasses import asdict
from multiprocessing.connection import Connection
from typing import Any

from markroom.exam_templates.detection.process import bounds
from markroom.reading.scheme import match, read_scheme


def lay_scheme(
    data: bytes, told: Connection, recognition_seconds: float, max_marks: dict[str, int | None]
) -> dict[str, Any]:
    """A mark scheme's entries by the paths of `max_marks`, and what is left over. Raises
    `markroom.reading.pdf.Unreadable`."""
    found = read_scheme(data, **bounds(told, recognition_seconds))
    return {**asdict(match(found, max_marks)), "warnings": found.warnings}
