"""A batch of the demo paper on stage: printed, filled in by pupils, scanned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

from markroom.operation.demo.bad_scanner import NO_FAULTS, Faults, ScannedClass, demo_class
from markroom.operation.demo.paper import demo_paper, demo_paper_truth
from tests.stage import Stage


@dataclass
class StagedBatch:
    """A batch and who made it; `question_ids` by path."""

    id: str
    template_id: str
    client: httpx.AsyncClient
    question_ids: dict[str, str]

    async def get(self, rest: str = "") -> Any:
        answer = await self.client.get(f"/api/batches/{self.id}{rest}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def pages(self, state: str | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (
            await self.get("/pages?limit=200" + (f"&state={state}" if state else ""))
        )["pages"]
        return found

    async def scripts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.get("/scripts?limit=200"))["scripts"]
        return found

    async def send(self, *files: bytes) -> httpx.Response:
        parts = [("file", (f"scan-{n}.pdf", data, "application/pdf")) for n, data in enumerate(files)]
        return await self.client.post(f"/api/batches/{self.id}/scans", files=parts)


def renamed_truth() -> dict[str, Any]:
    """The demo paper's structure with ids of its own, so that many templates can have it."""
    truth = demo_paper_truth()
    new: dict[str, str] = {}

    def rename(row: dict[str, Any]) -> dict[str, Any]:
        ids = {name: row[name] for name in ("id", "parent_id", "question_id") if row.get(name)}
        return row | {name: new.setdefault(old, str(uuid4())) for name, old in ids.items()}

    lists = ("questions", "response_areas", "boundaries")
    return {name: [rename(row) for row in truth[name]] for name in lists}


async def make_template(
    client: httpx.AsyncClient, paper: bytes | None = None, canvas: dict[str, Any] | None = None
) -> str:
    upload = await client.post(
        "/api/files", files={"file": ("paper.pdf", paper or demo_paper(), "application/pdf")}
    )
    assert upload.status_code in (200, 201), upload.text
    made = await client.post(
        "/api/exam/templates", json={"title": "Motion", "source_file_id": upload.json()["id"]}
    )
    assert made.status_code == 201, made.text
    template = made.json()
    put = await client.put(
        f"/api/exam/templates/{template['id']}",
        json=canvas or renamed_truth(),
        headers={"If-Match": made.headers.get("etag", '"1"')},
    )
    assert put.status_code == 200, put.text
    return str(template["id"])


async def make_batch(
    client: httpx.AsyncClient,
    *,
    pupils: int = 2,
    blank: int = 0,
    blind: bool = False,
    markers: Sequence[UUID] = (),
) -> StagedBatch:
    truth = renamed_truth()
    template_id = await make_template(client, canvas=truth)
    body = {
        "template_id": template_id,
        "title": "Mock, Year 11",
        "candidates": [{"name": f"Pupil {n:02}", "number": f"{1000 + n}"} for n in range(1, pupils + 1)],
        "blank_scripts": blank,
        "blind": blind,
        "markers": [str(marker) for marker in markers],
    }
    made = await client.post("/api/batches", json=body)
    assert made.status_code == 201, made.text
    assert made.json()["scripts"] == pupils + blank
    ids = {question["path"]: question["id"] for question in truth["questions"]}
    return StagedBatch(made.json()["id"], template_id, client, ids)


async def print_batch(stage: Stage, batch: StagedBatch) -> bytes:
    started = await batch.client.post(f"/api/batches/{batch.id}/print")
    assert started.status_code == 202, started.text
    await stage.finish_jobs()
    printed = await batch.client.get(f"/api/batches/{batch.id}/print.pdf")
    assert printed.status_code == 200, printed.text
    return printed.content


async def scan_class(
    stage: Stage, batch: StagedBatch, *, pupils: int = 2, seed: int = 7, faults: Faults = NO_FAULTS
) -> ScannedClass:
    """Prints the batch, lets its pupils write, and scans what they hand in; nothing is sent yet."""
    return demo_class(await print_batch(stage, batch), seed, pupils, faults)


async def send_and_read(stage: Stage, batch: StagedBatch, *files: bytes) -> str:
    sent = await batch.send(*files)
    assert sent.status_code == 202, sent.text
    await stage.finish_jobs()
    return str(sent.json()["scan"]["id"])
