"""Secrets in links. They are derived from the row they open, so that none is ever stored or queued.

A token is base64url(id ‖ HMAC-SHA-256(secret, purpose ‖ id ‖ generation)); only its SHA-256 is kept.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path
from uuid import UUID


def derive_token(secret: bytes, purpose: str, row_id: UUID, generation: int = 1) -> str:
    """The token of one generation of one row; the same again whenever it is asked for."""
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
    try:
        made = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(made, "wb") as file:
        file.write(secrets.token_hex(32).encode())
    return path.read_bytes()
