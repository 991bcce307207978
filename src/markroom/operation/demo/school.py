"""The demo school: made through the public API, as its people would, from a seed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import httpx
from fastapi import FastAPI

from markroom.identity.reads import find_user_by_address
from markroom.institutes.actions import create_institute
from markroom.institutes.invitations.actions import issue_invitation, join
from markroom.institutes.invitations.model import INVITATION_PURPOSE
from markroom.kit.db import Database
from markroom.kit.tokens import derive_token
from markroom.operation.demo.answers import choose_answers
from markroom.operation.demo.bad_scanner import Faults, demo_class
from markroom.operation.demo.memory import DECISIONS
from markroom.operation.demo.paper import TITLE, demo_paper, demo_paper_truth

SCHOOL = "Hillside School (demo)"
PROJECT = "Science department"
HEAD, TEACHER = "teacher-1@hillside.example", "teacher-2@hillside.example"


@dataclass(frozen=True)
class Sitting:
    """A class that sat the paper: who is in it, how its scan went wrong, and how much of it is marked."""

    class_name: str
    pupils: range
    seed: int
    faults: Faults
    share_marked: float

    @property
    def title(self) -> str:
        return f"Year 11 mock, {self.class_name}"


SITTINGS = (
    Sitting("11A", range(1, 7), 3, Faults(missing=0, duplicates=0, blanks=1, foreign=0, codeless=0), 2),
    Sitting("11B", range(7, 15), 7, Faults(), 0.6),
)
CHOSEN = ("11 Further Mathematics", (2, 5, 9, 13))
YEAR = {"year_group": "11", "academic_year": "2026/27"}

Say = Callable[[str], None]


class Ground(Protocol):
    """What the demo school stands on."""

    @property
    def database(self) -> Database: ...
    @property
    def secret(self) -> bytes: ...


@dataclass(frozen=True)
class Colleague:
    user_id: str
    api: httpx.AsyncClient


async def open_demo_school(app: FastAPI, ground: Ground, say: Say) -> None:
    """Makes the school unless it is there. `app` must be running, with a worker somewhere."""
    async with ground.database.service() as conn:
        if await find_user_by_address(conn, TEACHER):
            return
    say("Making the demo school: two teachers, a paper, a printed and scanned class set …")
    async with ground.database.service() as conn:
        institute_id = await create_institute(conn, SCHOOL)
        invited = await issue_invitation(conn, institute_id, ground.secret, HEAD, "school_admin", {}, None)
    async with _colleague(app, ground, invited.invitation.id, "Teacher 1") as head:
        answer = await _ask(head.api.post("/api/users/invite", json={"email": TEACHER, "role": "teacher"}))
        async with _colleague(app, ground, UUID(answer["invitation"]["id"]), "Teacher 2") as teacher:
            classes = await _make_classes(head, teacher)
            await _hold_exams(head, teacher, classes, say)
            await _ask_to_join(app, teacher.api, classes)


@asynccontextmanager
async def _colleague(
    app: FastAPI, ground: Ground, invitation_id: UUID, name: str
) -> AsyncIterator[Colleague]:
    """Somebody who follows their invitation's link, gives their name and joins."""
    token = derive_token(ground.secret, INVITATION_PURPOSE, invitation_id)
    async with ground.database.transaction() as conn:
        signed_in = await join(conn, token, name, "demo")
    headers = {"Authorization": f"Bearer {signed_in.access_token}"}
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1", headers=headers, timeout=120
    ) as api:
        await _ask(api.post(f"/api/invitations/{token}/accept"))
        yield Colleague(str(signed_in.user_id), api)


async def _make_classes(head: Colleague, teacher: Colleague) -> dict[str, str]:
    """The ids of the classes by name: of pupils without an address, some of whom chose one more subject."""
    ids: dict[str, str] = {}
    pupils: dict[int, str] = {}
    for sitting in SITTINGS:
        fields = {"name": sitting.class_name, "subject": "Science", **YEAR}
        teachers = {"teacher_ids": [head.user_id, teacher.user_id]}
        ids[sitting.class_name] = (await _ask(head.api.post("/api/classes", json=fields | teachers)))["id"]
        entered = [
            {"name": f"Pupil {n:02}", "candidate_number": f"{1000 + n}", "year_group": "11"}
            for n in sitting.pupils
        ]
        url = f"/api/classes/{ids[sitting.class_name]}/pupils"
        made = await _ask(teacher.api.post(url, json={"pupils": entered}))
        pupils |= dict(zip(sitting.pupils, (pupil["user_id"] for pupil in made["pupils"]), strict=True))
    name, members = CHOSEN
    fields = {"name": name, "subject": "Mathematics", **YEAR}
    ids[name] = (await _ask(teacher.api.post("/api/classes", json=fields)))["id"]
    chosen = {"user_ids": [pupils[n] for n in members]}
    await _ask(teacher.api.post(f"/api/classes/{ids[name]}/students", json=chosen))
    return ids


async def _ask_to_join(app: FastAPI, api: httpx.AsyncClient, classes: Mapping[str, str]) -> None:
    """A pupil signs in with a printed code and asks to join the class that others chose."""
    sheet = await _ask(api.post(f"/api/classes/{classes[SITTINGS[0].class_name]}/codes", json={}))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1"
    ) as pupil:
        signed_in = await _ask(pupil.post("/api/auth/sessions", json={"code": sheet["codes"][0]["code"]}))
        pupil.headers["Authorization"] = f"Bearer {signed_in['access_token']}"
        await _ask(pupil.post(f"/api/classes/{classes[CHOSEN[0]]}/enrollment-requests", json={}))


async def _hold_exams(head: Colleague, teacher: Colleague, classes: Mapping[str, str], say: Say) -> None:
    project_id = await _make_project(head, teacher)
    template_id = await _make_template(head.api, project_id)
    await _keep_decisions(teacher.api, project_id, template_id)
    for sitting in SITTINGS:
        say(f"{sitting.title}: {len(sitting.pupils)} pupils write, and an old copier scans their scripts …")
        batch_id = await _make_batch(head, teacher, template_id, classes[sitting.class_name], sitting)
        await _sit(head.api, batch_id, sitting)
        await _mark(teacher.api, batch_id, sitting)


async def _sit(api: httpx.AsyncClient, batch_id: str, sitting: Sitting) -> None:
    printed = await _ask(api.post(f"/api/batches/{batch_id}/print"))
    await _finish(api, printed["job"])
    paper = (await api.get(f"/api/batches/{batch_id}/print.pdf")).content
    pupils = sitting.pupils
    scanned = await asyncio.to_thread(
        demo_class, paper, sitting.seed, len(pupils), sitting.faults, pupils.start
    )
    files = {"file": ("class-set.pdf", scanned.pdf, "application/pdf")}
    sent = await _ask(api.post(f"/api/batches/{batch_id}/scans", files=files))
    await _finish(api, sent["job"])


async def _make_project(head: Colleague, teacher: Colleague) -> str:
    """Where the two work on the paper together."""
    project = await _ask(head.api.post("/api/projects", json={"name": PROJECT}))
    member = {"user_id": teacher.user_id, "role": "editor"}
    await _ask(head.api.post(f"/api/projects/{project['id']}/members", json=member))
    project_id: str = project["id"]
    return project_id


async def _keep_decisions(api: httpx.AsyncClient, project_id: str, template_id: str) -> None:
    template = await _ask(api.get(f"/api/exam/templates/{template_id}"))
    questions = {question["path"]: question["id"] for question in template["questions"]}
    for path, kind, tags, text in DECISIONS:
        links = {"template_id": template_id, "question_id": questions[path]}
        body = {"project_id": project_id, "kind": kind, "tags": tags, "text": text, "links": links}
        await _ask(api.post("/api/memories", json=body))


async def _make_template(api: httpx.AsyncClient, project_id: str) -> str:
    file = await _ask(
        api.post("/api/files", files={"file": ("year-11-mock.pdf", demo_paper(), "application/pdf")})
    )
    fields = {"title": TITLE, "subject": "Science", "exam_code": "MR/Y11/SM/1", "source_file_id": file["id"]}
    made = await api.post("/api/exam/templates", json=fields | {"project_id": project_id})
    truth = demo_paper_truth()
    canvas = {name: truth[name] for name in ("questions", "response_areas", "boundaries")}
    template_id: str = made.raise_for_status().json()["id"]
    put = api.put(
        f"/api/exam/templates/{template_id}", json=canvas, headers={"If-Match": made.headers["ETag"]}
    )
    await _ask(put)
    fresh = await _ask(
        api.post("/api/exam/templates", json=fields | {"title": f"{TITLE} — as first proposed"})
    )
    await _finish(api, (await _ask(api.post(f"/api/exam/templates/{fresh['id']}/detect")))["job"])
    return template_id


async def _make_batch(
    head: Colleague, teacher: Colleague, template_id: str, class_id: str, sitting: Sitting
) -> str:
    body = {
        "template_id": template_id,
        "title": sitting.title,
        "class_ids": [class_id],
        "blind": True,
        "markers": [head.user_id, teacher.user_id],
    }
    batch: dict[str, str] = await _ask(head.api.post("/api/batches", json=body))
    return batch["id"]


async def _mark(api: httpx.AsyncClient, batch_id: str, sitting: Sitting) -> None:
    """Claims answers as the desk does and gives the marks they deserve, until the marker's share is done."""
    while (claimed := await api.post(f"/api/batches/{batch_id}/claims", json={})).status_code == 200:
        claim = claimed.json()
        if claim["progress"]["marked"] >= sitting.share_marked * claim["progress"]["total"]:
            await api.delete(f"/api/claims/{claim['claim_id']}")
            return
        item = claim["item"]
        marks = choose_answers(sitting.seed, item["script_number"]).marks().get(item["path"])
        body = {"marks": marks, "state": "not_attempted" if marks is None else "awarded"}
        url = f"/api/scripts/{item['script_id']}/marks/{item['question_id']}"
        await _ask(api.put(url, json=body, headers={"If-Match": f'"{item["version"]}"'}))


async def _finish(api: httpx.AsyncClient, job: dict[str, str] | str) -> None:
    job_id = job["id"] if isinstance(job, dict) else job
    while (state := await _ask(api.get(f"/api/jobs/{job_id}")))["state"] in ("queued", "running"):  # noqa: ASYNC110
        await asyncio.sleep(0.2)
    assert state["state"] == "done", state["error"]


async def _ask(sent: Any) -> Any:
    answer = await sent
    if answer.is_error:
        raise RuntimeError(f"{answer.request.method} {answer.request.url.path}: {answer.text[:300]}")
    return answer.json()
