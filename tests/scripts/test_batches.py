"""Setting up a sitting: who may, with whom, and what is refused (K-01, S-01)."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import uuid4

import pikepdf
import pytest

from tests.scripts.stage import StagedBatch, make_batch, make_template, print_batch, renamed_truth
from tests.stage import School, Stage


async def create(school: School, role: str = "teacher", **body: Any) -> Any:
    return await school[role].post("/api/batches", json={"title": "Mock", "blind": False, **body})


async def test_a_batch_numbers_its_candidates_and_then_its_blank_scripts(school: School) -> None:
    batch = await make_batch(school["teacher"], pupils=2, blank=1)
    scripts = await batch.scripts()
    assert [(s["number"], s["candidate"] and s["candidate"]["name"]) for s in scripts] == [
        (1, "Pupil 01"),
        (2, "Pupil 02"),
        (3, None),
    ]
    assert {s["state"] for s in scripts} == {"awaited"}
    assert all(s["pages_missing"] for s in scripts)


async def test_the_template_of_a_batch_is_live(school: School) -> None:
    """T-09"""
    batch = await make_batch(school["teacher"])
    template = (await batch.client.get(f"/api/exam/templates/{batch.template_id}")).json()
    assert template["status"] == "live"


async def test_more_candidates_are_numbered_on(school: School) -> None:
    batch = await make_batch(school["teacher"], pupils=2)
    added = await batch.client.post(
        f"/api/batches/{batch.id}/candidates", json={"candidates": [{"name": "Pupil 03"}], "blank_scripts": 1}
    )
    assert (added.status_code, added.json()["scripts"]) == (201, 4)


async def test_a_template_without_items_makes_no_batch(school: School) -> None:
    template = await make_template(
        school["teacher"], canvas={"questions": [], "response_areas": [], "boundaries": []}
    )
    refused = await create(school, template_id=template)
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_mark")


async def test_a_template_without_a_paper_makes_no_batch(school: School) -> None:
    made = await school["teacher"].post("/api/exam/templates", json={"title": "No paper", "page_count": 8})
    await school["teacher"].put(
        f"/api/exam/templates/{made.json()['id']}",
        json=renamed_truth(),
        headers={"If-Match": made.headers["etag"]},
    )
    refused = await create(school, template_id=made.json()["id"])
    assert (refused.status_code, refused.json()["code"]) == (409, "no_paper")


async def test_a_marker_must_be_active_staff(school: School) -> None:
    template = await make_template(school["teacher"])
    refused = await create(school, template_id=template, markers=[str(school.people["student"].user_id)])
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_marker")


async def test_two_candidates_cannot_have_one_number(school: School) -> None:
    template = await make_template(school["teacher"])
    refused = await create(
        school,
        template_id=template,
        candidates=[{"name": "Pupil 01", "number": "7"}, {"name": "Pupil 02", "number": " 7 "}],
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "number_twice")


async def test_a_student_makes_no_batch(school: School) -> None:
    refused = await create(school, "student", template_id=str(uuid4()))
    assert refused.status_code == 403


async def test_every_printed_page_is_the_papers_own_with_a_script_a_candidate(
    stage: Stage, school: School
) -> None:
    """S-01"""
    batch = await make_batch(school["teacher"], pupils=2, blank=1)
    printed = await print_batch(stage, batch)
    with pikepdf.open(BytesIO(printed)) as pdf:
        assert len(pdf.pages) == 3 * 8


async def test_what_was_printed_is_gone_when_candidates_come_in_but_codes_keep_their_places(
    stage: Stage, school: School
) -> None:
    batch = await make_batch(school["teacher"], pupils=1)
    await print_batch(stage, batch)
    places = await stage.query("select code_places from batches where id = %s", [batch.id])
    await batch.client.post(f"/api/batches/{batch.id}/candidates", json={"blank_scripts": 1})
    assert (await batch.client.get(f"/api/batches/{batch.id}/print.pdf")).status_code == 404
    await print_batch(stage, batch)
    assert await stage.query("select code_places from batches where id = %s", [batch.id]) == places


@pytest.fixture
def garbage() -> bytes:
    return b"%PDF-1.7 and nothing that follows"


async def test_a_file_that_is_no_scan_is_refused_and_nothing_is_kept(
    stage: Stage, school: School, garbage: bytes
) -> None:
    batch = await make_batch(school["teacher"])
    for data in (garbage, b"plain text"):
        refused = await batch.send(data)
        assert (refused.status_code, refused.json()["code"]) == (422, "scan_unreadable")
    assert (await batch.get("/scans"))["total"] == 0


ROUTES = [
    ("POST", "/api/batches/{batch}/candidates"),
    ("POST", "/api/batches/{batch}/print"),
    ("GET", "/api/batches/{batch}/print.pdf"),
    ("POST", "/api/batches/{batch}/scans"),
    ("GET", "/api/batches/{batch}/scans"),
    ("GET", "/api/batches/{batch}/pages"),
    ("GET", "/api/batches/{batch}/scripts"),
    ("GET", "/api/scripts/{script}/pages/1/image"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_a_stranger_finds_nothing(stage: Stage, school: School, method: str, path: str) -> None:
    """X-02, sec-P4: another school's teacher gets the 404 of an id that never existed."""
    batch = await make_batch(school["teacher"], pupils=1)
    script = (await batch.scripts())[0]["id"]
    stranger = (await stage.make_school("Valley School", ("teacher",)))["teacher"]
    answers = [
        await stranger.request(method, path.format(batch=one, script=two))
        for one, two in ((batch.id, script), (uuid4(), uuid4()))
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json()["detail"] == answers[1].json()["detail"]


async def test_a_colleague_who_does_not_mark_a_batch_cannot_run_it(school: School) -> None:
    batch = await make_batch(school["teacher"])
    colleague = school["teacher_2"]
    assert (await colleague.post(f"/api/batches/{batch.id}/print")).status_code == 403
    assert (await colleague.post(f"/api/batches/{batch.id}/scans")).status_code == 403
    assert (await school["department_head"].post(f"/api/batches/{batch.id}/print")).status_code == 202


async def test_a_blind_marker_sees_no_names(school: School) -> None:
    """K-01"""
    batch = await make_batch(school["teacher"], blind=True, markers=[school.people["teacher_2"].user_id])
    seen = await school["teacher_2"].get(f"/api/batches/{batch.id}/scripts")
    assert [script["candidate"] for script in seen.json()["scripts"]] == [None, None]
    assert "Pupil" not in seen.text
    assert "Pupil 01" in (await school["teacher"].get(f"/api/batches/{batch.id}/scripts")).text
    assert (await school["teacher_2"].get(f"/api/batches/{batch.id}/print.pdf")).status_code == 403


async def test_a_released_batch_takes_no_more_scans(stage: Stage, school: School) -> None:
    batch: StagedBatch = await make_batch(school["teacher"])
    await stage.query("update batches set state = 'released' where id = %s", [batch.id])
    refused = await batch.send(b"%PDF-")
    assert (refused.status_code, refused.json()["code"]) == (409, "batch_not_scanning")
