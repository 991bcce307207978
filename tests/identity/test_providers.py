"""Fetching a provider's keys: in bounded time and size, from where its issuer says, and not too often."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.identity import providers
from markroom.identity.external import ExternalReader
from markroom.identity.model import ProviderUnavailable
from markroom.identity.providers import Provider
from markroom.kit.access import Wish
from markroom.kit.settings import Issuer, Settings
from tests.databases import Database
from tests.identity.provider import CLIENT, make_key
from tests.stage import open_stage

KEY = make_key("first", "ES256")
DISCOVERY, JWKS = "/.well-known/openid-configuration", "/jwks"


@dataclass
class Issuing:
    """A server on this machine that answers as each test says, and counts."""

    url: str = ""
    answers: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    hangs: bool = False
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)

    def say(self, path: str, content: Any, status: str = "200 OK", **headers: str) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.answers[path] = "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        self.asked.append(path)
        self.was_asked.set()
        if self.hangs:
            await reader.read()
        else:
            writer.write(self.answers[path])
        writer.close()


@asynccontextmanager
async def issuing() -> AsyncIterator[Issuing]:
    made = Issuing()
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    made.say(DISCOVERY, {"issuer": made.url, "jwks_uri": made.url + JWKS})
    made.say(JWKS, {"keys": [KEY.jwk]})
    try:
        yield made
    finally:
        server.close()


async def test_keys_are_fetched_once_for_many_requests_at_once() -> None:
    async with issuing() as server:
        provider = Provider(Issuer(server.url, CLIENT))
        await asyncio.gather(*(provider.ensure_key("first") for _ in range(20)))
        await provider.ensure_key("first")
        assert server.asked == [DISCOVERY, JWKS]


async def test_made_up_keys_do_not_make_us_ask_again_and_again() -> None:
    """An unknown key is asked for once in a while, whoever names how many."""
    async with issuing() as server:
        provider = Provider(Issuer(server.url, CLIENT))
        for name in range(20):
            await provider.ensure_key(f"made up {name}")
        assert server.asked == [DISCOVERY, JWKS]


async def test_a_provider_that_fails_is_not_asked_again_at_once() -> None:
    async with issuing() as server:
        server.say(JWKS, b"", "500 Internal Server Error")
        provider = Provider(Issuer(server.url, CLIENT))
        for _ in range(20):
            with pytest.raises(ProviderUnavailable):
                await provider.ensure_key("first")
        assert server.asked == [DISCOVERY, JWKS]


def say_nothing_of_keys(server: Issuing) -> None:
    server.say(DISCOVERY, {"issuer": server.url})


BAD_ANSWERS: dict[str, Callable[[Issuing], None]] = {
    "another issuer": lambda s: s.say(DISCOVERY, {"issuer": s.url + "/other", "jwks_uri": s.url + JWKS}),
    "no address of keys": say_nothing_of_keys,
    "keys over plain http": lambda s: s.say(
        DISCOVERY, {"issuer": s.url, "jwks_uri": "http://192.0.2.1/jwks"}
    ),
    "keys in a file": lambda s: s.say(DISCOVERY, {"issuer": s.url, "jwks_uri": "file:///etc/passwd"}),
    "keys nowhere": lambda s: s.say(DISCOVERY, {"issuer": s.url, "jwks_uri": "https://[::"}),
    "a list": lambda s: s.say(DISCOVERY, []),
    "a page": lambda s: s.say(DISCOVERY, b"<html>"),
    "deep nesting": lambda s: s.say(DISCOVERY, b"[" * 100_000),
    "a redirect": lambda s: s.say(DISCOVERY, b"", "302 Found", Location=s.url + JWKS),
    "no keys": lambda s: s.say(JWKS, {"keys": []}),
    "keys that are none": lambda s: s.say(JWKS, {"keys": "none"}),
    "far too much": lambda s: s.say(JWKS, {"keys": [KEY.jwk], "more": "x" * 2**20}),
    "half an answer": lambda s: s.answers.update({JWKS: b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"}),
    "no HTTP": lambda s: s.answers.update({JWKS: b"hello"}),
}


@pytest.mark.parametrize("kind", BAD_ANSWERS)
async def test_a_bad_answer_makes_the_provider_unavailable(kind: str) -> None:
    """P-02: 503, whatever it is that came back"""
    async with issuing() as server:
        BAD_ANSWERS[kind](server)
        with pytest.raises(ProviderUnavailable):
            await Provider(Issuer(server.url, CLIENT)).ensure_key("first")


def test_a_provider_elsewhere_cannot_send_us_to_this_machine() -> None:
    assert providers._may_follow("https://id.example", "https://keys.example/jwks")
    assert not providers._may_follow("https://id.example", "https://127.0.0.1/jwks")
    assert not providers._may_follow("https://id.example", "http://localhost:8000/jwks")


async def test_shared_secrets_and_keys_to_encrypt_are_no_signing_keys() -> None:
    secret = {"kty": "oct", "k": "c2VjcmV0" * 8, "kid": "secret", "alg": "HS256"}
    async with issuing() as server:
        server.say(JWKS, {"keys": [secret, KEY.jwk | {"use": "enc"}, make_key("good").jwk]})
        provider = Provider(Issuer(server.url, CLIENT))
        await provider.ensure_key("good")
        assert list(provider._keys) == [("good", "RS256")]


async def test_no_transaction_is_open_while_a_provider_takes_its_time(
    database: Database, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A provider that hangs holds up its own people alone, and not for long."""
    monkeypatch.setattr(providers, "PATIENCE_SECONDS", 1)
    async with issuing() as server:
        server.hangs = True
        token = jwt.encode({"iss": server.url}, KEY.private, KEY.algorithm, {"kid": KEY.id})
        issuers = f"{server.url}|{CLIENT}"
        async with (
            open_stage(database, tmp_path, oidc_issuers=issuers) as stage,
            stage.client(token) as client,
        ):
            asking = asyncio.create_task(client.get("/api/auth/me"))
            await server.was_asked.wait()
            held = "select 1 from pg_stat_activity where datname = %s and state like 'idle in%%'"
            assert await stage.query(held, [database.name]) == []
            answer = await asking
    assert (answer.status_code, answer.json()["code"]) == (503, "provider_unavailable")


NOTHING: Any = None  # a token that is none never reaches the database
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
NAMES = st.sampled_from(["alg", "kid", "typ", "crit", "b64", "iss", "exp", "aud", "sub"])
PARTS = st.dictionaries(NAMES, JSON | st.sampled_from(["https://id.example", "RS256", "first"])) | JSON


def write_part(part: Any) -> str:
    return jwt.utils.base64url_encode(json.dumps(part).encode()).decode()


@given(st.text() | st.builds(lambda *p: ".".join(map(write_part, p)), PARTS, PARTS, st.just("")))
def test_no_text_makes_reading_a_token_fail(token: str) -> None:
    """Bad input is a 401, never a failure of ours."""
    reader = ExternalReader(Settings(oidc_issuers=f"https://id.example|{CLIENT}"))
    assert asyncio.run(reader.read(NOTHING, token, Wish(None, True, ""))) is None


@pytest.mark.parametrize("header", [b"[" * 9000, b'{"kid":' * 1500, b"1" * 9000, b"\xff\xfe", b"", b"\0"])
def test_a_hostile_header_is_no_token(header: bytes) -> None:
    reader = ExternalReader(Settings(oidc_issuers=f"https://id.example|{CLIENT}"))
    token = jwt.utils.base64url_encode(header).decode()
    for hostile in (f"{token}.{token}.", f"{write_part({'alg': 'RS256', 'kid': 'x'})}.{token}."):
        assert asyncio.run(reader.read(NOTHING, hostile, Wish(None, True, ""))) is None


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint"])
async def test_doctor_looks_for_what_a_button_needs(name: str) -> None:
    """O-02: only where there is a button"""
    async with issuing() as server:
        named = {each: f"{server.url}/{each}" for each in ("authorization_endpoint", "token_endpoint")}
        said = {"issuer": server.url, "jwks_uri": server.url + JWKS, **named}
        server.say(DISCOVERY, said)
        await Provider(Issuer(server.url, CLIENT, client_secret="x")).examine()
        server.say(DISCOVERY, {key: value for key, value in said.items() if key != name})
        await Provider(Issuer(server.url, CLIENT)).examine()
        with pytest.raises(ProviderUnavailable, match=name):
            await Provider(Issuer(server.url, CLIENT, client_secret="x")).examine()
