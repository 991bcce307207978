"""X-09 on screen."""

from __future__ import annotations

import pytest

from markroom.kit.events import Event
from markroom.web.pages.audit.page import KIND_WORDS
from tests.exam_templates.canvases import make_with_canvas, small_canvas
from tests.marking.sitting import lay_out
from tests.stage import School, Stage
from tests.web.browsing import tab_of


async def suspend(school: School, of: str) -> None:
    url = f"/api/users/{school.people[of].user_id}"
    assert (await school["school_admin"].patch(url, json={"state": "suspended"})).status_code == 200


async def test_an_admin_reads_the_trail_in_words(stage: Stage, school: School) -> None:
    await suspend(school, "teacher_2")
    page = (await tab_of(stage, school, "school_admin").get("/audit")).text
    assert "Somebody got another role, was suspended or taken back" in page
    assert ">Teacher 2</a>" in page
    assert "state: suspended" in page
    assert "The operator" in page
    assert 'data-copy-table="trail"' in page


async def test_the_trail_of_one_person_and_of_some_days(stage: Stage, school: School) -> None:
    await suspend(school, "teacher_2")
    tab, teacher = tab_of(stage, school, "school_admin"), school.people["teacher"].user_id
    assert "Nothing was recorded" in (await tab.get(f"/audit?subject_id={teacher}")).text
    assert "Nothing was recorded" in (await tab.get("/audit?to=2020-01-31")).text
    assert "suspended" in (await tab.get("/audit?from=2020-01-31&kind=member_changed&to=")).text


@pytest.mark.parametrize("query", ["from=tomorrow", "to=9999-12-31", "user_id=me"])
async def test_a_filter_that_means_nothing_is_said(stage: Stage, school: School, query: str) -> None:
    assert (await tab_of(stage, school, "school_admin").get(f"/audit?{query}")).status_code == 422


@pytest.mark.parametrize("role", ["department_head", "teacher", "student"])
async def test_the_trail_is_the_admins_alone(stage: Stage, school: School, role: str) -> None:
    tab = tab_of(stage, school, role)
    assert 'href="/audit"' not in (await tab.get("/")).text
    assert (await tab.get("/audit")).status_code == 403


async def test_the_trail_says_roles_as_people_do_and_counts_no_versions(stage: Stage, school: School) -> None:
    url = f"/api/users/{school.people['teacher_2'].user_id}"
    assert (await school["school_admin"].patch(url, json={"role": "department_head"})).status_code == 200
    page = (await tab_of(stage, school, "school_admin").get("/audit")).text
    assert "head of department" in page
    assert "department head" not in page
    assert "version:" not in page


async def test_a_mark_is_traced_to_its_question_and_script(stage: Stage, school: School) -> None:
    """X-09, K-07: a name stands in neither, so that blind marking stays blind"""
    sitting = await lay_out(stage, school)
    answer = await school["teacher"].put(
        sitting.mark_url(1, "1(b)"), json={"marks": 2, "state": "awarded"}, headers={"If-Match": '"0"'}
    )
    assert answer.is_success, answer.text
    page = (await tab_of(stage, school, "school_admin").get("/audit?kind=mark_entered")).text
    assert "script 1 of Mock 1" in page
    assert "question 1(b) of" in page


def test_words_are_said_of_events_that_there_are() -> None:
    assert set(KIND_WORDS) <= set(Event.kinds)


async def test_a_private_paper_has_no_name_in_the_trail_of_who_may_not_see_it(
    stage: Stage, school: School
) -> None:
    """T-02, X-02"""
    paper = await make_with_canvas(
        school["teacher"], small_canvas(), title="Resit nobody knows of", visibility="private"
    )
    question_url = f"/api/exam/questions/{paper['questions'][0]['id']}"
    assert (await school["teacher"].patch(question_url, json={"label": "7"})).is_success
    trail = f"/audit?user_id={school.people['teacher'].user_id}"
    page = (await tab_of(stage, school, "school_admin").get(trail)).text
    assert ">Teacher</a>" in page
    assert "Resit nobody knows of" not in page
