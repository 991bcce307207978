"""Signing in without a password."""

from __future__ import annotations

import asyncio
from email.message import EmailMessage
from uuid import uuid4

import httpx
import pytest

from markroom.identity.model import address_key
from markroom.kit.access import SESSION_COOKIE
from tests.databases import Database
from tests.institutes.inviting import invite, link_in, mails_to, new_address
from tests.stage import BASE_URL, Person, School, Stage, open_stage

ASK, OPEN = "/api/auth/sign-in", "/api/auth/sessions"


async def ask_for_link(stage: Stage, email: str) -> str | None:
    """The token in the newest mail to this address; None where none came."""
    before = len(_sign_in_mails(stage, email))
    async with stage.client() as client:
        assert (await client.post(ASK, json={"email": email})).status_code == 202
    await stage.finish_jobs()
    found = _sign_in_mails(stage, email)
    return link_in(found[-1]).rsplit("/", 1)[1] if len(found) > before else None


def _sign_in_mails(stage: Stage, email: str) -> list[EmailMessage]:
    return [mail for mail in mails_to(stage, email) if "/sign-in/" in link_in(mail)]


async def open_session(stage: Stage, token: str) -> httpx.Response:
    async with stage.client() as client:
        return await client.post(OPEN, json={"token": token})


async def test_a_link_signs_in_once(stage: Stage, school: School) -> None:
    """I-01, I-02"""
    teacher = school.people["teacher"]
    token = await ask_for_link(stage, teacher.email)
    assert token is not None
    opened = await open_session(stage, token)
    assert opened.json().keys() == {"access_token", "expires_at", "user"}
    async with stage.client(opened.json()["access_token"]) as client:
        assert (await client.get("/api/auth/me")).json()["user"]["id"] == str(teacher.user_id)
    again = await open_session(stage, token)
    assert (again.status_code, again.json()["code"]) == (410, "sign_in_link_used")
    assert again.json()["code"] == (await open_session(stage, "never-issued")).json()["code"]


async def test_a_link_used_by_many_at_once_signs_one_in(stage: Stage, school: School) -> None:
    """I-01"""
    token = await ask_for_link(stage, school.people["teacher"].email)
    assert token is not None
    answers = await asyncio.gather(*(open_session(stage, token) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [410] * 19


async def test_looking_at_a_link_does_not_use_it(stage: Stage, school: School) -> None:
    """I-01, sec-I3"""
    token = await ask_for_link(stage, school.people["teacher"].email)
    async with stage.client() as scanner:
        for _ in range(3):
            assert (await scanner.get(f"/sign-in/{token}")).status_code == 200
            await scanner.head(f"/sign-in/{token}")
            await scanner.post(f"/sign-in/{token}")
            await scanner.get(OPEN, params={"token": token})
    assert token is not None
    assert (await open_session(stage, token)).status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(2, 200), (0, 410), (-1, 410)])
async def test_a_link_lives_so_long(stage: Stage, school: School, seconds: int, status: int) -> None:
    """I-01"""
    email = school.people["teacher"].email
    token = await ask_for_link(stage, email)
    [(minutes,)] = await stage.query(
        "select round(extract(epoch from expires_at - created_at) / 60) from sign_in_tokens where email = %s",
        [email],
    )
    assert minutes == 15
    await stage.query(
        "update sign_in_tokens set expires_at = now() + make_interval(secs => %s) where email = %s",
        [seconds, email],
    )
    assert token is not None
    assert (await open_session(stage, token)).status_code == status


async def test_known_and_unknown_addresses_are_answered_alike(stage: Stage, school: School) -> None:
    """sec-I14, I-08: same answer and the same work; no mail and no user for a stranger"""
    known, unknown = school.people["teacher"].email, new_address()
    answers = []
    async with stage.client() as client:
        for email in (known, unknown):
            before = await stage.query("select count(*) from jobs.procrastinate_jobs")
            answer = await client.post(ASK, json={"email": email})
            after = await stage.query("select count(*) from jobs.procrastinate_jobs")
            answers.append((answer.status_code, answer.content, after[0][0] - before[0][0]))
    assert answers[0] == answers[1]
    assert answers[0][0] == 202
    await stage.finish_jobs()
    assert (len(mails_to(stage, known)), len(mails_to(stage, unknown))) == (1, 0)
    assert await stage.query("select 1 from users where email_key = %s", [unknown]) == []
    assert await stage.query("select 1 from sign_in_tokens where email = %s", [unknown]) == []


async def test_who_is_invited_may_sign_in(stage: Stage, school: School) -> None:
    """I-08, sec-I18"""
    email = new_address()
    invitation = await invite(school["school_admin"], email)
    token = await ask_for_link(stage, email)
    assert token is not None
    opened = await open_session(stage, token)
    assert opened.json()["user"]["email"] == email
    await school["school_admin"].delete(f"/api/users/invitations/{invitation['id']}")
    other = await invite(school["school_admin"], new_address())
    await school["school_admin"].delete(f"/api/users/invitations/{other['id']}")
    assert await ask_for_link(stage, other["email"]) is None


async def test_an_open_server_takes_anybody(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """I-08: the switch is the server's"""
    async with open_stage(database, tmp_path_factory.mktemp("open"), sign_up="open") as stage:
        token = await ask_for_link(stage, new_address())
        assert token is not None
        assert (await open_session(stage, token)).status_code == 200


async def test_a_link_goes_to_the_address_of_the_account(stage: Stage, school: School) -> None:
    """X-15: whatever was typed"""
    teacher = school.people["teacher"]
    async with stage.client() as client:
        await client.post(ASK, json={"email": f"  {teacher.email.upper()} "})
    await stage.finish_jobs()
    assert len(mails_to(stage, teacher.email)) == 1
    assert mails_to(stage, teacher.email.upper()) == []


@pytest.mark.parametrize(
    "lookalike", ["mi\u212ae@school.example", "mike@gro\u00df.example", "mike@\u017fchool.example"]
)
async def test_a_lookalike_address_gets_no_link(stage: Stage, lookalike: str) -> None:
    """X-15: an address that folds into another's is another's mailbox"""
    victim = await stage.make_person(None, "teacher")
    key = address_key(lookalike)
    assert key.isascii()
    await stage.query("update users set email = %s, email_key = %s where id = %s", [key, key, victim.user_id])
    async with stage.client() as client:
        assert (await client.post(ASK, json={"email": lookalike})).status_code == 422
    await stage.query("update users set email_key = %s where id = %s", [uuid4().hex, victim.user_id])


async def test_signing_in_proves_the_address(stage: Stage) -> None:
    """P-17: an unproven one is proven by the mail"""
    person = await stage.make_person(None, "teacher")
    await stage.query("update users set email_verified_at = null where id = %s", [person.user_id])
    token = await ask_for_link(stage, person.email)
    assert token is not None
    await open_session(stage, token)
    assert await stage.query(
        "select 1 from users where id = %s and email_verified_at is not null", [person.user_id]
    )


async def test_the_cookie_is_out_of_reach_of_scripts(stage: Stage, school: School) -> None:
    """I-02"""
    token = await ask_for_link(stage, school.people["teacher"].email)
    assert token is not None
    cookie = (await open_session(stage, token)).headers["set-cookie"]
    assert cookie.startswith(f"{SESSION_COOKIE}=ms_")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # on this machine; over https it is


async def open_sessions(stage: Stage, person: Person, count: int) -> list[str]:
    opened = []
    for _ in range(count):
        token = await ask_for_link(stage, person.email)
        assert token is not None
        opened.append((await open_session(stage, token)).json()["access_token"])
    return opened


async def test_one_sees_and_ends_ones_own_sessions(stage: Stage, school: School) -> None:
    """I-02"""
    teacher = school.people["teacher"]
    first, second = await open_sessions(stage, teacher, 2)
    async with stage.client(first) as mine, stage.client(second) as phone:
        listed = (await mine.get(OPEN)).json()
        assert (listed["total"], [s["is_current"] for s in listed["sessions"]].count(True)) == (3, True)
        theirs = next(s for s in (await phone.get(OPEN)).json()["sessions"] if s["is_current"])
        assert "hash" not in theirs
        assert (await mine.delete(f"{OPEN}/{theirs['id']}")).status_code == 200
        assert (await phone.get("/api/auth/me")).status_code == 401
        assert (await mine.delete(f"{OPEN}/{theirs['id']}")).status_code == 404
        assert (await mine.delete(f"{OPEN}/current")).status_code == 200
        assert (await mine.get("/api/auth/me")).status_code == 401


async def test_nobody_ends_anothers_session(stage: Stage, school: School) -> None:
    """sec-P4"""
    [(session_id,)] = await stage.query(
        "select id from sessions where user_id = %s", [school.people["student"].user_id]
    )
    answer = await school["school_admin"].delete(f"{OPEN}/{session_id}")
    unknown = await school["school_admin"].delete(f"{OPEN}/{uuid4()}")
    assert (answer.status_code, answer.json()["code"]) == (404, unknown.json()["code"])
    assert (await school["student"].get("/api/auth/me")).status_code == 200


@pytest.mark.parametrize("change", ["revoked_at = now()", "expires_at = now()"])
async def test_an_ended_session_opens_nothing(stage: Stage, school: School, change: str) -> None:
    teacher = school.people["teacher"]
    await stage.query(f"update sessions set {change} where user_id = %s", [teacher.user_id])
    async with stage.client(teacher.token) as client:
        answer = await client.get("/api/auth/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_required")


async def test_what_happened_to_a_person_is_kept_without_their_address(stage: Stage, school: School) -> None:
    """X-09"""
    teacher = school.people["teacher"]
    [access_token] = await open_sessions(stage, teacher, 1)
    async with stage.client(access_token) as client:
        await client.delete(f"{OPEN}/current")
    told = await stage.query(
        "select kind from identity_events where user_id = %s order by id", [teacher.user_id]
    )
    assert told == [("signed_in",), ("signed_out",)]


async def test_a_form_of_another_site_signs_nobody_in(stage: Stage, school: School) -> None:
    """I-02: a browser cannot be made to sign in as somebody else by a foreign form"""
    token = await ask_for_link(stage, school.people["teacher"].email)
    async with stage.client() as browser:
        foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        for content in (f'{{"token": "{token}"}}', f"token={token}"):
            for kind in ("text/plain", "application/x-www-form-urlencoded"):
                answer = await browser.post(OPEN, content=content, headers=foreign | {"Content-Type": kind})
                assert answer.status_code == 422
        page = await browser.post(f"/sign-in/{token}", headers=foreign)
        assert page.status_code == 403
        assert not browser.cookies.get(SESSION_COOKIE, domain=BASE_URL)
    assert token is not None
    assert (await open_session(stage, token)).status_code == 200
