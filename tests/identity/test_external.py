"""Signing in by the tokens of an identity provider (I-03), tried with a real one."""

from __future__ import annotations

import asyncio
import hmac
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from markroom.identity import providers
from tests.databases import Database
from tests.identity.provider import CLIENT, OTHER_CLIENT, IdentityProvider, make_key, running
from tests.stage import Person, School, Stage, open_stage

ME = "/api/auth/me"
KEYS = [make_key("first"), make_key("second", "ES256"), make_key("third", "EdDSA")]
PEOPLE = {
    "sub-teacher": {"email": "Teacher.2@School.example", "email_verified": True, "name": "Teacher 2"},
    "sub-unproven": {"email": "head@school.example", "email_verified": False, "name": "Teacher 3"},
    "sub-boaster": {
        "email": "boaster@school.example",
        "email_verified": True,
        "role": "school_admin",
        "user_metadata": {"role": "school_admin"},
    },
}


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with running(IdentityProvider(KEYS, PEOPLE)) as started:
        yield started


@pytest.fixture(scope="module")
def other_provider() -> Iterator[IdentityProvider]:
    with running(IdentityProvider([make_key("first")], PEOPLE)) as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(
    database: Database, provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("data")
    async with open_stage(database, folder, oidc_issuers=f"{provider.issuer}|{CLIENT}") as opened:
        yield opened


@pytest.fixture
def no_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys may be fetched again at once."""
    monkeypatch.setattr(providers, "FLOOR_SECONDS", 0)


async def ask(stage: Stage, token: str, path: str = ME, **given: Any) -> httpx.Response:
    async with stage.client(token) as client:
        return await client.get(path, **given)


async def give_address(stage: Stage, person: Person, email: str) -> None:
    await stage.query(
        "update users set email = %s, email_key = lower(%s) where id = %s", [email, email, person.user_id]
    )


async def count_identities(stage: Stage) -> int:
    count: int = (await stage.query("select count(*) from external_identities"))[0][0]
    return count


def proven(person: Person) -> dict[str, Any]:
    return {"email": person.email, "email_verified": True}


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


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.algorithm)
async def test_every_allowed_kind_of_signature_is_taken(
    stage: Stage, school: School, provider: IdentityProvider, key: Any
) -> None:
    token = provider.forge(uuid4().hex, key=key, **proven(school.people["teacher"]))
    assert (await ask(stage, token)).status_code == 200


@pytest.mark.parametrize(("claim", "status"), [(True, 200), ("1", 200), (1, 200), ("0", 401), (False, 401)])
async def test_entra_says_in_its_own_way_that_an_address_is_verified(
    stage: Stage, school: School, provider: IdentityProvider, claim: Any, status: int
) -> None:
    """I-03: Entra sends no `email_verified`"""
    email = school.people["teacher"].email
    assert (await ask(stage, provider.forge(uuid4().hex, email=email, xms_edov=claim))).status_code == status


async def test_a_clock_a_little_off_is_forgiven(
    stage: Stage, school: School, provider: IdentityProvider
) -> None:
    now, person = int(time.time()), proven(school.people["teacher"])
    for claims in ({"exp": now - 10}, {"nbf": now + 10}, {"aud": ["other", CLIENT]}):
        assert (await ask(stage, provider.forge(uuid4().hex, **person, **claims))).status_code == 200


def sign_with_public_key(token: str) -> str:
    """The classic confusion: the public key taken for a shared secret."""
    claims = jwt.decode(token, options={"verify_signature": False})
    header = {"kid": KEYS[0].id}
    content = jwt.encode(claims, "x" * 32, "HS256", header).rpartition(".")[0]
    public = KEYS[0].private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signature = urlsafe_b64encode(hmac.digest(public, content.encode(), "sha256")).decode().rstrip("=")
    return f"{content}.{signature}"


STRANGE_KEY = make_key("first")
FORGED: dict[str, Callable[[IdentityProvider, dict[str, Any]], str]] = {
    "expired": lambda p, who: p.forge("forged", exp=int(time.time()) - 60, **who),
    "not yet valid": lambda p, who: p.forge("forged", nbf=int(time.time()) + 60, **who),
    "never expires": lambda p, who: p.forge("forged", exp=None, **who),
    "nobody's": lambda p, who: p.forge("forged", **who | {"sub": None}),
    "of an empty subject": lambda p, who: p.forge("", **who),
    "of a subject with a zero byte": lambda p, who: p.forge("forged\0", **who),
    "for another application": lambda p, who: p.forge("forged", aud=OTHER_CLIENT, **who),
    "for no application": lambda p, who: p.forge("forged", aud=None, **who),
    "of an issuer not configured": lambda p, who: p.forge("forged", iss="https://elsewhere.example", **who),
    "of an issuer spelt otherwise": lambda p, who: p.forge("forged", iss=p.issuer + "/", **who),
    "of another key by the same name": lambda p, who: p.forge("forged", key=STRANGE_KEY, **who),
    "of a key it brings along": lambda p, who: p.forge(
        "forged", key=STRANGE_KEY, header={"jwk": STRANGE_KEY.jwk, "jku": "http://127.0.0.1:1/jwks"}, **who
    ),
    "of a key of another kind": lambda p, who: p.forge("forged", header={"kid": "second"}, **who),
    "to announce a logout": lambda p, who: p.forge("forged", header={"typ": "logout+jwt"}, **who),
    "bound to a key not proven": lambda p, who: p.forge("forged", cnf={"jkt": "x"}, **who),
    "unsigned": lambda p, who: jwt.encode(
        {"iss": p.issuer, "aud": CLIENT, "sub": "forged", "exp": int(time.time()) + 600, **who},
        None,
        "none",
        {"kid": KEYS[0].id},
    ),
    "signed with the public key": lambda p, who: sign_with_public_key(p.forge("forged", **who)),
    "signed with nothing": lambda p, who: p.forge("forged", **who).rpartition(".")[0] + ".",
}


@pytest.mark.parametrize("kind", FORGED)
async def test_a_token_that_is_not_good_opens_nothing(
    stage: Stage, school: School, provider: IdentityProvider, kind: str
) -> None:
    """I-03, sec-M1: 401, like any token nobody issued, and nothing is linked"""
    before = await count_identities(stage)
    answer = await ask(stage, FORGED[kind](provider, proven(school.people["school_admin"])))
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_required")
    assert await count_identities(stage) == before


async def test_a_real_token_for_another_application_opens_nothing(
    stage: Stage, provider: IdentityProvider
) -> None:
    assert (await ask(stage, provider.sign_in("sub-teacher", OTHER_CLIENT))).status_code == 401


async def test_a_real_token_of_another_provider_opens_nothing(
    stage: Stage, other_provider: IdentityProvider
) -> None:
    assert (await ask(stage, other_provider.sign_in("sub-teacher"))).status_code == 401


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


async def test_where_a_request_says_it_came_to_changes_nothing(
    stage: Stage, school: School, provider: IdentityProvider, other_provider: IdentityProvider
) -> None:
    """sec-I13: issuers are configured, never taken from the request"""
    host = other_provider.issuer.removeprefix("http://")
    headers = {"Host": host, "X-Forwarded-Host": host, "Forwarded": f"host={host}"}
    strange = other_provider.forge(uuid4().hex, **proven(school.people["teacher"]))
    assert (await ask(stage, strange, headers=headers)).status_code == 401


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
    person = {"email": email, "email_verified": True, "name": "Teacher 9"}
    token = provider.forge("invited-" + email, **person)
    me = (await ask(stage, token)).json()
    assert (me["user"]["name"], me["memberships"]) == ("Teacher 9", [])
    answer = await ask(stage, token, "/api/users/staff")
    assert answer.json()["detail"] == "User is not linked to a school"


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


async def test_a_key_rotated_in_is_found_and_the_old_one_no_longer_good(
    stage: Stage, school: School, provider: IdentityProvider, no_floor: None
) -> None:
    """I-03: an unknown key's name is asked for; what is no longer published is no longer trusted"""
    person, old, new = proven(school.people["teacher"]), provider.keys, [make_key("rotated")]
    assert (await ask(stage, provider.forge("rotating", **person))).status_code == 200
    try:
        provider.stop()
        provider.keys = new
        provider.start()
        assert (await ask(stage, provider.forge("rotating", **person))).status_code == 200
        assert (await ask(stage, provider.forge("rotating", key=old[0], **person))).status_code == 401
    finally:
        provider.stop()
        provider.keys = old
        provider.start()


async def test_while_the_provider_is_away_known_keys_work_and_others_are_unavailable(
    stage: Stage, school: School, provider: IdentityProvider, no_floor: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P-02: a failing dependency is 503, never 401 or 403"""
    person = proven(school.people["teacher"])
    assert (await ask(stage, provider.forge("away", **person))).status_code == 200
    provider.stop()
    try:
        monkeypatch.setattr(providers, "KEPT_SECONDS", 0)
        assert (await ask(stage, provider.forge("away", **person))).status_code == 200
        answer = await ask(stage, provider.forge("away", key=make_key("new"), **person))
        assert (answer.status_code, answer.json()["code"]) == (503, "provider_unavailable")
    finally:
        provider.start()
    assert (await ask(stage, provider.forge("away", key=make_key("new"), **person))).status_code == 401


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


async def test_without_issuers_no_such_token_is_taken(
    database: Database, provider: IdentityProvider, tmp_path: Any
) -> None:
    async with open_stage(database, tmp_path) as closed:
        assert (await ask(closed, provider.forge("sub-teacher"))).status_code == 401
