"""P-11, I-07 on screen."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.institutes.inviting import invite, new_address
from tests.stage import School, Stage
from tests.web.browsing import tab_of


def page_of(school: School, role: str) -> str:
    return f"/people/{school.people[role].user_id}"


async def read_member(stage: Stage, school: School, role: str) -> tuple[str, str]:
    rows = await stage.query(
        "select role, state from memberships where institute_id = %s and user_id = %s",
        [school.institute_id, school.people[role].user_id],
    )
    found: tuple[str, str] = rows[0]
    return found


async def test_people_lead_to_each_person(stage: Stage, school: School) -> None:
    tab, url = tab_of(stage, school, "school_admin"), page_of(school, "teacher_2")
    assert f'href="{url}"' in (await tab.get("/people")).text
    page = (await tab.get(url)).text
    assert "<h1>Teacher 2</h1>" in page
    assert '<option value="teacher" selected>' in page


async def test_a_role_is_changed(stage: Stage, school: School) -> None:
    tab, url = tab_of(stage, school, "school_admin"), page_of(school, "teacher_2")
    await tab.see(url)
    assert (await tab.submit(url, role="department_head")).headers["location"] == url
    assert await read_member(stage, school, "teacher_2") == ("department_head", "active")


async def test_somebody_is_suspended_and_taken_back(stage: Stage, school: School) -> None:
    tab, url = tab_of(stage, school, "school_admin"), page_of(school, "teacher_2")
    await tab.see(url)
    await tab.submit(url, state="suspended")
    assert "Take back" in (await tab.get(url)).text
    assert (await school["teacher_2"].get("/api/people")).status_code == 404
    await tab.submit(url, state="active")
    assert await read_member(stage, school, "teacher_2") == ("teacher", "active")


async def test_what_goes_with_somebody_is_said_before_they_are_removed(stage: Stage, school: School) -> None:
    await invite(school["department_head"], new_address(), "student")
    tab, url = tab_of(stage, school, "school_admin"), page_of(school, "department_head")
    page = (await tab.see(url)).text
    assert "an invitation they sent" in page
    assert "data-confirm" in page
    assert (await tab.submit(url, remove="1")).headers["location"] == "/people"
    assert (await tab.get(url)).status_code == 404
    assert (await read_member(stage, school, "department_head"))[1] == "left"


async def test_the_last_admin_is_kept_with_the_reason(stage: Stage, school: School) -> None:
    tab, url = tab_of(stage, school, "school_admin"), page_of(school, "school_admin")
    assert "This is you" in (await tab.see(url)).text
    for fields in ({"role": "teacher"}, {"remove": "1"}):
        answer = await tab.submit(url, **fields)
        assert answer.status_code == 409
        assert "at least one active administrator" in answer.text


async def test_a_head_changes_nobody_above_and_gives_no_role_above(stage: Stage, school: School) -> None:
    """P-02"""
    tab = tab_of(stage, school, "department_head")
    assert "Only somebody with a higher role" in (await tab.see(page_of(school, "school_admin"))).text
    assert (await tab.submit(page_of(school, "school_admin"), role="teacher")).status_code == 403
    assert 'value="school_admin"' not in (await tab.see(page_of(school, "teacher_2"))).text
    answer = await tab.submit(page_of(school, "teacher_2"), role="school_admin")
    assert answer.status_code == 403
    assert 'id="role-error"' in answer.text
    assert (await tab.submit(page_of(school, "teacher_2"), role="guest")).status_code == 400


@pytest.mark.parametrize("role", ["teacher", "student"])
async def test_others_see_nobody(stage: Stage, school: School, role: str) -> None:
    tab = tab_of(stage, school, role)
    await tab.see("/account")
    assert (await tab.get(page_of(school, "teacher_2"))).status_code == 403
    assert (await tab.submit(page_of(school, "teacher_2"), remove="1")).status_code == 403


async def test_somebody_of_another_school_is_not_there(
    stage: Stage, school: School, other_school: School
) -> None:
    """P-01"""
    tab = tab_of(stage, school, "school_admin")
    await tab.see("/account")
    for url in (page_of(other_school, "teacher"), f"/people/{uuid4()}", "/people/nobody"):
        assert (await tab.get(url)).status_code == 404
    assert (await tab.submit(page_of(other_school, "teacher"), remove="1")).status_code == 404


async def test_one_leaves_a_school(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher_2")
    await tab.see("/account")
    answer = await tab.submit("/account", leave="1")
    assert answer.headers["location"] == "/"
    assert (await read_member(stage, school, "teacher_2"))[1] == "left"


async def test_the_last_admin_cannot_leave_or_delete_their_account(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "school_admin")
    await tab.see("/account")
    assert (await tab.submit("/account", leave="1")).status_code == 409
    answer = await tab.submit("/account", confirm=school.people["school_admin"].email)
    assert answer.status_code == 400
    assert "last administrator" in answer.text
    assert await read_member(stage, school, "school_admin") == ("school_admin", "active")


async def test_an_account_is_deleted_only_by_its_address(stage: Stage, school: School) -> None:
    """I-07"""
    tab, teacher = tab_of(stage, school, "teacher_2"), school.people["teacher_2"]
    await tab.see("/account")
    wrong = await tab.submit("/account", confirm="yes")
    assert wrong.status_code == 422
    assert "Nothing was deleted" in wrong.text
    assert (await tab.submit("/account", confirm=teacher.email.upper())).headers["location"] == "/sign-in"
    names = await stage.query("select name from users where id = %s", [teacher.user_id])
    assert names == [("Former user",)]
    assert (await teacher.client.get("/api/auth/me")).status_code == 401
