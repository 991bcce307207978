"""Looks at everything a server needs and says, in a line each, what is wrong and what to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import uuid4

import psycopg

from markroom.graph.engines import Engine, engine_of
from markroom.graph.model import GraphBusy, GraphFailed, GraphUnreachable
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


WELL = Finding("migrations", True)


async def examine(resources: Resources, admin_url: str | None) -> AsyncIterator[Finding]:
    """One finding a part, in the order in which the parts need each other."""
    yield await _find("database", lambda: _look_at_database(resources))
    migrations = _look_at_migrations(admin_url) if admin_url else None
    if migrations:
        yield migrations
    yield await _find("files", lambda: _look_at_storage(resources))
    yield await _find("mail", lambda: _look_at_mail(resources))
    if engine := engine_of(resources.settings):
        found = await _find("graph", lambda: _look_at_graph(engine, resources.settings))
        yield _look_at_schools(found, admin_url) if admin_url and migrations == WELL else found
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


async def _look_at_graph(engine: Engine, settings: Settings) -> None:
    """Makes a graph of no school, reads it and takes it away."""
    try:
        await asyncio.to_thread(_try_graph, engine)
    except GraphUnreachable as error:
        raise GraphUnreachable(
            "It does not answer, or does not take our name and password. Check MARKROOM_GRAPH_URL, and "
            "whether this machine reaches it."
        ) from error
    except (GraphBusy, GraphFailed, OSError) as error:
        where = "there" if settings.graph_url else f"in {settings.data_path / 'graphs'}"
        raise GraphFailed(
            f"No graph can be written {where}. Check that there is room, and that we may write."
        ) from error


def _try_graph(engine: Engine) -> None:
    space = f"doctor-{uuid4()}"
    try:
        with engine.open(space, 0) as graph:
            graph.prepare()
            graph.read()
    finally:
        with suppress(GraphUnreachable):
            engine.drop(space)


def _look_at_schools(found: Finding, admin_url: str) -> Finding:
    """The same, or which schools' graphs were given up."""
    with psycopg.connect(admin_url) as conn:
        rows = conn.execute(
            """select g.institute_id from graph_spaces g join institutes s on s.id = g.institute_id
                where g.state = 'failed' and s.closed_at is null order by 1"""
        ).fetchall()
    if not rows or not found.is_well:
        return found
    named = ", ".join(str(institute_id) for (institute_id,) in rows[:5]) + (", …" if rows[5:] else "")
    advice = "given up for {}: look into the worker’s log, then run `markroom graph rebuild --institute ID`."
    return Finding(found.what, False, advice.format(named))


async def _look_at_mail(resources: Resources) -> None:
    """Whether the mail server answers, is who it says and takes our password; nothing is sent."""
    settings = resources.settings
    if settings.mail_url:
        await SmtpPost(settings.mail_url, settings.mail_from, timeout_s=10).greet()
