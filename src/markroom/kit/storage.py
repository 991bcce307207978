"""Bytes by key: a local folder by default, S3 and its kin by URL. The database never holds them."""

from __future__ import annotations

from pathlib import Path

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from markroom.kit.errors import NotFound, Unavailable


class StoredFileMissing(NotFound):
    """This file is not in the store."""


class StorageUnavailable(Unavailable):
    """The file store does not answer. Nothing was lost; please try again."""


class Storage:
    """Keys are paths like `institute/files/sha256`. Writing a key again replaces it; both whole or not at
    all."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def from_settings(cls, url: str, data_path: Path) -> Storage:
        if not url or url.startswith("file:"):
            folder = Path(url.removeprefix("file:").removeprefix("//")) if url else data_path / "files"
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # pupils' work
            return cls(LocalStore(folder))
        return cls(from_url(url))

    async def put(self, key: str, data: bytes | Path) -> None:
        await obstore.put_async(self._store, key, data)

    async def get(self, key: str) -> bytes:
        try:
            answer = await obstore.get_async(self._store, key)
            return bytes(await answer.bytes_async())
        except FileNotFoundError as error:
            raise StoredFileMissing from error

    async def exists(self, key: str) -> bool:
        try:
            await obstore.head_async(self._store, key)
        except FileNotFoundError:
            return False
        return True

    async def delete(self, key: str) -> None:
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return
