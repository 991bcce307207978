"""Receives uploaded files: streamed to a temporary file, measured and hashed, never more than allowed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from markroom.files.model import MAX_BYTES, BadUpload, FileMissing, FileTooLarge
from markroom.kit.http import run_blocking
from markroom.kit.scratch import scratch_folder

CHUNK = 2**20
FORM_OVERHEAD = 64 * 1024


@dataclass(frozen=True)
class Upload:
    """A received file in a temporary place, which is gone when its context is left."""

    path: Path
    name: str
    size: int
    sha256: str

    @property
    def head(self) -> bytes:
        with self.path.open("rb") as file:
            return file.read(1024)


@asynccontextmanager
async def receive_files(
    request: Request, *, max_bytes: int = MAX_BYTES, max_files: int = 1
) -> AsyncIterator[list[Upload]]:
    """The files of the form field `file`, together at most `max_bytes`.

    No transaction may be open while they come in. Raises FileMissing, FileTooLarge, BadUpload.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise FileMissing
    if int(request.headers.get("content-length", "0")) > max_bytes + FORM_OVERHEAD:
        raise FileTooLarge
    stream = _limited(request, max_bytes + FORM_OVERHEAD)
    try:
        form = await MultiPartParser(request.headers, stream, max_files=max_files, max_fields=10).parse()
    except MultiPartException as error:
        raise BadUpload from error
    try:
        parts = [part for part in form.getlist("file") if isinstance(part, UploadFile)]
        if not parts:
            raise FileMissing
        if sum(part.size or 0 for part in parts) > max_bytes:
            raise FileTooLarge
        with ExitStack() as stack:
            kept = [keep_upload(part.file, part.filename or "") for part in parts]
            yield [await run_blocking(stack.enter_context, upload) for upload in kept]
    finally:
        await form.close()


async def _limited(request: Request, max_bytes: int) -> AsyncGenerator[bytes, None]:
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > max_bytes:
            raise FileTooLarge
        yield chunk


@contextmanager
def keep_upload(source: BinaryIO, name: str) -> Iterator[Upload]:
    """A stream as an upload; blocking."""
    with scratch_folder("upload") as folder:
        path, size, digest = folder / "upload", 0, hashlib.sha256()
        with path.open("wb") as file:
            while chunk := source.read(CHUNK):
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        yield Upload(path, clean_name(name), size, digest.hexdigest())


def clean_name(name: str) -> str:
    """A file's own name without folders and control characters, at most 200 characters."""
    last = re.split(r"[/\\]", name)[-1]
    return re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "", last).strip()[-200:] or "paper"
