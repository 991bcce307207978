from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from markroom.kit.errors import NotFound
from markroom.kit.processes import (
    NotCarried,
    ReadingCrashed,
    ReadingNeededTooMuchMemory,
    ReadingTookTooLong,
    run_bounded,
)


class NoSuchSheet(NotFound):
    """This sheet does not exist."""


class Unportable(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"cannot be made again from this text: {one + two}")


def add(one: int, two: int) -> int:
    return one + two


def sleep_for(seconds: float) -> None:
    time.sleep(seconds)


def spin() -> None:
    while True:
        pass


def fill_memory() -> int:
    return len(bytearray(2**31))


def die() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def refuse(sheet: int) -> None:
    raise NoSuchSheet(sheet=sheet)


def refuse_unportably() -> None:
    raise Unportable(1, 2)


def give_what_cannot_be_sent() -> object:
    return lambda: None


def give_much(size: int) -> bytes:
    return b"x" * size


def name_process() -> int:
    return os.getpid()


async def test_a_result_comes_back() -> None:
    assert await run_bounded(add, 2, 3) == 5


async def test_a_large_result_comes_back_whole() -> None:
    assert await run_bounded(give_much, 20_000_000) == b"x" * 20_000_000


@pytest.mark.parametrize("work", [(sleep_for, 30), (spin,)])
async def test_work_that_takes_too_long_is_ended(work: tuple[object, ...]) -> None:
    with pytest.raises(ReadingTookTooLong):
        await run_bounded(*work, seconds=0.3)  # type: ignore[arg-type]


async def test_work_that_needs_too_much_memory_is_ended() -> None:
    with pytest.raises(ReadingNeededTooMuchMemory):
        await run_bounded(fill_memory, memory_mb=256)


async def test_a_crash_in_a_library_is_a_damaged_file() -> None:
    with pytest.raises(ReadingCrashed):
        await run_bounded(die)


async def test_what_the_function_raises_is_raised_here() -> None:
    with pytest.raises(NoSuchSheet) as raised:
        await run_bounded(refuse, 7)
    assert raised.value.facts == {"sheet": 7}
    assert raised.value.status == 404


@pytest.mark.parametrize("work", [refuse_unportably, give_what_cannot_be_sent])
async def test_what_cannot_be_carried_is_said_to_be_so(work: object) -> None:
    with pytest.raises(NotCarried):
        await run_bounded(work)  # type: ignore[arg-type]


async def test_each_work_has_a_process_of_its_own() -> None:
    found = await asyncio.gather(*(run_bounded(name_process) for _ in range(4)))
    assert len({os.getpid(), *found}) == 5


def test_the_process_ends_with_its_parent(tmp_path: Path) -> None:
    """A server that is killed leaves no reading behind."""
    mark = tmp_path / "child"
    program = (
        "import asyncio, sys; from tests.kit.test_processes import mark_and_spin;"
        "from markroom.kit.processes import run_bounded;"
        "asyncio.run(run_bounded(mark_and_spin, sys.argv[1], seconds=60))"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(mark)])
    try:
        assert _eventually(lambda: mark.exists() and mark.read_text() != "")
        child = psutil.Process(int(mark.read_text()))
        parent.kill()
        parent.wait()
        child.wait(timeout=120)
    finally:
        parent.kill()
        parent.wait()


def mark_and_spin(path: str) -> None:
    Path(path).write_text(str(os.getpid()))
    spin()


def _eventually(is_so: object) -> bool:
    for _ in range(2400):
        if is_so():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False
