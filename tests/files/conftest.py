import pytest

from markroom.files import endpoints
from tests.stage import Stage


@pytest.fixture(autouse=True)
def routes(stage: Stage) -> None:
    if not getattr(stage, "with_files", False):
        stage.app.include_router(endpoints.routes)
        stage.with_files = True
