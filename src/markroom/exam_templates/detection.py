"""Reads papers and mark schemes in a process of their own, so light to import."""

from __future__ import annotations

import time
from dataclasses import asdict
from multiprocessing.connection import Connection
from typing import Any

import cv2

from markroom.reading.scheme import match, read_scheme
from markroom.reading.structure import detect


def detect_as_json(data: bytes, told: Connection, recognition_seconds: float) -> dict[str, Any]:
    """Tells (pages done, pages in all) as it goes; stops recognising text when its time is used up, with what
    it has. Raises `markroom.reading.pdf.Unreadable`."""
    return detect(data, **_bounds(told, recognition_seconds)).as_json()


def lay_scheme(
    data: bytes, told: Connection, recognition_seconds: float, max_marks: dict[str, int | None]
) -> dict[str, Any]:
    """A mark scheme's entries by the paths of `max_marks`, and what is left over. Raises as the above."""
    found = read_scheme(data, **_bounds(told, recognition_seconds))
    return {**asdict(match(found, max_marks)), "warnings": found.warnings}


def _bounds(told: Connection, recognition_seconds: float) -> dict[str, Any]:
    cv2.setNumThreads(1)  # pages are small: threads cost more than they save, and other jobs run beside
    until = time.monotonic() + recognition_seconds
    return {
        "on_page": lambda done, total: told.send((done, total)),
        "go_on": lambda: time.monotonic() < until,
    }
