"""P-13 on screen."""

from __future__ import annotations

import re

import pytest

from tests.stage import School, Stage
from tests.web.browsing import open_tab, tab_of


def details(**changed: str) -> dict[str, str]:
    kept = {"name": "Hillside School", "kind": "school", "time_zone": "Europe/London", "version": "1"}
    return {**kept, "website": "", "urn": "", "centre_number": "", **changed}


async def test_an_admin_saves_the_details(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "school_admin")
    assert 'href="/school"' in (await tab.see("/school")).text
    answer = await tab.submit("/school", **details(urn="123456", time_zone="Asia/Dubai"))
    assert answer.headers["location"] == "/school"
    page = (await tab.get("/school")).text
    assert 'value="123456"' in page
    assert '<option value="Asia/Dubai" selected>' in page


async def test_a_bad_detail_comes_back_beside_its_field(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "school_admin")
    await tab.see("/school")
    answer = await tab.submit("/school", **details(website="ftp://a.example", name="Hill <b>"))
    assert answer.status_code == 422
    assert 'id="website-error"' in answer.text
    assert "Hill &lt;b&gt;" in answer.text


@pytest.mark.parametrize("role", ["department_head", "teacher", "student"])
async def test_the_school_is_its_admins_alone(stage: Stage, school: School, role: str) -> None:
    tab = tab_of(stage, school, role)
    assert 'href="/school"' not in (await tab.see("/account")).text
    assert (await tab.get("/school")).status_code == 403
    assert (await tab.submit("/school", **details())).status_code == 403


async def test_a_stranger_changes_no_other_school(stage: Stage, school: School, other_school: School) -> None:
    stranger = open_tab(stage, other_school.people["school_admin"], school.institute_id)
    assert (await stranger.get("/school")).status_code == 303
    await stranger.see("/account")
    assert (await stranger.submit("/school", **details(urn="123456"))).status_code == 303
    answer = await school["school_admin"].get("/api/institutes/current")
    assert answer.json()["urn"] is None


async def test_a_list_is_written_renamed_and_emptied(stage: Stage, school: School) -> None:
    tab, url = tab_of(stage, school, "school_admin"), "/school?list=year-groups"
    assert "There are none yet" in (await tab.see(url)).text
    await tab.submit(url, version="1", more="Year 10\r\n\r\nYear 11\r\nYear 12")
    page = (await tab.see(url)).text
    ids = re.findall(r'name="id" value="([\w-]+)"', page)
    fields = {"csrf": tab.csrf, "version": "2", "id": ids, "name": ["Year ten", "", "Year 12"], "more": ""}
    assert (await tab.post(url, data=fields)).status_code == 303
    page = (await tab.get(url)).text
    assert re.findall(r'name="name" value="([^"]+)"', page) == ["Year ten", "Year 12"]
    assert re.findall(r'name="id" value="([\w-]+)"', page) == [ids[0], ids[2]]


async def test_what_a_colleague_saved_is_not_overwritten(stage: Stage, school: School) -> None:
    """X-07"""
    tab, url = tab_of(stage, school, "school_admin"), "/school?list=rooms"
    await tab.see(url)
    await tab.submit(url, version="1", more="G1")
    stale = await tab.submit(url, version="1", more="G2")
    assert stale.status_code == 412
    assert "Somebody changed this" in stale.text
    assert ">G2</textarea>" in stale.text


async def test_a_name_twice_is_said_above_the_list(stage: Stage, school: School) -> None:
    tab, url = tab_of(stage, school, "school_admin"), "/school?list=subjects"
    await tab.see(url)
    answer = await tab.submit(url, version="1", more="Art\nart")
    assert answer.status_code == 422
    assert "“art” stands on the list twice." in answer.text


async def test_who_saves_over_somebody_is_told_in_words_of_the_page(stage: Stage, school: School) -> None:
    """X-07: what was typed stays, and saving again is a choice"""
    tab = tab_of(stage, school, "school_admin")
    await tab.see("/school")
    await tab.submit("/school", **details(urn="123456"))
    answer = await tab.submit("/school", **details(urn="654321"))
    assert answer.status_code == 412
    assert "Somebody changed this while you had it open" in answer.text
    assert 'value="654321"' in answer.text
