from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.databases import Database
from tests.mcp.programs import Site, open_site
from tests.projects.keys.keyring import Project, make_project


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with open_site(database, tmp_path_factory.mktemp("data")) as opened:
        yield opened


@pytest.fixture
async def project(site: Site) -> Project:
    return await make_project(site.stage, await site.stage.make_school())
