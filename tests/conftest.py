"""A real database for the tests: one server a session, one migrated template, one database a module.

And a real browser, for synchronous tests marked `browser`: none is skipped where `MARKROOM_REQUIRE_BROWSER`
is set.
"""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, expect, sync_playwright

from markroom.kit.logs import configure_logs
from markroom.kit.migrations import migrate, settle_database
from markroom.kit.postgres import Cluster
from tests.databases import APP, SERVICE, Database, name_database
from tests.stage import School, Stage, open_stage
from tests.web.looking import WAIT

# The same examples in every run: what a change did not break is not refused for it.
settings.register_profile(
    "any machine", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")

_TEMPLATE = "migrated"
_numbers = count(1)


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """As the server writes them: the default is made for a terminal and takes seconds for a traceback."""
    configure_logs()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A temporary folder other accounts may pass through, unlike `tmp_path`."""
    with tempfile.TemporaryDirectory(prefix="markroom-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="markroom-test-"))
    folder.chmod(0o711)
    with Cluster(folder, durable=False) as started:
        yield started
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def migrated(cluster: Cluster) -> Database:
    """The template: never connect to it."""
    database = name_database(cluster, _TEMPLATE)
    _execute(cluster, f"create database {_TEMPLATE}")
    migrate(database.admin_url, app_login=APP, service_login=SERVICE)
    return database


@pytest.fixture(scope="module")
def database(cluster: Cluster, migrated: Database) -> Iterator[Database]:
    """A migrated database without rows, for the tests of one module."""
    made = name_database(cluster, f"test_{next(_numbers)}")
    _execute(cluster, f"create database {made.name} template {migrated.name} strategy file_copy")
    with psycopg.connect(made.admin_url, autocommit=True) as conn:
        settle_database(conn)
    yield made
    _execute(cluster, f"drop database {made.name} with (force)")


@pytest.fixture(scope="module")
def empty_database(cluster: Cluster) -> Iterator[Database]:
    """A database no migration has touched."""
    made = name_database(cluster, f"test_{next(_numbers)}")
    _execute(cluster, f"create database {made.name}")
    yield made
    _execute(cluster, f"drop database {made.name} with (force)")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """The application on the module's database; jobs run only when a test asks for it."""
    async with open_stage(database, tmp_path_factory.mktemp("data")) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def school(stage: Stage) -> School:
    """A fresh school with an admin, a department head, two teachers and a student."""
    return await stage.make_school()


@pytest_asyncio.fixture(loop_scope="module")
async def other_school(stage: Stage) -> School:
    """Another school, whose people are strangers to the first."""
    return await stage.make_school("Riverside College")


def _execute(cluster: Cluster, statement: str) -> None:
    with psycopg.connect(cluster.admin_url, autocommit=True) as conn:
        conn.execute(statement.encode())


@pytest.fixture(scope="session")
def race_rounds() -> int:
    """How often a race is run: few times among the tests, 200 times by `make races`."""
    return int(os.environ.get("MARKROOM_RACES", "20"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's Chromium. Not for async tests: its own loop runs in this thread for the whole module."""
    program = os.environ.get("MARKROOM_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine: install it, or name it in MARKROOM_CHROMIUM")
    arguments = [
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
    ]
    if getattr(os, "geteuid", lambda: 1)() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses to run as root with it
    expect.set_options(timeout=WAIT)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=[*arguments, "--disable-sync"])
        yield started
        started.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, or the last worker is left alone with it."""
    items.sort(key=lambda item: not (item.get_closest_marker("browser") or "acceptance" in item.path.parts))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and item.get_closest_marker("browser") and os.environ.get("MARKROOM_REQUIRE_BROWSER"):
        report.outcome = "failed"
    return report
