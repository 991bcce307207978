"""Mail over TLS with a password, to real servers: certificates are checked, and trouble is seen by people."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from markroom.kit.mail import MailRefused, MailServerUnavailable, SmtpPost
from markroom.kit.resources import make_resources
from markroom.kit.settings import Settings
from markroom.operation.doctor import examine
from tests.databases import Database
from tests.institutes.inviting import invite, new_address
from tests.kit.mail_servers import MailServer, serving
from tests.kit.test_mail import MAIL, SENDER, Handover
from tests.stage import open_stage

HOSTS = ("127.0.0.1", "127.0.0.2")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's side of TLS whose certificate this machine trusts, as an operator has it trust one."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return _certify(authority, *HOSTS)


def _certify(authority: trustme.CA, *hosts: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*hosts).configure_cert(context)
    return context


@asynccontextmanager
async def _post(server: MailServer, tls: ssl.SSLContext, scheme: str) -> AsyncIterator[SmtpPost]:
    async with serving(server, with_password=True, tls=tls, scheme=scheme):
        yield SmtpPost(server.url, SENDER, timeout_s=5)


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
async def test_a_mail_goes_encrypted_and_with_the_password(scheme: str, trusted: ssl.SSLContext) -> None:
    """`smtp` changes over by STARTTLS: this server takes no password before it"""
    server = MailServer()
    async with _post(server, trusted, scheme) as post:
        await post.send(MAIL, Handover())
    assert [mail["to"] for mail in server.taken] == [MAIL.to]


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
async def test_a_server_nobody_vouches_for_gets_nothing(scheme: str) -> None:
    server, handover = MailServer(), Handover()
    async with _post(server, _certify(trustme.CA(), *HOSTS), scheme) as post:
        with pytest.raises(MailServerUnavailable):
            await post.send(MAIL, handover)
    assert (server.tried, handover.count) == (0, 0)


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
async def test_a_certificate_for_another_name_counts_for_nothing(
    scheme: str, trusted: ssl.SSLContext, authority: trustme.CA
) -> None:
    server = MailServer()
    async with _post(server, _certify(authority, "other.example"), scheme) as post:
        with pytest.raises(MailServerUnavailable):
            await post.send(MAIL, Handover())
    assert server.tried == 0


@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
async def test_a_wrong_password_is_refused_for_good(scheme: str, trusted: ssl.SSLContext) -> None:
    server = MailServer()
    async with _post(server, trusted, scheme) as post:
        wrong = SmtpPost(post.url.replace("p%40ss", "pass"), SENDER, timeout_s=5)
        with pytest.raises(MailRefused, match="535"):
            await wrong.send(MAIL, Handover())
    assert server.tried == 0


async def test_no_password_leaves_this_machine_unencrypted() -> None:
    """A server that offers no STARTTLS, or somebody on the way who takes the offer out."""
    server = MailServer()
    async with serving(server, with_password=True, host="127.0.0.2"):
        with pytest.raises(MailServerUnavailable):
            await SmtpPost(server.url, SENDER, timeout_s=5).send(MAIL, Handover())
        with pytest.raises(MailServerUnavailable, match="offers no encryption"):
            await SmtpPost(server.url, SENDER, timeout_s=5).greet()
    assert server.tried == 0


async def test_a_wrong_password_is_seen_in_the_list_of_invitations(
    database: Database, tmp_path: Path, trusted: ssl.SSLContext
) -> None:
    """P-03, sec-I12: `failed`, and sent by a person once the setting is right"""
    server = MailServer()
    async with (
        serving(server, with_password=True, tls=trusted, scheme="smtps"),
        open_stage(database, tmp_path, mail_url=server.url) as stage,
    ):
        right, wrong = stage.resources.mail, SmtpPost(server.url.replace("p%40ss", "pass"), SENDER)
        school = await stage.make_school()
        stage.resources = replace(stage.resources, mail=wrong)
        invitation = await invite(school["school_admin"], new_address())
        await stage.finish_jobs()
        [seen] = (await school["school_admin"].get("/api/users/invitations")).json()["invitations"]
        assert (seen["delivery"], seen["status"]) == ("failed", "pending")
        stage.resources = replace(stage.resources, mail=right)
        await school["school_admin"].post(f"/api/users/invitations/{invitation['id']}/resend")
        await stage.finish_jobs()
        assert [mail["to"] for mail in server.taken] == [invitation["email"]]


async def test_an_untrusted_certificate_is_seen_in_the_list_of_invitations(
    database: Database, tmp_path: Path
) -> None:
    """sec-I12: `failed`, once its job has given up too"""
    server = MailServer()
    async with (
        serving(server, tls=_certify(trustme.CA(), *HOSTS), scheme="smtps"),
        open_stage(database, tmp_path, mail_url=server.url) as stage,
    ):
        school = await stage.make_school()
        await invite(school["school_admin"], new_address())
        await stage.query("update jobs.procrastinate_jobs set attempts = 5")
        await stage.finish_jobs()
        [seen] = (await school["school_admin"].get("/api/users/invitations")).json()["invitations"]
        assert seen["delivery"] == "failed"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("p%40ss", "pass"), "refuses the name or the password"),
        (("127.0.0.1", "127.0.0.3"), "does not answer"),
    ],
)
async def test_doctor_says_what_is_wrong_with_mail(
    database: Database, tmp_path: Path, trusted: ssl.SSLContext, change: tuple[str, str], words: str
) -> None:
    """O-02"""
    async with serving(MailServer(), with_password=True, tls=trusted, scheme="smtps") as server:
        assert await _examine_mail(database, tmp_path, server.url) == ""
        assert words in await _examine_mail(database, tmp_path, server.url.replace(*change))


async def test_doctor_says_that_a_certificate_is_not_trusted(database: Database, tmp_path: Path) -> None:
    """O-02"""
    tls = _certify(trustme.CA(), *HOSTS)
    async with serving(MailServer(), with_password=True, tls=tls, scheme="smtps") as server:
        assert "does not trust the mail server's certificate" in await _examine_mail(
            database, tmp_path, server.url
        )


async def _examine_mail(database: Database, folder: Path, mail_url: str) -> str:
    settings = Settings(data_dir=str(folder), mail_url=mail_url)
    resources = make_resources(
        settings, database.app_url, database.service_url, b"a secret of 32 bytes, as always."
    )
    found = [finding async for finding in examine(resources, None) if finding.what == "mail"]
    return found[0].advice
