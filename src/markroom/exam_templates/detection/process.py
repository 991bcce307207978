"""Reads papers in a process of their own, so light to import.

What is told on the way are dicts, the newest of each key the one that counts: `done` and `total` pages, and
`found`, a detection of the pages `read` so far.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

import cv2

from markroom.reading.structure import detect, make_seed, structure_so_far
from markroom.reading.structure.page import Page

LOOK_SHARE = 0.1  # of the time, at most, goes into showing what is found so far


def detect_as_json(
    data: bytes, told: Connection, recognition_seconds: float, look_seconds: float
) -> dict[str, Any]:
    """Tells what it finds as it goes, at most every `look_seconds`; stops recognising text when its time is
    used up, with what it has. Raises `markroom.reading.pdf.Unreadable`."""
    looks = Looks(told, make_seed(data), look_seconds)
    return detect(data, **bounds(told, recognition_seconds), on_pages=looks.show).as_json()


class Looks:
    """What is found on the pages read so far, now and then."""

    def __init__(self, told: Connection, seed: str, seconds: float) -> None:
        self.told, self.seed, self.seconds = told, seed, seconds
        self.next = time.monotonic() + seconds

    def show(self, pages: Sequence[Page]) -> None:
        began = time.monotonic()
        if began < self.next:
            return
        found, read = structure_so_far(pages, self.seed)
        self.told.send({"found": found.as_json(), "read": read})
        ended = time.monotonic()
        self.next = ended + max(self.seconds, (ended - began) / LOOK_SHARE)


def bounds(told: Connection, recognition_seconds: float) -> dict[str, Any]:
    """What reading goes by: how it tells its progress, and whether it may go on."""
    cv2.setNumThreads(1)  # pages are small: threads cost more than they save, and other jobs run beside
    until = time.monotonic() + recognition_seconds
    return {
        "on_page": lambda done, total: told.send({"done": done, "total": total}),
        "go_on": lambda: time.monotonic() < until,
    }
