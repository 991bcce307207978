"""A team that keeps memories: a project with members of every role, and its keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import numpy as np
import psycopg

from markroom.memories.embedding import MiniLm, to_text
from tests.projects.keys.keyring import Project, make_project
from tests.stage import School, Stage

__all__ = [
    "Project",
    "Team",
    "keep",
    "make_project",
    "make_team",
    "search",
    "store_many",
    "texts_of",
]


@dataclass(frozen=True)
class Team:
    """A teacher's ids: themselves, their school, a project of theirs and another."""

    user: UUID
    at: UUID
    project: UUID
    other: UUID


def make_team(conn: psycopg.Connection[Any]) -> Team:
    """Where there is a database and no application."""

    def one(sql: str, *params: Any) -> UUID:
        row = conn.execute(sql.encode(), params).fetchone()
        assert row
        return UUID(str(row[0]))

    user = one("insert into users (name) values ('Teacher 1') returning id")
    at = one("insert into institutes (id, name, slug) values (uuidv7(), 'Hillside', 'hillside') returning id")
    one(
        """insert into memberships (institute_id, user_id, role, name) values (%s, %s, 'teacher', 'Teacher 1')
           returning user_id""",
        at,
        user,
    )
    project = "insert into projects (institute_id, name, owner_id) values (%s, %s, %s) returning id"
    return Team(user, at, one(project, at, "Physics", user), one(project, at, "Biology", user))


async def keep(client: httpx.AsyncClient, project: Project | None, text: str, **more: Any) -> dict[str, Any]:
    """A memory as the API answers it; without a project it is the key's."""
    place = {"project_id": str(project.id)} if project else {}
    answer = await client.post("/api/memories", json={"text": text, **place, **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def search(
    client: httpx.AsyncClient, project: Project | None, query: str, **more: Any
) -> dict[str, Any]:
    place = {"project_id": str(project.id)} if project else {}
    answer = await client.post("/api/memories/search", json={"query": query, **place, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def texts_of(found: dict[str, Any]) -> list[str]:
    return [hit["memory"]["text"] for hit in found["hits"]]


async def store_many(
    stage: Stage, school: School, project: Project, texts: Sequence[str], vectors: np.ndarray[Any, Any]
) -> list[UUID]:
    """Laid straight into the tables, with vectors as if the model had made them."""
    at, author = school.institute_id, school.people["teacher"].user_id
    ids = [uuid4() for _ in texts]
    async with stage.admin.connection() as conn, conn.cursor() as cursor:
        await cursor.executemany(
            """insert into memories (institute_id, id, project_id, kind, text, text_hash, approval, author_id,
                 written_by) values (%s, %s, %s, 'note', %s, sha256(%s::text::bytea), 'approved', %s, %s)""",
            [(at, i, project.id, text, text, author, author) for i, text in zip(ids, texts, strict=True)],
        )
        await cursor.executemany(
            """insert into memory_vectors (institute_id, project_id, memory_id, approval, model, dimension,
                 embedding) values (%s, %s, %s, 'approved', %s, %s, %s::vector)""",
            [
                (at, project.id, i, MiniLm.model, len(vector), to_text(vector))
                for i, vector in zip(ids, vectors, strict=True)
            ],
        )
    return ids
