"""Projects on screen: the list, the team, settings (J-01 to J-09)."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from tests.stage import School, Stage
from tests.web.browsing import Tab, tab_of


async def make_project(tab: Tab, name: str = "Physics, Year 11") -> str:
    """Makes a project by the form; its address."""
    await tab.see("/projects")
    answer = await tab.submit("/projects", name=name)
    assert answer.status_code == 303, answer.text
    url = answer.headers["location"]
    await tab.see(url)
    return str(url)


async def add(tab: Tab, school: School, url: str, role: str, part: str = "editor") -> None:
    answer = await tab.submit(url, user_id=str(school.people[role].user_id), role=part)
    assert answer.status_code == 303, answer.text


async def test_an_empty_list_offers_the_first_step(stage: Stage, school: School) -> None:
    page = (await tab_of(stage, school, "teacher").get("/projects")).text
    assert "No projects yet" in page
    assert 'data-open="create"' in page
    assert 'aria-current="page">Projects' in page


async def test_a_project_is_made_and_listed(stage: Stage, school: School) -> None:
    """J-01, J-02"""
    tab = tab_of(stage, school, "teacher")
    url = await make_project(tab)
    listed = (await tab.get("/projects")).text
    assert f'href="{url}">Physics, Year 11</a>' in listed
    assert "Owner" in listed
    assert url not in (await tab_of(stage, school, "teacher_2").get("/projects")).text


async def test_a_taken_name_comes_back_in_the_form(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    await make_project(tab, "Biology <b>")
    await tab.see("/projects")
    again = await tab.submit("/projects", name="biology <B>")
    assert again.status_code == 409
    assert 'value="biology &lt;B&gt;"' in again.text
    assert 'id="name-error"' in again.text
    assert "data-open-now" in again.text


async def test_a_colleague_is_found_and_added(stage: Stage, school: School) -> None:
    """J-04, P-16"""
    tab = tab_of(stage, school, "teacher")
    url = await make_project(tab)
    found = (await tab.see(f"{url}?q=teacher 2")).text
    assert str(school.people["teacher_2"].user_id) in found
    assert str(school.people["department_head"].user_id) not in found
    await add(tab, school, url, "teacher_2", "viewer")
    page = (await tab.see(url)).text
    assert "Teacher 2</a>" in page
    assert f'value="{school.people["teacher_2"].user_id}"' not in page
    again = await tab.submit(url, user_id=str(school.people["teacher_2"].user_id), role="viewer")
    assert again.status_code == 400
    assert "already has access" in again.text
    assert (await tab.submit(url, user_id=str(uuid4()), role="viewer")).status_code == 404
    assert (await tab.submit(url, user_id=str(uuid4()), role="owner")).status_code == 422


async def test_members_look_and_only_admins_change(stage: Stage, school: School) -> None:
    """J-03"""
    tab = tab_of(stage, school, "teacher")
    url = await make_project(tab)
    await add(tab, school, url, "teacher_2")
    editor = tab_of(stage, school, "teacher_2")
    page = (await editor.see(url)).text
    assert "You are an editor" in page
    assert "Add a colleague" not in page
    other = school.people["department_head"].user_id
    assert (await editor.submit(url, user_id=str(other), role="viewer")).status_code == 403
    assert (await editor.submit(f"{url}/settings", archive="1")).status_code == 403
    stranger = tab_of(stage, school, "department_head")
    assert (await stranger.get(url)).status_code == 403
    assert (await stranger.get(f"/projects/{uuid4()}")).status_code == 404


async def test_somebody_of_another_school_finds_no_project(
    stage: Stage, school: School, other_school: School
) -> None:
    url = await make_project(tab_of(stage, school, "teacher"))
    stranger = tab_of(stage, other_school, "school_admin")
    await stranger.see("/projects")
    for path in ("", "/papers", "/keys", "/settings", f"/members/{school.people['teacher'].user_id}"):
        assert (await stranger.get(url + path)).status_code == 404
    assert (await stranger.submit(f"{url}/settings", name="Taken")).status_code == 404


async def test_a_part_is_changed_and_the_last_admin_kept(stage: Stage, school: School) -> None:
    """J-07"""
    tab = tab_of(stage, school, "teacher")
    url = await make_project(tab)
    await add(tab, school, url, "teacher_2")
    member = f"{url}/members/{school.people['teacher_2'].user_id}"
    await tab.see(member)
    assert (await tab.submit(member, role="admin")).headers["location"] == url
    assert '<option value="admin" selected>' in (await tab.get(member)).text
    owner = f"{url}/members/{school.people['teacher'].user_id}"
    assert "The owner stays an admin" in (await tab.see(owner)).text
    refused = await tab.submit(owner, role="viewer")
    assert refused.status_code == 400
    assert "Transfer ownership first." in refused.text


async def test_what_goes_with_a_member_is_said_before(stage: Stage, school: School) -> None:
    """J-08"""
    tab = tab_of(stage, school, "teacher")
    url = await make_project(tab)
    await add(tab, school, url, "teacher_2")
    made = await school["teacher_2"].post(f"/api{url}/keys", json={"name": "scanner", "scopes": ["read"]})
    assert made.status_code == 201
    member = f"{url}/members/{school.people['teacher_2'].user_id}"
    page = (await tab.see(member)).text
    assert "This key stops" in page
    assert "scanner" in page
    assert (await tab.submit(member, remove="1")).headers["location"] == url
    assert (await tab.get(member)).status_code == 404
    ended = "select deactivated_reason from api_keys where name = 'scanner' and institute_id = %s"
    assert await stage.query(ended, [school.institute_id]) == [("member_removed",)]


async def test_a_member_leaves_by_themselves(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    url = await make_project(tab)
    await add(tab, school, url, "teacher_2", "viewer")
    leaver = tab_of(stage, school, "teacher_2")
    mine = f"{url}/members/{school.people['teacher_2'].user_id}"
    assert "Leave the project" in (await leaver.see(mine)).text
    assert (await leaver.get(f"{url}/members/{school.people['teacher'].user_id}")).status_code == 403
    assert (await leaver.submit(mine, remove="1")).headers["location"] == "/projects"
    assert (await leaver.get(url)).status_code == 403


async def test_a_project_is_renamed_archived_and_taken_back(stage: Stage, school: School) -> None:
    """J-01"""
    tab = tab_of(stage, school, "teacher")
    url = await make_project(tab)
    await tab.see(f"{url}/settings")
    await tab.submit(f"{url}/settings", name="Physics")
    assert "<h1>Physics</h1>" in (await tab.get(url)).text
    await tab.submit(f"{url}/settings", archive="1")
    assert "Physics" not in (await tab.get("/projects")).text.partition("<table")[2]
    assert f'href="{url}"' in (await tab.get("/projects?tab=archived")).text
    assert "nobody is added" in (await tab.get(url)).text
    await tab.submit(f"{url}/settings", reopen="1")
    assert f'href="{url}"' in (await tab.get("/projects")).text


async def test_a_project_is_passed_on(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    url = await make_project(tab)
    assert "Add a colleague to the project first" in (await tab.get(f"{url}/settings")).text
    await add(tab, school, url, "teacher_2")
    await tab.see(f"{url}/settings")
    await tab.submit(f"{url}/settings", owner_id=str(school.people["teacher_2"].user_id))
    assert "You own this project" in (await tab_of(stage, school, "teacher_2").get(url)).text
    assert "You are an admin" in (await tab.get(url)).text
    assert (await tab.submit(f"{url}/settings", owner_id="nobody")).status_code == 404


async def test_a_deletion_is_counted_out_confirmed_and_undone(stage: Stage, school: School) -> None:
    """J-09"""
    tab = tab_of(stage, school, "teacher")
    url = await make_project(tab)
    await add(tab, school, url, "teacher_2")
    await school["teacher"].post(f"/api{url}/keys", json={"name": "scanner", "scopes": ["read"]})
    page = (await tab.see(f"{url}/settings")).text
    assert "2 members lose" in page
    assert "1 API key stops" in page
    wrong = await tab.submit(f"{url}/settings", confirm="Physics")
    assert wrong.status_code == 422
    assert 'id="confirm-error"' in wrong.text
    gone = await tab.submit(f"{url}/settings", confirm="Physics, Year 11")
    assert gone.headers["location"] == "/projects?tab=deleted"
    assert (await tab.get(url)).status_code == 404
    listed = (await tab.see("/projects?tab=deleted")).text
    found = re.search(r'name="restore" value="([\w-]+)"', listed)
    assert found
    assert (await tab.submit("/projects?tab=deleted", restore=found[1])).headers["location"] == url
    assert "Teacher 2" in (await tab.get(url)).text


async def test_only_who_may_bring_a_project_back_sees_it(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    url = await make_project(tab, "Chemistry")
    await add(tab, school, url, "teacher_2", "admin")
    await tab.submit(f"{url}/settings", confirm="Chemistry")
    assert "Chemistry" not in (await tab_of(stage, school, "teacher_2").get("/projects?tab=deleted")).text
    assert "Chemistry" in (await tab_of(stage, school, "school_admin").get("/projects?tab=deleted")).text


@pytest.mark.parametrize("path", ["", "/papers", "/keys", "/settings"])
async def test_a_long_strange_name_stays_text(stage: Stage, school: School, path: str) -> None:
    tab = tab_of(stage, school, "teacher")
    url = await make_project(tab, "<img src=x onerror=alert(1)>" * 7)
    page = (await tab.get(url + path)).text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


async def test_forms_need_their_token(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    url = await make_project(tab)
    for path in ("/projects", url, f"{url}/settings", f"{url}/keys", f"{url}/invitations"):
        assert (await tab.post(path, data={"name": "Taken over"})).status_code == 403
