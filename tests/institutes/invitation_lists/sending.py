"""Lists of people, sent as a client sends them."""

from __future__ import annotations

from typing import Any

import httpx

from tests.institutes.inviting import new_address

BULK = "/api/users/invitations/bulk"
Rows = list[dict[str, Any]]


def teachers(count: int) -> Rows:
    return [{"email": new_address(), "role": "teacher"} for _ in range(count)]


async def preview(client: httpx.AsyncClient, rows: Rows) -> dict[str, Any]:
    answer = await client.post(BULK, json={"rows": rows, "dry_run": True})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def send(client: httpx.AsyncClient, rows: Rows) -> str:
    answer = await client.post(BULK, json={"rows": rows})
    assert answer.status_code == 202, answer.text
    job_id: str = answer.json()["job"]["id"]
    return job_id


async def read_job(client: httpx.AsyncClient, job_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/api/jobs/{job_id}")).json()
    return found


def fates(answer: dict[str, Any]) -> list[str]:
    return [row["fate"] for row in answer["rows"]]
