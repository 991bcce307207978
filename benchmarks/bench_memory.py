"""What a search of memories costs and how much of the nearest it finds; and, on a labelled set, how good the
fused ranking is beside each of its halves, in the same run.

usage: python -m benchmarks.bench_memory [MEMORIES [ROUNDS]]

Cost: MEMORIES (200,000) in 400 projects of 40 schools, of which four hold 500, 5,000, 20,000 and 100,000 (or
as much of that as fits); their vectors are drawn around centres, their texts from the labelled set. ROUNDS
(60) searches of each, one client, through the same functions and row security as a request. Recall is
measured against all vectors of the project compared in full. Afterwards 100,000 near copies of what was found
are added to other projects: what is found must stay the same. Then one memory and a thousand are written.
Quality: 213 memories and 70 questions with their relevant ones, half of the questions for choosing weights
(`tune`), half held out.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import mean, median, quantiles
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import psutil
import psycopg

sys.path.insert(0, str(Path(__file__).parents[1]))  # `make bench` runs this file by its path

from benchmarks.memory_crowd import SCHOOLS, Crowd, Numbers, read_labelled, unit
from benchmarks.memory_ranking import begin, measure_quality
from markroom.kit.actor import Actor
from markroom.kit.migrations import migrate, settle_database
from markroom.kit.postgres import Cluster
from markroom.memories.embedding import MiniLm, Vector, embedded_text, load_embedder
from markroom.memories.model import Draft, Filters, Imported
from markroom.memories.search.model import fuse
from markroom.memories.search.reads import list_candidates
from markroom.memories.writes import insert_imported
from tests.databases import APP, SERVICE, Database, name_database

SIZES = (500, 5_000, 20_000, 100_000)
PROJECTS = 400


async def find(
    conn: psycopg.AsyncConnection[Any], user: UUID, school: UUID, project: UUID, query: str, vector: Vector
) -> tuple[list[UUID], list[UUID], float]:
    """The ten of the fused search, the ten nearest among its candidates, and its seconds."""
    async with conn.transaction():
        await begin(conn, user, school)
        started = time.perf_counter()
        candidates = await list_candidates(conn, school, project, query, Filters(), vector)
        fused = fuse(candidates, 10)
        seconds = time.perf_counter() - started
    near = sorted((c for c in candidates if c.similarity is not None), key=lambda c: -(c.similarity or 0))
    return [f.candidate.id for f in fused], [c.id for c in near[:10]], seconds


async def measure_cost(
    crowd: Crowd, app_url: str, school: UUID, project: UUID, vectors: Numbers, ids: list[UUID], rounds: int
) -> None:
    queries = [question["query"] for question in read_labelled("questions.tsv")]
    times, recalls = [], []
    async with await psycopg.AsyncConnection.connect(app_url, autocommit=True) as conn:
        await conn.execute("set max_parallel_workers_per_gather = 0")  # so that its CPU time is all there is
        process = psutil.Process(conn.info.backend_pid)
        before = sum(process.cpu_times()[:2])
        for n in range(rounds):
            asked = crowd.draw(1)[0]
            vector = Vector(MiniLm.model, asked)
            _, near, seconds = await find(
                conn, crowd.user, school, project, queries[n % len(queries)], vector
            )
            exact = {ids[row] for row in np.argsort(-(vectors @ asked))[:10]}
            recalls.append(len(exact & {*near}) / len(exact))
            times.append(seconds * 1000)
        cpu = (sum(process.cpu_times()[:2]) - before) / rounds * 1000
    p95, load = quantiles(times, n=20)[18], os.getloadavg()[0]
    print(
        f"  {len(ids):>7,}   p50 {median(times):6.1f} ms   p95 {p95:6.1f} ms   CPU {cpu:6.1f} ms"
        f"   recall@10 {mean(recalls):.3f}   n {rounds}   load {load:.1f}"
    )


async def show_that_neighbours_do_not_matter(
    crowd: Crowd, app_url: str, school: UUID, project: UUID, near: int
) -> None:
    """sec-R17: near copies of what is found, in other projects of the school and of others."""
    queries = ["error carried forward", "model answer", "unit"]
    asked = [Vector(MiniLm.model, vector) for vector in crowd.draw(len(queries))]
    found = []
    async with await psycopg.AsyncConnection.connect(app_url, autocommit=True) as conn:
        for turn in range(2):
            found.append([
                await find(conn, crowd.user, school, project, query, vector)
                for query, vector in zip(queries, asked, strict=True)
            ])  # fmt: skip
            if turn == 0:
                for n, vector in enumerate(asked * 2):
                    there = crowd.schools[n % 2] if crowd.schools[n % 2] != school else school
                    copies = vector.numbers + crowd.rng.normal(size=(near // 6, MiniLm.dimension)) * 0.002
                    crowd.fill(there, crowd.make_project(there, f"Crowd {n}"), unit(copies))
                for table in ("memories", "memory_words", "memory_vectors"):
                    crowd.conn.execute(f"analyze {table}".encode())
    same = [one[:2] for one in found[0]] == [one[:2] for one in found[1]]
    print(
        f"  {near:,} near copies in other projects: what is found is {'the same' if same else 'NOT THE SAME'}"
    )
    assert same


async def measure_writing(crowd: Crowd, app_url: str, school: UUID, project: UUID) -> None:
    """Into the biggest project, without the vectors; each write is undone."""
    actor = Actor(crowd.user, "Teacher 1", "bench", school)
    async with await psycopg.AsyncConnection.connect(app_url) as conn:
        process = psutil.Process(conn.info.backend_pid)
        for lines, rounds in ((1, 100), (1000, 5)):
            times, before = [], sum(process.cpu_times()[:2])
            for _ in range(rounds):
                await begin(conn, crowd.user, school)
                drafts = [Draft("note", crowd.say()[2]) for _ in range(lines)]
                given = [Imported(uuid4(), draft, "approved", is_duplicate=True) for draft in drafts]
                started = time.perf_counter()
                await insert_imported(conn, actor, project, given)
                times.append((time.perf_counter() - started) * 1000)
                await conn.rollback()
            cpu = (sum(process.cpu_times()[:2]) - before) / rounds * 1000
            print(f"  {lines:>7,}   p50 {median(times):6.1f} ms   CPU {cpu:6.1f} ms")


def measure_embedding() -> None:
    embedder = load_embedder()
    assert embedder
    texts = [
        embedded_text(memory["text"], memory["tags"].split(",")) for memory in read_labelled("memories.tsv")
    ]
    one = []
    for text in texts[:100]:
        started = time.perf_counter()
        embedder.embed([text])
        one.append((time.perf_counter() - started) * 1000)
    started = time.perf_counter()
    embedder.embed(texts)
    rate = len(texts) / (time.perf_counter() - started)
    p95 = quantiles(one, n=20)[18]
    print(f"  one text: p50 {median(one):.1f} ms, p95 {p95:.1f} ms; in batches {rate:.0f}/s")


async def measure(database: Database, memories: int, rounds: int) -> None:
    with psycopg.connect(database.admin_url, autocommit=True) as conn:
        crowd, sizes = Crowd(conn), [size for size in SIZES if size <= memories]
        rest = max(0, memories - sum(sizes)) // (PROJECTS - len(sizes))
        started, measured = time.perf_counter(), []
        for n in range(PROJECTS):
            school = crowd.schools[n % SCHOOLS]
            project, vectors = (
                crowd.make_project(school, f"Project {n}"),
                crowd.draw(sizes[n] if n < len(sizes) else rest),
            )
            ids = crowd.fill(school, project, vectors)
            if n < len(sizes):
                measured.append((school, project, vectors, ids))
        for table in ("memories", "memory_words", "memory_vectors"):
            conn.execute(f"vacuum analyze {table}".encode())
        seconds = time.perf_counter() - started
        print(f"{crowd.made:,} memories in {PROJECTS} projects, laid out in {seconds:.0f} s", flush=True)
        print("search by words and meaning, without embedding the query:")
        for school, project, vectors, ids in measured:
            await measure_cost(crowd, database.app_url, school, project, vectors, ids, rounds)
        school, project, _, _ = measured[-1]
        await show_that_neighbours_do_not_matter(crowd, database.app_url, school, project, memories // 2)
        print("writing:")
        await measure_writing(crowd, database.app_url, school, project)
        print("embedding:")
        measure_embedding()
        print("quality on the labelled set:")
        await measure_quality(crowd, database.app_url)


def main() -> None:
    given = [int(each) for each in sys.argv[1:]]
    memories, rounds = (*given, *(200_000, 60)[len(given) :])[:2]
    with tempfile.TemporaryDirectory(prefix="markroom-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        with Cluster(folder) as cluster:
            database = name_database(cluster, "bench")
            with psycopg.connect(cluster.admin_url, autocommit=True) as conn:
                conn.execute("create database bench")
            migrate(database.admin_url, app_login=APP, service_login=SERVICE)
            with psycopg.connect(database.admin_url, autocommit=True) as conn:
                settle_database(conn)
            asyncio.run(measure(database, memories, rounds))


if __name__ == "__main__":
    main()
