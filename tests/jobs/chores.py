"""Jobs for tests: what they do is told by their arguments."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

from markroom.jobs.queue import Job, job
from markroom.kit.errors import Conflict, Unavailable


class SumsWrong(Conflict):
    """The sums do not add up."""


class LibraryClosed(Unavailable):
    """The library is closed."""


def _mark(file: Path) -> int:
    tries = len(file.read_text()) + 1 if file.exists() else 1
    file.write_text("x" * tries)
    return tries


def _may_end(file: Path) -> bool:
    return file.with_suffix(".end").exists()


@job("chore")
async def chore(job: Job) -> dict[str, Any] | None:
    """Marks in a file that it began, misbehaves as told, and says what it did."""
    tries = _mark(Path(job.args["mark"]))
    await job.progress(1, 2, {"so_far": tries})
    match job.args.get("how"):
        case "wrong":
            raise SumsWrong
        case "closed once" if tries == 1:
            raise LibraryClosed
        case "closed":
            raise LibraryClosed
        case "crashes":
            raise ZeroDivisionError("the password is swordfish")
        case "dies once" if tries == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        case "waits":
            while not _may_end(Path(job.args["mark"])):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        case "is slow once" if tries == 1:
            await asyncio.sleep(600)
    await job.progress(2, 2)
    return {"tries": tries}
