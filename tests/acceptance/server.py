"""Markroom as an operator runs it: the command in processes of its own, with a mail server beside it."""

from __future__ import annotations

import email
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any, Self

import httpx
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

COMMAND = [sys.executable, "-c", "from markroom.cli import app; app()"]


class Mailroom:
    """A real SMTP server that keeps what it takes."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name in aiosmtpd
        assert isinstance(envelope.content, bytes)
        self.mails.append(email.message_from_bytes(envelope.content))
        return "250 OK"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}"

    def wait_for_link(self, address: str, kind: str, seconds: float = 60) -> str:
        """The token of the newest link of a kind (`sign-in`, `invitations`) mailed to an address."""
        for _ in range(int(seconds * 20)):
            for mail in reversed(self.mails):
                found = re.search(rf"/{kind}/([\w-]+)", _text(mail))
                if mail["To"].lower() == address.lower() and found:
                    return found[1]
            time.sleep(0.05)
        raise TimeoutError(f"no mail with a link for {address}; got {[m['To'] for m in self.mails]}")

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()


def _text(mail: Message) -> str:
    parts = [p for p in mail.walk() if p.get_content_type() == "text/plain"]
    return b"".join(p.get_payload(decode=True) or b"" for p in parts).decode()  # type: ignore[misc]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """`markroom serve` on its own data directory; may be killed and started again."""

    data_dir: Path
    mail_url: str
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MARKROOM_")}
        return kept | {
            "MARKROOM_DATA_DIR": str(self.data_dir),
            "MARKROOM_MAIL_URL": self.mail_url,
            "MARKROOM_BASE_URL": self.url,
        }

    def command(self, *arguments: str) -> str:
        """Runs a markroom command to its end and returns what it printed."""
        done = subprocess.run(
            [*COMMAND, *arguments],
            check=False,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self) -> None:
        log = (self.data_dir / "serve.log").open("ab")
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(self.port)], env=self.environment, stdout=log, stderr=log
        )
        for _ in range(4800):
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=10).status_code == 200:
                    return
            except httpx.TransportError:
                assert self.process.poll() is None, (self.data_dir / "serve.log").read_text()[-3000:]
            time.sleep(0.05)
        raise TimeoutError("the server does not answer")

    def kill(self) -> None:
        """As the kernel would: no time to tidy up."""
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)

    def client(self, token: str | None = None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60)


@contextmanager
def running_server(folder: Path) -> Iterator[tuple[Server, Mailroom]]:
    with Mailroom() as mailroom:
        server = Server(folder, mailroom.url)
        server.start()
        try:
            yield server, mailroom
        finally:
            server.stop()


def finish(api: httpx.Client, job_id: str, seconds: float = 300) -> dict[str, Any]:
    """Waits for a job as a page does."""
    for _ in range(int(seconds * 10)):
        job: dict[str, Any] = ok(api.get(f"/api/jobs/{job_id}"))
        if job["state"] == "done":
            return job
        assert job["state"] != "failed", job["error"]
        time.sleep(0.1)
    raise TimeoutError(f"the job is still {job['state']}")


def ok(answer: httpx.Response) -> Any:
    assert answer.is_success, (
        f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:500]}"
    )
    return answer.json() if answer.content else None
