from __future__ import annotations

from uuid import UUID

from markroom.institutes.invitations.model import INVITATION_PURPOSE
from markroom.kit.access import SESSION_COOKIE
from markroom.kit.tokens import derive_token
from tests.stage import School, Stage
from tests.web.browsing import open_tab


async def invite(stage: Stage, school: School, email: str, role: str = "teacher") -> str:
    """The address of the page an invitation's mail leads to."""
    body = {"email": email, "role": role}
    made = (await school["school_admin"].post("/api/users/invite", json=body)).json()["invitation"]
    return f"/invitations/{derive_token(stage.resources.secret, INVITATION_PURPOSE, UUID(made['id']))}"


async def status_of(stage: Stage, email: str) -> str:
    rows = await stage.query("select status from invitations where email = %s", [email])
    return str(rows[0][0])


async def test_a_new_person_gives_a_name_and_joins(stage: Stage, school: School) -> None:
    """P-09"""
    url = await invite(stage, school, "new-1@school.example")
    tab = open_tab(stage)
    page = await tab.see(url)
    assert "Hillside School" in page.text
    assert "n…@school.example" in page.text
    assert "new-1@" not in page.text
    answer = await tab.submit(url, accept="1", name="  Teacher   9 ")
    assert answer.status_code == 303
    assert SESSION_COOKIE in answer.cookies
    today = await tab.get("/")
    assert "Teacher 9" in today.text
    assert "Welcome to Hillside School." in today.text


async def test_only_the_form_with_name_and_cookie_answers(stage: Stage, school: School) -> None:
    """sec-I3"""
    url = await invite(stage, school, "new-2@school.example")
    scanner = open_tab(stage)
    for _ in range(3):
        await scanner.get(url, headers={"User-Agent": "a mail scanner"})
    await scanner.head(url)
    assert (await open_tab(stage).post(url, data={"accept": "1", "name": "Teacher 9"})).status_code == 403
    await scanner.see(url)
    nameless = await scanner.submit(url, accept="1", name="   ")
    assert nameless.status_code == 422
    assert "Please write your name" in nameless.text
    assert await status_of(stage, "new-2@school.example") == "pending"
    assert not await stage.query("select 1 from users where email = 'new-2@school.example'")


async def test_somebody_with_an_account_signs_in_first(stage: Stage, school: School) -> None:
    """P-09, sec-I17"""
    person = await stage.make_person(None, "stranger")
    url = await invite(stage, school, person.email)
    tab = open_tab(stage)
    page = await tab.see(url)
    assert f"/sign-in?next={url}" in page.text
    assert 'name="name"' not in page.text
    await tab.see("/sign-in")
    answer = await tab.submit(url, accept="1", name="Somebody else")
    assert answer.headers["location"] == f"/sign-in?next={url}"
    assert SESSION_COOKIE not in answer.cookies
    assert await status_of(stage, person.email) == "pending"


async def test_the_person_invited_accepts(stage: Stage, school: School) -> None:
    person = await stage.make_person(None, "stranger")
    url = await invite(stage, school, person.email)
    tab = open_tab(stage, person)
    assert "Decline" in (await tab.see(url)).text
    assert (await tab.submit(url, accept="1")).headers["location"] == "/"
    assert (await tab.get("/")).status_code == 200


async def test_the_person_invited_declines(stage: Stage, school: School) -> None:
    person = await stage.make_person(None, "stranger")
    url = await invite(stage, school, person.email)
    tab = open_tab(stage, person)
    await tab.see(url)
    assert (await tab.submit(url, decline="1")).status_code == 303
    assert await status_of(stage, person.email) == "declined"
    assert (await tab.see(url)).status_code == 410


async def test_another_person_is_told_so(stage: Stage, school: School) -> None:
    """sec-I4"""
    person, other = await stage.make_person(None, "stranger"), await stage.make_person(None, "stranger")
    url = await invite(stage, school, person.email)
    tab = open_tab(stage, other)
    assert "another address" in (await tab.see(url)).text
    answer = await tab.submit(url, accept="1")
    assert answer.status_code == 403
    assert await status_of(stage, person.email) == "pending"


async def test_an_inviter_who_may_no_longer_grant_it_is_not_obeyed(stage: Stage, school: School) -> None:
    """P-09, sec-I6"""
    url = await invite(stage, school, "new-3@school.example", "department_head")
    admin = school.people["school_admin"].user_id
    await stage.query("update memberships set role = 'teacher' where user_id = %s", [admin])
    tab = open_tab(stage)
    await tab.see(url)
    answer = await tab.submit(url, accept="1", name="Teacher 9")
    assert answer.status_code == 410
    assert SESSION_COOKIE not in answer.cookies
    assert await status_of(stage, "new-3@school.example") == "cancelled"


async def test_ended_and_unknown_invitations_say_so(stage: Stage, school: School) -> None:
    url = await invite(stage, school, "new-4@school.example")
    await stage.query("update invitations set expires_at = now() where email = 'new-4@school.example'")
    ended = await open_tab(stage).get(url)
    assert ended.status_code == 410
    assert "expired" in ended.text
    assert (await open_tab(stage).get("/invitations/nothing")).status_code == 404
