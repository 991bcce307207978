"""What requests and jobs share."""

from __future__ import annotations

from dataclasses import dataclass

from markroom.kit.db import Database
from markroom.kit.mail import Post, post_from_settings
from markroom.kit.settings import Settings
from markroom.kit.storage import Storage


@dataclass(frozen=True)
class Resources:
    settings: Settings
    database: Database
    storage: Storage
    mail: Post
    secret: bytes


def make_resources(settings: Settings, app_url: str, service_url: str, secret: bytes) -> Resources:
    """Nothing is opened yet: the database is by whoever runs, on its own event loop."""
    return Resources(
        settings=settings,
        database=Database(app_url, service_url),
        storage=Storage.from_settings(settings.storage_url, settings.data_path),
        mail=post_from_settings(settings),
        secret=secret,
    )
