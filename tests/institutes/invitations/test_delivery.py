"""What becomes of an invitation's mail: seen in the list, sent once, its secret kept nowhere."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from markroom.identity.model import SIGN_IN_PURPOSE
from markroom.jobs.queue import MAX_ATTEMPTS, defer_run
from markroom.kit.mail import SmtpPost
from markroom.kit.tokens import derive_token, hash_token
from tests.databases import Database
from tests.institutes.inviting import (
    invite,
    link_in,
    mails_to,
    make_addressee,
    new_address,
    token_of,
)
from tests.kit.mail_servers import Gone, MailServer, serving, text_of
from tests.stage import School, Stage, open_stage


@asynccontextmanager
async def stage_with(
    database: Database, folder: Path, server: MailServer
) -> AsyncIterator[tuple[Stage, School]]:
    """An application that mails through this server, and a school on it."""
    async with serving(server), open_stage(database, folder, mail_url=server.url) as stage:
        post = SmtpPost(server.url, stage.resources.settings.mail_from, timeout_s=0.5)
        stage.resources = replace(stage.resources, mail=post)
        yield stage, await stage.make_school()


async def see(school: School, invitation: dict[str, Any]) -> str:
    listed = (await school["school_admin"].get("/api/users/invitations")).json()["invitations"]
    return next(str(i["delivery"]) for i in listed if i["id"] == invitation["id"])


async def jobs_of(school: School, invitation: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await school["school_admin"].get("/api/jobs", params={"subject_id": invitation["id"]})
    found: list[dict[str, Any]] = answer.json()["jobs"]
    return found


async def make_the_next_try_the_last(stage: Stage) -> None:
    await stage.query("update jobs.procrastinate_jobs set attempts = %s", [MAX_ATTEMPTS - 1])


async def test_a_mail_arrives_with_its_link(database: Database, tmp_path: Path) -> None:
    server = MailServer()
    async with stage_with(database, tmp_path, server) as (stage, school):
        invitation = await invite(school["school_admin"], new_address())
        await stage.finish_jobs()
        [mail] = server.taken
        assert mail["to"] == invitation["email"]
        assert link_in(mail) == f"http://127.0.0.1:8000/invitations/{token_of(stage, invitation)}"
        assert await see(school, invitation) == "sent"


async def test_a_refused_address_is_seen_and_the_invitation_stays(database: Database, tmp_path: Path) -> None:
    """sec-I12, P-03"""
    server = MailServer(rcpt=["550 no such user"])
    async with stage_with(database, tmp_path, server) as (stage, school):
        invitation = await invite(school["school_admin"], new_address())
        await stage.finish_jobs()
        assert await see(school, invitation) == "failed"
        assert server.tried == 1
        await school["school_admin"].post(f"/api/users/invitations/{invitation['id']}/resend")
        await stage.finish_jobs()
        assert await see(school, invitation) == "sent"
        assert link_in(server.taken[0]).endswith(token_of(stage, invitation, 2))


async def test_a_busy_server_is_tried_again(database: Database, tmp_path: Path) -> None:
    """sec-I12, X-10: sent once"""
    server = MailServer(data=["451 try later"])
    async with stage_with(database, tmp_path, server) as (stage, school):
        invitation = await invite(school["school_admin"], new_address())
        await stage.finish_jobs()
        assert await see(school, invitation) == "sent"
        assert (server.tried, len(server.taken)) == (2, 1)


async def test_a_mail_of_unknown_fate_is_sent_again_only_by_a_person(
    database: Database, tmp_path: Path
) -> None:
    """sec-I12, X-10"""
    server = MailServer(data=[Gone()])
    async with stage_with(database, tmp_path, server) as (stage, school):
        invitation = await invite(school["school_admin"], new_address())
        await stage.finish_jobs()
        assert await see(school, invitation) == "unknown"
        assert [job["state"] for job in await jobs_of(school, invitation)] == ["done"]
        await stage.query(  # as if its worker had died before it could say so
            "update jobs set state = 'queued' where subject_id = %s", [invitation["id"]]
        )
        [job] = await jobs_of(school, invitation)
        async with stage.resources.database.service(school.institute_id) as conn:
            await defer_run(conn, school.institute_id, job["id"], "send_invitation_mail")
        await stage.finish_jobs()
        assert len(server.taken) == 1
        assert await see(school, invitation) == "unknown"


async def test_a_server_that_hangs_holds_nobody_up(database: Database, tmp_path: Path) -> None:
    """sec-I12: the request answers at once; the job fails where admins see it, and is tried again by them"""
    server = MailServer(hangs=True)
    async with stage_with(database, tmp_path, server) as (stage, school):
        invitation = await invite(school["school_admin"], new_address())
        assert (await see(school, invitation), server.tried) == ("queued", 0)
        await make_the_next_try_the_last(stage)
        await stage.finish_jobs()
        assert await see(school, invitation) == "failed"
        [job] = await jobs_of(school, invitation)
        assert (job["state"], bool(job["error"])) == ("failed", True)
        server.hangs = False
        assert (await school["department_head"].post(f"/api/jobs/{job['id']}/retry")).json()[
            "state"
        ] == "queued"
        await stage.finish_jobs()
        assert await see(school, invitation) == "sent"
        assert len(server.taken) == 1


EVIL = [
    'Mr <a href="https://evil.example">Click</a>',
    "Bob\r\nBcc: victim@school.example",
    "Anna \u202egnp.exe",
    "<script>alert(1)</script>",
    "A&amp;B",
]


@pytest.mark.parametrize("name", EVIL)
async def test_names_in_mails_are_text(stage: Stage, name: str) -> None:
    """sec-I15"""
    school = await stage.make_school(name="Hill\u202eside\nBcc: x@school.example <b>School</b>")
    admin = school.people["school_admin"]
    await stage.query("update memberships set name = %s where user_id = %s", [name, admin.user_id])
    email = new_address()
    await invite(admin.client, email)
    await stage.finish_jobs()
    [mail] = mails_to(stage, email)
    assert mail["subject"] == "An invitation to Markroom"
    assert mail["bcc"] is None
    html = mail.get_body(("html",))
    assert html is not None
    assert re.findall(r"<(\w+)", html.get_content()) == ["html", "body", "p", "p", "p", "a"]
    assert "\u202e" not in text_of(mail) + html.get_content()


HOSTS = [
    {"Host": "evil.example"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
    {"Forwarded": "host=evil.example;proto=https"},
    {
        "X-Original-URL": "https://evil.example/",
        "Origin": "https://evil.example",
        "Referer": "https://evil.example",
    },
]


@pytest.mark.parametrize("headers", HOSTS, ids=str)
async def test_links_lead_to_the_configured_address(
    stage: Stage, school: School, headers: dict[str, str]
) -> None:
    """sec-I13: for invitations and for signing in"""
    email = new_address()
    body = {"email": email, "role": "teacher"}
    assert (
        await school["school_admin"].post("/api/users/invite", json=body, headers=headers)
    ).status_code == 200
    async with stage.client() as nobody:
        await nobody.post("/api/auth/sign-in", json={"email": email}, headers=headers)
    await stage.finish_jobs()
    links = [link_in(mail) for mail in mails_to(stage, email)]
    assert len(links) == 2
    assert all(
        link.startswith(("http://127.0.0.1:8000/invitations/", "http://127.0.0.1:8000/sign-in/"))
        for link in links
    )


def dump_rows(database: Database) -> str:
    """Every value of every table, the queue's too."""
    with psycopg.connect(database.admin_url) as conn:
        tables = conn.execute(
            """select format('%I.%I', n.nspname, c.relname) from pg_class c
                 join pg_namespace n on n.oid = c.relnamespace
                where c.relkind = 'r' and n.nspname in ('public', 'app', 'jobs', 'ops')"""
        ).fetchall()
        assert len(tables) > 20
        return "\n".join(
            str(row) for (table,) in tables for row in conn.execute(f"select t::text from {table} t".encode())
        )


async def test_no_token_is_ever_kept_or_logged(
    database: Database, stage: Stage, school: School, capfd: pytest.CaptureFixture[str]
) -> None:
    """sec-I1: not after inviting, sending again, listing, showing, accepting, signing in; nor in the queue"""
    admin, email = school["school_admin"], new_address()
    invitation = await invite(admin, email)
    waiting = dump_rows(database)
    await stage.finish_jobs()
    answers = [
        (await admin.post(f"/api/users/invitations/{invitation['id']}/resend")).text,
        (await admin.get("/api/users/invitations")).text,
        (await admin.get("/api/jobs")).text,
    ]
    addressee = await make_addressee(stage, email)
    await addressee.client.post("/api/auth/sign-in", json={"email": email})
    await stage.finish_jobs()
    tokens = [token_of(stage, invitation), token_of(stage, invitation, 2)]
    [(sign_in_id,)] = await stage.query("select id from sign_in_tokens where email = %s", [email])
    tokens.append(derive_token(stage.resources.secret, SIGN_IN_PURPOSE, sign_in_id))
    async with stage.client() as browser:
        await browser.get(f"/invitations/{tokens[1]}")
        opened = (await browser.post("/api/auth/sessions", json={"token": tokens[2]})).json()
        await browser.post(f"/api/invitations/{tokens[1]}/accept", headers={"Sec-Fetch-Site": "same-origin"})
    tokens.append(opened["access_token"])
    everything = waiting + dump_rows(database)
    written = capfd.readouterr()
    assert "invitations/{token}" in written.err  # these requests were logged
    for token in tokens:
        assert hash_token(token).hex() in everything
        assert token not in everything
        assert token not in written.out + written.err
        assert not any(token in answer for answer in answers)
    assert email not in written.err
    sent = [link_in(mail).rsplit("/", 1)[1] for mail in mails_to(stage, email)]
    assert sorted(sent) == sorted(tokens[:3])
