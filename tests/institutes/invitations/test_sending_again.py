"""Inviting again: another link, so often a day, for as long as nobody answered (P-07, P-08)."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from tests.institutes.inviting import (
    count_members,
    invite,
    link_in,
    mails_to,
    make_addressee,
    new_address,
    read_status,
    said,
    token_of,
)
from tests.stage import School, Stage


async def test_a_cancelled_invitation_is_dead(stage: Stage, school: School) -> None:
    """P-07"""
    admin, email = school["school_admin"], new_address()
    invitation = await invite(admin, email)
    path = f"/api/users/invitations/{invitation['id']}"
    assert said(await school["teacher"].delete(path)) == (403, "School admin access required")
    cancelled = (await admin.delete(path)).json()
    assert (cancelled["status"], cancelled["invitation"]["status"]) == ("ok", "cancelled")
    addressee = await make_addressee(stage, email)
    assert (
        await addressee.client.post(f"/api/invitations/{token_of(stage, invitation)}/accept")
    ).status_code == 410
    assert said(await admin.delete(path)) == (404, "Pending invitation not found")
    assert said(await admin.post(f"{path}/resend")) == (400, "Invitation was cancelled — create a new one")
    await stage.finish_jobs()
    assert mails_to(stage, email) == []
    assert (await invite(admin, email))["id"] != invitation["id"]


async def test_an_accepted_invitation_is_neither_sent_nor_cancelled(stage: Stage, school: School) -> None:
    """P-07, P-08"""
    admin, email = school["school_admin"], new_address()
    invitation = await invite(admin, email)
    addressee = await make_addressee(stage, email)
    assert (
        await addressee.client.post(f"/api/invitations/{token_of(stage, invitation)}/accept")
    ).status_code == 200
    path = f"/api/users/invitations/{invitation['id']}"
    assert said(await admin.post(f"{path}/resend")) == (400, "Invitation already accepted")
    assert said(await admin.delete(path)) == (404, "Pending invitation not found")
    assert await read_status(stage, invitation) == "accepted"


async def test_sending_again_makes_a_new_link_and_kills_the_old(stage: Stage, school: School) -> None:
    """sec-I10, P-08"""
    admin, email = school["school_admin"], new_address()
    invitation = await invite(admin, email)
    await stage.finish_jobs()
    await stage.query(
        "update invitations set expires_at = now() - interval '1 day' where id = %s", [invitation["id"]]
    )
    sent = (await admin.post(f"/api/users/invitations/{invitation['id']}/resend")).json()
    assert (sent["status"], sent["magic_link_sent"]) == ("ok", True)
    assert sent["new_expires_at"] > invitation["expires_at"]
    await stage.finish_jobs()
    first, second = (link_in(mail).rsplit("/", 1)[1] for mail in mails_to(stage, email))
    assert (first, second) == (token_of(stage, invitation), token_of(stage, invitation, 2))
    addressee = await make_addressee(stage, email)
    assert (await addressee.client.get(f"/api/invitations/{first}")).json()["status"] == "replaced"
    assert (await addressee.client.post(f"/api/invitations/{first}/accept")).status_code == 410
    assert (await addressee.client.post(f"/api/invitations/{second}/accept")).status_code == 200


async def test_sending_again_twice_at_once_leaves_one_live_link(stage: Stage, school: School) -> None:
    """sec-I10"""
    admin, email = school["school_admin"], new_address()
    invitation = await invite(admin, email)
    path = f"/api/users/invitations/{invitation['id']}/resend"
    answers = await asyncio.gather(admin.post(path), admin.post(path))
    assert [answer.status_code for answer in answers] == [200, 200]
    async with stage.client() as nobody:
        states = [
            (await nobody.get(f"/api/invitations/{token_of(stage, invitation, n)}")).json()["status"]
            for n in (1, 2, 3)
        ]
    assert states == ["replaced", "replaced", "pending"]
    await stage.finish_jobs()
    assert [link_in(mail).rsplit("/", 1)[1] for mail in mails_to(stage, email)] == [
        token_of(stage, invitation, 3)
    ]


async def test_an_address_is_written_to_so_often_a_day(stage: Stage, school: School) -> None:
    """P-08: at most five times again"""
    admin = school["school_admin"]
    invitation = await invite(admin, new_address())
    path = f"/api/users/invitations/{invitation['id']}/resend"
    assert [(await admin.post(path)).status_code for _ in range(6)] == [200] * 5 + [429]
    assert int((await admin.post(path)).headers["Retry-After"]) > 0


async def test_an_invitation_above_ones_own_role_is_not_sent_again(school: School) -> None:
    """sec-I6; and §14: permission comes before state"""
    head, admin = school["department_head"], school["school_admin"]
    invitation = await invite(admin, new_address(), "school_admin")
    path = f"/api/users/invitations/{invitation['id']}"
    assert (await head.post(f"{path}/resend")).status_code == 403
    assert (await admin.delete(path)).status_code == 200
    assert (await head.post(f"{path}/resend")).status_code == 403


async def test_who_joined_meanwhile_is_not_invited_by_an_old_invitation(stage: Stage, school: School) -> None:
    """P-04"""
    admin, email = school["school_admin"], new_address()
    old = await invite(admin, email)
    await stage.query("update invitations set expires_at = now() where id = %s", [old["id"]])
    new = await invite(admin, email)
    addressee = await make_addressee(stage, email)
    assert (await addressee.client.post(f"/api/invitations/{token_of(stage, new)}/accept")).status_code == 200
    again = await admin.post(f"/api/users/invitations/{old['id']}/resend")
    assert (again.status_code, again.json()["code"]) == (409, "already_member")
    assert await count_members(stage, school, email) == 1


@pytest.mark.parametrize("path", ["/{}", "/{}/resend"])
async def test_an_unknown_invitation_is_not_found(school: School, path: str) -> None:
    """§14"""
    for named, status in ((uuid4(), 404), ("garbage", 404)):
        where = f"/api/users/invitations{path.format(named)}"
        answer = await school["school_admin"].request("POST" if "resend" in path else "DELETE", where)
        assert answer.status_code == status
