"""CPU work on bytes that strangers sent: in a process of its own, with a limit on time and memory, so that
nothing hangs the server."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from markroom.kit.errors import Invalid, MarkroomError

T = TypeVar("T")


class ReadingTookTooLong(Invalid):
    """This file takes too long to read and was set aside."""


class ReadingNeededTooMuchMemory(Invalid):
    """This file needs too much memory to read and was set aside."""


class ReadingCrashed(Invalid):
    """This file cannot be read: it is damaged."""


class NotCarried(MarkroomError):
    """What was read cannot be carried between processes."""


_preloaded = ["cv2", "numpy", "pikepdf", "pypdfium2"]
_starting = threading.Lock()


def preload(*modules: str) -> None:
    """Names modules whose functions will be run, so that they are imported once and not by each process."""
    _preloaded.extend(name for name in modules if name not in _preloaded)


@cache
def _spawner() -> ForkServerContext | SpawnContext:
    """Forks from a clean, single-threaded server that has the slow imports done already."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_preloaded)
    return context


@cache
def _places() -> ThreadPoolExecutor:
    """One thread waits for each process; further ones wait for a place."""
    return ThreadPoolExecutor((os.cpu_count() or 1) + 2, "bounded")


async def run_bounded(
    function: Callable[..., T], *args: Any, seconds: float = 60, memory_mb: int = 2048
) -> T:
    """Runs a module-level function in a fresh process. Raises what it raises, or one of the errors above.

    Arguments and result are pickled. `memory_mb` limits what the process may add to its address space, where
    the system can limit it. At most two processes more than there are cores run at a time.
    """
    loop = asyncio.get_running_loop()
    value: T = await loop.run_in_executor(_places(), _run, function, args, seconds, memory_mb)
    return value


def _run(function: Callable[..., Any], args: tuple[Any, ...], seconds: float, memory_mb: int) -> Any:
    context = _spawner()
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(theirs, function, args, memory_mb), daemon=True)
    with _without_main():
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


@contextmanager
def _without_main() -> Iterator[None]:
    """Keeps a child from importing the program that started us: it needs the function's module alone."""
    main = sys.modules["__main__"]
    with _starting:
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


def _child(pipe: Connection, function: Callable[..., Any], args: tuple[Any, ...], memory_mb: int) -> None:
    threading.Thread(target=_die_with_parent, daemon=True).start()
    _limit_memory(memory_mb)
    try:
        answer = ("done", function(*args))
    except MemoryError:
        answer = ("raised", ReadingNeededTooMuchMemory())
    except Exception as error:  # noqa: BLE001 - carried to the parent, whatever it is
        answer = ("raised", _portable(error))
    try:
        pipe.send(answer)
    except MemoryError:
        pipe.send(("raised", ReadingNeededTooMuchMemory()))
    except (TypeError, AttributeError, ValueError, pickle.PicklingError):
        pipe.send(("raised", NotCarried()))


def _portable(error: Exception) -> Exception:
    """The error itself where the parent can read it back."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    except (TypeError, AttributeError, ValueError, pickle.PicklingError):
        return NotCarried(f"{type(error).__name__} cannot be carried between processes.")
    return error


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _limit_memory(memory_mb: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: time alone is limited there
        return
    pages = Path("/proc/self/statm")  # without it (macOS) the limit is on all of the address space
    used = int(pages.read_text().split()[0]) * resource.getpagesize() if pages.exists() else 0
    resource.setrlimit(resource.RLIMIT_AS, (used + memory_mb * 2**20,) * 2)
