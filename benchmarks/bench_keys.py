"""Requests a second with a project's key beside a session, among 100,000 keys; what each costs the database;
and what a mistyped key costs.

usage: python -m benchmarks.bench_keys [SECONDS [KEYS]]

Starts `markroom serve` with its worker on a database of its own; fsync is on. The two credentials ask for the
same list in turns, so that both meet the same load.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg

sys.path.insert(0, str(Path(__file__).parents[1]))  # `make bench` runs this file by its path

from benchmarks.bench_people import CLIENTS, fill, load, serving, show, under_pgbench
from markroom.kit.logs import configure_logs
from markroom.kit.resources import make_resources
from markroom.kit.settings import Settings
from markroom.kit.tokens import hash_token
from markroom.launch import APP, SERVICE, derive_password
from markroom.main import make_app
from markroom.projects.keys.model import hash_key, make_key

TURNS = 4
LIST = "/api/exam/templates"
SESSION = "begin;\nselect * from app.begin_session('{session}', '{institute}', false, '');\ncommit;\n"
KEY = "begin;\nselect * from app.begin_key('{key}', '');\ncommit;\n"


def fill_keys(conn: psycopg.Connection[Any], institute: UUID, user: UUID, secret: bytes, keys: int) -> str:
    """A project of twenty templates with so many keys; the one to be used, as text."""
    row = conn.execute(
        "insert into projects (institute_id, name, owner_id) values (%s, 'Physics', %s) returning id",
        [institute, user],
    ).fetchone()
    assert row
    conn.execute(
        """insert into exam_templates (institute_id, project_id, teacher_id, title)
           select %s, %s, %s, 'Mock ' || n from generate_series(1, 20) n""",
        [institute, row[0], user],
    )
    text = make_key()
    conn.execute(
        """insert into api_keys (institute_id, project_id, user_id, name, prefix, hash, scopes)
           select %(at)s, %(project)s, %(user)s, 'Key ' || n, 'mk_', sha256(n::text::bytea), '{read}'::text[]
             from generate_series(2, %(keys)s) n
           union all select %(at)s, %(project)s, %(user)s, 'Key', 'mk_', %(hash)s, '{read}'::text[]""",
        {"at": institute, "project": row[0], "user": user, "keys": keys, "hash": hash_key(secret, text)},
    )
    conn.execute("analyze")
    return text


async def over_http(url: str, session: str, institute: UUID, key: str, seconds: float) -> int:
    """How many requests the key made."""
    times: dict[str, list[float]] = {"session": [], "key": []}
    spent = dict.fromkeys(times, 0.0)
    credentials = {
        "session": {"Authorization": f"Bearer {session}", "X-Institute-Id": str(institute)},
        "key": {"Authorization": f"Bearer {key}"},
    }
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        for _ in range(TURNS):
            for name, headers in credentials.items():
                taken, lasted = await load(
                    seconds / TURNS, lambda c, headers=headers: c.get(LIST, headers=headers), client
                )
                times[name] += taken
                spent[name] += lasted
        for name, taken in times.items():
            show(f"list 20 templates with a {name}, HTTP", taken, spent[name])
        wrong = {"Authorization": f"Bearer {key[:-1]}{'0' if key[-1] != '0' else '1'}"}
        answer = await client.get(LIST, headers=wrong)
        assert answer.status_code == 401, answer.text
    return len(times["key"])


async def count_statements(folder: Path, app_url: str, service_url: str, headers: dict[str, str]) -> int:
    """Of one request, as the application sends them; the transaction's begin and commit aside."""
    settings = Settings(data_dir=str(folder), rate_limits="off")
    secret = (folder / "secret").read_bytes()
    app = make_app(make_resources(settings, app_url, service_url, secret), with_worker=False)
    count, execute = 0, psycopg.AsyncCursor.execute

    async def counted(self: Any, query: Any, *args: Any, **more: Any) -> Any:
        nonlocal count
        count += 1
        return await execute(self, query, *args, **more)

    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            psycopg.AsyncCursor.execute = counted  # type: ignore[method-assign]
            try:
                await client.get(LIST, headers=headers)
            finally:
                psycopg.AsyncCursor.execute = execute  # type: ignore[method-assign]
    return count


def count_uses_noted(conn: psycopg.Connection[Any]) -> int:
    row = conn.execute(
        """select pg_stat_force_next_flush(), n_tup_upd from pg_stat_user_tables where relname = 'api_keys'"""
    ).fetchone()
    assert row
    return int(row[1])


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 4
    keys = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    configure_logs()
    with tempfile.TemporaryDirectory(prefix="markroom-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with serving(folder) as (server, cluster):
            secret = (folder / "secret").read_bytes()
            admin = psycopg.connect(cluster.admin_url, autocommit=True)
            institute, user, session = fill(admin, 2000)
            key = fill_keys(admin, institute, user, secret, keys)
            print(f"{keys} keys, {CLIENTS} clients, {seconds:.0f} s each, load {os.getloadavg()[0]:.1f}")
            asked = asyncio.run(over_http(server.url, session, institute, key, seconds))
            print(f"  uses of the key noted: {count_uses_noted(admin)} in {asked} requests")
            urls = [cluster.url(role, derive_password(secret, role)) for role in (APP, SERVICE)]
            named = {"Authorization": f"Bearer {session}", "X-Institute-Id": str(institute)}
            wrong = f"{key[:-1]}{'0' if key[-1] != '0' else '1'}"
            for what, headers in (
                ("a session", named),
                ("a key", {"Authorization": f"Bearer {key}"}),
                ("a mistyped key", {"Authorization": f"Bearer {wrong}"}),
            ):
                count = asyncio.run(count_statements(folder, urls[0], urls[1], headers))
                print(f"  statements of a request with {what}: {count}")
            of = {
                "institute": institute,
                "session": f"\\x{hash_token(session).hex()}",
                "key": f"\\x{hash_key(secret, key).hex()}",
            }
            under_pgbench("context of a session, pgbench", SESSION.format(**of), urls[0], folder, seconds)
            under_pgbench("context of a key, pgbench", KEY.format(**of), urls[0], folder, seconds)
            admin.close()


if __name__ == "__main__":
    main()
