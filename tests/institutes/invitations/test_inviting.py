"""Asking people to join: every answer of REQUIREMENTS' fixed routes, and one live invitation per address."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from markroom.institutes.model import GRANTABLE, INVITABLE
from tests.institutes.inviting import (
    invite,
    mails_to,
    make_addressee,
    new_address,
    said,
    token_of,
)
from tests.stage import School, Stage

INVITE = "/api/users/invite"
FIELDS = {"id", "email", "role", "status", "delivery", "invited_by", "metadata", "created_at", "expires_at"}
ROLES = ("platform_admin", "school_admin", "department_head", "teacher", "student", "guest", "stranger")


async def speak_as(stage: Stage, school: School, role: str) -> httpx.AsyncClient:
    """A client of somebody with this role in the school."""
    if role in ("platform_admin", "stranger"):
        person = await stage.make_person(None, role)
        if role == "platform_admin":
            await stage.query("update users set is_platform_admin = true where id = %s", [person.user_id])
        return stage.client(person.token, school.institute_id)
    return (await stage.make_person(school, role)).client


async def test_an_invitation_is_answered_with_all_but_its_token(stage: Stage, school: School) -> None:
    """P-03"""
    admin = school.people["school_admin"]
    answer = await admin.client.post(
        INVITE,
        json={"email": " Teacher.9@School.example ", "role": "teacher", "metadata": {"subject": "Maths"}},
    )
    body = answer.json()
    assert (answer.status_code, body["status"], body["magic_link_sent"]) == (200, "ok", True)
    invitation = body["invitation"]
    assert invitation.keys() == FIELDS
    assert invitation["email"] == "Teacher.9@School.example"
    assert (invitation["role"], invitation["status"], invitation["delivery"]) == (
        "teacher",
        "pending",
        "queued",
    )
    assert invitation["invited_by"] == str(admin.user_id)
    assert invitation["metadata"] == {"subject": "Maths"}


@pytest.mark.parametrize("inviter", ROLES)
@pytest.mark.parametrize("invited", INVITABLE)
async def test_who_may_invite_whom(stage: Stage, school: School, inviter: str, invited: str) -> None:
    """sec-I6, P-02: inviter's role × invited role"""
    client = await speak_as(stage, school, inviter)
    answer = await client.post(INVITE, json={"email": new_address(), "role": invited})
    if inviter == "stranger":
        assert answer.status_code == 404
    elif inviter not in GRANTABLE:
        assert said(answer) == (403, "School admin access required")
    elif invited not in GRANTABLE[inviter]:
        assert said(answer) == (403, "You cannot give a role above your own.")
    else:
        assert answer.status_code == 200


def test_nobody_grants_a_role_above_their_own() -> None:
    """P-02: the table itself"""
    order = ["guest", "student", "teacher", "department_head", "school_admin", "platform_admin"]
    for granter, granted in GRANTABLE.items():
        assert all(order.index(role) <= order.index(granter) for role in granted)
    assert GRANTABLE["department_head"] == {"teacher", "student"}


@pytest.mark.parametrize("role", ["guest", "platform_admin", "", "Teacher", "teacher ", "headteacher"])
async def test_a_role_that_is_none_is_refused(school: School, role: str) -> None:
    answer = await school["school_admin"].post(INVITE, json={"email": new_address(), "role": role})
    said_roles = "role must be one of ['department_head', 'school_admin', 'student', 'teacher']"
    assert said(answer) == (400, said_roles)


ADDRESSES = [
    *("", "teacher", "@school.example", "a@b", "a b@school.example", "a@@school.example", "a@school."),
    *("<a@school.example>", "a\0@school.example", "x" * 250 + "@s.example"),
    "a@school.example\nBcc: b@c.example",
    *("mi\u212ae@school.example", "a@gro\u00dfschule.example", "a\u202e@school.example"),
]


@pytest.mark.parametrize("email", ADDRESSES)
async def test_an_address_that_is_none_is_refused(stage: Stage, school: School, email: str) -> None:
    """§14 422; an address that folds into somebody else's is none either"""
    answer = await school["school_admin"].post(INVITE, json={"email": email, "role": "teacher"})
    assert said(answer) == (422, "This is not an e-mail address.")
    async with stage.client() as nobody:
        assert (await nobody.post("/api/auth/sign-in", json={"email": email})).status_code == 422


async def test_inviting_oneself_is_refused(school: School) -> None:
    """P-04, X-15"""
    admin = school.people["school_admin"]
    for email in (admin.email, f" {admin.email.upper()} "):
        answer = await admin.client.post(INVITE, json={"email": email, "role": "teacher"})
        assert said(answer) == (400, "You cannot invite yourself")


async def test_inviting_a_member_is_refused(school: School) -> None:
    """P-04, sec-I14: known only to those who manage the same school"""
    teacher = school.people["teacher"]
    answer = await school["school_admin"].post(
        INVITE, json={"email": teacher.email.upper(), "role": "student"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "already_member")


async def test_a_member_of_another_school_is_invited_like_anybody(
    school: School, other_school: School
) -> None:
    """sec-I14"""
    await invite(school["school_admin"], other_school.people["teacher"].email)


@pytest.mark.parametrize(
    ("role", "metadata"),
    [
        ("teacher", {"year_group": "9"}),
        ("student", {"department": "Maths"}),
        ("teacher", {"role": "school_admin"}),
        ("teacher", {"institute_id": str(UUID(int=1))}),
        ("teacher", {"invitation_id": str(UUID(int=2))}),
        ("teacher", {"subject": ["Maths"]}),
        ("teacher", {"subject": "x" * 101}),
        ("teacher", {"subject": {"$ne": 1}}),
    ],
    ids=str,
)
async def test_details_that_do_not_fit_the_role_are_refused(
    school: School, role: str, metadata: dict[str, Any]
) -> None:
    """P-05"""
    answer = await school["school_admin"].post(
        INVITE, json={"email": new_address(), "role": role, "metadata": metadata}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_metadata")


@pytest.mark.parametrize("extra", ["institute_id", "invited_by", "id", "status", "expires_at", "token"])
async def test_nothing_else_can_be_said_of_an_invitation(
    school: School, other_school: School, extra: str
) -> None:
    """sec-I5"""
    body = {"email": new_address(), "role": "teacher", extra: str(other_school.institute_id)}
    answer = await school["school_admin"].post(INVITE, json=body)
    assert answer.status_code == (404 if extra == "institute_id" else 422)


async def test_a_second_invitation_of_an_address_is_the_first(stage: Stage, school: School) -> None:
    """P-03: whatever its writing; with the role that was stored, and whether it differs"""
    email = new_address()
    first = await invite(school["school_admin"], email)
    same = (
        await school["department_head"].post(INVITE, json={"email": email.upper(), "role": "teacher"})
    ).json()
    other = (await school["school_admin"].post(INVITE, json={"email": email, "role": "student"})).json()
    for again, differs in ((same, False), (other, True)):
        assert again["status"] == "already_pending"
        assert again["invitation"]["id"] == first["id"]
        assert again["invitation"]["role"] == "teacher"
        assert again["differs"] is differs
        assert again["message"]
    await stage.finish_jobs()
    assert len(mails_to(stage, email)) == 1


async def test_many_invitations_at_once_are_one(stage: Stage, school: School) -> None:
    """sec-I8, P-04: 50 at once"""
    email = new_address()
    body = {"email": email, "role": "teacher"}
    answers = await asyncio.gather(*(school["school_admin"].post(INVITE, json=body) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(answer.json()["status"] for answer in answers) == ["already_pending"] * 49 + ["ok"]
    assert len({answer.json()["invitation"]["id"] for answer in answers}) == 1
    await stage.finish_jobs()
    assert len(mails_to(stage, email)) == 1


@pytest.mark.parametrize(("seconds", "status"), [(2, "pending"), (0, "expired"), (-1, "expired")])
async def test_an_invitation_expires_everywhere_at_once(
    stage: Stage, school: School, seconds: int, status: str
) -> None:
    """sec-I9, P-06: list, filter, offer and answer agree"""
    admin, email = school["school_admin"], new_address()
    invitation = await invite(admin, email)
    await stage.query(
        "update invitations set expires_at = now() + make_interval(secs => %s) where id = %s",
        [seconds, invitation["id"]],
    )
    addressee = await make_addressee(stage, email)
    token = token_of(stage, invitation)
    shown = {
        wanted: [
            i["id"]
            for i in (await admin.get(f"/api/users/invitations?status={wanted}")).json()["invitations"]
        ]
        for wanted in ("pending", "expired")
    }
    assert shown == {wanted: [invitation["id"]] * (wanted == status) for wanted in shown}
    assert (await addressee.client.get(f"/api/invitations/{token}")).json()["status"] == status
    accepted = await addressee.client.post(f"/api/invitations/{token}/accept")
    assert accepted.status_code == (200 if status == "pending" else 410)
    if status == "expired":
        assert (await admin.delete(f"/api/users/invitations/{invitation['id']}")).status_code == 404
        again = await invite(admin, email)
        assert again["id"] != invitation["id"]
        assert (await admin.get("/api/users/invitations")).json()["total"] == 2
        late = await admin.post(f"/api/users/invitations/{invitation['id']}/resend")
        assert (late.status_code, late.json()["code"]) == (409, "invitation_replaced")


async def test_invitations_are_listed_newest_first_and_filtered(school: School) -> None:
    """P-06"""
    admin = school["school_admin"]
    made = [(await invite(admin, new_address(), role))["id"] for role in ("teacher", "student", "teacher")]
    listed = (await admin.get("/api/users/invitations")).json()
    assert [i["id"] for i in listed["invitations"]] == made[::-1]
    assert listed["status"] == "ok"
    assert listed["total"] == 3
    teachers = (await admin.get("/api/users/invitations?role=teacher&limit=1")).json()
    assert ([i["id"] for i in teachers["invitations"]], teachers["total"]) == ([made[2]], 2)
    assert (await admin.get("/api/users/invitations?status=lost")).status_code == 422
    assert "token" not in str(listed)


@pytest.mark.parametrize("path", ["/api/users/invitations", "/api/users/staff", "/api/users/students"])
async def test_lists_of_people_are_for_admins(stage: Stage, school: School, path: str) -> None:
    """§14, P-10"""
    async with stage.client() as nobody:
        assert (await nobody.get(path)).status_code == 401
    stranger = await stage.make_person(None, "teacher")
    assert said(await stranger.client.get(path)) == (400, "User is not linked to a school")
    for role in ("teacher", "student"):
        assert said(await school[role].get(path)) == (403, "School admin access required")
    for role in ("school_admin", "department_head"):
        assert (await school[role].get(path)).status_code == 200


async def test_an_invitation_is_told(stage: Stage, school: School) -> None:
    """X-09: who, what and which, and no personal value"""
    email = new_address()
    invitation = await invite(school["school_admin"], email)
    await school["school_admin"].delete(f"/api/users/invitations/{invitation['id']}")
    told = await stage.query(
        "select kind, user_id, subject_id::text, facts::text from events where subject_id = %s order by id",
        [invitation["id"]],
    )
    admin = school.people["school_admin"].user_id
    assert [row[:3] for row in told] == [
        ("invitation_sent", admin, invitation["id"]),
        ("invitation_withdrawn", admin, invitation["id"]),
    ]
    assert email not in str(told)
