"""A real database for the tests: one server a session, one migrated template, one database a module."""

import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from tests.databases import APP, SERVICE, Database, name_database

from markroom.kit.migrations import migrate, settle_database
from markroom.kit.postgres import Cluster

_TEMPLATE = "migrated"
_numbers = count(1)


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
    _execute(cluster, f"create database {made.name} template {migrated.name}")
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


def _execute(cluster: Cluster, statement: str) -> None:
    with psycopg.connect(cluster.admin_url, autocommit=True) as conn:
        conn.execute(statement.encode())
