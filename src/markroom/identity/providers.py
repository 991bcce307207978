"""Identity providers: their keys, fetched by their own discovery document and kept, and their tokens, checked
against them."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import httpx
import jwt

from markroom.identity.model import ProviderUnavailable
from markroom.kit.logs import log
from markroom.kit.settings import LOOPBACK, Issuer, is_safe_url

ALGORITHMS = ("RS256", "ES256", "EdDSA")
ENDPOINTS = ("authorization_endpoint", "token_endpoint")  # what signing in by a button needs
TOKEN_TYPES = (None, "JWT", "at+jwt", "application/at+jwt")  # not the ones that announce a logout
LARGEST_TOKEN = 16 * 2**10
LARGEST_ANSWER = 256 * 2**10
LEEWAY_SECONDS = 30
PATIENCE_SECONDS = 5
FLOOR_SECONDS = 10
KEPT_SECONDS = 3600


class BadAnswer(Exception):
    """The provider's answer is not what its standard says."""


class Provider:
    """The keys of one issuer. They are fetched one request at a time, never more often than FLOOR_SECONDS."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer
        self._keys: dict[tuple[str | None, str], jwt.PyJWK] = {}
        self._document: dict[str, Any] = {}
        self._fetching = asyncio.Lock()
        self._tried_at = self._fetched_at = float("-inf")
        self._is_away = False

    async def ensure_key(self, key_id: str) -> None:
        """Fetches the keys where this one is unknown or all are old. Keys once known go on working while the
        provider is away; for others that raises ProviderUnavailable."""
        if self._has(key_id) and (not self._is_due(KEPT_SECONDS) or self._fetching.locked()):
            return
        async with self._fetching:
            if self._is_due(KEPT_SECONDS if self._has(key_id) else FLOOR_SECONDS):
                await self._fetch()
        if self._is_away and not self._has(key_id):
            raise ProviderUnavailable

    async def find_endpoint(self, name: str) -> str | None:
        """An address of the provider by its name in the discovery document; None where it has none that may
        be followed. Raises ProviderUnavailable."""
        if not self._document or self._is_due(KEPT_SECONDS):
            async with self._fetching:
                if self._is_due(FLOOR_SECONDS):
                    await self._fetch()
        if not self._document:
            raise ProviderUnavailable
        address = self._document.get(name)
        return address if isinstance(address, str) and _may_follow(self.issuer.url, address) else None

    @property
    def takes_secret_by_header(self) -> bool:
        """Whether a client's secret goes as basic authentication, the default of the standard. Known once
        an endpoint was found."""
        ways = self._document.get("token_endpoint_auth_methods_supported")
        return not isinstance(ways, list) or "client_secret_basic" in ways

    async def examine(self) -> None:
        """Fetches document and keys anew. Raises ProviderUnavailable, in words for an operator."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), httpx.AsyncClient() as client:
                document, keys = await _fetch_keys(client, self.issuer.url)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise ProviderUnavailable(
                f"{self.issuer.url} does not answer ({type(error).__name__}). Check the address in "
                "MARKROOM_OIDC_ISSUERS, and whether this machine reaches it."
            ) from error
        except BadAnswer as error:
            raise ProviderUnavailable(
                f"{self.issuer.url} does not answer as an OpenID provider: is it written exactly as the "
                "provider writes its issuer?"
            ) from error
        if not keys:
            raise ProviderUnavailable(f"{self.issuer.url} publishes no signing key that is taken here.")
        for name in ENDPOINTS if self.issuer.client_secret is not None else ():
            address = document.get(name)
            if not isinstance(address, str) or not _may_follow(self.issuer.url, address):
                raise ProviderUnavailable(
                    f"{self.issuer.url} publishes no {name} that may be followed: nobody can sign in there "
                    "by its button."
                )

    def check(self, token: str) -> dict[str, Any]:
        """The claims of a token this issuer signed for us and that is valid now. Raises jwt.PyJWTError."""
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS or header.get("typ") not in TOKEN_TYPES:
            raise jwt.InvalidTokenError
        key = self._keys.get((header.get("kid"), header["alg"]))
        if key is None:
            raise jwt.InvalidKeyError
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            issuer=self.issuer.url,
            audience=self.issuer.audience,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iss", "aud", "sub"], "enforce_minimum_key_length": True},
        )
        if "cnf" in claims:  # bound to a key its bearer would have to prove
            raise jwt.InvalidTokenError
        return claims

    def _has(self, key_id: str) -> bool:
        return any(known == key_id for known, _ in self._keys)

    def _is_due(self, seconds: float) -> bool:
        now = time.monotonic()
        return now - self._fetched_at >= seconds and now - self._tried_at >= FLOOR_SECONDS

    async def _fetch(self) -> None:
        self._tried_at, self._is_away = (
            time.monotonic(),
            True,
        )  # until it answers, also when this is cancelled
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), httpx.AsyncClient() as client:
                self._document, self._keys = await _fetch_keys(client, self.issuer.url)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, BadAnswer) as error:
            log.warning("provider_away", issuer=self.issuer.url, failure=type(error).__name__)
        else:
            self._fetched_at, self._is_away = self._tried_at, False


async def _fetch_keys(
    client: httpx.AsyncClient, issuer: str
) -> tuple[dict[str, Any], dict[tuple[str | None, str], jwt.PyJWK]]:
    """The issuer's discovery document (OpenID Connect Discovery 1.0), and the public keys it leads to."""
    document = await fetch_json(client, issuer.rstrip("/") + "/.well-known/openid-configuration")
    address = document.get("jwks_uri")
    if document.get("issuer") != issuer or not isinstance(address, str) or not _may_follow(issuer, address):
        raise BadAnswer
    try:
        found = jwt.PyJWKSet.from_dict(await fetch_json(client, address)).keys
    except jwt.PyJWTError as error:
        raise BadAnswer from error
    return document, {
        (key.key_id, key.algorithm_name): key
        for key in found
        if key.algorithm_name in ALGORITHMS and key.public_key_use != "enc"
    }


def _may_follow(issuer: str, address: str) -> bool:
    """A provider elsewhere cannot send us to this machine's own ports."""
    try:
        own_host, host = httpx.URL(issuer).host, httpx.URL(address).host
        return is_safe_url(address) and (host not in LOOPBACK or own_host in LOOPBACK)
    except (ValueError, httpx.InvalidURL):
        return False


async def fetch_json(
    client: httpx.AsyncClient, address: str, method: str = "GET", **request: Any
) -> dict[str, Any]:
    """An object as JSON, of bounded size. Raises BadAnswer."""
    body = bytearray()
    headers = {"Accept": "application/json", **request.pop("headers", {})}
    async with client.stream(method, address, headers=headers, **request) as response:
        if response.status_code != httpx.codes.OK:
            raise BadAnswer
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > LARGEST_ANSWER:
                raise BadAnswer
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadAnswer from error
    if not isinstance(found, dict):
        raise BadAnswer
    return found
