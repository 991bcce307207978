"""What an operator can set, all through the environment."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from markroom.kit.errors import MarkroomError
from markroom.kit.tokens import SHORTEST_SECRET

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class BadSetting(MarkroomError):
    """A setting has a value Markroom cannot use."""


def _setting(variable: str, meaning: str, default: str = "") -> str:
    return field(default=default, metadata={"variable": variable, "meaning": meaning})


@dataclass(frozen=True)
class Issuer:
    """An identity provider whose tokens are taken, and the e-mail domains it may vouch for (none: every
    one). With a client secret, which may be empty, people sign in at its own pages too, by a button with
    its name."""

    url: str
    audience: str
    domains: frozenset[str] = frozenset()
    client_secret: str | None = field(default=None, repr=False)
    name: str = ""

    @property
    def key(self) -> str:
        """What its addresses here go by."""
        return hashlib.sha256(self.url.encode()).hexdigest()[:8]


def is_safe_url(url: str) -> bool:
    """https, or http on this machine alone."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_near = parts.scheme == "http" and parts.hostname in LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or is_near)


def is_graph_url(url: str) -> bool:
    """An address of Bolt, or none."""
    try:
        parts = urlsplit(url)
        return not url or (
            bool(re.fullmatch(r"(bolt|neo4j)(\+s|\+ssc)?", parts.scheme)) and bool(parts.hostname)
        )
    except ValueError:
        return False


def parse_issuers(text: str) -> tuple[Issuer, ...]:
    """Raises BadSetting."""
    found = [_parse_issuer(part) for part in text.split()]
    if len({issuer.url for issuer in found}) < len(found):
        raise BadSetting("MARKROOM_OIDC_ISSUERS names an issuer twice.")
    return tuple(found)


def _parse_issuer(text: str) -> Issuer:
    parts = text.split("|")
    url, audience, domains, secret, name = (*parts, *[""] * 5)[:5]
    if not (is_safe_url(url) and audience) or len(parts) > 5 or {"?", "#"} & set(url):
        raise BadSetting(
            "MARKROOM_OIDC_ISSUERS must be like https://id.example/school|audience, several with spaces "
            "between; plain http only on this machine."
        )
    return Issuer(
        url,
        audience,
        frozenset(filter(None, domains.casefold().split(","))),
        unquote(secret) if len(parts) > 3 else None,
        unquote(name) or str(urlsplit(url).hostname),
    )


@dataclass(frozen=True, kw_only=True)
class Settings:
    database_url: str = _setting(
        "MARKROOM_DATABASE_URL",
        "PostgreSQL as markroom_app; unset: the embedded server under the data directory",
    )
    admin_database_url: str = _setting(
        "MARKROOM_ADMIN_DATABASE_URL", "PostgreSQL as an administrator, for migrate, backup and doctor"
    )
    data_dir: str = _setting(
        "MARKROOM_DATA_DIR", "Where the embedded database, files and the secret lie", "./.markroom"
    )
    secret: str = _setting(
        "MARKROOM_SECRET",
        "What links are derived from, shared by all hosts; unset: made once in the data directory",
    )
    mail_url: str = _setting(
        "MARKROOM_MAIL_URL", "smtp://host:port or smtps://user:password@host; unset: the development mailbox"
    )
    mail_from: str = _setting("MARKROOM_MAIL_FROM", "Sender of every mail", "Markroom <markroom@localhost>")
    storage_url: str = _setting(
        "MARKROOM_STORAGE_URL", "Where files lie: file:… or s3://…; unset: the data directory"
    )
    graph_url: str = _setting(
        "MARKROOM_GRAPH_URL",
        "Neo4j as bolt://user:password@host:port or neo4j+s://…; off: no graph; unset: the data directory",
    )
    base_url: str = _setting(
        "MARKROOM_BASE_URL", "The address people open, used in every link", "http://127.0.0.1:8000"
    )
    sign_up: str = _setting("MARKROOM_SIGN_UP", "invited (only people who were asked) or open", "invited")
    rate_limits: str = _setting(
        "MARKROOM_RATE_LIMITS", "off, or name=n/minute, … to change some of the limits a minute"
    )
    oidc_issuers: str = _setting(
        "MARKROOM_OIDC_ISSUERS",
        "Whose tokens sign people in: issuer|audience, or issuer|audience|domain,… to take its word only for "
        "addresses there; several with spaces between. With |client secret after that, empty for a public "
        "client, the sign-in page has a button for it, with the |name after that; both percent-encoded",
    )
    postgres_bin: str = _setting(
        "MARKROOM_POSTGRES_BIN", "Folder of the PostgreSQL programs to use instead of the shipped ones"
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        given: dict[str, Any] = {
            f.name: environment.get(f.metadata["variable"], "") or f.default for f in fields(cls)
        }
        settings = cls(**given | {"base_url": given["base_url"].rstrip("/")})
        settings.check()
        return settings

    def check(self) -> None:
        if urlsplit(self.base_url).scheme not in {"http", "https"} or not urlsplit(self.base_url).hostname:
            raise BadSetting(
                "MARKROOM_BASE_URL must be the address people open, like https://markroom.example."
            )
        if self.mail_url and urlsplit(self.mail_url).scheme not in {"smtp", "smtps"}:
            raise BadSetting("MARKROOM_MAIL_URL must begin with smtp:// or smtps://.")
        if self.graph_url != "off" and not is_graph_url(self.graph_url):
            raise BadSetting("MARKROOM_GRAPH_URL must be like bolt://user:password@host:7687, or off.")
        if self.secret and len(self.secret.encode()) < SHORTEST_SECRET:
            raise BadSetting(f"MARKROOM_SECRET must be at least {SHORTEST_SECRET} bytes long.")
        if self.sign_up not in {"invited", "open"}:
            raise BadSetting("MARKROOM_SIGN_UP must be invited or open.")
        parse_issuers(self.oidc_issuers)
        if not self.mail_url and not self.is_loopback:
            raise BadSetting(
                "Set MARKROOM_MAIL_URL: mails may only be kept as files where MARKROOM_BASE_URL is loopback."
            )

    @property
    def issuers(self) -> tuple[Issuer, ...]:
        return parse_issuers(self.oidc_issuers)

    @property
    def is_loopback(self) -> bool:
        return urlsplit(self.base_url).hostname in LOOPBACK

    @property
    def is_secure(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def data_path(self) -> Path:
        return Path(self.data_dir).resolve()
