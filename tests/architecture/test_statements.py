"""Where SQL stands: in what a room reads and writes, and it writes its own tables alone."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "markroom"
RUNS = {"fetch_one", "fetch_all", "fetch_value", "execute", "executemany"}
WRITES = re.compile(r"\b(?:insert\s+into|update|delete\s+from)\s+([a-z_]+)", re.IGNORECASE)

ELSEWHERE = {
    "kit": "is what statements are run with: connections, events, limits, kept answers, migrations",
    "jobs/queue.py": "says on a job's connection that the job acts",
    "graph/embedded_engine.py": "runs Cypher",
    "operation/backup.py": "copies whatever tables there are, as an administrator",
    "operation/doctor.py": "looks at the server, as an administrator",
    "operation/export.py": "copies whatever a school has, as an administrator",
}
OF_ROOMS = {"invitation_assignments": "institutes"}  # made with projects, told with an invitation
OTHERS = {
    ("kit", "events"): "every change is told in its own transaction",
    ("institutes", "api_keys"): "a school's keys end in the moment it closes",
    ("projects", "invitations"): "a purge leaves nothing of a project",
    ("projects", "invitation_tokens"): "a purge leaves nothing of a project",
    ("projects", "invitation_assignments"): "a purge leaves nothing of a project",
}


@dataclass(frozen=True)
class Found:
    """What a module does with the database."""

    runs_statements: bool
    written_tables: frozenset[str]


def look(source: str) -> Found:
    runs, written = False, set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", None))
            runs |= name in RUNS
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            written |= set(WRITES.findall(node.value))
    return Found(runs, frozenset(written))


@cache
def look_at_all() -> dict[str, Found]:
    """Every module, by its path below the package."""
    return {path.relative_to(SOURCE).as_posix(): look(path.read_text()) for path in SOURCE.rglob("*.py")}


def read_owners() -> dict[str, str]:
    """Tables, each with the room whose migration made it."""
    made = re.compile(r"^create table ([a-z_]+)", re.IGNORECASE | re.MULTILINE)
    rooms = {
        table: path.name.split("-")[1]
        for path in sorted((ROOT / "db" / "migrations").glob("*.sql"))
        for table in made.findall(path.read_text())
    }
    return rooms | OF_ROOMS


def is_allowed(path: str) -> bool:
    parts = path.removesuffix(".py").split("/")
    return bool({"reads", "writes"} & set(parts)) or path in ELSEWHERE or parts[0] in ELSEWHERE


def list_foreign_writes() -> set[tuple[str, str]]:
    """Rooms, with tables of others they write."""
    owners = read_owners()
    written = {
        (path.split("/")[0], table) for path, found in look_at_all().items() for table in found.written_tables
    }
    return {(room, table) for room, table in written if owners.get(table, room) != room}


def test_statements_stand_in_reads_and_writes_alone() -> None:
    assert [
        path for path, found in look_at_all().items() if found.runs_statements and not is_allowed(path)
    ] == []


def test_a_room_writes_its_own_tables_alone() -> None:
    assert list_foreign_writes() - OTHERS.keys() == set()


def test_every_exception_is_still_one() -> None:
    running = [path for path, found in look_at_all().items() if found.runs_statements]
    assert [place for place in ELSEWHERE if not any(path.startswith(place) for path in running)] == []
    assert OTHERS.keys() - list_foreign_writes() == set()


def test_a_stray_statement_would_be_found() -> None:
    """Whether by our own functions or on a connection or cursor."""
    assert look("async def f(conn): await fetch_value(conn, 'select 1')").runs_statements
    assert look("async def f(conn): await conn.execute('select 1')").runs_statements
    assert look('x = f"""update memberships m set a = {b}"""').written_tables == {"memberships"}
    assert look("'''delete\n  from marks using answers'''").written_tables == {"marks"}
    assert read_owners()["memberships"] == "institutes"
