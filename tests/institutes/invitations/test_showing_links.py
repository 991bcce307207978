"""When mail is broken: an invitation's link is shown once, and proves no address."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest
from structlog.testing import capture_logs

from markroom.identity.actions import issue_link_for
from tests.institutes.inviting import (
    count_members,
    invite,
    make_addressee,
    new_address,
    read_status,
    token_of,
)
from tests.stage import Person, School, Stage
from tests.web.browsing import Tab, open_tab


async def ask_for_link(client: httpx.AsyncClient, invitation_id: str, **headers: str) -> httpx.Response:
    return await client.post(f"/api/users/invitations/{invitation_id}/link", headers=headers)


async def show_link(client: httpx.AsyncClient, invitation_id: str) -> str:
    answer = await ask_for_link(client, invitation_id)
    assert answer.status_code == 200, answer.text
    link: str = answer.json()["link"]
    return link


async def join(stage: Stage, token: str) -> Tab:
    """A new person's browser, after the form of the link's page was sent."""
    tab = open_tab(stage)
    await tab.see(f"/invitations/{token}")
    joined = await tab.submit(f"/invitations/{token}", name="Teacher 9", accept="1")
    assert joined.status_code == 303, joined.text
    return tab


async def test_a_shown_link_is_the_live_one_and_those_before_are_dead(stage: Stage, school: School) -> None:
    """P-17"""
    admin = school["school_admin"]
    invitation = await invite(admin, new_address())
    answer = await ask_for_link(admin, invitation["id"])
    assert answer.json().keys() == {"status", "link", "expires_at"}
    assert answer.json()["expires_at"] == invitation["expires_at"]
    assert answer.headers["Cache-Control"] == "no-store"
    link = answer.json()["link"]
    assert link == f"{stage.resources.settings.base_url}/invitations/{token_of(stage, invitation, 2)}"
    async with stage.client() as nobody:
        states = [
            (await nobody.get(f"/api/invitations/{token_of(stage, invitation, n)}")).json()["status"]
            for n in (1, 2)
        ]
    assert states == ["replaced", "pending"]
    await stage.finish_jobs()
    [listed] = (await admin.get("/api/users/invitations")).json()["invitations"]
    assert listed["delivery"] == "failed", "the mail that waited carries a dead link and is not sent"


async def test_a_shown_link_is_kept_nowhere(stage: Stage, school: School) -> None:
    """P-17, sec-I1: in no table, no list, no log"""
    admin = school["school_admin"]
    invitation = await invite(admin, new_address())
    with capture_logs() as logs:
        token = (await show_link(admin, invitation["id"])).rsplit("/", 1)[1]
    assert logs
    assert token not in str(logs)
    assert token not in (await admin.get("/api/users/invitations")).text
    for table in ("invitations", "invitation_tokens", "events", "jobs", "idempotent_answers"):
        rows = await stage.query(f"select t::text from {table} t")
        assert token not in str(rows)
    told = await stage.query(
        "select kind, user_id from events where subject_id = %s order by id", [invitation["id"]]
    )
    assert told[-1] == ("invitation_link_shown", school.people["school_admin"].user_id)


async def test_the_answer_is_not_kept_for_a_second_request(school: School) -> None:
    """X-08, P-17"""
    admin = school["school_admin"]
    invitation = await invite(admin, new_address())
    first = await ask_for_link(admin, invitation["id"], **{"Idempotency-Key": "one"})
    again = await ask_for_link(admin, invitation["id"], **{"Idempotency-Key": "one"})
    assert first.status_code == 200
    assert (again.status_code, again.json()["code"]) == (409, "answer_not_kept")


async def test_an_account_made_by_a_shown_link_joins_that_school_and_no_other(
    stage: Stage, school: School, other_school: School
) -> None:
    """P-17: an unverified address accepts nothing else, until a sign-in mail proves it"""
    email = new_address()
    invitation = await invite(school["school_admin"], email)
    token = (await show_link(school["school_admin"], invitation["id"])).rsplit("/", 1)[1]
    tab = await join(stage, token)
    assert await count_members(stage, school, email) == 1
    proved = "select email_verified_at is not null from users where email_key = %s"
    assert await stage.query(proved, [email]) == [(False,)]
    elsewhere = await invite(other_school["school_admin"], email)
    for generation in (1, 2):
        other = token_of(stage, elsewhere, generation)
        refused = await tab.post(f"/api/invitations/{other}/accept")
        assert (refused.status_code, refused.json()["code"]) == (403, "address_unproven")
        await show_link(other_school["school_admin"], elsewhere["id"])
    assert await read_status(stage, elsewhere) == "pending"
    await prove(stage, email)
    assert await stage.query(proved, [email]) == [(True,)]


async def prove(stage: Stage, email: str) -> httpx.Response:
    """Signs in by a mailed link."""
    async with stage.resources.database.service() as conn:
        token = await issue_link_for(conn, stage.resources.secret, email)
    async with stage.client() as client:
        return await client.post("/api/auth/sessions", json={"token": token})


async def test_whoever_used_an_unproved_address_is_signed_out_when_it_is_proved(
    stage: Stage, school: School
) -> None:
    """P-17: the holder of a shown link may not have been the person"""
    email = new_address()
    invitation = await invite(school["school_admin"], email)
    tab = await join(stage, (await show_link(school["school_admin"], invitation["id"])).rsplit("/", 1)[1])
    assert (await tab.get("/api/auth/me")).status_code == 200
    first = (await prove(stage, email)).json()["access_token"]
    assert (await tab.get("/api/auth/me")).status_code == 401
    await prove(stage, email)
    async with stage.client(first) as client:
        assert (await client.get("/api/auth/me")).status_code == 200, "a second sign-in ends no session"


async def test_a_mailed_link_proves_the_address(stage: Stage, school: School) -> None:
    """P-09"""
    email = new_address()
    invitation = await invite(school["school_admin"], email)
    await join(stage, token_of(stage, invitation))
    proved = "select email_verified_at is not null from users where email_key = %s"
    assert await stage.query(proved, [email]) == [(True,)]


async def test_a_shown_link_gives_nobody_the_account_of_another(stage: Stage, school: School) -> None:
    """sec-I17"""
    invitation = await invite(school["school_admin"], new_address())
    addressee = await make_addressee(stage, invitation["email"])
    token = (await show_link(school["school_admin"], invitation["id"])).rsplit("/", 1)[1]
    tab = open_tab(stage)
    page = await tab.see(f"/invitations/{token}")
    assert "You have an account already" in page.text
    await tab.see("/sign-in")
    answer = await tab.submit(f"/invitations/{token}", name="Somebody")
    assert answer.headers.get("location", "").startswith("/sign-in")
    accepted = await addressee.client.post(f"/api/invitations/{token}/accept")
    assert accepted.status_code == 200


@pytest.mark.parametrize("role", ["teacher", "student"])
async def test_only_managers_see_links(school: School, role: str) -> None:
    invitation = await invite(school["school_admin"], new_address())
    answer = await ask_for_link(school[role], invitation["id"])
    assert (answer.status_code, answer.json()["detail"]) == (403, "School admin access required")


async def test_a_link_above_ones_own_role_is_not_shown(stage: Stage, school: School) -> None:
    """sec-I6"""
    invitation = await invite(school["school_admin"], new_address(), "school_admin")
    answer = await ask_for_link(school["department_head"], invitation["id"])
    assert (answer.status_code, answer.json()["code"]) == (403, "role_above_own")


async def test_only_a_pending_invitation_has_a_link(
    stage: Stage, school: School, other_school: School
) -> None:
    admin = school["school_admin"]
    cancelled, expired = await invite(admin, new_address()), await invite(admin, new_address())
    await admin.delete(f"/api/users/invitations/{cancelled['id']}")
    await stage.query("update invitations set expires_at = now() where id = %s", [expired["id"]])
    theirs = await invite(other_school["school_admin"], new_address())
    for invitation in (cancelled, expired, theirs):
        answer = await ask_for_link(admin, invitation["id"])
        assert (answer.status_code, answer.json()["code"]) == (404, "pending_invitation_not_found")


async def test_links_shown_at_once_leave_one_alive(stage: Stage, school: School) -> None:
    admin: Person = school.people["school_admin"]
    invitation = await invite(admin.client, new_address())
    links = await asyncio.gather(*(show_link(admin.client, invitation["id"]) for _ in range(5)))
    assert len(set(links)) == 5
    async with stage.client() as nobody:
        tokens = [re.sub(".*/", "", link) for link in links]
        states = [(await nobody.get(f"/api/invitations/{token}")).json()["status"] for token in tokens]
    assert sorted(states) == ["pending"] + ["replaced"] * 4
