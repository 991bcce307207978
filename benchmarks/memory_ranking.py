"""How good rankings of the labelled memories are: words alone, meaning alone, and the two fused."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import mean
from typing import Any
from uuid import UUID

import psycopg

from benchmarks.memory_crowd import Crowd, read_labelled
from markroom.memories.embedding import Embedder, Vector, embedded_text, load_embedder, to_text
from markroom.memories.model import Filters
from markroom.memories.search import model as search
from markroom.memories.search.model import fuse
from markroom.memories.search.reads import list_candidates

WEIGHTS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4)


async def begin(conn: psycopg.AsyncConnection[Any], user: UUID, school: UUID) -> None:
    await conn.execute("select app.begin_as(%s, null, %s)", [user, school])


def ndcg(ranking: Sequence[str], relevant: dict[str, int], depth: int = 10) -> float:
    """Järvelin and Kekäläinen 2002, with gains 2^grade - 1."""

    def gain(grades: Sequence[int]) -> float:
        return sum((2**grade - 1) / math.log2(n + 2) for n, grade in enumerate(grades[:depth]))

    best = sorted(relevant.values(), reverse=True)
    return gain([relevant.get(name, 0) for name in ranking]) / gain(best)


def store_labelled(crowd: Crowd, embedder: Embedder, school: UUID, project: UUID) -> dict[UUID, str]:
    """The labelled memories with their vectors; their names by id."""
    said, names = read_labelled("memories.tsv"), {}
    tagged = [memory["tags"].split(",") for memory in said]
    texts = [embedded_text(memory["text"], tags) for memory, tags in zip(said, tagged, strict=True)]
    for memory, tags, vector in zip(said, tagged, embedder.embed(texts), strict=True):
        row = crowd.conn.execute(
            """insert into memories (institute_id, project_id, kind, text, text_hash, tags, approval,
                 author_id, written_by)
               values (%s, %s, %s, %s, sha256(%s::bytea), %s, 'approved', %s, %s) returning id""",
            [school, project, memory["kind"], memory["text"], memory["id"], tags, crowd.user, crowd.user],
        ).fetchone()
        assert row
        names[row[0]] = memory["id"]
        crowd.conn.execute(
            """insert into memory_vectors (institute_id, project_id, memory_id, approval, model, dimension,
                 embedding) values (%s, %s, %s, 'approved', %s, %s, %s::vector)""",
            [school, project, row[0], embedder.model, embedder.dimension, to_text(vector)],
        )
    return names


async def rank_all(
    conn: psycopg.AsyncConnection[Any], crowd: Crowd, school: UUID, project: UUID, query: str, vector: Vector
) -> dict[str, list[UUID]]:
    """One question's rankings by their names."""
    async with conn.transaction():
        await begin(conn, crowd.user, school)
        words = await list_candidates(conn, school, project, query, Filters(), None)
        both = await list_candidates(conn, school, project, query, Filters(), vector)
    worded = sorted(words, key=lambda c: -(c.words_score or 0))
    meant = sorted(both, key=lambda c: -(c.similarity or 0))
    rankings = {"words alone": [c.id for c in worded], "meaning alone": [c.id for c in meant]}
    fused = {f"fused, words {weight}": [f.candidate.id for f in fuse(both, 10, weight)] for weight in WEIGHTS}
    return rankings | fused


async def measure_quality(crowd: Crowd, app_url: str) -> None:
    embedder, school = load_embedder(), crowd.schools[0]
    assert embedder
    project = crowd.make_project(school, "Labelled")
    names = store_labelled(crowd, embedder, school, project)
    scores: dict[str, dict[str, list[float]]] = {}
    async with await psycopg.AsyncConnection.connect(app_url, autocommit=True) as conn:
        for question in read_labelled("questions.tsv"):
            vector = Vector(embedder.model, embedder.embed([question["query"]])[0])
            relevant = dict(pair.split(":") for pair in question["relevant"].split(","))
            grades = {name: int(grade) for name, grade in relevant.items()}
            ranked = await rank_all(conn, crowd, school, project, question["query"], vector)
            for name, ids in ranked.items():
                score = ndcg([names[memory_id] for memory_id in ids], grades)
                scores.setdefault(name, {}).setdefault(question["split"], []).append(score)
    for name, by_split in scores.items():
        everything = mean([score for split in by_split.values() for score in split])
        splits = "   ".join(f"{split} {mean(values):.3f}" for split, values in by_split.items())
        chosen = " (as it is)" if name == f"fused, words {search.WORDS_WEIGHT}" else ""
        print(f"  {name:20} nDCG@10 {everything:.3f}   {splits}{chosen}")
