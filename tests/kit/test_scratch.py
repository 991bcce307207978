"""S-06, P-15: a process that is killed leaves nothing behind for good."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from markroom.kit.scratch import PREFIX, scratch_folder, sweep_scratch

WORK = """import sys
from pathlib import Path
from markroom.kit.scratch import scratch_folder
with scratch_folder("export", Path(sys.argv[1])) as folder:
    (folder / "school.tar").write_bytes(b"half of a school")
    print(folder, flush=True)
    sys.stdin.read()
"""


@contextmanager
def somebody_working(parent: Path) -> Iterator[tuple[Path, int]]:
    """The folder and id of another process that writes in one."""
    command = [sys.executable, "-c", WORK, str(parent)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield Path(process.stdout.readline().strip()), process.pid
        process.kill()


def test_a_folder_is_gone_with_its_context(tmp_path: Path) -> None:
    with scratch_folder("export", tmp_path) as folder:
        (folder / "school.tar").write_bytes(b"all of it")
        assert folder.stat().st_mode & 0o077 == 0
    with pytest.raises(ZeroDivisionError), scratch_folder("export", tmp_path):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_swept_by_the_next(tmp_path: Path) -> None:
    with somebody_working(tmp_path) as (left, pid):
        os.kill(pid, signal.SIGKILL)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        assert (left / "school.tar").exists()
        with scratch_folder("print", tmp_path) as folder:
            assert list(tmp_path.iterdir()) == [folder]


def test_what_somebody_works_in_stays(tmp_path: Path) -> None:
    """Another process, and this one."""
    with somebody_working(tmp_path) as (theirs, _), scratch_folder("bench", tmp_path) as ours:
        sweep_scratch(tmp_path)
        assert {path.name for path in tmp_path.iterdir()} == {theirs.name, ours.name}
        assert (theirs / "school.tar").exists()


def test_nothing_else_is_swept(tmp_path: Path) -> None:
    """No link, no file, nothing of another name; nor what a link of ours leads to."""
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "paper").write_text("a paper")
    (tmp_path / f"{PREFIX}link").symlink_to(tmp_path / "precious")
    (tmp_path / f"{PREFIX}file").write_text("a file")
    sweep_scratch(tmp_path)
    assert len(list(tmp_path.iterdir())) == 3
    assert (tmp_path / "precious" / "paper").exists()


def test_many_at_once_sweep_none_of_each_other(tmp_path: Path, race_rounds: int) -> None:
    def work(number: int) -> bool:
        with scratch_folder("bench", tmp_path) as folder:
            (folder / "page").write_text(str(number))
            sweep_scratch(tmp_path)
            return (folder / "page").read_text() == str(number)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(race_rounds * 8)))
    assert list(tmp_path.iterdir()) == []


def test_where_a_folder_cannot_be_locked_one_is_made_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-06: on a drive mounted with another owner"""
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with scratch_folder("dump", tmp_path) as folder:
        assert list(tmp_path.iterdir()) == [folder]
    assert list(tmp_path.iterdir()) == []
