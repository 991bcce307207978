"""Finds the database a command works on: the embedded server, or the one the settings name."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from markroom.catalogue.command import load_starter
from markroom.kit.migrations import Login, migrate
from markroom.kit.postgres import Cluster
from markroom.kit.resources import Resources, make_resources
from markroom.kit.settings import BadSetting, Settings
from markroom.kit.tokens import read_or_make_secret

APP, SERVICE = "markroom_app", "markroom_service"


@dataclass(frozen=True)
class Launch:
    """Addresses of the database as each role, and the secret of this server."""

    admin_url: str | None
    app_url: str
    service_url: str
    secret: bytes

    def migrate(self) -> list[str]:
        """Brings the database up to date, with the catalogue Markroom comes with, and sets the logins'
        passwords."""
        if self.admin_url is None:
            raise BadSetting(
                "Set MARKROOM_ADMIN_DATABASE_URL to an administrator of the database, to migrate it."
            )
        app, service = _login(self.app_url), _login(self.service_url)
        applied = migrate(self.admin_url, app_login=app, service_login=service)
        load_starter(self.service_url)
        return applied


@contextmanager
def launch(settings: Settings) -> Iterator[Launch]:
    """Starts (or joins) the embedded server where no other is named, and leaves it when the command ends."""
    secret = settings.secret.encode() or read_or_make_secret(settings.data_path)
    if settings.database_url:
        service_url = make_conninfo(
            settings.database_url, user=SERVICE, password=derive_password(secret, SERVICE)
        )
        yield Launch(settings.admin_database_url or None, settings.database_url, service_url, secret)
        return
    with Cluster(settings.data_path) as cluster:
        app_url, service_url = (cluster.url(role, derive_password(secret, role)) for role in (APP, SERVICE))
        embedded = Launch(cluster.admin_url, app_url, service_url, secret)
        embedded.migrate()
        yield embedded


@contextmanager
def open_admin(settings: Settings) -> Iterator[str]:
    """The administrator's address of the database as it stands: nothing is made or migrated in it."""
    if not settings.database_url:
        with Cluster(settings.data_path) as cluster:
            yield cluster.admin_url
    elif settings.admin_database_url:
        yield settings.admin_database_url
    else:
        raise BadSetting("Set MARKROOM_ADMIN_DATABASE_URL to an administrator of the database.")


@contextmanager
def open_resources(settings: Settings) -> Iterator[Resources]:
    with launch(settings) as found:
        yield make_resources(settings, found.app_url, found.service_url, found.secret)


def derive_password(secret: bytes, role: str) -> str:
    """The password of a database login, the same on every host that shares the secret."""
    return hmac.digest(secret, f"database login {role}".encode(), "sha256").hex()


def _login(url: str) -> Login:
    given = conninfo_to_dict(url)
    return str(given.get("user")), str(given["password"]) if given.get("password") else None
