"""The development mailbox: what would have been mailed, on a machine that has no mail server yet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse

from markroom.kit.http import NoSuchPage, router, run_blocking
from markroom.kit.settings import LOOPBACK
from markroom.web.templating import render

SHOWN = 100
LINK = r"([^\n]+):\n(https?://\S+)"  # as the mails are composed
routes = router()


@dataclass(frozen=True)
class Letter:
    """One mail as it was kept; `links` are the addresses found in its text."""

    id: str
    to: str
    subject: str
    sent_at: datetime | None
    text: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Link:
    url: str
    text: str


def keeps_mail(request: Request) -> bool:
    """Whether mails are kept as files here; and the page was asked for by the machine's own name."""
    settings = request.app.state.settings
    return not settings.mail_url and settings.is_loopback and request.url.hostname in LOOPBACK


@routes.get("/mailbox")
async def show_mailbox(request: Request) -> HTMLResponse:
    if not keeps_mail(request):
        raise NoSuchPage
    mails = await run_blocking(_read_letters, request.app.state.settings.data_path / "mailbox")
    return render(request, "pages/mailbox/page.html", {"mails": mails})


def _read_letters(folder: Path) -> list[Letter]:
    """Newest first: the files are named by the moment of their sending."""
    return [_read_letter(path) for path in sorted(folder.glob("[0-9]*.eml"), reverse=True)[:SHOWN]]


def _read_letter(path: Path) -> Letter:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    text = body.get_content().strip() if body else ""
    sent_at = parsedate_to_datetime(message["Date"]) if message["Date"] else None
    links = tuple(Link(url, words.strip()) for words, url in re.findall(LINK, text))
    words = re.sub(LINK, "", text).strip()
    return Letter(path.stem, str(message["To"]), str(message["Subject"]), sent_at, words, links)
