"""Reads the tokens of identity providers: whose they are is what the provider signed, what they may is what
stands here."""

from __future__ import annotations

from typing import Any

import jwt

from markroom.identity.credentials import check_place
from markroom.identity.model import (
    BadAddress,
    BadName,
    ExternalIdentity,
    NotKnownHere,
    address_key,
    check_address,
    check_name,
)
from markroom.identity.providers import LARGEST_TOKEN, Provider
from markroom.identity.writes import begin_external, record
from markroom.kit.access import Wish
from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.kit.settings import Issuer, Settings

ENTRA_TRUE = (True, "1", "true")  # how Entra writes that the owner of the address's domain is verified
LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, section 2


class ExternalReader:
    """The credential reader of all configured issuers."""

    def __init__(self, settings: Settings) -> None:
        self._providers = {issuer.url: Provider(issuer) for issuer in settings.issuers}
        self.with_pages = {
            issuer.key: self._providers[issuer.url]
            for issuer in settings.issuers
            if issuer.client_secret is not None
        }
        self._sign_up_open = settings.sign_up == "open"

    async def prepare(self, token: str) -> None:
        """Has the key of a token at hand, so that reading it waits for nobody. Raises ProviderUnavailable."""
        if found := self._find_signer(token):
            provider, key_id = found
            await provider.ensure_key(key_id)

    async def read(self, conn: Conn, token: str, wish: Wish) -> Actor | None:
        """The user of a token. Raises NotKnownHere, InstituteNotFound, NotLinked or InstituteAmbiguous."""
        identity = self._verify(token)
        if identity is None:
            return None
        begun = await begin_external(conn, identity, wish, sign_up_open=self._sign_up_open)
        if begun is None:
            raise NotKnownHere(headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        identity_id, is_new, user_id, institute_id, role, is_platform_admin, name, places = begun
        if is_new:
            await record(conn, "identity_linked", user_id, wish.request_id)
        check_place(institute_id, places, wish)
        return Actor(user_id, name, f"external:{identity_id}", institute_id, role, is_platform_admin)

    def _find_signer(self, token: str) -> tuple[Provider, str] | None:
        """Whose key a token says it is signed with; nothing of it is proven yet."""
        if token.count(".") != 2 or len(token) > LARGEST_TOKEN:
            return None
        try:
            header = jwt.get_unverified_header(token)
            issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        except jwt.PyJWTError:
            return None
        provider = self._providers.get(issuer) if isinstance(issuer, str) else None
        return (provider, header["kid"]) if provider and "kid" in header else None

    def _verify(self, token: str) -> ExternalIdentity | None:
        found = self._find_signer(token)
        if found is None:
            return None
        provider, _ = found
        try:
            return identify(provider.issuer, provider.check(token))
        except jwt.PyJWTError:
            return None


def identify(issuer: Issuer, claims: dict[str, Any]) -> ExternalIdentity | None:
    """Who the claims of a checked token are about; None where nobody can be called so."""
    subject = claims["sub"]
    if not 1 <= len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        return None
    email = _proven_address(issuer, claims)
    return ExternalIdentity(issuer.url, subject, email, _name(claims, email))


def _proven_address(issuer: Issuer, claims: dict[str, Any]) -> str | None:
    """The address the issuer itself has verified and may vouch for. What stands under `user_metadata` and the
    like its user can write."""
    email = claims.get("email")
    is_verified = claims.get("email_verified", claims.get("xms_edov") in ENTRA_TRUE)
    if is_verified is not True or not isinstance(email, str):
        return None
    try:
        address = check_address(email)
    except BadAddress:
        return None
    domain = address_key(address).rpartition("@")[2]
    return address if not issuer.domains or domain in issuer.domains else None


def _name(claims: dict[str, Any], email: str | None) -> str:
    """For an account to be made; people rename themselves."""
    try:
        return check_name(str(claims.get("name") or ""))
    except BadName:
        return (email or "").partition("@")[0]
