"""Memories without end for the benchmark of their search, the same in every run; and the labelled ones."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import psycopg

from markroom.memories.embedding import MiniLm, to_text

LABELLED = Path(__file__).parent / "memory_quality"
SCHOOLS, CENTRES = 40, 400
SPREAD = 0.06
"""Of the numbers of a vector around its centre's: neighbours are then as near as the model makes them."""
Numbers = np.ndarray[Any, np.dtype[np.float32]]


def read_labelled(name: str) -> list[dict[str, str]]:
    with (LABELLED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def unit(vectors: Numbers) -> Numbers:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


class Crowd:
    """Schools, projects and memories without end, the same in every run."""

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self.conn = conn
        self.random, self.rng = random.Random(1), np.random.default_rng(1)
        self.centres = unit(self.rng.normal(size=(CENTRES, MiniLm.dimension)))
        self.said = read_labelled("memories.tsv")
        self.words = [word for memory in self.said for word in memory["text"].split()]
        self.user = self._one("insert into users (name) values ('Teacher 1') returning id")
        self.schools = [self._make_school(n) for n in range(SCHOOLS)]
        self.made = 0

    def _one(self, sql: str, *params: Any) -> Any:
        row = self.conn.execute(sql.encode(), params).fetchone()
        assert row
        return row[0]

    def _make_school(self, n: int) -> UUID:
        at = self._one(
            "insert into institutes (id, name, slug) values (uuidv7(), %s, %s) returning id",
            f"School {n}",
            f"school-{n}",
        )
        self.conn.execute(
            """insert into memberships (institute_id, user_id, role, name)
               values (%s, %s, 'teacher', 'Teacher 1')""",
            [at, self.user],
        )
        return UUID(str(at))

    def make_project(self, school: UUID, name: str) -> UUID:
        sql = "insert into projects (institute_id, name, owner_id) values (%s, %s, %s) returning id"
        return UUID(str(self._one(sql, school, name, self.user)))

    def draw(self, count: int) -> Numbers:
        around = self.centres[self.rng.integers(CENTRES, size=count)]
        return unit(around + self.rng.normal(size=around.shape) * SPREAD)

    def fill(self, school: UUID, project: UUID, vectors: Numbers) -> list[UUID]:
        """As the application would store them, ids in order of time."""
        ids = [UUID(int=((self.made + n) << 80) + self.random.getrandbits(79)) for n in range(len(vectors))]
        self.made += len(vectors)
        columns = "institute_id, id, project_id, kind, text, text_hash, tags, approval, author_id, written_by"
        with self.conn.cursor() as cursor:
            with cursor.copy(f"copy memories ({columns}) from stdin") as copy:
                for memory_id in ids:
                    kind, tags, text = self.say()
                    who = (self.user, self.user)
                    copy.write_row(
                        (school, memory_id, project, kind, text, memory_id.bytes, tags, "approved", *who)
                    )
            columns = "institute_id, project_id, memory_id, approval, model, dimension, embedding"
            with cursor.copy(f"copy memory_vectors ({columns}) from stdin") as copy:
                for memory_id, vector in zip(ids, vectors, strict=True):
                    given = (school, project, memory_id, "approved", MiniLm.model, MiniLm.dimension)
                    copy.write_row((*given, to_text(vector)))
        return ids

    def say(self) -> tuple[str, list[str], str]:
        """Kind, tags and text."""
        memory = self.random.choice(self.said)
        more = " ".join(self.random.choices(self.words, k=self.random.randint(3, 20)))
        return memory["kind"], memory["tags"].split(","), f"{memory['text']} {more}"
