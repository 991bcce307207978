from __future__ import annotations

import re

from markroom.kit.access import INSTITUTE_COOKIE
from tests.stage import School, Stage
from tests.web.browsing import open_tab, tab_of


async def test_a_name_is_changed_for_all_to_see(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    await tab.see("/account")
    assert (await tab.submit("/account", name=" Teacher  21 ")).status_code == 303
    assert "Teacher 21" in (await tab_of(stage, school, "school_admin").get("/people")).text


async def test_an_empty_name_comes_back(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    await tab.see("/account")
    answer = await tab.submit("/account", name="x" * 201)
    assert answer.status_code == 422
    assert "x" * 201 in answer.text


async def test_another_session_is_ended(stage: Stage, school: School) -> None:
    teacher = school.people["teacher"]
    await stage.query(
        "insert into sessions (user_id, hash, expires_at) values (%s, %s, now() + interval '1 day')",
        [teacher.user_id, teacher.token.encode()],
    )
    tab = tab_of(stage, school, "teacher")
    found = re.findall(r'name="revoke" value="([\w-]+)"', (await tab.see("/account")).text)
    assert len(found) == 1
    await tab.submit("/account", revoke=found[0])
    assert 'name="revoke" value' not in (await tab.get("/account")).text


async def test_nobody_ends_the_session_of_another(stage: Stage, school: School) -> None:
    rows = await stage.query(
        "select id from sessions where user_id = %s", [school.people["teacher_2"].user_id]
    )
    tab = tab_of(stage, school, "teacher")
    await tab.see("/account")
    assert (await tab.submit("/account", revoke=str(rows[0][0]))).status_code == 404
    assert (await tab.submit("/account", revoke="nonsense")).status_code == 404
    assert (await tab_of(stage, school, "teacher_2").get("/")).status_code == 200


async def test_signing_out_everywhere_ends_this_session_too(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    await tab.see("/account")
    await tab.submit("/account", revoke_all="1")
    assert (await tab_of(stage, school, "teacher").get("/")).headers["location"].startswith("/sign-in")


async def test_somebody_in_two_schools_chooses_one(
    stage: Stage, school: School, other_school: School
) -> None:
    """P-01"""
    person = school.people["teacher"]
    await stage.add_member(other_school, person.user_id)
    tab = open_tab(stage, person)
    asked = await tab.get("/exams")
    assert asked.headers["location"] == "/institute?next=/exams"
    page = await tab.see(asked.headers["location"])
    assert "Hillside School" in page.text
    assert "Riverside College" in page.text
    chosen = await tab.submit("/institute", institute_id=str(other_school.institute_id), next="/exams")
    assert chosen.headers["location"] == "/exams"
    assert "Riverside College" in (await tab.get("/exams")).text


async def test_a_school_one_does_not_belong_to_cannot_be_chosen(
    stage: Stage, school: School, other_school: School
) -> None:
    tab = open_tab(stage, school.people["teacher"])
    await tab.see("/institute")
    answer = await tab.submit("/institute", institute_id=str(other_school.institute_id))
    assert answer.status_code == 404
    assert INSTITUTE_COOKIE not in answer.cookies


async def test_somebody_without_a_school_is_told_what_to_do(stage: Stage) -> None:
    tab = open_tab(stage, await stage.make_person(None, "stranger"))
    asked = await tab.get("/")
    assert asked.headers["location"] == "/institute?next=/"
    assert "do not belong to a school yet" in (await tab.get(asked.headers["location"])).text
