"""Signing in at an identity provider's own pages: authorization code with PKCE (OpenID Connect Core 1.0,
RFC 7636, RFC 9700). What belongs to one way there and back follows from its state and the server's secret."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import jwt

from markroom.identity.external import identify
from markroom.identity.model import (
    SESSION_LIFE,
    SESSION_PREFIX,
    ExternalIdentity,
    NotKnownHere,
    ProviderUnavailable,
    SignIn,
)
from markroom.identity.providers import PATIENCE_SECONDS, BadAnswer, Provider, fetch_json
from markroom.identity.writes import open_session_of_external, record
from markroom.kit.db import Conn
from markroom.kit.errors import Refused
from markroom.kit.logs import log
from markroom.kit.tokens import hash_token, random_token

WAY_SECONDS = 600


class WayLost(Refused):
    """That took too long, or was begun in another browser. Please try again."""


class SignInRefusedThere(Refused):
    """You were not signed in there. Please try again."""


@dataclass(frozen=True)
class Way:
    """One way to a provider and back, as this browser keeps it; `to` is where to go afterwards."""

    provider_key: str
    state: str
    to: str


def begin_way(provider: Provider, to: str) -> Way:
    return Way(provider.issuer.key, secrets.token_urlsafe(32), to)


def seal(secret: bytes, way: Way) -> str:
    """The way as a cookie's value: signed, and good for ten minutes."""
    claims = {**vars(way), "exp": int(time.time()) + WAY_SECONDS}
    return jwt.encode(claims, _derive(secret, "seal"), "HS256")


def unseal(secret: bytes, sealed: str, provider: Provider, state: str) -> Way:
    """The way this browser began, if it is the one that ends here. Raises WayLost."""
    try:
        claims = jwt.decode(sealed, _derive(secret, "seal"), ["HS256"], options={"require": ["exp"]})
        way = Way(claims["provider_key"], claims["state"], claims["to"])
    except (jwt.PyJWTError, KeyError) as error:
        raise WayLost from error
    if way.provider_key != provider.issuer.key or not hmac.compare_digest(way.state.encode(), state.encode()):
        raise WayLost
    return way


def way_back(base_url: str, provider_key: str) -> str:
    """Where the provider sends people back to: the redirect address to be registered there."""
    return f"{base_url}/sign-in/by/{provider_key}/back"


async def find_way_there(provider: Provider, secret: bytes, base_url: str, way: Way) -> str:
    """The address of the provider's sign-in page. Raises ProviderUnavailable."""
    address = await provider.find_endpoint("authorization_endpoint")
    if address is None:
        raise ProviderUnavailable
    asked = {
        "response_type": "code",
        "client_id": provider.issuer.audience,
        "redirect_uri": way_back(base_url, way.provider_key),
        "scope": "openid email profile",
        "state": way.state,
        "nonce": _of_way(secret, "nonce", way),
        "code_challenge": _encode(hashlib.sha256(_of_way(secret, "verifier", way).encode()).digest()),
        "code_challenge_method": "S256",
    }
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


async def read_back(
    provider: Provider, secret: bytes, base_url: str, way: Way, code: str
) -> ExternalIdentity:
    """Who came back with this code. Raises SignInRefusedThere or ProviderUnavailable."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), httpx.AsyncClient() as client:
            answer = await _redeem(client, provider, secret, base_url, way, code)
            claims = await _read_token(provider, answer.get("id_token"))
            if not hmac.compare_digest(str(claims.get("nonce")), _of_way(secret, "nonce", way)):
                raise SignInRefusedThere
            claims = await _complete(client, provider, claims, answer.get("access_token"))
    except (httpx.HTTPError, TimeoutError) as error:
        raise ProviderUnavailable from error
    except (BadAnswer, jwt.PyJWTError) as error:
        log.warning("provider_refused", issuer=provider.issuer.url, failure=type(error).__name__)
        raise SignInRefusedThere from error
    identity = identify(provider.issuer, claims)
    if identity is None:
        raise SignInRefusedThere
    return identity


async def _redeem(
    client: httpx.AsyncClient, provider: Provider, secret: bytes, base_url: str, way: Way, code: str
) -> dict[str, Any]:
    """The tokens for a code, which only who began the way can have."""
    address, issuer = await provider.find_endpoint("token_endpoint"), provider.issuer
    if address is None:
        raise BadAnswer
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": way_back(base_url, way.provider_key),
        "code_verifier": _of_way(secret, "verifier", way),
    }
    if issuer.client_secret and provider.takes_secret_by_header:
        pair = (quote(issuer.audience, safe=""), quote(issuer.client_secret, safe=""))  # RFC 6749, 2.3.1
        return await fetch_json(client, address, "POST", data=form, auth=pair)
    form |= {"client_id": issuer.audience, "client_secret": issuer.client_secret or ""}
    return await fetch_json(client, address, "POST", data={k: v for k, v in form.items() if v})


async def _read_token(provider: Provider, token: Any) -> dict[str, Any]:
    if not isinstance(token, str):
        raise BadAnswer
    await provider.ensure_key(str(jwt.get_unverified_header(token).get("kid")))
    return provider.check(token)


async def _complete(
    client: httpx.AsyncClient, provider: Provider, claims: dict[str, Any], access_token: Any
) -> dict[str, Any]:
    """With the address and name that some providers tell only when asked for them."""
    address = await provider.find_endpoint("userinfo_endpoint")
    if "email" in claims or address is None or not isinstance(access_token, str):
        return claims
    told = await fetch_json(client, address, headers={"Authorization": f"Bearer {access_token}"})
    if told.get("sub") != claims["sub"]:
        raise BadAnswer
    return {**told, **claims}


async def sign_in_by_provider(
    conn: Conn, identity: ExternalIdentity, user_agent: str, request_id: str, *, sign_up_open: bool
) -> SignIn:
    """Opens a session for whoever a provider sent back. Raises NotKnownHere."""
    access_token = random_token(SESSION_PREFIX)
    opened = await open_session_of_external(
        conn, identity, hash_token(access_token), SESSION_LIFE, user_agent, sign_up_open=sign_up_open
    )
    if opened is None:
        raise NotKnownHere
    user_id, session_id, expires_at, is_new = opened
    if is_new:
        await record(conn, "identity_linked", user_id, request_id)
    await record(conn, "signed_in_by_provider", user_id, request_id)
    return SignIn(access_token, user_id, session_id, expires_at)


def _derive(secret: bytes, purpose: str) -> bytes:
    return hmac.digest(secret, b"sign-in-by-provider\0" + purpose.encode(), "sha256")


def _of_way(secret: bytes, purpose: str, way: Way) -> str:
    return _encode(_derive(secret, f"{purpose}\0{way.state}"))


def _encode(digest: bytes) -> str:
    return urlsafe_b64encode(digest).decode().rstrip("=")
