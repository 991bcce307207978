"""Looking at pages in a real browser: their pictures, and what is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "artefacts" / "screens"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
COLOURS = ("color-contrast", "link-in-text-block")
SIZES = {1440: 900, 1024: 1366, 390: 844}

Look = tuple[int, str]
LOOKED_THROUGH: list[tuple[Look, list[Look]]] = [
    ((1440, "light"), [(1440, "dark"), (1024, "light")]),
    ((390, "dark"), [(390, "light"), (1024, "dark")]),
]
"""A look in which a page is opened and searched, and others it takes on; all widths in both themes."""


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
    """Without motion: between two themes there are colours of neither."""
    page.set_viewport_size({"width": at[0], "height": SIZES[at[0]]})
    page.emulate_media(color_scheme=at[1], reduced_motion="reduce")  # type: ignore[arg-type]


def look(page: Page, name: str, width: int, scheme: str) -> list[str]:
    """What is wrong with a page as it stands: it may have a dialog open."""
    troubles = picture(page, name, width, scheme)
    return troubles + [f"{name}: {violation}" for violation in list_violations(page)]


def picture(page: Page, name: str, width: int, scheme: str) -> list[str]:
    """Keeps the picture of a page as it stands, and says whether it is wider than the window."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    file = SCREENS / f"{name}-{width}-{scheme}.jpg"  # a PNG takes twice as long
    page.screenshot(path=file, quality=80, animations="disabled")
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [f"{name}: is wider than the window at {width}"] if wide else []


def list_violations(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe finds, by all of its rules or by some, each with the first places."""
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = page.evaluate("options => axe.run(document, options)", {"resultTypes": ["violations"], **only})
    return [
        f"{v['id']}: {json.dumps([n['html'][:200] for n in v['nodes']][:3])}" for v in found["violations"]
    ]


def is_foreign(server: str, url: str) -> bool:
    return not url.startswith((server, "data:", "blob:"))
