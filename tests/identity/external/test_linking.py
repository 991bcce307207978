"""Whose account the token of an identity provider opens (I-03), tried with a real one."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest

from markroom.institutes.invitations.model import INVITATION_PURPOSE
from markroom.kit.tokens import derive_token
from tests.databases import Database
from tests.identity.external.asking import ME, ask, count_identities, give_address, proven
from tests.identity.provider import CLIENT, IdentityProvider
from tests.stage import School, Stage, open_stage


async def test_who_signs_in_at_the_provider_is_the_user_of_their_verified_address(
    stage: Stage, school: School, provider: IdentityProvider
) -> None:
    """I-03, I-04, X-15"""
    teacher = school.people["teacher"]
    await give_address(stage, teacher, "teacher.2@school.example")
    answer = await ask(stage, provider.sign_in("sub-teacher"))
    assert answer.status_code == 200
    assert answer.json()["user"]["id"] == str(teacher.user_id)
    assert [m["institute_id"] for m in answer.json()["memberships"]] == [str(school.institute_id)]
    assert answer.json()["credential"]["kind"] == "external"


async def test_a_subject_once_linked_stays_whatever_address_it_has_later(
    stage: Stage, school: School, provider: IdentityProvider
) -> None:
    """I-03: found by issuer and subject first"""
    teacher, colleague = school.people["teacher"], school.people["teacher_2"]
    subject = uuid4().hex
    await ask(stage, provider.forge(subject, **proven(teacher)))
    for claims in (proven(colleague), {"email": None, "email_verified": None}):
        answer = await ask(stage, provider.forge(subject, **claims))
        assert answer.json()["user"]["id"] == str(teacher.user_id)


async def test_another_subject_is_not_let_in_by_an_address_nobody_verified(
    stage: Stage, school: School, provider: IdentityProvider
) -> None:
    """I-03: replay of somebody's address under another subject"""
    teacher = school.people["teacher"]
    await ask(stage, provider.forge(uuid4().hex, **proven(teacher)))
    before = await count_identities(stage)
    for claim in (None, False, "true", 1):
        token = provider.forge(
            uuid4().hex,
            email=teacher.email,
            email_verified=claim,
            user_metadata={"email_verified": True},  # what a person can write themselves
        )
        answer = await ask(stage, token)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_known_here")
    assert await count_identities(stage) == before


@pytest.mark.parametrize(("claim", "status"), [(True, 200), ("1", 200), (1, 200), ("0", 401), (False, 401)])
async def test_entra_says_in_its_own_way_that_an_address_is_verified(
    stage: Stage, school: School, provider: IdentityProvider, claim: Any, status: int
) -> None:
    """I-03: Entra sends no `email_verified`"""
    email = school.people["teacher"].email
    assert (await ask(stage, provider.forge(uuid4().hex, email=email, xms_edov=claim))).status_code == status


async def test_nothing_a_token_says_of_roles_and_schools_counts(
    stage: Stage, school: School, other_school: School, provider: IdentityProvider
) -> None:
    """I-03, sec-I5: the role is the membership's"""
    await give_address(stage, school.people["teacher"], "boaster@school.example")
    token = provider.sign_in("sub-boaster")
    assert "school_admin" in str(jwt.decode(token, options={"verify_signature": False}))
    me = (await ask(stage, token)).json()
    assert [m["role"] for m in me["memberships"]] == ["teacher"]
    assert me["user"]["is_platform_admin"] is False
    assert (await ask(stage, token, "/api/users/staff")).status_code == 403
    named = {"institute_id": str(other_school.institute_id)}
    assert (await ask(stage, token, "/api/users/staff", params=named)).status_code == 404


async def test_answers_do_not_tell_which_addresses_are_known(
    stage: Stage, school: School, provider: IdentityProvider
) -> None:
    """sec-I14: somebody whose address nobody verified learns nothing about it"""
    await give_address(stage, school.people["department_head"], "head@school.example")
    tokens = [provider.sign_in("sub-unproven"), provider.forge(uuid4().hex, email="nobody@school.example")]
    first, second = [(await ask(stage, token)).json() | {"request_id": ""} for token in tokens]
    assert first == second


async def test_an_address_nobody_awaits_gets_no_account(stage: Stage, provider: IdentityProvider) -> None:
    """I-08, sec-I18"""
    email = f"{uuid4().hex}@school.example"
    answer = await ask(stage, provider.forge(uuid4().hex, email=email, email_verified=True))
    assert (answer.status_code, answer.json()["code"]) == (401, "not_known_here")
    assert not await stage.query("select 1 from users where email_key = %s", [email])


async def test_an_invited_address_gets_an_account(
    stage: Stage, school: School, provider: IdentityProvider
) -> None:
    """I-08: and no membership until the invitation is accepted"""
    email = f"{uuid4().hex}@school.example"
    body = {"email": email, "role": "teacher"}
    assert (await school["school_admin"].post("/api/users/invite", json=body)).status_code == 200
    person: dict[str, Any] = {"email": email, "email_verified": True, "name": "Teacher 9"}
    token = provider.forge("invited-" + email, **person)
    me = (await ask(stage, token)).json()
    assert (me["user"]["name"], me["memberships"]) == ("Teacher 9", [])
    answer = await ask(stage, token, "/api/users/staff")
    assert answer.json()["detail"] == "User is not linked to a school"


async def test_an_invitation_is_accepted_by_the_providers_token(
    stage: Stage, school: School, provider: IdentityProvider
) -> None:
    """P-09: by somebody this server has never seen before"""
    email = f"{uuid4().hex}@school.example"
    invited = await school["school_admin"].post("/api/users/invite", json={"email": email, "role": "teacher"})
    row_id = UUID(invited.json()["invitation"]["id"])
    link = derive_token(stage.resources.secret, INVITATION_PURPOSE, row_id)
    path = f"/api/invitations/{link}/accept"
    async with stage.client(provider.forge(uuid4().hex, email=email)) as client:
        assert (await client.post(path)).status_code == 401
    async with stage.client(provider.forge("sub-" + email, email=email, email_verified=True)) as client:
        assert (await client.post(path)).status_code == 200
        assert [m["role"] for m in (await client.get(ME)).json()["memberships"]] == ["teacher"]


async def test_twenty_first_requests_at_once_make_one_account(
    stage: Stage, school: School, provider: IdentityProvider
) -> None:
    email = f"{uuid4().hex}@school.example"
    await school["school_admin"].post("/api/users/invite", json={"email": email, "role": "teacher"})
    token = provider.forge("at-once-" + email, email=email, email_verified=True)
    answers = await asyncio.gather(*(ask(stage, token) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["user"]["id"] for answer in answers}) == 1
    linked = "select 1 from identity_events where kind = 'identity_linked' and user_id = %s"
    assert len(await stage.query(linked, [answers[0].json()["user"]["id"]])) == 1


async def test_who_gives_up_their_account_is_forgotten(
    stage: Stage, school: School, provider: IdentityProvider
) -> None:
    """I-07: the provider's token does not bring it back"""
    token = provider.forge(uuid4().hex, **proven(school.people["teacher"]))
    async with stage.client(token) as client:
        assert (await client.get(ME)).status_code == 200
        assert (await client.delete(ME)).status_code == 200
        assert (await client.get(ME)).status_code == 401


async def test_an_issuer_vouches_for_its_own_domains_alone(
    stage: Stage, database: Database, school: School, provider: IdentityProvider, tmp_path: Any
) -> None:
    """On a server that many schools share, one school's provider speaks for nobody of another's."""
    issuers = f"{provider.issuer}|{CLIENT}|Hillside.example,hill.example"
    teacher = school.people["teacher"]
    async with open_stage(database, tmp_path, oidc_issuers=issuers) as bound:
        assert (await ask(bound, provider.forge(uuid4().hex, **proven(teacher)))).status_code == 401
        await give_address(stage, teacher, f"{uuid4().hex}@hillside.example")
        email = (await stage.query("select email from users where id = %s", [teacher.user_id]))[0][0]
        answer = await ask(bound, provider.forge(uuid4().hex, email=email, email_verified=True))
        assert answer.json()["user"]["id"] == str(teacher.user_id)


async def test_where_sign_up_is_open_a_verified_address_gets_an_account(
    database: Database, provider: IdentityProvider, tmp_path: Any
) -> None:
    """I-08"""
    settings = {"oidc_issuers": f"{provider.issuer}|{CLIENT}", "sign_up": "open"}
    email = f"{uuid4().hex}@school.example"
    async with open_stage(database, tmp_path, **settings) as opened:
        answer = await ask(opened, provider.forge(uuid4().hex, email=email, email_verified=True))
        assert answer.json()["user"]["email"] == email
        answer = await ask(opened, provider.forge(uuid4().hex, email=email))
        assert answer.status_code == 401
