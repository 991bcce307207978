"""Secrets in links. They are derived from the row they open, so that none is ever stored or queued.

A token is base64url(id ‖ HMAC-SHA-256(secret, purpose ‖ id ‖ generation)); only its SHA-256 is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import tempfile
from base64 import urlsafe_b64encode
from pathlib import Path
from uuid import UUID

from markroom.kit.errors import MarkroomError

SHORTEST_SECRET = 32


class SecretTooShort(MarkroomError):
    """The secret must be at least 32 bytes long: set MARKROOM_SECRET, or remove the damaged file `secret`."""


def derive_token(secret: bytes, purpose: str, row_id: UUID, generation: int = 1) -> str:
    """The token of one generation of one row; the same again whenever it is asked for. Raises
    SecretTooShort."""
    if len(secret) < SHORTEST_SECRET:
        raise SecretTooShort
    message = b"\0".join((purpose.encode(), row_id.bytes, str(generation).encode()))
    return urlsafe_b64encode(row_id.bytes + hmac.digest(secret, message, "sha256")).decode().rstrip("=")


def random_token(prefix: str = "") -> str:
    """A token of 256 random bits, for sessions."""
    return prefix + secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """What is kept of a token. Tokens have at least 128 bits, so that a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()


def mask_tokens(text: str) -> str:
    """`text` with everything that looks like a token struck out, for logs."""
    return re.sub(r"[A-Za-z0-9_-]{40,}", "…", text)


def read_or_make_secret(data_dir: Path) -> bytes:
    """The server's secret from the data directory, made on first use and readable by its owner alone."""
    path = data_dir / "secret"
    data_dir.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _write_once(path, secrets.token_hex(SHORTEST_SECRET).encode())
    found = path.read_bytes()
    if len(found) < SHORTEST_SECRET:
        raise SecretTooShort
    return found


def _write_once(path: Path, content: bytes) -> None:
    """The first of several servers that start together wins; no other ever reads half of it."""
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # 0600
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)
    try:
        os.link(partial, path)
    except FileExistsError:
        return
    finally:
        Path(partial).unlink(missing_ok=True)
