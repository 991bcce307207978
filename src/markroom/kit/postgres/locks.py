"""Locks on files, between processes; the system frees those of a killed process."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from markroom.kit.postgres.errors import ClusterError

if sys.platform != "win32":
    import fcntl


def _open(path: Path) -> int:
    if sys.platform == "win32":
        raise ClusterError("The built-in database does not run on Windows yet: set MARKROOM_DATABASE_URL.")
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Wait for the file's lock and keep it for the block."""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


class Lease:
    """A share in a file, held until it is closed or its process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self._descriptor = _open(path)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def close(self) -> None:
        os.close(self._descriptor)  # not LOCK_UN, which would end it for a forked child too


def is_leased(path: Path) -> bool:
    """Does any living process hold a share?"""
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
