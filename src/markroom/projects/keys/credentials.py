"""Reads the keys of projects: checked by its own characters, looked up by its hash, and begun in one call."""

from __future__ import annotations

import psycopg

from markroom.kit.access import InstituteNotFound, SignInRequired, Wish
from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.kit.tokens import SHORTEST_SECRET, SecretTooShort
from markroom.projects.keys.model import KEY_PREFIX, hash_key, is_well_formed
from markroom.projects.keys.reads import begin_key


class KeyReader:
    """The credential reader of keys. Raises SecretTooShort: without a secret no key is ever compared."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < SHORTEST_SECRET:
            raise SecretTooShort
        self._secret = secret

    async def prepare(self, token: str) -> None:
        """Turns a mistyped key away before a transaction is open. Raises SignInRequired."""
        if token.startswith(KEY_PREFIX) and not is_well_formed(token):
            raise SignInRequired(headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})

    async def read(self, conn: Conn, token: str, wish: Wish) -> Actor | None:
        """The person a key acts for, in its project, with what is left of its scopes. Raises
        InstituteNotFound."""
        if not token.startswith(KEY_PREFIX):
            return None
        try:
            begun = await begin_key(conn, hash_key(self._secret, token), wish.request_id)
        except psycopg.errors.InvalidAuthorizationSpecification:  # revoked while it was looked up
            return None
        if begun is None:
            return None
        user_id, key_id, project_id, scopes, institute_id, role, name = begun
        if wish.institute_id not in (None, institute_id):
            raise InstituteNotFound
        return Actor(
            user_id, name, f"key:{key_id}", institute_id, role,
            key_id=key_id, project_id=project_id, scopes=frozenset(scopes),
        )  # fmt: skip
