"""Canvases for the tests, as JSON a client would send."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx

from tests.stage import School

Json = dict[str, Any]


def question(label: str, order: int, parent: Json | None = None, **fields: Any) -> Json:
    return {
        "id": str(uuid4()),
        "label": label,
        "order": order,
        "parent_id": parent and parent["id"],
        **fields,
    }


def area(of: Json | None, page: int = 1, y: float = 0.1, **fields: Any) -> Json:
    bounds = {"x": 0.1, "y": y, "w": 0.8, "h": 0.05}
    return {
        "id": str(uuid4()),
        "question_id": of and of["id"],
        "page": page,
        "bounds": bounds,
        "kind": "answer",
    } | fields


def boundary(of: Json, page: int = 1, y: float = 0.1) -> Json:
    return {"id": str(uuid4()), "question_id": of["id"], "label": of["label"], "page": page, "y": y}


def small_canvas() -> Json:
    """Question 1 in parts of 2 and 3 marks, question 2 of 4; every item with an area and a boundary."""
    one = question("1", 0, max_marks=5)
    parts = [question("(a)", 1, one, max_marks=2), question("(b)", 2, one, max_marks=3)]
    two = question("2", 3, max_marks=4, answer_type="mcq", mcq_options=["A", "B"])
    asked = [*parts, two]
    return {
        "questions": [one, *asked],
        "response_areas": [area(q, y=0.1 + 0.2 * i) for i, q in enumerate(asked)],
        "boundaries": [boundary(q, y=0.05 + 0.2 * i) for i, q in enumerate(asked)],
    }


async def make_template(client: httpx.AsyncClient, **fields: Any) -> Json:
    answer = await client.post("/api/exam/templates", json={"title": "Paper 1", "page_count": 2} | fields)
    assert answer.status_code == 201, answer.text
    body: Json = answer.json()
    return body


async def put(
    client: httpx.AsyncClient, template_id: str, canvas: Json, version: int | str | None
) -> httpx.Response:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return await client.put(f"/api/exam/templates/{template_id}", json=canvas, headers=headers)


async def make_with_canvas(client: httpx.AsyncClient, canvas: Json, **fields: Any) -> Json:
    template = await make_template(client, **fields)
    answer = await put(client, template["id"], canvas, template["version"])
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def as_sent(template: Json) -> Json:
    return {name: template[name] for name in ("questions", "response_areas", "boundaries")}


def large_canvas(questions: int) -> Json:
    asked = [question(str(n), n, max_marks=3) for n in range(1, questions + 1)]
    return {
        "questions": asked,
        "response_areas": [area(q, y=y) for q in asked for y in (0.1, 0.5)],
        "boundaries": [boundary(q) for q in asked],
    }


def address(template: Json, rest: str = "") -> str:
    return f"/api/exam/templates/{template['id']}{rest}"


def user_id(school: School, role: str) -> str:
    return str(school.people[role].user_id)
