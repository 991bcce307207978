"""A mail is sent once, and from which moment that is unknown is known."""

from __future__ import annotations

import socket
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.identity.model import BadAddress, check_address
from markroom.kit.mail import (
    Mail,
    MailboxPost,
    MailFateUnknown,
    MailRefused,
    MailServerUnavailable,
    SmtpPost,
    compose,
)
from tests.kit.mail_servers import Gone, MailServer, serving, text_of

SENDER = "Markroom <markroom@school.example>"
MAIL = Mail(
    to="teacher.2@school.example",
    subject="An invitation to Markroom",
    paragraphs=("Somebody asks you to join.", "For seven days."),
    link="https://markroom.example/invitations/abc",
    link_text="See the invitation",
    message_id="<invitation-1@markroom>",
)


class Handover:
    """Counts the moments of no return."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self) -> None:
        self.count += 1


async def send(server: MailServer, mail: Mail = MAIL, *, with_password: bool = False) -> Handover:
    handover = Handover()
    async with serving(server, with_password=with_password):
        await SmtpPost(server.url, SENDER, timeout_s=2).send(mail, handover)
    return handover


async def test_a_mail_arrives_as_text_and_html() -> None:
    server = MailServer()
    assert (await send(server)).count == 1
    [message] = server.taken
    assert message["to"] == MAIL.to
    assert message["from"] == SENDER
    assert message["message-id"] == MAIL.message_id
    assert MAIL.link in text_of(message)
    html = message.get_body(("html",))
    assert html is not None
    assert f'href="{MAIL.link}"' in html.get_content()


async def test_a_server_with_a_password_is_given_it() -> None:
    server = MailServer()
    await send(server, with_password=True)
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("server", "error", "handed_over"),
    [
        (MailServer(rcpt=["550 no such user"]), MailRefused, 0),
        (MailServer(rcpt=["451 try again"]), MailServerUnavailable, 0),
        (MailServer(rcpt=[Gone()]), MailServerUnavailable, 0),
        (MailServer(data=["552 too much"]), MailRefused, 1),
        (MailServer(data=["451 disk full"]), MailServerUnavailable, 1),
        (MailServer(data=[Gone()]), MailFateUnknown, 1),
    ],
    ids=["refused", "greylisted", "lost before", "refused late", "full", "lost after"],
)
async def test_a_failure_says_whether_the_mail_may_have_been_taken(
    server: MailServer, error: type[Exception], handed_over: int
) -> None:
    """sec-I12, X-10"""
    handover = Handover()
    async with serving(server):
        with pytest.raises(error):
            await SmtpPost(server.url, SENDER, timeout_s=2).send(MAIL, handover)
    assert handover.count == handed_over


async def test_a_server_that_hangs_is_not_waited_for() -> None:
    async with serving(MailServer(hangs=True)) as server:
        with pytest.raises(MailServerUnavailable):
            await SmtpPost(server.url, SENDER, timeout_s=0.3).send(MAIL, Handover())


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(MailServerUnavailable):
            await SmtpPost(url, SENDER, timeout_s=2).send(MAIL, Handover())


async def test_an_address_of_letters_the_server_does_not_take_is_refused() -> None:
    """For good: another try would not help."""
    server = MailServer()
    handover = Handover()
    mail = Mail(**vars(MAIL) | {"to": "jürgen@schule.example"})
    async with serving(server):
        with pytest.raises(MailRefused):
            await SmtpPost(server.url, SENDER, timeout_s=2).send(mail, handover)
    assert handover.count == 0


async def test_the_mailbox_keeps_whole_mails(tmp_path: Path) -> None:
    handover = Handover()
    await MailboxPost(tmp_path / "mailbox", SENDER).send(MAIL, handover)
    [file] = (tmp_path / "mailbox").iterdir()
    assert message_from_bytes(file.read_bytes())["to"] == MAIL.to
    assert handover.count == 1


@given(*[st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)] * 2)
def test_what_people_typed_stays_text(name: str, school: str) -> None:
    """sec-I15: one line, no markup, no turned writing, no header"""
    written = Mail(**vars(MAIL) | {"paragraphs": (f"{name} asks you to join {school}.",)})
    raw = compose(written, SENDER).as_bytes()
    message = message_from_bytes(raw, policy=policy.default)
    headers = {"From", "To", "Subject", "Message-ID", "Date", "MIME-Version", "Content-Type"}
    assert set(message.keys()) == headers
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    first = text.split("\n\n")[0]
    assert not set(first) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\r\n"
    )
    assert html.count("<a ") == 1
    assert html.count("<p>") == 2


@given(st.emails())
def test_an_address_that_passes_can_be_written_to(email: str) -> None:
    try:
        address = check_address(email)
    except BadAddress:
        return
    message = message_from_bytes(
        compose(Mail(**vars(MAIL) | {"to": address}), SENDER).as_bytes(), policy=policy.default
    )
    assert [each.addr_spec for each in message["to"].addresses] == [address]
