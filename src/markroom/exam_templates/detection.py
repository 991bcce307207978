"""Reads a paper in a process of its own, so light to import."""

from __future__ import annotations

from multiprocessing.connection import Connection
from typing import Any

from markroom.reading.structure import detect


def detect_as_json(data: bytes, told: Connection) -> dict[str, Any]:
    """Tells (pages done, pages in all) as it goes. Raises `markroom.reading.pdf.Unreadable`."""
    return detect(data, on_page=lambda done, total: told.send((done, total))).as_json()
