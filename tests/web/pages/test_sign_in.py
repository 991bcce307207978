from __future__ import annotations

import re
from uuid import uuid4

import pytest

from markroom.identity.actions import issue_sign_in_link
from markroom.kit.access import SESSION_COOKIE
from tests.stage import Person, School, Stage
from tests.web.browsing import Tab, open_tab, tab_of


async def issue_link(stage: Stage, email: str) -> str:
    async with stage.resources.database.service() as conn:
        return await issue_sign_in_link(conn, stage.resources.secret, uuid4(), email)


async def ask(stage: Stage, email: str) -> tuple[int, str]:
    tab = open_tab(stage)
    await tab.see("/sign-in")
    answer = await tab.submit("/sign-in", email=email)
    return answer.status_code, answer.text.replace(email, "…")


async def sign_in(stage: Stage, person: Person, tab: Tab) -> str:
    """Follows a sign-in link; the address one is sent to."""
    url = f"/sign-in/{await issue_link(stage, person.email)}"
    await tab.see(url)
    answer = await tab.submit(url)
    assert answer.status_code == 303
    return answer.headers["location"]


async def test_known_and_unknown_addresses_are_answered_alike(stage: Stage, school: School) -> None:
    """I-01, sec-I14"""
    assert await ask(stage, school.people["teacher"].email) == await ask(stage, "nobody@elsewhere.example")


async def test_what_is_no_address_comes_back_with_what_was_typed(stage: Stage) -> None:
    status, page = await ask(stage, "teacher 2 at school")
    assert status == 422
    assert 'value="…"' in page
    assert "not an e-mail address" in page


async def test_opening_a_link_uses_nothing_up_and_its_button_signs_in(stage: Stage, school: School) -> None:
    """I-01, sec-I3"""
    url = f"/sign-in/{await issue_link(stage, school.people['teacher'].email)}"
    tab = open_tab(stage)
    for _ in range(5):
        assert (await tab.see(url)).status_code == 200
    await tab.head(url)
    answer = await tab.submit(url)
    assert answer.status_code == 303
    assert SESSION_COOKIE in answer.cookies
    assert (await tab.get("/")).status_code == 200


async def test_a_used_link_says_so(stage: Stage, school: School) -> None:
    """sec-I2"""
    url = f"/sign-in/{await issue_link(stage, school.people['teacher'].email)}"
    tab, other = open_tab(stage), open_tab(stage)
    await tab.see(url)
    await other.see(url)
    await tab.submit(url)
    again = await other.submit(url)
    assert again.status_code == 410
    assert "already used" in again.text
    assert (await other.see(url)).status_code == 410


async def test_links_that_never_existed_and_malformed_ones_look_alike(stage: Stage) -> None:
    """sec-I14"""
    pages = {
        re.sub(r"[\w-]{43}", "", (await open_tab(stage).get(f"/sign-in/{t}")).text) for t in ("x", "a" * 64)
    }
    assert len(pages) == 1


async def test_the_button_needs_the_form_token(stage: Stage, school: School) -> None:
    url = f"/sign-in/{await issue_link(stage, school.people['teacher'].email)}"
    tab = open_tab(stage)
    assert (await tab.post(url)).status_code == 403
    await tab.see(url)
    assert (await tab.post(url, data={"csrf": "another"})).status_code == 403
    assert (await tab.submit(url)).status_code == 303


async def test_another_site_cannot_send_the_form(stage: Stage, school: School) -> None:
    url = f"/sign-in/{await issue_link(stage, school.people['teacher'].email)}"
    tab = open_tab(stage)
    await tab.see(url)
    tab.headers["Sec-Fetch-Site"] = "cross-site"
    assert (await tab.submit(url)).status_code == 403


async def test_one_arrives_where_one_wanted_to_go(stage: Stage, school: School) -> None:
    teacher, tab = school.people["teacher"], open_tab(stage)
    asked = await tab.get("/exams?q=mock")
    assert asked.headers["location"] == "/sign-in?next=/exams%3Fq%3Dmock"
    page = await tab.see(asked.headers["location"])
    assert 'name="next" value="/exams?q=mock"' in page.text
    await tab.submit("/sign-in", email=teacher.email, next="/exams?q=mock")
    assert await sign_in(stage, teacher, tab) == "/exams?q=mock"


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "exams", "/a\nb"]
)
async def test_nobody_is_sent_to_another_site(stage: Stage, school: School, address: str) -> None:
    """sec-I13"""
    tab = open_tab(stage)
    await tab.see("/sign-in")
    await tab.submit("/sign-in", email="a@school.example", next=address)
    assert await sign_in(stage, school.people["teacher"], tab) == "/"


async def test_signing_out_ends_the_session(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "teacher")
    await tab.see("/")
    assert (await tab.submit("/sign-out")).headers["location"] == "/sign-in"
    tab.cookies.set(SESSION_COOKIE, school.people["teacher"].token)
    assert (await tab.get("/")).headers["location"].startswith("/sign-in")


async def test_the_mailbox_shows_the_link_only_to_its_own_machine(stage: Stage, school: School) -> None:
    await ask(stage, school.people["teacher"].email)
    await stage.finish_jobs()
    tab = open_tab(stage)
    shown = await tab.get("/mailbox")
    assert re.search(r'href="http://127.0.0.1:8000/sign-in/[\w-]{64}"', shown.text)
    rebound = await tab.get("/mailbox", headers={"Host": "markroom.elsewhere.example"})
    assert rebound.status_code == 404


async def test_a_mistyped_code_stays_to_be_corrected(stage: Stage) -> None:
    """P-17: and the cursor is in it"""
    tab = open_tab(stage)
    await tab.see("/sign-in")
    answer = await tab.submit("/sign-in", code="ABCD-EFGH-JKLM-NPQ1")
    assert answer.status_code == 410
    field = re.search(r'<input id="code"[^>]*>', answer.text)
    assert field
    assert 'value="ABCD-EFGH-JKLM-NPQ1"' in field[0]
    assert "autofocus" in field[0]
    assert answer.text.count("autofocus") == 1
