"""The answers of the people routes that others rely on, word for word: status, and the text of `detail`."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.institutes.inviting import invite, make_addressee, new_address, token_of
from tests.stage import School, Stage

INVITE, INVITATIONS = "/api/users/invite", "/api/users/invitations"
LISTS = (INVITATIONS, "/api/users/staff", "/api/users/students")
NOT_LINKED = (400, "User is not linked to a school")
ADMIN = (403, "School admin access required")
ROLES = "['department_head', 'school_admin', 'student', 'teacher']"


def told(answer: httpx.Response) -> tuple[int, Any]:
    return answer.status_code, answer.json().get("detail")


async def every_caller(stage: Stage, school: School, method: str, url: str, **given: Any) -> dict[str, Any]:
    """What a visitor, a stranger to all schools, and each role is told."""
    stranger = await stage.make_person(None, "stranger")
    async with stage.client() as visitor:
        answers = {"visitor": told(await visitor.request(method, url, **given))}
    answers["stranger"] = told(await stranger.client.request(method, url, **given))
    for role in ("student", "teacher"):
        answers[role] = told(await school[role].request(method, url, **given))
    return answers


REFUSED = {
    "visitor": (401, "Please sign in."),
    "stranger": NOT_LINKED,
    "student": ADMIN,
    "teacher": ADMIN,
}


@pytest.mark.parametrize("body", [{"email": "a@b.example", "role": "teacher"}, {"nonsense": 1}, {"role": 7}])
async def test_who_may_not_invite_is_told_so_before_anything_else(
    stage: Stage, school: School, body: dict[str, Any]
) -> None:
    """P-02: authentication, institute, permission, and then what was sent"""
    assert await every_caller(stage, school, "POST", INVITE, json=body) == REFUSED


@pytest.mark.parametrize("url", LISTS)
async def test_lists_of_people_are_refused_in_the_same_words(stage: Stage, school: School, url: str) -> None:
    """P-06, P-10"""
    assert await every_caller(stage, school, "GET", url) == REFUSED
    assert (await school["department_head"].get(url)).json()["status"] == "ok"


@pytest.mark.parametrize(("method", "suffix"), [("DELETE", ""), ("POST", "/resend")])
async def test_an_invitation_is_changed_by_nobody_else(
    stage: Stage, school: School, method: str, suffix: str
) -> None:
    """P-07, P-08"""
    invitation = await invite(school["school_admin"], new_address())
    url = f"{INVITATIONS}/{invitation['id']}{suffix}"
    assert await every_caller(stage, school, method, url) == REFUSED


@pytest.mark.parametrize(
    ("role", "status", "detail"),
    [
        ("guest", 400, f"role must be one of {ROLES}"),
        ("pope", 400, f"role must be one of {ROLES}"),
        ("school_admin", 403, "You cannot give a role above your own."),
    ],
)
async def test_a_role_that_cannot_be_given(school: School, role: str, status: int, detail: str) -> None:
    """P-02, P-03"""
    body = {"email": new_address(), "role": role}
    assert told(await school["department_head"].post(INVITE, json=body)) == (status, detail)


async def test_an_address_that_cannot_be_invited(stage: Stage, school: School) -> None:
    """P-03, P-04"""
    admin = school.people["school_admin"]
    expected = {
        "nobody": (422, "This is not an e-mail address."),
        f" {admin.email.upper()} ": (400, "You cannot invite yourself"),
        school.people["student"].email: (409, "This person already belongs to your school."),
    }
    for address, answer in expected.items():
        sent = await admin.client.post(INVITE, json={"email": address, "role": "teacher"})
        assert told(sent) == answer
    assert (await admin.client.post(INVITE, json={"email": "nobody", "role": "pope"})).status_code == 400


async def test_an_invitation_is_answered_in_full(school: School) -> None:
    """P-03: these fields, and no token among them"""
    body = {"email": new_address(), "role": "teacher", "metadata": {"subject": "Maths"}}
    first = (await school["school_admin"].post(INVITE, json=body)).json()
    assert (first["status"], first["magic_link_sent"]) == ("ok", True)
    fields = "id email role status delivery invited_by metadata created_at expires_at"
    assert set(fields.split()) <= set(first["invitation"])
    assert "token" not in str(first)
    again = (
        await school["school_admin"].post(INVITE, json=body | {"role": "student", "metadata": {}})
    ).json()
    assert (again["status"], again["differs"]) == ("already_pending", True)
    assert again["invitation"]["id"] == first["invitation"]["id"]
    assert isinstance(again["message"], str)


async def test_an_invitation_is_withdrawn_once(school: School, other_school: School) -> None:
    """P-07"""
    admin, missing = school["school_admin"], (404, "Pending invitation not found")
    url = f"{INVITATIONS}/{(await invite(admin, new_address()))['id']}"
    assert told(await other_school["school_admin"].delete(url)) == missing
    answer = (await admin.delete(url)).json()
    assert (answer["status"], answer["invitation"]["status"]) == ("ok", "cancelled")
    assert told(await admin.delete(url)) == missing
    assert told(await admin.delete(f"{INVITATIONS}/{uuid4()}")) == missing


async def test_an_invitation_is_sent_again_while_nobody_answered(stage: Stage, school: School) -> None:
    """P-08"""
    admin = school["school_admin"]

    async def resend(invitation_id: Any) -> httpx.Response:
        return await admin.post(f"{INVITATIONS}/{invitation_id}/resend")

    pending, cancelled, accepted = [await invite(admin, new_address()) for _ in range(3)]
    answer = (await resend(pending["id"])).json()
    assert (answer["status"], answer["magic_link_sent"]) == ("ok", True)
    assert answer["new_expires_at"] >= pending["expires_at"]
    await admin.delete(f"{INVITATIONS}/{cancelled['id']}")
    addressee = await make_addressee(stage, accepted["email"])
    await addressee.client.post(f"/api/invitations/{token_of(stage, accepted)}/accept")
    assert (await resend(uuid4())).status_code == 404
    assert told(await resend(cancelled["id"])) == (400, "Invitation was cancelled — create a new one")
    assert told(await resend(accepted["id"])) == (400, "Invitation already accepted")


async def test_somebody_in_two_schools_says_which(stage: Stage, school: School, other_school: School) -> None:
    """P-01"""
    admin = school.people["school_admin"]
    await stage.add_member(other_school, admin.user_id)
    answer = await stage.client(admin.token).get(LISTS[1])
    assert (answer.status_code, answer.json()["code"]) == (400, "institute_ambiguous")
    named = await stage.client(admin.token).get(f"{LISTS[1]}?institute_id={school.institute_id}")
    assert named.status_code == 200
    assert (await stage.client(admin.token, uuid4()).get(LISTS[1])).status_code == 404


async def test_people_are_listed_with_these_fields(school: School) -> None:
    """P-10"""
    for kind in ("staff", "students"):
        answer = (await school["school_admin"].get(f"/api/users/{kind}")).json()
        assert answer["status"] == "ok"
        assert answer["total"] == len(answer[kind])
        for person in answer[kind]:
            assert {"profile_id", "email", "username", "display_name", "role", "joined_at"} <= set(person)
