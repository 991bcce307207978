"""Reads a paper in a process of its own, so light to import."""

from __future__ import annotations

import time
from multiprocessing.connection import Connection
from typing import Any

import cv2

from markroom.reading.structure import detect


def detect_as_json(data: bytes, told: Connection, recognition_seconds: float) -> dict[str, Any]:
    """Tells (pages done, pages in all) as it goes; stops recognising text when its time is used up, with what
    it has. Raises `markroom.reading.pdf.Unreadable`."""
    cv2.setNumThreads(1)  # pages are small: threads cost more than they save, and other jobs run beside
    until = time.monotonic() + recognition_seconds
    found = detect(
        data,
        on_page=lambda done, total: told.send((done, total)),
        go_on=lambda: time.monotonic() < until,
    )
    return found.as_json()
