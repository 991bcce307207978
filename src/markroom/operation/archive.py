"""One tar of many parts and a manifest with the hash of each; it is there whole or not at all.

Plain tar: the dump is compressed already, and so are pictures and PDFs. The manifest comes last.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import IO, Literal, Protocol
from uuid import UUID

from pydantic import BaseModel

from markroom.kit.errors import Conflict, Invalid, MarkroomError
from markroom.kit.storage import Storage, StoredFileMissing

MANIFEST, DUMP, SECRET, FILES = "manifest.json", "database.dump", "secret", "files/"
PIECE = 2**20


class ArchiveExists(Conflict):
    """There is a file of this name already. Choose another name."""


class ArchiveNotWritten(MarkroomError):
    """The archive cannot be written. Nothing was left behind."""


class ArchiveDamaged(Invalid):
    """This file is damaged or not what was asked for. Nothing was changed."""


class Manifest(BaseModel):
    """What an archive holds. `parts` gives the SHA-256 of every part; `rows` counts each table's."""

    format: Literal[1] = 1
    kind: Literal["backup", "institute"]
    markroom: str
    made_at: datetime
    migrations: list[str] = []
    rows: dict[str, int] = {}
    parts: dict[str, str] = {}

    @property
    def file_count(self) -> int:
        return sum(name.startswith(FILES) for name in self.parts)

    @property
    def has_secret(self) -> bool:
        return SECRET in self.parts


def archive_key(institute_id: UUID, job_id: UUID) -> str:
    """Where a school's own archive waits to be fetched."""
    return f"{institute_id}/exports/{job_id}.tar"


def is_archive(key: str) -> bool:
    return key.split("/")[1:2] == ["exports"]


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class Hashed:
    """Hashes what is read through it."""

    def __init__(self, source: Readable) -> None:
        self._source, self._digest = source, hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        piece = self._source.read(size)
        self._digest.update(piece)
        return piece

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


class ArchiveWriter:
    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self._tar, self.manifest = tar, manifest

    def add(self, name: str, size: int, source: Readable) -> None:
        """Streams a part of a known size into the archive."""
        hashed = Hashed(source)
        self._add(name, size, hashed)
        self.manifest.parts[name] = hashed.hexdigest()

    def add_file(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            self.add(name, path.stat().st_size, file)

    def add_stored(self, storage: Storage, folder: str | None = None) -> None:
        """Every file of the store, or of a folder in it, but for archives themselves."""
        for key in storage.list_keys(folder):
            if is_archive(key):
                continue
            with suppress(StoredFileMissing):  # deleted since it was listed
                stored = storage.open(key)
                self.add(FILES + key, stored.size, stored)

    def add_manifest(self) -> None:
        text = self.manifest.model_dump_json(indent=1).encode()
        self._add(MANIFEST, len(text), BytesIO(text))

    def _add(self, name: str, size: int, source: Readable) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, int(time.time())
        self._tar.addfile(info, source)
        self._tar.members = []  # type: ignore[attr-defined]  # it would remember every part


@contextmanager
def write_archive(file: Path, kind: Literal["backup", "institute"]) -> Iterator[ArchiveWriter]:
    """Add the parts inside the block. Raises ArchiveExists and ArchiveNotWritten."""
    manifest = Manifest(kind=kind, markroom=version("markroom"), made_at=datetime.now(UTC))
    with (
        _written_whole(file) as stream,
        tarfile.TarFile(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT, copybufsize=PIECE) as tar,
    ):
        archive = ArchiveWriter(tar, manifest)
        yield archive
        archive.add_manifest()


@contextmanager
def _written_whole(file: Path) -> Iterator[IO[bytes]]:
    if file.exists():
        raise ArchiveExists
    partial = None
    try:
        handle, partial = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")  # 0600
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(handle)
        Path(partial).rename(file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ArchiveNotWritten(f"{file} cannot be written: {reason}. Nothing was left behind.") from error
    finally:
        if partial:
            Path(partial).unlink(missing_ok=True)


def verify_archive(file: Path, kind: str) -> Manifest:
    """Reads it to the end and checks every part by its hash. Raises ArchiveDamaged."""
    found: dict[str, str] = {}
    manifest = None
    for name, source in read_parts(file):
        if manifest or name in found:
            raise ArchiveDamaged
        if name == MANIFEST:
            manifest = _read_manifest(source)
        else:
            found[name] = _hash(source)
    if manifest is None or manifest.parts != found or manifest.kind != kind:
        raise ArchiveDamaged
    return manifest


def read_parts(file: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Each part's name and content, which is read before the next is asked for. Raises ArchiveDamaged."""
    try:
        with tarfile.open(file, "r:") as tar:
            while member := tar.next():
                source = tar.extractfile(member)
                if not member.isreg() or source is None:
                    raise ArchiveDamaged
                yield member.name, source
                tar.members = []  # type: ignore[attr-defined]
    except FileNotFoundError as error:
        raise ArchiveDamaged(f"There is no file {file}.") from error
    except (tarfile.TarError, OSError) as error:
        raise ArchiveDamaged from error


def _hash(source: IO[bytes]) -> str:
    hashed = Hashed(source)
    try:
        while hashed.read(PIECE):
            pass
    except tarfile.ReadError as error:  # cut off inside a part
        raise ArchiveDamaged from error
    return hashed.hexdigest()


def _read_manifest(source: IO[bytes]) -> Manifest:
    try:
        return Manifest.model_validate_json(source.read())
    except (ValueError, tarfile.ReadError) as error:
        raise ArchiveDamaged from error
