from __future__ import annotations

import pytest

from tests.marking.sitting import Sitting, lay_out, save
from tests.stage import School, Stage
from tests.web.browsing import open_tab, tab_of


@pytest.fixture
async def sitting(stage: Stage, school: School) -> Sitting:
    return await lay_out(stage, school)


async def test_papers_are_listed_and_found(stage: Stage, school: School, sitting: Sitting) -> None:
    """T-02"""
    tab = tab_of(stage, school, "teacher_2")
    listed = (await tab.get("/exams")).text
    assert f"/exams/{sitting.template_id}" in listed
    assert ">Teacher<" in listed
    assert "No paper matches" in (await tab.get("/exams?q=zebra")).text


async def test_without_papers_the_first_step_is_offered(stage: Stage, school: School) -> None:
    page = (await tab_of(stage, school, "teacher").get("/exams")).text
    assert "No papers yet" in page
    assert "Add a paper" in page


async def test_only_staff_see_papers(stage: Stage, school: School, sitting: Sitting) -> None:
    """sec-P4, T-02"""
    student = tab_of(stage, school, "student")
    assert (await student.get("/exams")).status_code == 403
    assert (await student.get(f"/exams/{sitting.template_id}")).status_code == 404


async def test_a_stranger_finds_nothing(
    stage: Stage, school: School, other_school: School, sitting: Sitting
) -> None:
    """sec-P4"""
    tab = tab_of(stage, other_school, "school_admin")
    for url in (
        f"/exams/{sitting.template_id}",
        f"/batches/{sitting.batch_id}",
        f"/batches/{sitting.batch_id}/repair",
        f"/marking/{sitting.batch_id}",
        f"/results/{sitting.batch_id}",
    ):
        assert (await tab.get(url)).status_code == 404, url
        assert (await open_tab(stage).get(url)).headers["location"] == f"/sign-in?next={url}"


async def test_the_owner_changes_the_details(stage: Stage, school: School, sitting: Sitting) -> None:
    tab, url = tab_of(stage, school, "teacher"), f"/exams/{sitting.template_id}"
    await tab.see(url)
    answer = await tab.submit(url, title="Year 11 mock", subject="Science", exam_code="")
    assert answer.headers["location"] == url
    rows = await stage.query(
        "select title, subject, exam_code from exam_templates where id = %s", [sitting.template_id]
    )
    assert rows == [("Year 11 mock", "Science", None)]


async def test_details_that_do_not_fit_come_back(stage: Stage, school: School, sitting: Sitting) -> None:
    tab, url = tab_of(stage, school, "teacher"), f"/exams/{sitting.template_id}"
    await tab.see(url)
    answer = await tab.submit(url, title="", subject="s" * 201, exam_code="")
    assert answer.status_code == 422
    assert "s" * 201 in answer.text
    assert "Write a title" in answer.text
    assert "data-open-now" in answer.text


async def test_a_colleague_reads_and_cannot_change(stage: Stage, school: School, sitting: Sitting) -> None:
    """T-04"""
    tab, url = tab_of(stage, school, "teacher_2"), f"/exams/{sitting.template_id}"
    page = (await tab.see(url)).text
    assert "may-edit" not in page
    await tab.see("/account")
    assert (await tab.submit(url, title="Mine now")).status_code == 403


async def test_a_paper_is_archived_and_brought_back(stage: Stage, school: School, sitting: Sitting) -> None:
    """T-07"""
    tab, url = tab_of(stage, school, "teacher"), f"/exams/{sitting.template_id}"
    await tab.see(url)
    assert (await tab.submit(url, archive="1")).headers["location"] == "/exams"
    assert url not in (await tab.get("/exams")).text.replace("archived.", "")
    assert url in (await tab.get("/exams?archived=1")).text
    refused = await tab.submit(url, title="Another")
    assert refused.status_code == 409
    assert (await tab.submit(url, restore="1")).headers["location"] == url
    assert url in (await tab.get("/exams")).text


async def test_changing_a_paper_needs_the_form_token(stage: Stage, school: School, sitting: Sitting) -> None:
    tab = tab_of(stage, school, "teacher")
    assert (await tab.post(f"/exams/{sitting.template_id}", data={"archive": "1"})).status_code == 403


async def test_today_says_what_waits(stage: Stage, school: School, sitting: Sitting) -> None:
    page = (await tab_of(stage, school, "teacher").get("/")).text
    assert "9 answers to mark" in page
    await save(school["teacher"], sitting, 1, "1(a)", state="query", comment="Is this enough?")
    page = (await tab_of(stage, school, "teacher").get("/")).text
    assert "8 answers to mark" in page
    assert "1 query to decide" in page


async def test_today_says_when_nothing_waits(stage: Stage, school: School) -> None:
    assert "Nothing waits for you" in (await tab_of(stage, school, "student").get("/")).text
    await school["school_admin"].post(
        "/api/users/invite", json={"email": "w@school.example", "role": "teacher"}
    )
    assert "1 invitation without an answer" in (await tab_of(stage, school, "school_admin").get("/")).text


async def test_an_empty_list_of_papers_offers_nothing_to_search_or_copy(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    page = (await tab.get("/exams")).text
    assert "No papers yet" in page
    assert 'id="q"' not in page
    assert "data-copy-table" not in page
    assert 'id="q"' in (await tab.get("/exams?q=physics")).text
