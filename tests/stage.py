"""A school on stage: an application on a real database, and people of every role who speak to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI
from psycopg_pool import AsyncConnectionPool

from markroom.identity.model import SESSION_PREFIX
from markroom.institutes.actions import create_institute
from markroom.jobs.queue import run_worker
from markroom.kit.resources import Resources, make_resources
from markroom.kit.settings import Settings
from markroom.kit.tokens import hash_token, random_token
from markroom.main import make_app
from tests.databases import Database

BASE_URL = "http://127.0.0.1:8000"


@dataclass
class Person:
    """Somebody signed in. `client` speaks with their token, in their school where they have one."""

    user_id: UUID
    email: str
    name: str
    token: str
    client: httpx.AsyncClient


@dataclass
class School:
    """An institute and its people by role; `school["teacher"]` is the client that speaks as the teacher."""

    institute_id: UUID
    name: str
    people: dict[str, Person] = field(default_factory=dict)

    def __getitem__(self, role: str) -> httpx.AsyncClient:
        return self.people[role].client


@dataclass
class Stage:
    """A running application. `admin_url` goes past row security, to set a scene or to look behind it."""

    app: FastAPI
    resources: Resources
    admin_url: str
    admin: AsyncConnectionPool[Any] = field(repr=False)

    def client(self, token: str | None = None, institute_id: UUID | None = None) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if institute_id:
            headers["X-Institute-Id"] = str(institute_id)
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=BASE_URL, headers=headers)

    async def query(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        """Any statement as the database's superuser."""
        async with self.admin.connection() as conn:
            cursor = await conn.execute(sql.encode(), params)
            return await cursor.fetchall() if cursor.description else []

    async def make_school(
        self,
        name: str = "Hillside School",
        roles: Sequence[str] = ("school_admin", "department_head", "teacher", "teacher_2", "student"),
    ) -> School:
        async with self.resources.database.service() as conn:
            institute_id = await create_institute(conn, name)
        school = School(institute_id, name)
        for role in roles:
            school.people[role] = await self.make_person(school, role)
        return school

    async def make_person(self, school: School | None, role: str) -> Person:
        """A user with a session; `teacher_2` is a second teacher. Without a school: a stranger to all."""
        token, email = random_token(SESSION_PREFIX), f"{role}-{uuid4().hex[:8]}@school.example"
        name = role.replace("_", " ").title()
        rows = await self.query(
            "insert into users (email, email_key, name, email_verified_at)"
            " values (%s, %s, %s, now()) returning id",
            [email, email, name],
        )
        user_id = rows[0][0]
        await self.query(
            "insert into sessions (user_id, hash, expires_at) values (%s, %s, now() + interval '1 day')",
            [user_id, hash_token(token)],
        )
        if school:
            await self.query(
                "insert into memberships (institute_id, user_id, role, name, email, email_key)"
                " values (%s, %s, %s, %s, %s, %s)",
                [school.institute_id, user_id, role.rstrip("_0123456789"), name, email, email],
            )
        return Person(
            user_id, email, name, token, self.client(token, school.institute_id if school else None)
        )

    async def add_member(
        self, school: School, user_id: UUID | str, role: str = "teacher", name: str = "Teacher 2"
    ) -> None:
        """Somebody who has an account already comes into one more school."""
        await self.query(
            "insert into memberships (institute_id, user_id, role, name, email, email_key)"
            " select %s, id, %s, %s, email, email_key from users where id = %s",
            [school.institute_id, role, name, user_id],
        )

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        """Jobs run while this is open."""
        task = asyncio.create_task(run_worker(self.resources.database, self.resources))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def finish_jobs(self, seconds: float = 240) -> None:
        """Runs a worker until nothing waits. Raises TimeoutError with what is left."""
        async with self.worker():
            await self.wait_for_jobs(seconds)

    async def wait_for_jobs(self, seconds: float = 240) -> None:
        busy = """select task_name, args::text from jobs.procrastinate_jobs
                   where status in ('todo', 'doing') and queue_name <> 'upkeep'"""
        for _ in range(int(seconds * 20)):
            if not await self.query(busy):
                return
            await asyncio.sleep(0.05)
        raise TimeoutError(f"still waiting: {await self.query(busy)}")


@asynccontextmanager
async def open_stage(database: Database, data_dir: Path, **settings: str) -> AsyncIterator[Stage]:
    given = Settings(
        **{
            "data_dir": str(data_dir),
            "base_url": BASE_URL,
            "rate_limits": "off",
            "graph_url": "off",
            **settings,
        }
    )
    resources = make_resources(
        given, database.app_url, database.service_url, b"a secret of the tests, 32 bytes."
    )
    app = make_app(resources, with_worker=False)
    async with app.router.lifespan_context(app):
        admin = AsyncConnectionPool(
            database.admin_url, min_size=1, max_size=4, open=False, kwargs={"autocommit": True}
        )
        async with admin:
            yield Stage(app, resources, database.admin_url, admin)
