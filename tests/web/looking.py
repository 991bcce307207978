"""Looking at a page in a real browser: its picture, and what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "artefacts" / "screens"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {1440: 900, 1024: 1366, 390: 844}
LOOKS = [(width, scheme) for width in SIZES for scheme in ("light", "dark")]


def look_at(page: Page, server: str, name: str, url: str, width: int, scheme: str) -> list[str]:
    """Opens a page, keeps its picture, and says what is wrong with it."""
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(f"{name}: {error}"))
    page.on(
        "request", lambda r: troubles.append(f"{name}: asks {r.url}") if is_foreign(server, r.url) else None
    )
    page.goto(url, wait_until="networkidle")
    return troubles + look(page, name, width, scheme)


def look(page: Page, name: str, width: int, scheme: str) -> list[str]:
    """The same for a page as it stands: it may have a dialog open."""
    troubles = picture(page, name, width, scheme)
    return troubles + [f"{name}: {violation}" for violation in list_violations(page)]


def picture(page: Page, name: str, width: int, scheme: str) -> list[str]:
    """Keeps the picture of a page as it stands, and says whether it is wider than the window."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}-{width}-{scheme}.png", animations="disabled")
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [f"{name}: is wider than the window at {width}"] if wide else []


def list_violations(page: Page) -> list[str]:
    """What axe finds, each with the first places."""
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{v['id']}: {json.dumps([n['html'][:200] for n in v['nodes']][:3])}" for v in found["violations"]
    ]


def is_foreign(server: str, url: str) -> bool:
    return not url.startswith((server, "data:", "blob:"))
