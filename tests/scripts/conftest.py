from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.databases import Database
from tests.stage import School, Stage, open_stage


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    folder: Path = tmp_path_factory.mktemp("data")
    async with open_stage(database, folder) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def school(stage: Stage) -> School:
    return await stage.make_school()
