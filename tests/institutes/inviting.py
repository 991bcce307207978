"""Inviting over HTTP, and the links that mails bring."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import httpx

from markroom.institutes.invitations.model import INVITATION_PURPOSE
from markroom.kit.tokens import derive_token
from tests.stage import Person, School, Stage


def new_address() -> str:
    return f"teacher-{uuid4().hex[:10]}@school.example"


async def invite(client: httpx.AsyncClient, email: str, role: str = "teacher", **more: Any) -> dict[str, Any]:
    answer = await client.post("/api/users/invite", json={"email": email, "role": role, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["invitation"]
    return found


def token_of(stage: Stage, invitation: dict[str, Any], generation: int = 1) -> str:
    """The token in the mail: derived, as it is nowhere kept."""
    return derive_token(stage.resources.secret, INVITATION_PURPOSE, UUID(invitation["id"]), generation)


def mails(stage: Stage) -> list[EmailMessage]:
    """What the development mailbox holds, oldest first."""
    folder = stage.resources.settings.data_path / "mailbox"
    files = sorted(folder.glob("*.eml")) if folder.exists() else []
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def mails_to(stage: Stage, address: str) -> list[EmailMessage]:
    return [mail for mail in mails(stage) if mail["to"] == address]


def link_in(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(r"^https?://\S+", body.get_content(), re.MULTILINE)
    assert found is not None
    return found[0]


async def make_addressee(stage: Stage, email: str, *, verified: bool = True) -> Person:
    """Somebody with an account of this address, in no school."""
    person = await stage.make_person(None, "teacher")
    await stage.query(
        "update users set email = %s, email_key = lower(%s), email_verified_at = case when %s then now() end"
        " where id = %s",
        [email, email, verified, person.user_id],
    )
    return person


async def read_status(stage: Stage, invitation: dict[str, Any]) -> str:
    rows = await stage.query("select status from invitations where id = %s", [invitation["id"]])
    return str(rows[0][0])


async def count_members(stage: Stage, school: School, email: str) -> int:
    rows = await stage.query(
        "select count(*) from memberships"
        " where institute_id = %s and email_key = lower(%s) and state = 'active'",
        [school.institute_id, email],
    )
    return int(rows[0][0])


async def keep_proof(stage: Stage, school: School, pupil_id: Any, address: str | None) -> None:
    """A pupil's proof of an address as it stands once its link was used; no job is started."""
    await stage.query(
        "insert into address_proofs (institute_id, user_id, email, email_key, hash, expires_at, used_at)"
        " values (%s, %s, %s, %s, '', now(), now())",
        [school.institute_id, pupil_id, address, address],
    )


def said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["detail"]


async def ask(
    stage: Stage, school: School, role: str = "teacher", by: str = "school_admin"
) -> tuple[dict[str, Any], str, Person]:
    """An invitation, its token and somebody with its address."""
    invitation = await invite(school[by], new_address(), role)
    return invitation, token_of(stage, invitation), await make_addressee(stage, invitation["email"])
