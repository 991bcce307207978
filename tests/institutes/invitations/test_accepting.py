"""Answering an invitation: once, by whom it names, with what its row says."""

from __future__ import annotations

import pytest

from markroom.institutes.invitations import actions as invitations
from markroom.institutes.invitations.model import AccountExists
from tests.institutes.inviting import (
    ask,
    count_members,
    invite,
    make_addressee,
    new_address,
    read_status,
    token_of,
)
from tests.stage import School, Stage


async def test_a_link_shows_what_it_offers(stage: Stage, school: School) -> None:
    """P-09: school, role, masked address, expiry; and no more"""
    invitation, token, _ = await ask(stage, school)
    async with stage.client() as nobody:
        answer = await nobody.get(f"/api/invitations/{token}")
    assert answer.json().keys() == {"institute_name", "role", "email", "status", "expires_at"}
    assert answer.json()["institute_name"] == school.name
    assert answer.json()["email"] == "t…@school.example"
    assert invitation["email"] not in answer.text


async def test_accepting_makes_the_membership_of_the_row(stage: Stage, school: School) -> None:
    """P-09"""
    invitation, token, addressee = await ask(stage, school, "department_head")
    answer = await addressee.client.post(f"/api/invitations/{token}/accept")
    assert answer.json() == {
        "status": "ok",
        "institute_id": str(school.institute_id),
        "role": "department_head",
    }
    me = (await addressee.client.get("/api/auth/me")).json()
    assert [m["role"] for m in me["memberships"]] == ["department_head"]
    assert await read_status(stage, invitation) == "accepted"
    told = await stage.query("select kind, user_id from events where subject_id = %s", [addressee.user_id])
    assert told == [("member_joined", addressee.user_id)]


async def test_accepting_again_is_accepting_once(stage: Stage, school: School) -> None:
    """P-09: repeat by the same user 200"""
    invitation, token, addressee = await ask(stage, school)
    for _ in range(2):
        assert (await addressee.client.post(f"/api/invitations/{token}/accept")).status_code == 200
    assert await count_members(stage, school, invitation["email"]) == 1


SCANNERS = [
    "curl/8",
    "Mozilla/5.0 (compatible; BarracudaCentral)",
    "Microsoft Office/16.0 SafeLinks",
    "Slackbot-LinkExpanding 1.0",
]


async def test_looking_at_a_link_never_uses_it(stage: Stage, school: School) -> None:
    """sec-I3"""
    invitation, token, addressee = await ask(stage, school)
    for agent in SCANNERS:
        async with stage.client() as scanner:
            scanner.headers["User-Agent"] = agent
            for path in (f"/api/invitations/{token}", f"/invitations/{token}"):
                await scanner.head(path)
                assert (await scanner.get(path)).status_code == 200
            assert (await scanner.post(f"/api/invitations/{token}/accept")).status_code == 401
            assert (await scanner.post(f"/api/invitations/{token}/decline")).status_code == 401
            assert (await scanner.post(f"/invitations/{token}", data={"name": "Bot"})).status_code == 403
            await scanner.post(f"/invitations/{token}")
    assert await read_status(stage, invitation) == "pending"
    assert (await addressee.client.post(f"/api/invitations/{token}/accept")).status_code == 200


async def test_the_stored_value_is_no_token(stage: Stage, school: School) -> None:
    """sec-I1"""
    invitation, _, addressee = await ask(stage, school)
    [(kept,)] = await stage.query(
        "select hash from invitation_tokens where invitation_id = %s", [invitation["id"]]
    )
    for value in (kept.hex(), invitation["id"]):
        assert (await addressee.client.post(f"/api/invitations/{value}/accept")).status_code == 404


async def test_only_a_proven_address_accepts(stage: Stage, school: School) -> None:
    """sec-I4"""
    invitation = await invite(school["school_admin"], new_address())
    token = token_of(stage, invitation)
    unproven = await make_addressee(stage, invitation["email"], verified=False)
    answer = await unproven.client.post(f"/api/invitations/{token}/accept")
    assert (answer.status_code, answer.json()["code"]) == (403, "address_unproven")
    assert await read_status(stage, invitation) == "pending"


@pytest.mark.parametrize("change", ["{0}+x@{1}", "x.{0}@{1}", "{0}@{1}.example", "{0}@other.example"])
async def test_another_address_does_not_accept(stage: Stage, school: School, change: str) -> None:
    """sec-I4: no plus and no dot is looked away"""
    invitation = await invite(school["school_admin"], new_address())
    other = await make_addressee(stage, change.format(*invitation["email"].split("@")))
    for verb in ("accept", "decline"):
        answer = await other.client.post(f"/api/invitations/{token_of(stage, invitation)}/{verb}")
        assert (answer.status_code, answer.json()["code"]) == (403, "another_address")


async def test_capital_letters_are_the_same_address(stage: Stage, school: School) -> None:
    """sec-I4, X-15"""
    invitation = await invite(school["school_admin"], new_address().upper())
    addressee = await make_addressee(stage, invitation["email"].lower())
    assert (
        await addressee.client.post(f"/api/invitations/{token_of(stage, invitation)}/accept")
    ).status_code == 200


async def test_only_the_row_decides(stage: Stage, school: School, other_school: School) -> None:
    """sec-I5"""
    invitation, token, addressee = await ask(stage, school, "student")
    forged = {
        "institute_id": str(other_school.institute_id),
        "role": "school_admin",
        "email": "x@school.example",
    }
    answer = await addressee.client.post(f"/api/invitations/{token}/accept", json=forged)
    if answer.status_code == 404:  # the school it names is not theirs
        assert await read_status(stage, invitation) == "pending"
        answer = await addressee.client.post(
            f"/api/invitations/{token}/accept", json=forged | {"institute_id": None}
        )
    assert answer.json()["role"] == "student"
    found = await stage.query(
        "select institute_id, role from memberships where user_id = %s", [addressee.user_id]
    )
    assert found == [(school.institute_id, "student")]


@pytest.mark.parametrize(
    "change", ["role = 'teacher'", "role = 'department_head'", "state = 'suspended'", "state = 'left'"]
)
async def test_who_may_no_longer_grant_it_no_longer_does(stage: Stage, school: School, change: str) -> None:
    """sec-I6, sec-P3: checked again as it is accepted"""
    inviter = await stage.make_person(school, "school_admin")
    invitation = await invite(inviter.client, new_address(), "school_admin")
    addressee = await make_addressee(stage, invitation["email"])
    await stage.query(f"update memberships set {change} where user_id = %s", [inviter.user_id])
    answer = await addressee.client.post(f"/api/invitations/{token_of(stage, invitation)}/accept")
    assert (answer.status_code, answer.json()["code"]) == (410, "invitation_ended")
    assert await count_members(stage, school, invitation["email"]) == 0
    assert await read_status(stage, invitation) == "cancelled"
    told = await stage.query(
        "select kind, facts from events where subject_id = %s order by id", [invitation["id"]]
    )
    assert told[-1] == ("invitation_ended", {"status": "cancelled"})


async def test_who_left_is_not_let_in_by_an_old_link(stage: Stage, school: School) -> None:
    """sec-P3"""
    invitation, token, addressee = await ask(stage, school)
    accept = f"/api/invitations/{token}/accept"
    assert (await addressee.client.post(accept)).status_code == 200
    await stage.query("update memberships set state = 'left' where user_id = %s", [addressee.user_id])
    assert (await addressee.client.post(accept)).status_code == 410
    assert await count_members(stage, school, invitation["email"]) == 0


async def test_who_left_may_be_asked_again(stage: Stage, school: School) -> None:
    invitation, token, addressee = await ask(stage, school)
    await addressee.client.post(f"/api/invitations/{token}/accept")
    await stage.query("update memberships set state = 'left' where user_id = %s", [addressee.user_id])
    again = await invite(school["school_admin"], invitation["email"], "student")
    assert (
        await addressee.client.post(f"/api/invitations/{token_of(stage, again)}/accept")
    ).status_code == 200
    found = await stage.query("select role, state from memberships where user_id = %s", [addressee.user_id])
    assert found == [("student", "active")]


async def test_declining_ends_it(stage: Stage, school: School) -> None:
    """P-09"""
    invitation, token, addressee = await ask(stage, school)
    assert (await addressee.client.post(f"/api/invitations/{token}/decline")).status_code == 200
    assert (await addressee.client.post(f"/api/invitations/{token}/accept")).status_code == 410
    assert (await addressee.client.post(f"/api/invitations/{token}/decline")).status_code == 410
    resend = await school["school_admin"].post(f"/api/users/invitations/{invitation['id']}/resend")
    assert (resend.status_code, resend.json()["code"]) == (400, "invitation_declined")
    assert (await invite(school["school_admin"], invitation["email"]))["id"] != invitation["id"]


async def test_a_link_nobody_sent_and_a_broken_one_answer_alike(stage: Stage, school: School) -> None:
    """sec-I14"""
    _, token, addressee = await ask(stage, school)
    broken = [
        "x",
        token[:-1],
        token + "a",
        token[:10] + ("A" if token[10] != "A" else "B") + token[11:],
        "%00",
        "é" * 9,
    ]
    answers = []
    for each in broken:
        for answer in (
            await addressee.client.get(f"/api/invitations/{each}"),
            await addressee.client.post(f"/api/invitations/{each}/accept"),
        ):
            body = answer.json()
            body.pop("request_id")
            answers.append((answer.status_code, body))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 404


async def test_an_invitation_signs_nobody_in_who_has_an_account(stage: Stage, school: School) -> None:
    """sec-I17"""
    _, token, addressee = await ask(stage, school)
    before = await stage.query("select count(*) from sessions where user_id = %s", [addressee.user_id])
    with pytest.raises(AccountExists):
        async with stage.resources.database.transaction() as conn:
            await invitations.join(conn, token, "Somebody Else", "")
    assert (
        await stage.query("select count(*) from sessions where user_id = %s", [addressee.user_id]) == before
    )
    async with stage.client() as nobody:
        assert (await nobody.post("/api/auth/sessions", json={"token": token})).status_code == 410


async def test_a_new_person_joins_by_the_link(stage: Stage, school: School) -> None:
    """P-09: account, session and membership; the address is proven by the mail that brought the link"""
    invitation = await invite(school["school_admin"], new_address(), "student")
    token = token_of(stage, invitation)
    async with stage.resources.database.transaction() as conn:
        signed_in = await invitations.join(conn, token, "Pupil 07", "a browser")
    async with stage.client(signed_in.access_token) as client:
        assert (await client.post(f"/api/invitations/{token}/accept")).json()["role"] == "student"
        me = (await client.get("/api/auth/me")).json()
    assert (me["user"]["name"], me["user"]["email"]) == ("Pupil 07", invitation["email"])


async def test_a_platform_admin_invites_into_any_school(stage: Stage, school: School) -> None:
    person = await stage.make_person(None, "platform_admin")
    await stage.query("update users set is_platform_admin = true where id = %s", [person.user_id])
    async with stage.client(person.token, school.institute_id) as client:
        invitation = await invite(client, new_address(), "school_admin")
    addressee = await make_addressee(stage, invitation["email"])
    assert (
        await addressee.client.post(f"/api/invitations/{token_of(stage, invitation)}/accept")
    ).status_code == 200


async def test_a_school_named_by_the_caller_does_not_change_the_offer(
    stage: Stage, school: School, other_school: School
) -> None:
    """sec-I5: a header names where one is, not where one goes"""
    invitation = await invite(school["school_admin"], other_school.people["teacher"].email)
    teacher = other_school.people["teacher"]
    answer = await teacher.client.post(f"/api/invitations/{token_of(stage, invitation)}/accept")
    assert answer.json()["institute_id"] == str(school.institute_id)
