"""Temporary folders that outlive nobody for long: each new one sweeps away those whose process was killed."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":  # nothing tells there whose process lives, so nothing is swept
    import fcntl

PREFIX = "markroom-scratch-"


@contextmanager
def scratch_folder(kind: str, beside: Path | None = None) -> Iterator[Path]:
    """An empty folder of this account's alone, gone when the context is left. Blocks for a moment.

    It stays locked (flock) while the process that made it lives, or one that was forked from it.
    """
    parent = beside or Path(tempfile.gettempdir())
    sweep_scratch(parent)
    folder, lock = _make(kind, parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def sweep_scratch(parent: Path) -> None:
    """Removes the folders of this account in which no living process works."""
    if sys.platform == "win32":
        return
    for folder in parent.glob(f"{PREFIX}*"):
        lock = _lock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _make(kind: str, parent: Path) -> tuple[Path, int | None]:
    """A new folder and its lock, none where folders cannot be locked; another where somebody swept it before
    it was locked."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{kind}-", dir=parent))
        lock = None if sys.platform == "win32" else _lock(folder, fcntl.LOCK_EX)
        if folder.exists():
            return folder, lock
        if lock is not None:
            os.close(lock)


def _lock(folder: Path, how: int) -> int | None:
    """None for what is locked, is gone, is no folder or another account's."""
    with suppress(OSError):
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            if os.fstat(lock).st_uid == os.geteuid():
                fcntl.flock(lock, how)
                return lock
        except OSError:
            os.close(lock)
            raise
        os.close(lock)
    return None
