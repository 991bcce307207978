"""Real mail servers on this machine, each with a temper of its own."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class MailServer:
    """Keeps what it takes. `rcpt` and `data` answer for it where they are set: a text, or an exception."""

    rcpt: list[str | Exception] = field(default_factory=list)
    data: list[str | Exception] = field(default_factory=list)
    hangs: bool = False
    taken: list[EmailMessage] = field(default_factory=list)
    tried: int = 0
    url: str = ""

    async def handle_RCPT(  # noqa: N802 - the library's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.tried += 1
        if self.hangs:
            await asyncio.sleep(60)
        if self.rcpt:
            return _answer(self.rcpt.pop(0), server)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        if self.data and isinstance(self.data[0], str):
            return _answer(self.data.pop(0), server)
        self.taken.append(message)
        if self.data:
            return _answer(self.data.pop(0), server)
        return "250 taken"


class Gone(Exception):
    """The server drops the connection without an answer."""


def _answer(answer: str | Exception, server: SMTP) -> str:
    if isinstance(answer, Exception):
        assert isinstance(server.transport, asyncio.Transport)
        server.transport.abort()
        raise ConnectionResetError
    return answer


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
) -> AuthResult:
    is_right = (data.login, data.password) == (b"mark room", b"p@ss/word")
    return AuthResult(success=is_right, handled=is_right)  # not handled: the library says 535


@asynccontextmanager
async def serving(
    server: MailServer,
    *,
    with_password: bool = False,
    tls: ssl.SSLContext | None = None,
    scheme: str = "smtp",
    host: str = "127.0.0.1",
) -> AsyncIterator[MailServer]:
    """With `tls`: encrypted from the first byte as `smtps`, by STARTTLS as `smtp`."""
    options: dict[str, Any] = {
        "auth_required": True,
        "auth_require_tls": tls is not None and scheme == "smtp",
        "authenticator": _authenticate,
    }
    if not with_password:
        options = {}
    if scheme == "smtp" and tls:
        options |= {"tls_context": tls, "require_starttls": True}

    def make() -> SMTP:
        return SMTP(server, hostname="mail.example", **options)

    within = tls if scheme == "smtps" else None
    listening = await asyncio.get_running_loop().create_server(make, host, 0, ssl=within)
    port = listening.sockets[0].getsockname()[1]
    user = "mark%20room:p%40ss%2Fword@" if with_password else ""
    server.url = f"{scheme}://{user}{host}:{port}"
    try:
        yield server
    finally:
        listening.close()


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
