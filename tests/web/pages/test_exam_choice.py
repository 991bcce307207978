"""A teacher finds the exam of a paper in the catalogue."""

from __future__ import annotations

import re

import pytest_asyncio

from markroom.catalogue.actions import load_starter
from markroom.catalogue.model import make_id
from tests.exam_templates.canvases import make_template, put, question
from tests.stage import School, Stage
from tests.web.browsing import tab_of

MATHS = str(make_id("papers", "AQA", "8300", "8300/1H"))
PHYSICS = str(make_id("papers", "AQA", "8463", "8463/1H"))


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def starter(stage: Stage) -> None:
    async with stage.resources.database.service() as conn:
        await load_starter(conn)


async def test_a_paper_is_made_of_an_exam_of_the_catalogue(stage: Stage, school: School) -> None:
    """T-01, T-11"""
    tab = tab_of(stage, school, "teacher")
    listed = (await tab.see("/exams/catalogue?q=aqa+8300+higher")).text
    assert "3 of 3" in listed
    assert f'value="{MATHS}"' in listed
    made = await tab.submit("/exams/catalogue", exam_id=MATHS)
    assert made.status_code == 303
    template = (
        await school["teacher"].get(f"/api/exam/templates{made.headers['location'][6 : 42 + 1]}")
    ).json()
    assert (template["exam_id"], template["exam_code"], template["subject"]) == (
        MATHS,
        "8300/1H",
        "Mathematics",
    )


async def test_the_exam_of_a_paper_is_chosen_and_taken_away(stage: Stage, school: School) -> None:
    """T-11"""
    template = await make_template(school["teacher"], subject="Physics")
    tab, url = tab_of(stage, school, "teacher"), f"/exams/{template['id']}/exam"
    assert "8463/1H" in (await tab.see(url)).text  # the subject is searched at once
    await tab.submit(url, exam_id=PHYSICS)
    assert "It is 8463/1H now" in (await tab.get(url)).text
    await tab.submit(url, exam_id="")
    after = (await school["teacher"].get(f"/api/exam/templates/{template['id']}")).json()
    assert (after["exam_id"], after["exam_code"]) == (None, None)


async def test_an_exam_that_does_not_fit_the_questions_says_why(stage: Stage, school: School) -> None:
    """T-08: nothing is changed"""
    template = await make_template(school["teacher"])
    asked = question("1", 0, max_marks=3, spec_ref="chapter 9")
    await put(
        school["teacher"], template["id"], {"questions": [asked], "response_areas": [], "boundaries": []}, 1
    )
    tab, url = tab_of(stage, school, "teacher"), f"/exams/{template['id']}/exam"
    await tab.see(url)
    answer = await tab.submit(url, exam_id=MATHS)
    assert answer.status_code == 422
    assert re.search(r"chapter 9 is not in the exam.*s specification", answer.text)


async def test_who_may_not_edit_a_paper_chooses_no_exam(stage: Stage, school: School) -> None:
    """sec-P4"""
    template = await make_template(school["teacher"])
    url = f"/exams/{template['id']}/exam"
    colleague, student = tab_of(stage, school, "teacher_2"), tab_of(stage, school, "student")
    assert 'name="exam_id"' not in (await colleague.see(url)).text
    assert (await colleague.submit(url, exam_id=MATHS)).status_code == 403
    assert (await student.get(url)).status_code == 404
    assert (await student.get("/exams/catalogue")).status_code == 403
    assert (await colleague.submit("/exams/catalogue", exam_id="nonsense")).status_code == 422


async def test_an_exam_nobody_knows_is_said_so(stage: Stage, school: School) -> None:
    page = (await tab_of(stage, school, "teacher").get("/exams/catalogue?q=zebra")).text
    assert "No exam matches" in page
