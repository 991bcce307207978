"""D-02, T-08: a paper read by a job, and what becomes of its proposals."""

from __future__ import annotations

from typing import Any

import httpx

from tests.exam_templates.canvases import Json, as_sent, make_template, put, question
from tests.files.test_endpoints import upload
from tests.papers import draw_image, draw_paper
from tests.reading.ocr.scanned import as_image, scan
from tests.stage import School, Stage


async def template_of(client: httpx.AsyncClient, data: bytes, name: str = "paper.pdf") -> Json:
    file = (await upload(client, data, name)).json()
    return await make_template(client, source_file_id=file["id"], page_count=None)


async def detect(school: School, stage: Stage, template_id: str) -> tuple[Json, Json]:
    """The job and the template after it."""
    teacher = school["teacher"]
    answer = await teacher.post(f"/api/exam/templates/{template_id}/detect")
    assert answer.status_code == 202
    await stage.finish_jobs()
    job = (await teacher.get(f"/api/jobs/{answer.json()['job']['id']}")).json()
    return job, (await teacher.get(f"/api/exam/templates/{template_id}")).json()


def paths(template: Json) -> list[Any]:
    return [q["path"] for q in template["questions"]]


async def test_a_paper_is_read_into_proposals_and_reading_it_again_changes_nothing(
    school: School, stage: Stage
) -> None:
    template = await template_of(school["teacher"], draw_paper(2))
    job, read = await detect(school, stage, template["id"])
    assert (job["state"], job["subject_id"]) == ("done", template["id"])
    assert {"1", "1(a)", "1(b)", "2", "2(a)", "2(b)"} <= set(paths(read))
    assert {(q["source"], q["confirmed"]) for q in read["questions"]} == {("auto", False)}
    assert len(read["boundaries"]) == len(read["questions"])
    assert set(read["detection"]) == {"total_marks", "warnings", "at"}
    job, again = await detect(school, stage, template["id"])
    assert job["result"]["changes"] == {"added": 0, "updated": 0, "removed": 0}
    assert as_sent(again) == as_sent(read)


async def test_the_proposals_can_be_confirmed_and_another_reading_keeps_them(
    school: School, stage: Stage
) -> None:
    template = await template_of(school["teacher"], draw_paper(2))
    _, read = await detect(school, stage, template["id"])
    mine = dict(as_sent(read).items())
    kept = next(q for q in mine["questions"] if q["path"] == "1(a)")
    kept |= {"confirmed": True, "max_marks": 7, "label": "(z)"}
    mine["questions"].append(question("99", 50, max_marks=1))
    assert (await put(school["teacher"], template["id"], mine, read["version"])).status_code == 200
    _, again = await detect(school, stage, template["id"])
    shown = {q["path"]: q for q in again["questions"]}
    assert (shown["1(z)"]["id"], shown["1(z)"]["max_marks"]) == (kept["id"], 7)
    assert {"99", "2(a)", "2(b)"} <= set(shown)


async def test_two_templates_may_show_one_paper(school: School, stage: Stage) -> None:
    data = draw_paper(1)
    first, second = await template_of(school["teacher"], data), await template_of(school["teacher"], data)
    _, one = await detect(school, stage, first["id"])
    _, two = await detect(school, stage, second["id"])
    assert paths(one) == paths(two)
    assert not {q["id"] for q in one["questions"]} & {q["id"] for q in two["questions"]}


async def test_a_template_without_a_paper_has_nothing_to_read(school: School) -> None:
    template = await make_template(school["teacher"])
    answer = await school["teacher"].post(f"/api/exam/templates/{template['id']}/detect")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_paper")


async def test_a_paper_that_is_a_picture_is_read(school: School, stage: Stage) -> None:
    """D-01: its text is recognised, in the bounds of any reading."""
    (picture,) = scan(draw_paper(1))
    template = await template_of(school["teacher"], as_image(picture, "PNG"), "paper.png")
    job, read = await detect(school, stage, template["id"])
    assert job["state"] == "done"
    assert paths(read) == ["1", "1(a)", "1(b)"]
    assert [q["max_marks"] for q in read["questions"]] == [None, 2, 3]


async def test_a_picture_without_text_says_so(school: School, stage: Stage) -> None:
    """D-03"""
    template = await template_of(school["teacher"], draw_image("PNG"), "paper.png")
    _, read = await detect(school, stage, template["id"])
    assert read["questions"] == []
    assert read["detection"]["warnings"] == ["No text could be read on page 1."]


async def test_an_archived_template_is_not_read(school: School, stage: Stage) -> None:
    """T-07: also where it was put away while it waited."""
    template = await template_of(school["teacher"], draw_paper(1))
    answer = await school["teacher"].post(f"/api/exam/templates/{template['id']}/detect")
    await school["teacher"].delete(f"/api/exam/templates/{template['id']}")
    await stage.finish_jobs()
    job = (await school["teacher"].get(f"/api/jobs/{answer.json()['job']['id']}")).json()
    assert (job["state"], job["error"]) == ("failed", "This template is archived. Restore it to change it.")
