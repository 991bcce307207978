"""Which tokens of an identity provider are good (I-03): a real one's, and those of a forger with its keys."""

from __future__ import annotations

import hmac
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from markroom.identity import providers
from tests.databases import Database
from tests.identity.external.asking import KEYS, ask, count_identities, proven
from tests.identity.provider import CLIENT, OTHER_CLIENT, IdentityProvider, make_key
from tests.stage import School, Stage, open_stage


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.algorithm)
async def test_every_allowed_kind_of_signature_is_taken(
    stage: Stage, school: School, provider: IdentityProvider, key: Any
) -> None:
    token = provider.forge(uuid4().hex, key=key, **proven(school.people["teacher"]))
    assert (await ask(stage, token)).status_code == 200


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
        "",
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


async def test_where_a_request_says_it_came_to_changes_nothing(
    stage: Stage, school: School, provider: IdentityProvider, other_provider: IdentityProvider
) -> None:
    """sec-I13: issuers are configured, never taken from the request"""
    host = other_provider.issuer.removeprefix("http://")
    headers = {"Host": host, "X-Forwarded-Host": host, "Forwarded": f"host={host}"}
    strange = other_provider.forge(uuid4().hex, **proven(school.people["teacher"]))
    assert (await ask(stage, strange, headers=headers)).status_code == 401


async def test_without_issuers_no_such_token_is_taken(
    database: Database, provider: IdentityProvider, tmp_path: Any
) -> None:
    async with open_stage(database, tmp_path) as closed:
        assert (await ask(closed, provider.forge("sub-teacher"))).status_code == 401


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
    assert (await ask(stage, provider.forge("rotating", **person))).status_code == 200


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
