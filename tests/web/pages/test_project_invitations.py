"""Inviting into projects on screen, and answering (J-05, J-11)."""

from __future__ import annotations

import re

from tests.institutes.inviting import link_in, mails_to, new_address
from tests.stage import School, Stage
from tests.web.browsing import open_tab, tab_of
from tests.web.pages.test_projects import make_project


async def path_mailed(stage: Stage, address: str) -> str:
    """Where the link in the newest mail to an address leads."""
    await stage.finish_jobs()
    return "/" + link_in(mails_to(stage, address)[-1]).split("/", 3)[3]


async def test_somebody_new_is_invited_into_several_projects_at_once(stage: Stage, school: School) -> None:
    """J-05"""
    tab, address = tab_of(stage, school, "teacher"), new_address()
    other = await make_project(tab, "Chemistry")
    url = await make_project(tab)
    assert f'value="{other.rsplit("/", 1)[1]}"' in (await tab.see(url)).text
    sent = await tab.submit(f"{url}/invitations", email=address, role="viewer", also=other.rsplit("/", 1)[1])
    assert sent.headers["location"] == url
    for page in (url, other):
        listed = (await tab.get(page)).text
        assert address in listed
        assert "on its way" in listed
    guest = open_tab(stage)
    link = await path_mailed(stage, address)
    assert "Mail sent" in (await tab.get(url)).text
    offered = (await guest.see(link)).text
    assert "into the projects" in offered
    assert "Chemistry (viewer)" in offered
    joined = await guest.submit(link, accept="1", name="Guest 1")
    assert joined.headers["location"] in (url, other)
    listed = (await guest.get("/projects")).text
    assert 'href="/exams"' not in listed
    for page in (url, other):
        assert f'href="{page}"' in listed
        memory = f"/memory?project={page.rsplit('/', 1)[1]}"
        for seen in (page, f"{page}/papers", f"{page}/keys", f"{page}/settings", memory, "/"):
            assert (await guest.get(seen)).status_code == 200, seen


async def test_a_colleague_is_invited_into_the_project_alone(stage: Stage, school: School) -> None:
    tab, colleague = tab_of(stage, school, "teacher"), school.people["teacher_2"]
    url = await make_project(tab)
    await tab.submit(f"{url}/invitations", email=colleague.email, role="editor")
    link = await path_mailed(stage, colleague.email)
    invited = tab_of(stage, school, "teacher_2")
    offered = (await invited.see(link)).text
    assert "<h1>Join Physics, Year 11</h1>" in offered
    assert (await invited.submit(link, accept="1")).headers["location"] == url
    assert "You are an editor" in (await invited.get(url)).text


async def test_what_cannot_be_sent_comes_back_in_the_form(stage: Stage, school: School) -> None:
    """J-05"""
    tab = tab_of(stage, school, "teacher")
    url = await make_project(tab)
    wrong = await tab.submit(f"{url}/invitations", email="no <i>address", role="viewer")
    assert 'id="email-error"' in wrong.text
    assert "no &lt;i&gt;address" in wrong.text
    own = await tab.submit(f"{url}/invitations", email=school.people["teacher"].email, role="viewer")
    assert own.status_code == 400
    assert "You cannot invite yourself" in own.text
    address = new_address()
    await tab.submit(f"{url}/invitations", email=address, role="viewer")
    again = await tab.submit(f"{url}/invitations", email=address, role="viewer")
    assert again.status_code == 400
    assert "already has a pending invitation" in again.text


async def test_an_invitation_is_sent_again_and_withdrawn_by_the_projects_admin(
    stage: Stage, school: School
) -> None:
    """J-11"""
    tab, address = tab_of(stage, school, "teacher"), new_address()
    url = await make_project(tab)
    await tab.submit(f"{url}/invitations", email=address, role="viewer")
    found = re.search(r'name="resend" value="([\w-]+)"', (await tab.see(url)).text)
    assert found
    assert (await tab.submit(url, resend=found[1])).status_code == 303
    link = await path_mailed(stage, address)
    assert (await tab.submit(url, cancel=found[1])).status_code == 303
    assert (await open_tab(stage).get(link)).status_code == 410
    assert (await tab.submit(url, cancel="none")).status_code == 404
    assert (await tab_of(stage, school, "teacher_2").get(url)).status_code == 403
