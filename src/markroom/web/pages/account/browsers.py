"""Which browser a session was opened in, as its owner would say it."""

from __future__ import annotations

BROWSERS = {
    "Edg/": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "CrOS": "ChromeOS",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


def say_browser(user_agent: str | None) -> str:
    """`Firefox on Windows`; `A program` where none is recognised. The order counts."""
    sent = user_agent or ""
    browser = next((name for mark, name in BROWSERS.items() if mark in sent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in sent), "")
    if not browser:
        return "A program"
    return f"{browser} on {system}" if system else browser
