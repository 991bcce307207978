"""Reads and replaces a template of 60 questions and 120 areas over HTTP, beside its bare statements.

usage: python -m benchmarks.templates [ROUNDS]

Starts a database of its own. The rival is psycopg alone, in the same run and role: for the read the
statement in a transaction with its context; for the replace the statements that change the same rows.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import psycopg
import structlog
from psycopg.types.json import Jsonb

from markroom.exam_templates import reads
from markroom.kit.migrations import migrate
from markroom.kit.postgres import Cluster
from markroom.kit.tokens import hash_token
from tests.databases import APP, SERVICE, name_database
from tests.exam_templates.canvases import Json, as_sent, make_with_canvas, put
from tests.exam_templates.test_replace import large_canvas
from tests.stage import School, open_stage


def show(name: str, times: list[float]) -> None:
    print(f"{name:42} p50 {median(times) * 1000:6.2f} ms   p95 {quantiles(times, n=20)[18] * 1000:6.2f} ms")


async def measure(rounds: int, work: Callable[[int], Awaitable[Any]]) -> list[float]:
    times = []
    for n in range(rounds):
        started = time.perf_counter()
        await work(n)
        times.append(time.perf_counter() - started)
    return times[rounds // 10 :]


class Bare:
    """The statements alone, on one connection of the application's role."""

    def __init__(self, conn: psycopg.AsyncConnection[Any], school: School, template_id: UUID) -> None:
        self.conn, self.school, self.template_id = conn, school, template_id

    async def begin(self) -> None:
        token = self.school.people["teacher"].token
        await self.conn.execute(
            "select * from app.begin_session(%s, %s, false, '')",
            [hash_token(token), self.school.institute_id],
        )

    async def read(self, _: int) -> None:
        async with self.conn.transaction():
            await self.begin()
            await reads.get_snapshot(self.conn, self.school.institute_id, self.template_id)

    async def replace(self, n: int) -> None:
        """Moves every area and bumps the version: what the measured request changes, without its checks."""
        of = [self.school.institute_id, self.template_id]
        bounds = Jsonb({"x": 0.1, "y": 0.1, "w": 0.5 + n % 2 / 10, "h": 0.05})
        async with self.conn.transaction():
            await self.begin()
            await self.conn.execute(
                "update response_areas set bounds = %s where institute_id = %s and template_id = %s",
                [bounds, *of],
            )
            await self.conn.execute(
                "update exam_templates set version = version + 1 where institute_id = %s and id = %s", of
            )
            await reads.get_snapshot(self.conn, *of)


def moved(canvas: Json, n: int) -> Json:
    areas = [area | {"bounds": area["bounds"] | {"w": 0.5 + n % 2 / 10}} for area in canvas["response_areas"]]
    return canvas | {"response_areas": areas}


async def compare(rounds: int, cluster: Cluster, folder: Path) -> None:
    database = name_database(cluster, "bench")
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        admin.execute("create database bench")
    migrate(database.admin_url, app_login=APP, service_login=SERVICE)
    async with open_stage(database, folder) as stage:
        school = await stage.make_school()
        teacher = school["teacher"]
        template = await make_with_canvas(teacher, large_canvas(60))
        address, canvas = f"/api/exam/templates/{template['id']}", as_sent(template)
        options = "-c search_path=public,jobs"
        async with await psycopg.AsyncConnection.connect(
            database.app_url, autocommit=True, options=options
        ) as conn:
            bare = Bare(conn, school, UUID(template["id"]))
            show("GET, over the application", await measure(rounds, lambda _: teacher.get(address)))
            show("GET, bare statements", await measure(rounds, bare.read))

            version = template["version"]

            async def replace(n: int) -> None:
                nonlocal version
                answer = (await put(teacher, template["id"], moved(canvas, n), version)).json()
                assert answer["changes"]["updated"] == 120
                version = answer["version"]

            await put(teacher, template["id"], moved(canvas, 1), version)
            version += 1
            show("PUT (120 areas moved), over the application", await measure(rounds // 3, replace))
            show("PUT, bare statements", await measure(rounds // 3, bare.replace))


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    with tempfile.TemporaryDirectory(prefix="markroom-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with Cluster(folder / "cluster") as cluster:
            asyncio.run(compare(rounds, cluster, folder))


if __name__ == "__main__":
    main()
