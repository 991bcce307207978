"""Bytes by key: a local folder by default, S3 and its kin by URL. The database never holds them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from markroom.kit.errors import NotFound, Unavailable
from markroom.kit.logs import log

PIECE = 2**20


class StoredFileMissing(NotFound):
    """This file is not in the store."""


class StorageUnavailable(Unavailable):
    """The file store does not answer. Nothing was lost; please try again."""


@contextmanager
def _plain_failures() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise StoredFileMissing from error
    except (BaseError, OSError) as error:
        log.error("storage_failed", failure=type(error).__name__, exc_info=error)
        raise StorageUnavailable from error


class StoredFile:
    """A file as it was when it was opened, read piece by piece."""

    def __init__(self, size: int, pieces: Iterator[bytes]) -> None:
        self.size, self._pieces, self._ahead = size, pieces, b""

    def read(self, size: int = -1, /) -> bytes:
        """The next `size` bytes; fewer only at the end."""
        with _plain_failures():
            while len(self._ahead) < size and (piece := next(self._pieces, None)):
                self._ahead += piece
        found, self._ahead = self._ahead[:size], self._ahead[size:]
        return found


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
        with _plain_failures():
            await obstore.put_async(self._store, key, data)

    async def get(self, key: str) -> bytes:
        """Raises StoredFileMissing."""
        with _plain_failures():
            answer = await obstore.get_async(self._store, key)
            return bytes(await answer.bytes_async())

    async def exists(self, key: str) -> bool:
        try:
            with _plain_failures():
                await obstore.head_async(self._store, key)
        except StoredFileMissing:
            return False
        return True

    async def delete(self, key: str) -> None:
        with suppress(StoredFileMissing), _plain_failures():
            await obstore.delete_async(self._store, key)

    def list_keys(self, prefix: str | None = None) -> Iterator[str]:
        """Every key, or those below a folder. Blocks: for the operator's commands."""
        with _plain_failures():
            for some in obstore.list(self._store, prefix, chunk_size=1000):
                yield from (found["path"] for found in some)

    def open(self, key: str) -> StoredFile:
        """To read what need not fit into memory. Blocks. Raises StoredFileMissing."""
        with _plain_failures():
            answer = obstore.get(self._store, key)
            return StoredFile(answer.meta["size"], map(bytes, answer.stream(min_chunk_size=PIECE)))

    def write(self, key: str, source: IO[bytes]) -> None:
        """Stores what is read from a file that can seek, piece by piece. Blocks."""
        with _plain_failures():
            obstore.put(self._store, key, source)
