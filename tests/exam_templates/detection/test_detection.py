"""D-02, T-08: a paper read by a job, and what becomes of its proposals."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from markroom.exam_templates.detection import tasks
from markroom.jobs.queue import Job
from tests.exam_templates.canvases import Json, as_sent, make_template, put, question
from tests.files.test_endpoints import upload
from tests.papers import draw_exam, draw_image, draw_paper
from tests.reading.ocr.scanned import as_image, as_pdf, scan
from tests.stage import School, Stage


async def template_of(client: httpx.AsyncClient, data: bytes, name: str = "paper.pdf", **fields: Any) -> Json:
    file = (await upload(client, data, name)).json()
    return await make_template(client, source_file_id=file["id"], page_count=None, **fields)


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


async def test_what_is_found_on_the_first_pages_is_there_while_the_others_are_read(
    school: School, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D-02: page by page, under the ids they keep; nothing is on the canvas before all is read."""
    monkeypatch.setattr(tasks, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(tasks, "PROGRESS_SECONDS", 0.01)
    pages = scan(draw_exam(3))
    template = await template_of(school["teacher"], as_pdf(pages))
    seen: list[tuple[Json, Json]] = []
    tell = Job.progress

    async def tell_and_look(job: Job, done: int, total: int | None, found: Json | None = None) -> None:
        await tell(job, done, total, found)
        if found:
            shown = (await school["teacher"].get(f"/api/jobs/{job.id}")).json()
            seen.append(
                (shown, (await school["teacher"].get(f"/api/exam/templates/{template['id']}")).json())
            )

    monkeypatch.setattr(Job, "progress", tell_and_look)
    job, whole = await detect(school, stage, template["id"])
    assert [(shown["state"], meanwhile["questions"]) for shown, meanwhile in seen] == [
        ("running", []) for _ in seen
    ]
    assert seen
    known = {q["id"]: q["path"] for q in whole["questions"]}
    for shown, _ in seen:
        found = shown["result"]
        assert found["read"] == list(range(1, len(found["read"]) + 1))
        assert {q["id"]: q["path"] for q in found["questions"]} == {
            id_: path for id_, path in known.items() if int(path[0]) in found["read"]
        }
    assert set(job["result"]) == {"changes", "questions", "warnings"}


async def make_lent_paper(school: School, data: bytes) -> tuple[Json, str]:
    """A private template that a colleague has a share of, and the share's address."""
    teacher, other = school["teacher"], school.people["teacher_2"]
    template = await template_of(teacher, data, visibility="private")
    url = f"/api/exam/templates/{template['id']}"
    shared = (await teacher.post(f"{url}/shares", json={"user_id": str(other.user_id)})).json()
    return template, f"{url}/shares/{shared['shares'][0]['id']}"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Json | None]:
    """What jobs tell that they found so far, each time they tell anything."""
    monkeypatch.setattr(tasks, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(tasks, "PROGRESS_SECONDS", 0.01)
    tell, heard = Job.progress, []

    async def tell_and_keep(job: Job, done: int, total: int | None, found: Json | None = None) -> None:
        await tell(job, done, total, found)
        heard.append(found)

    monkeypatch.setattr(Job, "progress", tell_and_keep)
    return heard


@pytest.mark.parametrize("is_lent", [True, False])
async def test_what_is_found_is_told_while_its_starter_sees_the_template(
    school: School, stage: Stage, told: list[Json | None], is_lent: bool
) -> None:
    """T-02"""
    template, share = await make_lent_paper(school, as_pdf(scan(draw_exam(2))))
    started = await school["teacher_2"].post(f"/api/exam/templates/{template['id']}/detect")
    if not is_lent:
        assert (await school["teacher"].delete(share)).status_code == 200
    await stage.finish_jobs()
    job = (await school["teacher"].get(f"/api/jobs/{started.json()['job']['id']}")).json()
    assert (job["state"], bool(told), any(told)) == ("done", True, is_lent)


async def test_another_paper_than_the_one_asked_for_is_not_read(
    school: School, stage: Stage, told: list[Json | None]
) -> None:
    """T-02: whoever asked may not see it"""
    template, share = await make_lent_paper(school, draw_paper(1))
    url = f"/api/exam/templates/{template['id']}"
    job_id = (await school["teacher_2"].post(f"{url}/detect")).json()["job"]["id"]
    assert (await school["teacher"].delete(share)).status_code == 200
    other = (await upload(school["teacher"], draw_paper(2), "other.pdf")).json()
    now = (await school["teacher"].get(url)).json()
    exchanged = {**as_sent(now), "meta": {"source_file_id": other["id"]}}
    assert (await put(school["teacher"], template["id"], exchanged, now["version"])).status_code == 200
    await stage.finish_jobs()
    job = (await school["teacher_2"].get(f"/api/jobs/{job_id}")).json()
    said = "The paper was exchanged while it was being read. Please start again."
    assert (job["state"], job["error"], job["result"], told) == ("failed", said, None, [])
    assert (await school["teacher"].get(url)).json()["questions"] == []


async def test_a_correction_is_kept_when_the_paper_is_read_again(school: School, stage: Stage) -> None:
    """T-08: also where it is not confirmed yet; so is a mark scheme or a spec point written to a proposal."""
    teacher = school["teacher"]
    template = await template_of(teacher, draw_paper(2))
    _, read = await detect(school, stage, template["id"])
    mine = as_sent(read)
    area, question = mine["response_areas"][0], next(q for q in mine["questions"] if q["path"] == "2(b)")
    area |= {"bounds": {"x": 0.3, "y": 0.3, "w": 0.2, "h": 0.2}, "source": "manual"}
    assert (await put(teacher, template["id"], mine, read["version"])).status_code == 200
    scheme = {"points": [{"code": "B1", "text": "a reason"}]}
    await teacher.patch(f"/api/exam/questions/{question['id']}", json={"mark_scheme": scheme})
    _, again = await detect(school, stage, template["id"])
    assert next(a for a in again["response_areas"] if a["id"] == area["id"])["bounds"] == area["bounds"]
    kept = next(q for q in again["questions"] if q["id"] == question["id"])
    assert (kept["mark_scheme"]["points"][0]["text"], kept["confirmed"]) == ("a reason", False)
