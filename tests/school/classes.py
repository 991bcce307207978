"""A class on stage: made by a teacher, with students."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx

from tests.stage import Person, School, Stage


async def make_class(school: School, role: str = "teacher", **fields: Any) -> dict[str, Any]:
    answer = await school[role].post("/api/classes", json={"name": "11X/Sc1", **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def look_at(client: httpx.AsyncClient, class_id: Any) -> dict[str, Any]:
    answer = await client.get(f"/api/classes/{class_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def put_in(school: School, class_id: Any, *students: Any, role: str = "teacher") -> httpx.Response:
    body = {"user_ids": [str(student) for student in students]}
    return await school[role].post(f"/api/classes/{class_id}/students", json=body)


async def add_pupils(school: School, class_id: Any, *names: str, **details: str) -> list[str]:
    """Pupils without an address, entered by the class's teacher."""
    body = {"pupils": [{"name": name, **details} for name in names]}
    answer = await school["teacher"].post(f"/api/classes/{class_id}/pupils", json=body)
    assert answer.status_code == 201, answer.text
    return [pupil["user_id"] for pupil in answer.json()["pupils"]]


async def add_students(stage: Stage, school: School, count: int) -> list[Person]:
    """Signed-in students of the school."""
    return [await stage.make_person(school, f"student_{n}") for n in range(2, count + 2)]


async def ask(client: httpx.AsyncClient, class_id: Any, **body: Any) -> httpx.Response:
    return await client.post(f"/api/classes/{class_id}/enrollment-requests", json=body)


async def decide(client: httpx.AsyncClient, request_id: Any, action: str, **more: Any) -> httpx.Response:
    return await client.patch(f"/api/enrollment-requests/{request_id}", json={"action": action, **more})


def id_of(school: School, role: str) -> UUID:
    return school.people[role].user_id
