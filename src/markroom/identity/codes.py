"""One-time sign-in codes as people print and type them: 76 bits, no letter that looks like another or helps
to spell a word."""

from __future__ import annotations

import hmac
import re
import secrets

ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
GROUPS, GROUP_LENGTH = 4, 4


def make_code() -> str:
    """`KX7F-2M9Q-…`"""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LENGTH)) for _ in range(GROUPS))
    return "-".join(groups)


def hash_code(secret: bytes, code: str) -> bytes:
    """What is kept of a code, however it was typed. Keyed, as a code is shorter than other tokens."""
    plain = re.sub(r"[\W_]", "", code).upper()
    return hmac.digest(secret, b"sign-in-code\0" + plain.encode(), "sha256")
