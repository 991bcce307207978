"""A real identity provider on this machine, where people really sign in; and a forger who has its keys."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from markroom.identity.redirects import way_back
from markroom.kit.settings import Issuer
from tests.acceptance.server import free_port
from tests.stage import BASE_URL

ROOT = Path(__file__).parents[2]
CLIENT, OTHER_CLIENT = "markroom", "another-app"


@dataclass(frozen=True)
class Key:
    """A signing key of a provider."""

    id: str
    algorithm: str
    private: Any

    @property
    def jwk(self) -> dict[str, Any]:
        writer: Any = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}[self.algorithm]
        return {
            **writer.to_jwk(self.private, as_dict=True),
            "kid": self.id,
            "alg": self.algorithm,
            "use": "sig",
        }


def make_key(key_id: str, algorithm: str = "RS256") -> Key:
    make = {
        "RS256": lambda: rsa.generate_private_key(65537, 2048),
        "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "EdDSA": ed25519.Ed25519PrivateKey.generate,
    }
    return Key(key_id, algorithm, make[algorithm]())


@dataclass
class IdentityProvider:
    """May be stopped, and started again with other keys. `people` are their claims by subject; those that
    it `tells_on_asking` are not in its ID tokens."""

    keys: list[Key]
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    tells_on_asking: bool = False
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        given = {
            "issuer": self.issuer,
            "keys": [key.jwk for key in self.keys],
            "people": self.people,
            "clients": [CLIENT, OTHER_CLIENT],
            "backs": [way_back(BASE_URL, Issuer(self.issuer, CLIENT).key)],
            "tellsOnAsking": self.tells_on_asking,
        }
        self.process = subprocess.Popen(
            [_find_node(), str(Path(__file__).with_name("provider.mjs")), json.dumps(given)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout
        assert self.process.stdout.readline() == "listening\n"

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def sign_in(self, subject: str, client: str = CLIENT) -> str:
        """What the provider gives an application for somebody who signs in by its pages: their ID token."""
        back = f"{self.issuer}/signed-in"
        with httpx.Client(base_url=self.issuer, follow_redirects=True) as browser:
            page = browser.get(
                "/auth",
                params={
                    "client_id": client,
                    "response_type": "code",
                    "scope": "openid email profile",
                    "redirect_uri": back,
                },
            )
            page = browser.post(page.url, data={"prompt": "login", "login": subject, "password": "any"})
            page = browser.post(page.url, data={"prompt": "consent"})
            code = {
                "grant_type": "authorization_code",
                "code": page.url.params["code"],
                "redirect_uri": back,
            }
            token: str = browser.post("/token", data=code, auth=(client, "secret")).json()["id_token"]
        return token

    def let_in(self, url: str, subject: str) -> str:
        """Where its pages send somebody who was sent to this address of it and signs in."""
        with httpx.Client(base_url=self.issuer) as browser:
            page = _follow(browser, browser.get(url))
            page = _follow(
                browser, browser.post(page.url, data={"prompt": "login", "login": subject, "password": "any"})
            )
            page = _follow(browser, browser.post(page.url, data={"prompt": "consent"}))
        return page.headers["location"]

    def forge(
        self, subject: str, *, key: Key | None = None, header: Mapping[str, Any] | None = None, **claims: Any
    ) -> str:
        """A token as the provider would sign it, but for what is given; a claim that is None is left out."""
        signer, now = key or self.keys[0], int(time.time())
        usual = {"iss": self.issuer, "aud": CLIENT, "sub": subject, "iat": now, "exp": now + 600}
        person = self.people.get(subject, {})
        given = {name: value for name, value in (usual | person | claims).items() if value is not None}
        return jwt.encode(given, signer.private, signer.algorithm, {"kid": signer.id, **(header or {})})


def _follow(browser: httpx.Client, page: httpx.Response) -> httpx.Response:
    """The redirects of the provider among its own pages."""
    while page.is_redirect and page.next_request and page.next_request.url.port == browser.base_url.port:
        page = browser.send(page.next_request)
    return page


@contextmanager
def running(provider: IdentityProvider) -> Iterator[IdentityProvider]:
    provider.start()
    try:
        yield provider
    finally:
        provider.stop()


def _find_node() -> str:
    own = Path(sys.executable).parent
    found = shutil.which("node", path=f"{own}{os.pathsep}{os.environ.get('PATH', '')}")
    assert found, "node is missing: make setup"
    return found
