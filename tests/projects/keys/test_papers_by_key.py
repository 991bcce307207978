"""A program's whole way: a paper, its template, the scans of a sitting, how it went."""

from __future__ import annotations

import httpx
import pytest

from markroom.operation.demo.bad_scanner import NO_FAULTS
from markroom.operation.demo.paper import demo_paper
from tests.projects.keys.keyring import Project, make_project
from tests.scripts.stage import StagedBatch, renamed_truth, scan_class
from tests.stage import School, Stage

TEMPLATES = "/api/exam/templates"


@pytest.fixture
async def project(stage: Stage, school: School) -> Project:
    return await make_project(stage, school)


async def upload(client: httpx.AsyncClient) -> httpx.Response:
    file = ("paper.pdf", demo_paper(), "application/pdf")
    return await client.post("/api/files", files={"file": file})


async def make_template(client: httpx.AsyncClient, project: Project) -> tuple[str, dict[str, str]]:
    """A template of the demo paper in the project, by whoever speaks; its id and its questions' by path."""
    sent = await upload(client)
    assert sent.status_code in {200, 201}, sent.text
    given = {"title": "Motion", "project_id": str(project.id), "source_file_id": sent.json()["id"]}
    made = await client.post(TEMPLATES, json=given)
    assert made.status_code == 201, made.text
    truth = renamed_truth()
    address = f"{TEMPLATES}/{made.json()['id']}"
    put = await client.put(address, json=truth, headers={"If-Match": made.headers["etag"]})
    assert put.status_code == 200, put.text
    return made.json()["id"], {question["path"]: question["id"] for question in truth["questions"]}


async def make_batch(project: Project, template_id: str, questions: dict[str, str]) -> StagedBatch:
    given = {"template_id": template_id, "title": "Mock", "candidates": [{"name": "Pupil 07", "number": "7"}]}
    made = await project.school["teacher"].post("/api/batches", json=given)
    assert made.status_code == 201, made.text
    return StagedBatch(made.json()["id"], template_id, project.school["teacher"], questions)


async def test_a_program_makes_a_template_and_sends_its_scans(project: Project, stage: Stage) -> None:
    """J-10, T-01, S-02: with a key and nothing else"""
    async with await project.client() as client:
        template_id, questions = await make_template(client, project)
        image = await client.get(f"{TEMPLATES}/{template_id}/pages/1/image")
        assert (image.status_code, image.headers["content-type"]) == (200, "image/jpeg")
        for rest in ("export.json", "mark-scheme.csv"):
            assert (await client.get(f"{TEMPLATES}/{template_id}/{rest}")).status_code == 200
        question = await client.patch(f"/api/exam/questions/{questions['5(b)']}", json={"spec_ref": "P5.1"})
        assert question.status_code == 200, question.text
        batch = await make_batch(project, template_id, questions)
        scanned = await scan_class(stage, batch, pupils=1, faults=NO_FAULTS)
        by_key = StagedBatch(batch.id, template_id, client, questions)
        sent = await by_key.send(scanned.pdf)
        assert sent.status_code == 202, sent.text
        await stage.finish_jobs()
        scan = (await client.get(f"/api/scans/{sent.json()['scan']['id']}")).json()
        assert scan["state"] == "done"
        assert scan["pages"]["placed"] > 0
        assert (await by_key.send(scanned.pdf)).status_code == 200  # the same file again changes nothing
        assert (await by_key.get())["scripts"] == {"total": 1, "complete": 1}
        assert (await by_key.scripts())[0]["state"] == "complete"
        assert len((await by_key.get("/results"))["questions"]) > 0
        listed = (await client.get("/api/batches")).json()["batches"]
        assert [row["id"] for row in listed] == [batch.id]


async def test_a_key_sends_no_scans_for_another_project(project: Project, stage: Stage) -> None:
    """sec-P7"""
    other = await make_project(stage, project.school, "Chemistry")
    batch = await make_batch(other, *await make_template(project.school["teacher"], other))
    async with await project.client() as client:
        by_key = StagedBatch(batch.id, batch.template_id, client, {})
        assert (await by_key.send(demo_paper())).status_code == 404
        assert (await client.get(f"/api/batches/{batch.id}/results")).status_code == 404


async def test_the_id_of_a_paper_opens_it_to_no_key(project: Project) -> None:
    """X-02: client-supplied ids never authorise"""
    theirs = (await upload(project.school["teacher"])).json()["id"]
    async with await project.client() as client:
        given = {"title": "Motion", "project_id": str(project.id), "source_file_id": theirs}
        refused = await client.post(TEMPLATES, json=given)
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_source_file")
        assert (await upload(client)).json()["id"] == theirs  # who has the paper itself may use it
        assert (await client.post(TEMPLATES, json=given)).status_code == 201


async def test_a_paper_follows_its_template_into_the_project(project: Project) -> None:
    """A teacher's template in the project shows its pages to the project's keys."""
    template_id, _ = await make_template(project.school["teacher"], project)
    async with await project.client("department_head", ("read",)) as client:
        assert (await client.get(f"{TEMPLATES}/{template_id}/pages/1/image")).status_code == 200
        assert (await upload(client)).status_code == 403
