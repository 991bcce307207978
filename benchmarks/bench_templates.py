"""Reads and replaces a template of 60 questions and 120 areas over HTTP, beside pgbench running the very same
statements, and beside the way of a client that goes to each table by itself.

usage: python -m benchmarks.bench_templates [SECONDS]

Starts `markroom serve` on a database of its own; fsync is on. The statements are taken down from one request
of each kind, with their values. The rival way asks template, questions, areas and boundaries one after the
other, each in a transaction with its context, and writes each table by itself, as a client does that has
tables but no documents. It is not atomic and has no guard.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import structlog

sys.path.insert(0, str(Path(__file__).parents[1]))  # `make bench` runs this file by its path

from benchmarks.bench_people import CLIENTS, NOBODY_THERE, Bench, show, under_pgbench
from markroom.kit.postgres import Cluster
from markroom.launch import APP, SERVICE, derive_password
from tests.databases import Database
from tests.exam_templates.canvases import Json, as_sent, large_canvas, make_with_canvas
from tests.stage import School, open_stage

TABLES = ("exam_templates", "exam_questions", "response_areas", "exam_boundaries")


def moved(canvas: Json, n: int) -> Json:
    areas = [area | {"bounds": area["bounds"] | {"w": 0.5 + n % 2 / 10}} for area in canvas["response_areas"]]
    return canvas | {"response_areas": areas}


async def read_often(client: httpx.AsyncClient, address: str, seconds: float) -> None:
    times: list[float] = []
    began = time.perf_counter()

    async def ask() -> None:
        while time.perf_counter() - began < seconds:
            started = time.perf_counter()
            (await client.get(address)).raise_for_status()
            times.append(time.perf_counter() - started)

    await asyncio.gather(*(ask() for _ in range(CLIENTS)))
    show("GET, HTTP", times, time.perf_counter() - began)


async def replace_often(client: httpx.AsyncClient, templates: list[Json], seconds: float) -> None:
    """A template for each client: nobody is in another's way."""
    times: list[float] = []
    began = time.perf_counter()

    async def save(template: Json) -> None:
        canvas, version, n = as_sent(template), template["version"], 0
        while time.perf_counter() - began < seconds:
            started = time.perf_counter()
            n += 1
            address, etag = f"/api/exam/templates/{template['id']}", {"If-Match": f'"{version}"'}
            answer = await client.put(address, json=moved(canvas, n), headers=etag)
            answer.raise_for_status()
            assert answer.json()["changes"]["updated"] in (0, 120)
            version = answer.json()["version"]
            times.append(time.perf_counter() - started)

    await asyncio.gather(*(save(template) for template in templates))
    show("PUT (120 areas moved), HTTP", times, time.perf_counter() - began)


@asynccontextmanager
async def taking_down(url: str) -> AsyncIterator[list[str]]:
    """The statements of what runs inside, in order, with their values in them."""
    taken: list[str] = []
    execute = psycopg.AsyncCursor.execute

    async def note(cursor: Any, query: Any, params: Any = None, **how: Any) -> Any:
        with psycopg.connect(url, cursor_factory=psycopg.ClientCursor) as writer:
            taken.append(writer.cursor().mogrify(query, params))
        return await execute(cursor, query, params, **how)

    psycopg.AsyncCursor.execute = note  # type: ignore[method-assign]
    try:
        yield taken
    finally:
        psycopg.AsyncCursor.execute = execute  # type: ignore[method-assign]


def as_script(statements: list[str]) -> str:
    """One transaction, for pgbench: a statement ends with its line's semicolon, and a colon names nothing."""
    own = [
        " ".join(s.split()).rstrip(";") for s in statements if s.strip().lower() not in ("begin", "commit")
    ]
    return "begin;\n" + "".join(f"{statement};\n" for statement in own) + "commit;\n"


def naive_read(context: str, institute: str, template: str) -> str:
    def ask(table: str) -> str:
        key = "id" if table == "exam_templates" else "template_id"
        return f"select * from {table} where institute_id = '{institute}' and {key} = '{template}'"

    return "".join(as_script([context, ask(table)]) for table in TABLES)


def naive_replace(context: str, institute: str, template: str) -> str:
    """Each table's rows taken out and put in again, or written over, by a request of its own."""
    of = f"institute_id = '{institute}' and template_id = '{template}'"
    own = f"institute_id = '{institute}' and id = '{template}'"
    again = "insert into exam_boundaries select * from gone"
    writes = [
        f"update exam_questions set label = label where {of}",
        f"update response_areas set bounds = bounds where {of}",
        f"with gone as (delete from exam_boundaries where {of} returning *) {again}",
        f"update exam_templates set version = version + 1 where {own}",
    ]
    puts = "".join(as_script([context, write]) for write in writes)
    return puts + naive_read(context, institute, template)


def by_client(scripts: list[str]) -> str:
    """Each client of pgbench its own script."""
    branches = [f"\\{'elif' if n else 'if'} :client_id = {n}\n{script}" for n, script in enumerate(scripts)]
    return "".join([*branches, "\\endif\n"])


async def compare(url: str, database: Database, folder: Path, seconds: float) -> None:
    async with open_stage(database, folder) as stage:
        school = await stage.make_school()
        teacher = school.people["teacher"]
        templates = [await make_with_canvas(teacher.client, large_canvas(60)) for _ in range(CLIENTS)]
        taken = [await take_scripts(school, each, database.admin_url) for each in templates]
        headers = {"Authorization": f"Bearer {teacher.token}", "X-Institute-Id": str(school.institute_id)}
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as client:
            await read_often(client, f"/api/exam/templates/{templates[0]['id']}", seconds)
            current = [
                (await client.get(f"/api/exam/templates/{template['id']}")).json() for template in templates
            ]
            await replace_often(client, current, seconds)
    for name in taken[0]:
        script = by_client([scripts[name] for scripts in taken])
        under_pgbench(name, script, database.app_url, folder, seconds)


async def take_scripts(school: School, template: Json, admin_url: str) -> dict[str, str]:
    client, address = school["teacher"], f"/api/exam/templates/{template['id']}"
    async with taking_down(admin_url) as read:
        (await client.get(address)).raise_for_status()
    etag = {"If-Match": f'"{template["version"]}"'}
    async with taking_down(admin_url) as replaced:
        (await client.put(address, json=moved(as_sent(template), 1), headers=etag)).raise_for_status()
    context = next(statement for statement in read if "begin_session" in statement)
    institute = str(school.institute_id)
    return {
        "GET, pgbench, the same statements": as_script(read),
        "GET, pgbench, table by table": naive_read(context, institute, template["id"]),
        "PUT, pgbench, the same statements": as_script(replaced),
        "PUT, pgbench, table by table": naive_replace(context, institute, template["id"]),
    }


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory(prefix="markroom-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        server = Bench(folder, NOBODY_THERE)
        server.start()
        try:
            with Cluster(folder) as cluster:
                secret = (folder / "secret").read_bytes()
                urls = [cluster.url(who, derive_password(secret, who)) for who in (APP, SERVICE)]
                print(f"{CLIENTS} clients, {seconds:.0f} s each, load {os.getloadavg()[0]:.1f}")
                asyncio.run(
                    compare(server.url, Database("markroom", cluster.admin_url, *urls), folder, seconds)
                )
        finally:
            server.stop()


if __name__ == "__main__":
    main()
