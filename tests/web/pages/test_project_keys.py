"""A project's API keys on screen (J-10)."""

from __future__ import annotations

import re
from html import unescape

from tests.stage import School, Stage
from tests.web.browsing import Tab, tab_of
from tests.web.pages.test_projects import add, make_project

SECRET = re.compile(r'id="secret">(mk_\w+)<')


def rows_of(page: str) -> str:
    return page.partition("<tbody>")[2].partition("</tbody>")[0]


async def make_key(tab: Tab, url: str, name: str = "scanner in room 12", **fields: str) -> str:
    """Makes a key by the form; its secret."""
    await tab.see(f"{url}/keys")
    made = await tab.submit(f"{url}/keys", name=name, **{"days": "365", **fields})
    assert made.status_code == 200, made.text
    found = SECRET.search(made.text)
    assert found
    return found[1]


async def test_a_key_is_shown_once_with_examples_that_work(stage: Stage, school: School) -> None:
    """J-10, sec-P7"""
    tab = tab_of(stage, school, "teacher")
    url = await make_project(tab)
    assert "No keys" in (await tab.see(f"{url}/keys")).text
    made = await tab.submit(f"{url}/keys", name="<i>scanner</i>", scope="write", days="30")
    secret = SECRET.search(made.text)
    assert secret
    assert made.headers["cache-control"] == "no-store"
    assert f"Authorization: Bearer {secret[1]}" in unescape(made.text)
    assert "mcpServers" in made.text
    after = (await tab.get(f"{url}/keys")).text
    assert secret[1] not in after
    assert "&lt;i&gt;scanner&lt;/i&gt;" in after
    assert "Read, write" in after
    assert "Never" in after
    assert (await stage.client(secret[1]).get("/api/exam/templates")).status_code == 200
    assert "Never" not in rows_of((await tab.get(f"{url}/keys")).text)


async def test_a_key_without_a_name_comes_back_in_the_form(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    url = await make_project(tab)
    await tab.see(f"{url}/keys")
    refused = await tab.submit(f"{url}/keys", name=" ", scope="write", days="90")
    assert refused.status_code == 422
    assert 'id="name-error"' in refused.text
    assert '<option value="90" selected>' in refused.text
    assert re.search(r'value="write" checked', refused.text)


async def test_a_viewer_gives_a_key_no_more_than_they_have(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    url = await make_project(tab)
    await add(tab, school, url, "teacher_2", "viewer")
    viewer = tab_of(stage, school, "teacher_2")
    assert 'value="write"' not in (await viewer.see(f"{url}/keys")).text
    refused = await viewer.submit(f"{url}/keys", name="mine", scope="write", days="30")
    assert refused.status_code == 403
    assert "more than you may do" in refused.text


async def test_a_key_is_rotated_and_both_work_for_a_while(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    url = await make_project(tab)
    old = await make_key(tab, url)
    found = re.search(r'name="rotate" value="([\w-]+)"', (await tab.see(f"{url}/keys")).text)
    assert found
    rotated = await tab.submit(f"{url}/keys", rotate=found[1])
    assert "The key before it works until" in rotated.text
    new = SECRET.search(rotated.text)
    assert new
    for secret in (old, new[1]):
        assert (await stage.client(secret).get("/api/exam/templates")).status_code == 200
    assert (await tab.submit(f"{url}/keys", rotate=found[1])).status_code == 409


async def test_a_revoked_key_stops_at_once_and_is_kept_among_the_ended(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    url = await make_project(tab)
    secret = await make_key(tab, url)
    found = re.search(r'name="revoke" value="([\w-]+)"', (await tab.see(f"{url}/keys")).text)
    assert found
    assert (await tab.submit(f"{url}/keys", revoke=found[1])).status_code == 303
    assert (await stage.client(secret).get("/api/exam/templates")).status_code == 401
    assert "scanner in room 12" not in rows_of((await tab.get(f"{url}/keys")).text)
    assert "Revoked" in (await tab.get(f"{url}/keys?tab=ended")).text


async def test_members_see_their_own_keys_and_admins_all(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    url = await make_project(tab)
    await add(tab, school, url, "teacher_2")
    editor = tab_of(stage, school, "teacher_2")
    await make_key(editor, url, "planner")
    await make_key(tab, url, "scanner")
    assert "scanner" not in rows_of((await editor.get(f"{url}/keys")).text)
    listed = (await tab.see(f"{url}/keys")).text
    assert "planner" in listed
    assert 'aria-label="Revoke planner"' in listed
    assert 'aria-label="Rotate planner"' not in listed
    other = re.search(r'name="revoke" value="([\w-]+)" aria-label="Revoke scanner"', listed)
    assert other
    assert (await editor.submit(f"{url}/keys", revoke=other[1])).status_code == 404
    assert (await editor.submit(f"{url}/keys", revoke="none")).status_code == 404


async def test_a_removal_from_the_school_counts_keys_and_projects(stage: Stage, school: School) -> None:
    """P-11, J-07: what ends with a membership, before it is ended"""
    tab = tab_of(stage, school, "teacher")
    await make_key(tab, await make_project(tab))
    person = f"/people/{school.people['teacher'].user_id}"
    for role in ("school_admin", "department_head"):
        page = (await tab_of(stage, school, role).get(person)).text
        assert "an API key" in page, role
        assert "a project they own, which is passed on" in page, role
