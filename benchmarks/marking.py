"""Claims and saves over HTTP by markers at once, beside the fewest statements that could do it.

usage: python -m benchmarks.marking [SCRIPTS [MARKERS]]

Starts a database of its own; fsync is on. The rival is psycopg alone, in the same run, role and context: it
takes the next answer in one statement and enters the mark in another, without rights, versions or JSON. It
hands an answer out twice now and then: its statement sees a claim gone and not yet the mark that ended it.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
import psycopg
import structlog

from markroom.kit.migrations import migrate
from markroom.kit.postgres import Cluster
from markroom.kit.tokens import hash_token
from tests.databases import APP, SERVICE, Database, name_database
from tests.marking.sitting import Question, Sitting, lay_out
from tests.stage import Person, School, Stage, open_stage

PAPER = [Question(str(n), 5) for n in range(1, 21)]
TAKE = """insert into claims (institute_id, batch_id, script_id, question_id, marker_id, expires_at)
  select a.institute_id, a.batch_id, a.script_id, a.question_id, %(marker)s, now() + interval '5 minutes'
    from answers a join exam_questions q on q.institute_id = %(i)s and q.id = a.question_id
    join scripts s on s.institute_id = %(i)s and s.id = a.script_id
   where a.institute_id = %(i)s and a.batch_id = %(b)s and a.question_id = any(%(q)s)
     and not exists (select from mark_entries e where e.institute_id = %(i)s and e.script_id = a.script_id
                        and e.question_id = a.question_id)
     and not exists (select from claims c where c.institute_id = %(i)s and c.script_id = a.script_id
                        and c.question_id = a.question_id)
   order by q.position, s.number limit 1 for no key update of a skip locked
  on conflict do nothing returning script_id, question_id"""
ENTER = """insert into mark_entries (institute_id, batch_id, script_id, question_id, state, marks,
  scheme_version, marker_id, source) values (%s, %s, %s, %s, 'awarded', 3, 1, %s, 'human')
  on conflict do nothing"""
END = "delete from claims where institute_id = %s and script_id = %s and question_id = %s"

Times = dict[str, list[float]]


async def timed(times: list[float], work: Awaitable[Any]) -> Any:
    started = time.perf_counter()
    answer = await work
    times.append(time.perf_counter() - started)
    return answer


async def mark_over_http(
    client: httpx.AsyncClient, sitting: Sitting, wish: dict[str, str], times: Times
) -> None:
    while (
        answer := await timed(times["claim"], client.post(sitting.claims_url, json=wish))
    ).status_code == 200:
        item = answer.json()["item"]
        url = f"/api/scripts/{item['script_id']}/marks/{item['question_id']}"
        body = {"marks": 3, "state": "awarded"}
        saved = await timed(times["save"], client.put(url, json=body, headers={"If-Match": '"0"'}))
        assert saved.status_code == 200, saved.text


async def mark_bare(
    conn: Any, person: Person, sitting: Sitting, questions: list[Any], answers: int, times: Times
) -> None:
    of = {"i": sitting.institute_id, "b": sitting.batch_id, "marker": person.user_id, "q": questions}

    async def begin() -> None:
        begin_session = "select * from app.begin_session(%s, %s, false, '')"
        await conn.execute(begin_session, [hash_token(person.token), sitting.institute_id])

    async def take() -> Any:
        async with conn.transaction():
            await begin()
            return await (await conn.execute(TAKE, of)).fetchone()

    async def enter(script: Any, question: Any) -> None:
        async with conn.transaction():
            await begin()
            await conn.execute(ENTER, [of["i"], of["b"], script, question, person.user_id])
            await conn.execute(END, [of["i"], script, question])

    while len(times["save"]) < answers:
        if key := await timed(times["claim"], take()):
            await timed(times["save"], enter(*key))


def show(name: str, times: Times, seconds: float) -> None:
    for what, each in times.items():
        p95 = quantiles(each, n=20)[18] * 1000
        print(f"{name:14} {what:6} p50 {median(each) * 1000:6.1f} ms   p95 {p95:6.1f} ms   n {len(each)}")
    print(f"{name:14} answers marked per second: {len(times['save']) / seconds:.0f}")


async def race(name: str, markers: list[Callable[[Times], Awaitable[None]]]) -> None:
    times: Times = {"claim": [], "save": []}
    started = time.perf_counter()
    await asyncio.gather(*(mark(times) for mark in markers))
    show(name, times, time.perf_counter() - started)


async def compare(stage: Stage, school: School, database: Database, scripts: int, count: int) -> None:
    people = [await stage.make_person(school, "department_head") for _ in range(count)]
    for whole in (False, True):
        ours, theirs = [await lay_out(stage, school, paper=PAPER, scripts=scripts) for _ in range(2)]
        if whole:
            await mark_all_but_two(stage, ours)
            await mark_all_but_two(stage, theirs)
        await stage.query("analyze")
        kind = "any question" if whole else "one question"
        print(f"{kind}: {scripts} scripts, {len(PAPER)} items, {count} markers")
        wish = {} if whole else {"question_id": str(ours.items["1"])}
        await race("over HTTP", [partial(mark_over_http, p.client, ours, wish) for p in people])
        wanted = [*theirs.items.values()] if whole else [theirs.items["1"]]
        await race_bare(database, people, theirs, wanted, scripts * (2 if whole else 1))


async def mark_all_but_two(stage: Stage, sitting: Sitting) -> None:
    """So that a run over a whole batch ends in reasonable time."""
    await stage.query(
        """insert into mark_entries (institute_id, batch_id, script_id, question_id, state, scheme_version,
             source)
           select institute_id, batch_id, script_id, question_id, 'not_attempted', 1, 'machine' from answers
            where batch_id = %s and question_id <> all(%s)""",
        [sitting.batch_id, [sitting.items["1"], sitting.items["2"]]],
    )


async def race_bare(
    database: Database, people: list[Person], sitting: Sitting, wanted: list[Any], answers: int
) -> None:
    options = "-c search_path=public,jobs"
    async with AsyncExitStack() as stack:
        markers = []
        for p in people:
            opening = await psycopg.AsyncConnection.connect(
                database.app_url, autocommit=True, options=options
            )
            conn = await stack.enter_async_context(opening)
            markers.append(partial(mark_bare, conn, p, sitting, wanted, answers))
        await race("bare", markers)


async def run(scripts: int, markers: int, cluster: Cluster, folder: Path) -> None:
    database = name_database(cluster, "bench")
    with psycopg.connect(cluster.admin_url, autocommit=True) as admin:
        admin.execute("create database bench")
    migrate(database.admin_url, app_login=APP, service_login=SERVICE)
    async with open_stage(database, folder) as stage:
        await compare(stage, await stage.make_school(), database, scripts, markers)


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    scripts = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    markers = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    with tempfile.TemporaryDirectory(prefix="markroom-bench-") as folder:
        path = Path(folder)
        path.chmod(0o711)
        with Cluster(path / "database") as cluster:
            asyncio.run(run(scripts, markers, cluster, path))


if __name__ == "__main__":
    main()
