"""Sending one mail: over SMTP step by step, so that the moment from which it may have been taken is known; or
into the development mailbox."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from html import escape
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

from markroom.kit.errors import MarkroomError, Unavailable
from markroom.kit.settings import LOOPBACK, Settings


class MailRefused(MarkroomError):
    """The mail server refused this address or message for good."""


class MailServerUnavailable(Unavailable):
    """The mail server does not answer or cannot take mail now."""


class MailFateUnknown(MarkroomError):
    """The connection broke after the mail was handed over: whether it was taken is not known."""


@dataclass(frozen=True)
class Mail:
    to: str
    subject: str
    paragraphs: tuple[str, ...]
    link: str
    link_text: str
    message_id: str


BeforeHandingOver = Callable[[], Awaitable[None]]


class Post(Protocol):
    async def send(self, mail: Mail, before_handing_over: BeforeHandingOver) -> None:
        """Sends `mail`. Awaits `before_handing_over` right before the point of no return.

        Raises MailServerUnavailable or MailRefused: surely not sent; MailFateUnknown: nobody knows.
        """


async def deliver(post: Post, mail: Mail, mark: Callable[[str], Awaitable[None]]) -> str:
    """Sends a mail and has it marked what became of it: `sent`, `failed`, or `unknown` from the point of no
    return on. What may pass is marked as failed and raised again, so that its job tries once more."""
    try:
        await post.send(mail, lambda: mark("unknown"))
    except MailFateUnknown:
        return "unknown"
    except MailRefused:
        await mark("failed")
        return "failed"
    except Exception:
        await mark("failed")  # what people see until the next try succeeds
        raise
    await mark("sent")
    return "sent"


def post_from_settings(settings: Settings) -> Post:
    if settings.mail_url:
        return SmtpPost(settings.mail_url, settings.mail_from)
    return MailboxPost(settings.data_path / "mailbox", settings.mail_from)


@dataclass(frozen=True)
class SmtpPost:
    url: str
    sender: str
    timeout_s: float = 20

    async def send(self, mail: Mail, before_handing_over: BeforeHandingOver) -> None:
        message, handed_over = compose(mail, self.sender), False
        client = self._client()
        try:
            await client.connect()
            await client.mail(parseaddr(self.sender)[1])
            await client.rcpt(mail.to)
            await before_handing_over()
            handed_over = True
            await client.data(message.as_bytes())
        except aiosmtplib.SMTPResponseException as error:  # an answer: it was not taken
            raise (MailRefused if error.code >= 500 else MailServerUnavailable)(
                f"{error.code} {_one_line(error.message)}"
            ) from error
        except UnicodeEncodeError as error:
            raise MailRefused("Mail servers take only addresses of plain letters.") from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise (MailFateUnknown if handed_over else MailServerUnavailable) from error
        finally:
            client.close()

    async def greet(self) -> None:
        """Connects, proves who we are where the address says so, and takes leave without a mail. Raises
        MailServerUnavailable or MailRefused, in words for an operator."""
        client = self._client()
        try:
            await client.connect()
            await client.quit()
        except aiosmtplib.SMTPAuthenticationError as error:
            raise MailRefused("The mail server refuses the name or the password.") from error
        except aiosmtplib.SMTPResponseException as error:
            raise MailRefused(f"The mail server says: {error.code} {_one_line(error.message)}") from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise MailServerUnavailable(_say_trouble(error)) from error
        finally:
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        """Encrypted by `smtps`; by STARTTLS where the server offers it, and without it no password leaves
        this machine. Certificates are checked against those the system trusts."""
        url = urlsplit(self.url)
        secure = url.scheme == "smtps"
        must_encrypt = not secure and bool(url.username) and url.hostname not in LOOPBACK
        return aiosmtplib.SMTP(
            hostname=url.hostname or "localhost",
            port=url.port or (465 if secure else 25),
            username=unquote(url.username) if url.username else None,
            password=unquote(url.password) if url.password else None,
            use_tls=secure,
            start_tls=True if must_encrypt else None,
            timeout=self.timeout_s,
        )


@dataclass(frozen=True)
class MailboxPost:
    """Keeps mails as files, for a machine that has no mail server yet. Refused by the settings unless the
    address is loopback."""

    folder: Path
    sender: str

    async def send(self, mail: Mail, before_handing_over: BeforeHandingOver) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        await before_handing_over()
        name = f"{time.time_ns():020d}-{re.sub(r'[^a-z0-9]+', '-', mail.to.lower())[:60]}.eml"
        partial = self.folder / f".{name}"
        partial.write_bytes(compose(mail, self.sender).as_bytes())
        partial.rename(self.folder / name)


def compose(mail: Mail, sender: str) -> EmailMessage:
    """Text and HTML parts. What people typed stands in the body alone, as text; the subject is ours."""
    message = EmailMessage()
    name, address = parseaddr(sender)
    user, _, domain = address.partition("@")
    message["From"] = Address(name, user, domain)
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Message-ID"] = mail.message_id
    message["Date"] = format_datetime(datetime.now(UTC))
    paragraphs = [_plain(p) for p in mail.paragraphs]
    message.set_content("\n\n".join([*paragraphs, f"{mail.link_text}:\n{mail.link}"]) + "\n")
    body = "".join(f"<p>{escape(p)}</p>" for p in paragraphs)
    message.add_alternative(
        f'<html><body>{body}<p><a href="{escape(mail.link)}">{escape(mail.link_text)}</a></p></body></html>',
        subtype="html",
    )
    return message


def _say_trouble(error: BaseException) -> str:
    certificate = error if isinstance(error, ssl.SSLCertVerificationError) else error.__cause__
    if isinstance(certificate, ssl.SSLCertVerificationError):
        return f"This machine does not trust the mail server's certificate ({certificate.verify_message})."
    if "STARTTLS" in str(error):
        return "The mail server offers no encryption, and a password is not sent without: use smtps://."
    return f"The mail server does not answer ({_one_line(str(error)) or type(error).__name__})."


def _plain(text: str) -> str:
    """Without line breaks and without characters that turn the direction of writing."""
    return re.sub(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", " ".join(text.split()))


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
