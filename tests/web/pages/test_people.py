from __future__ import annotations

import re

from tests.stage import School, Stage
from tests.web.browsing import open_tab, tab_of

INVITATIONS = "/people?tab=invitations"


async def test_managers_see_people_by_name(stage: Stage, school: School) -> None:
    """P-10"""
    tab = tab_of(stage, school, "department_head")
    staff = (await tab.get("/people")).text
    assert "Teacher 2" in staff
    assert "student-" not in staff
    assert "student-" in (await tab.get("/people?tab=students")).text


async def test_a_search_filters_the_list(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "school_admin")
    found = (await tab.get("/people?q=teacher 2")).text
    assert school.people["teacher_2"].email in found
    assert school.people["teacher"].email not in found
    assert "Nobody matches" in (await tab.get("/people?q=zebra")).text


async def test_teachers_and_students_are_refused_and_strangers_see_another_school(
    stage: Stage, school: School, other_school: School
) -> None:
    for role in ("teacher", "student"):
        assert (await tab_of(stage, school, role).get("/people")).status_code == 403
    stranger = open_tab(stage, other_school.people["school_admin"], school.institute_id)
    answer = await stranger.get("/people")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/people"
    assert 'markroom_institute="";' in answer.headers["set-cookie"]
    assert "Hillside" not in (await stranger.get("/people")).text


async def test_an_invitation_is_sent_and_its_mail_told_in_words(stage: Stage, school: School) -> None:
    """P-03"""
    tab = tab_of(stage, school, "school_admin")
    assert "No invitations" in (await tab.see(INVITATIONS)).text
    answer = await tab.submit("/people", email="t-9@school.example", role="teacher")
    assert answer.headers["location"] == INVITATIONS
    listed = (await tab.see(INVITATIONS)).text
    assert "on its way" in listed
    assert "Waiting for an answer" in listed
    await stage.finish_jobs()
    assert "Mail sent" in (await tab.get(INVITATIONS)).text


async def test_a_bad_invitation_comes_back_with_what_was_typed(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "school_admin")
    await tab.see("/people")
    wrong = await tab.submit("/people", email="not <an> address", role="student")
    assert wrong.status_code == 422
    assert "not &lt;an&gt; address" in wrong.text
    assert '<option value="student" selected>' in wrong.text
    member = await tab.submit("/people", email=school.people["teacher"].email, role="teacher")
    assert member.status_code == 409
    assert "already belongs" in member.text


async def test_a_refused_invitation_is_recorded(stage: Stage, school: School) -> None:
    """X-09"""
    tab = tab_of(stage, school, "department_head")
    await tab.see("/people")
    answer = await tab.submit("/people", email="h-9@school.example", role="school_admin")
    assert answer.status_code == 403
    assert "above your own" in answer.text
    recorded = "select facts ->> 'code' from events where institute_id = %s and kind = 'change_refused'"
    assert ("role_above_own",) in await stage.query(recorded, [school.institute_id])
    assert not await stage.query("select 1 from invitations where email = 'h-9@school.example'")


async def test_an_invitation_is_sent_again_and_withdrawn(stage: Stage, school: School) -> None:
    """P-07, P-08"""
    tab = tab_of(stage, school, "school_admin")
    await tab.see("/people")
    await tab.submit("/people", email="t-8@school.example", role="teacher")
    found = re.search(r'name="resend" value="([\w-]+)"', (await tab.see(INVITATIONS)).text)
    assert found
    assert (await tab.submit(INVITATIONS, resend=found[1])).status_code == 303
    assert (await tab.submit(INVITATIONS, cancel=found[1])).status_code == 303
    assert "Cancelled" in (await tab.get(INVITATIONS)).text
    again = await tab.submit(INVITATIONS, resend=found[1])
    assert again.status_code == 400
    assert "was cancelled" in again.text


async def test_inviting_needs_the_form_token(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "school_admin")
    answer = await tab.post("/people", data={"email": "t-7@school.example", "role": "teacher"})
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.text


async def test_a_cursor_of_one_list_does_not_open_another(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "school_admin")
    page = (await tab.get("/people?limit=1")).text
    found = re.search(r"cursor=([\w-]+)", page)
    assert found
    assert (await tab.get(f"/people?limit=1&cursor={found[1]}")).status_code == 200
    assert (await tab.get(f"{INVITATIONS}&cursor={found[1]}")).status_code == 422


async def test_a_link_is_shown_once_where_mail_failed(stage: Stage, school: School) -> None:
    """P-17"""
    tab = tab_of(stage, school, "school_admin")
    await tab.see("/people")
    await tab.submit("/people", email="t-6@school.example", role="teacher")
    assert "Show link" not in (await tab.see(INVITATIONS)).text
    await stage.query("update invitations set delivery = 'failed' where email = 't-6@school.example'")
    found = re.search(r'name="show_link" value="([\w-]+)"', (await tab.see(INVITATIONS)).text)
    assert found
    shown = await tab.submit(INVITATIONS, show_link=found[1])
    assert shown.headers["cache-control"] == "no-store"
    link = re.search(r'data-copy-text="http://[^"/]+(/invitations/[\w-]+)"', shown.text)
    assert link
    assert (await tab.get(link[1])).status_code == 200
    after = (await tab.see(INVITATIONS)).text
    assert link[1] not in after
    assert "Link was shown" in after
    await tab.submit(INVITATIONS, cancel=found[1])
    again = await tab.submit(INVITATIONS, show_link=found[1])
    assert again.status_code == 404
