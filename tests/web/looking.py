"""Looking at pages in a real browser: their pictures, and what is wrong with them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal
from uuid import UUID

from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from markroom.kit.access import INSTITUTE_COOKIE, SESSION_COOKIE

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "artefacts" / "screens"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
COLOURS = ("color-contrast", "link-in-text-block")
SIZES = {1440: 900, 1280: 800, 1024: 1366, 390: 844}
WAIT = 60_000
"""Milliseconds a browser waits for anything: 5 s pass on a busy machine."""

END_MOTION = """() => document.getAnimations().forEach(each => {
    if (Number.isFinite(each.effect.getComputedTiming().endTime)) each.finish();
})"""
"""On the way from one colour to another there are colours of neither."""

Scheme = Literal["light", "dark"]
Look = tuple[int, Scheme]
LOOKED_THROUGH: list[tuple[Look, list[Look]]] = [
    ((1440, "light"), [(1440, "dark"), (1024, "light")]),
    ((390, "dark"), [(390, "light"), (1024, "dark")]),
]
"""A look in which a page is opened and searched, and others it takes on; all widths in both themes."""


def open_context(
    browser: Browser,
    url: str,
    token: str | None = None,
    institute_id: UUID | None = None,
    *,
    width: int = 1440,
    scheme: Scheme = "light",
    state: StorageState | None = None,
) -> BrowserContext:
    """Somebody's own browser at a server: nobody's, a session's, or with the cookies another one left."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": SIZES[width]},
        color_scheme=scheme,
        storage_state=state,
    )
    context.set_default_timeout(WAIT)
    cookies = {SESSION_COOKIE: token or "", INSTITUTE_COOKIE: str(institute_id or "")}
    context.add_cookies([{"name": n, "value": value, "url": url} for n, value in cookies.items() if value])
    return context


def look_through(
    context: BrowserContext, server: str, pages: Mapping[str, str], opened: Look, others: Sequence[Look] = ()
) -> list[str]:
    """What is wrong with pages, by the names of their pictures. While one is looked at, the next loads."""
    troubles: list[str] = []
    ready, loading = (_open_tab(context, server, troubles) for _ in range(2))
    left = list(pages.items())
    _begin(loading, left[0][1], opened)
    for place, (name, _) in enumerate(left, 1):
        ready, loading = loading, ready
        if place < len(left):
            _begin(loading, left[place][1], opened)
        ready.wait_for_load_state("networkidle")
        troubles += look(ready, name, *opened)
        for at in others:
            _turn(ready, at)
            troubles += picture(ready, name, *at)
            if at[0] == opened[0]:
                troubles += [f"{name}: {each}" for each in list_violations(ready, COLOURS)]
    return troubles


def _open_tab(context: BrowserContext, server: str, troubles: list[str]) -> Page:
    page = context.new_page()
    page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
    page.on(
        "request",
        lambda r: troubles.append(f"{page.url}: asks {r.url}") if is_foreign(server, r.url) else None,
    )
    return page


def _begin(page: Page, url: str, at: Look) -> None:
    _turn(page, at)
    page.goto(url, wait_until="commit")


def _turn(page: Page, at: Look) -> None:
    page.set_viewport_size({"width": at[0], "height": SIZES[at[0]]})
    page.emulate_media(color_scheme=at[1], reduced_motion="reduce")


def look(page: Page, name: str, width: int, scheme: Scheme) -> list[str]:
    """What is wrong with a page as it stands: it may have a dialog open."""
    troubles = picture(page, name, width, scheme)
    return troubles + [f"{name}: {violation}" for violation in list_violations(page)]


def picture(page: Page, name: str, width: int, scheme: Scheme) -> list[str]:
    """Says whether a page as it stands is wider than the window; `make pictures` keeps its picture too."""
    if os.environ.get("MARKROOM_PICTURES"):
        file = SCREENS / f"{name}-{width}-{scheme}.jpg"  # a PNG takes twice as long
        page.screenshot(path=file, quality=80, animations="disabled")
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [f"{name}: is wider than the window at {width}"] if wide else []


def list_violations(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe finds, by all of its rules or by some, each with the first places."""
    page.evaluate(END_MOTION)
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = page.evaluate("options => axe.run(document, options)", {"resultTypes": ["violations"], **only})
    return [
        f"{v['id']}: {json.dumps([n['html'][:200] for n in v['nodes']][:3])}" for v in found["violations"]
    ]


@cache
def _axe() -> str:
    return AXE.read_text()


def is_foreign(server: str, url: str) -> bool:
    return not url.startswith((server, "data:", "blob:"))
