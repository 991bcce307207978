"""The application beside a real identity provider it takes tokens of, and one it does not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from markroom.identity import providers
from tests.databases import Database
from tests.identity.external.asking import KEYS, PEOPLE
from tests.identity.provider import CLIENT, IdentityProvider, make_key, running
from tests.stage import Stage, open_stage


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with running(IdentityProvider(KEYS, PEOPLE)) as started:
        yield started


@pytest.fixture(scope="module")
def other_provider() -> Iterator[IdentityProvider]:
    with running(IdentityProvider([make_key("first")], PEOPLE)) as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(
    database: Database, provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("data")
    async with open_stage(database, folder, oidc_issuers=f"{provider.issuer}|{CLIENT}") as opened:
        yield opened


@pytest.fixture
def no_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys may be fetched again at once."""
    monkeypatch.setattr(providers, "FLOOR_SECONDS", 0)
