"""Looks at everything a server needs and says, in a line each, what is wrong and what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from uuid import uuid4

from markroom.identity.providers import Provider
from markroom.identity.redirects import way_back
from markroom.kit.errors import MarkroomError
from markroom.kit.mail import SmtpPost
from markroom.kit.migrations import list_missing
from markroom.kit.resources import Resources
from markroom.kit.settings import Issuer, Settings


@dataclass(frozen=True)
class Finding:
    what: str
    is_well: bool
    advice: str = ""


async def examine(resources: Resources, admin_url: str | None) -> AsyncIterator[Finding]:
    """One finding a part, in the order in which the parts need each other."""
    yield await _find("database", lambda: _look_at_database(resources))
    if admin_url:
        yield _look_at_migrations(admin_url)
    yield await _find("files", lambda: _look_at_storage(resources))
    yield await _find("mail", lambda: _look_at_mail(resources))
    for issuer in resources.settings.issuers:
        yield await _find(_name_provider(issuer, resources.settings), Provider(issuer).examine)


def _name_provider(issuer: Issuer, settings: Settings) -> str:
    if issuer.client_secret is None:
        return f"sign-in by {issuer.url}"
    return f"sign-in by {issuer.url}, which sends people back to {way_back(settings.base_url, issuer.key)}"


async def _find(what: str, look: Callable[[], Awaitable[None]]) -> Finding:
    try:
        await look()
    except MarkroomError as error:
        return Finding(what, False, error.detail)
    except OSError as error:
        return Finding(what, False, f"It does not answer ({error}). Check its address in the settings.")
    return Finding(what, True)


async def _look_at_database(resources: Resources) -> None:
    async with resources.database.opened():
        return


def _look_at_migrations(admin_url: str) -> Finding:
    missing = list_missing(admin_url)
    advice = f"{len(missing)} migrations are missing: run `markroom migrate`." if missing else ""
    return Finding("migrations", not missing, advice)


async def _look_at_storage(resources: Resources) -> None:
    key = f"doctor/{uuid4()}"
    await resources.storage.put(key, b"well")
    await resources.storage.get(key)
    await resources.storage.delete(key)


async def _look_at_mail(resources: Resources) -> None:
    """Whether the mail server answers, is who it says and takes our password; nothing is sent."""
    settings = resources.settings
    if settings.mail_url:
        await SmtpPost(settings.mail_url, settings.mail_from, timeout_s=10).greet()
