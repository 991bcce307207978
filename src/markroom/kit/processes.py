"""CPU work on bytes that strangers sent: in a process of its own, with a limit on time and memory, so that
nothing hangs the server."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any, TypeVar

from markroom.kit.errors import Invalid, MarkroomError

T = TypeVar("T")


class ReadingTookTooLong(Invalid):
    """This file takes too long to read and was set aside."""


class ReadingNeededTooMuchMemory(Invalid):
    """This file needs too much memory to read and was set aside."""


class ReadingCrashed(Invalid):
    """This file cannot be read: it is damaged."""


_context: BaseContext | None = None
_places: asyncio.Semaphore | None = None


def _spawner() -> BaseContext:
    """Forks from a clean, single-threaded server that has the slow imports done already."""
    global _context
    if _context is None:
        if "forkserver" in multiprocessing.get_all_start_methods():
            _context = multiprocessing.get_context("forkserver")
            _context.set_forkserver_preload(["markroom.reading.pdf", "cv2", "numpy", "pikepdf"])
        else:
            _context = multiprocessing.get_context("spawn")
    return _context


async def run_bounded(
    function: Callable[..., T], *args: Any, seconds: float = 60, memory_mb: int = 2048
) -> T:
    """Runs a module-level function in a fresh process. Raises what it raises, or one of the errors above.

    Arguments and result are pickled. `memory_mb` limits what the process may add to its address space (where
    the system can limit it).
    At most one process per core runs at a time.
    """
    global _places
    if _places is None:
        _places = asyncio.Semaphore(max(os.cpu_count() or 1, 2))
    async with _places:
        return await asyncio.get_running_loop().run_in_executor(
            None, _run, function, args, seconds, memory_mb
        )  # type: ignore[return-value]


def _run(function: Callable[..., Any], args: tuple[Any, ...], seconds: float, memory_mb: int) -> Any:
    context = _spawner()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(theirs, function, args, memory_mb), daemon=True)  # type: ignore[attr-defined]
    process.start()
    theirs.close()
    try:
        if not ours.poll(seconds):
            raise ReadingTookTooLong
        kind, value = ours.recv()
    except EOFError as error:
        raise ReadingCrashed from error
    finally:
        process.kill()
        process.join()
        ours.close()
    if kind == "raised":
        raise value
    return value


def _child(pipe: Connection, function: Callable[..., Any], args: tuple[Any, ...], memory_mb: int) -> None:
    _die_with_parent()
    _limit_memory(memory_mb)
    try:
        answer = ("done", function(*args))
    except MemoryError:
        answer = ("raised", ReadingNeededTooMuchMemory())
    except Exception as error:  # noqa: BLE001 - carried to the parent, whatever it is
        answer = ("raised", error)
    try:
        pipe.send(answer)
    except (TypeError, AttributeError, ValueError):
        pipe.send(
            ("raised", MarkroomError(f"{type(answer[1]).__name__} cannot be carried between processes."))
        )


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


def _limit_memory(memory_mb: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: time alone is limited there
        return
    used = (
        int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        if os.path.exists("/proc/self/statm")
        else 0
    )
    resource.setrlimit(resource.RLIMIT_AS, (used + memory_mb * 2**20,) * 2)
