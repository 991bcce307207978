"""O-02: the commands, on the embedded server while it serves and on a PostgreSQL elsewhere."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from markroom.kit.postgres import Cluster
from markroom.launch import derive_password
from tests.acceptance.people import join
from tests.acceptance.server import COMMAND, Server, ok, running_server
from tests.databases import Database

HEAD = "teacher-1@hillside.example"


@dataclass(frozen=True)
class House:
    """A server that runs, and the token of the school's admin, who has signed in."""

    server: Server
    token: str


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="markroom-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        with running_server(Path(folder)) as (server, mailroom):
            server.command("institute", "create", "--name", "Hillside School", "--admin-email", HEAD)
            head = join(server, mailroom, HEAD)
            yield House(server, head.headers["Authorization"].removeprefix("Bearer "))


def _school_of(server: Server, token: str) -> tuple[str, str]:
    """Id and name of the only school of whoever holds the token."""
    (membership,) = ok(server.client(token).get("/api/auth/me"))["memberships"]
    return membership["institute_id"], membership["institute_name"]


def test_a_backup_of_a_running_server_makes_the_same_server_elsewhere(
    house: House, open_folder: Path, tmp_path: Path
) -> None:
    archive = str(tmp_path / "all.tar")
    assert "rows and" in house.server.command("backup", archive, "--with-secret")
    copy = Server(open_folder / "copy", house.server.mail_url)
    assert "are back" in copy.command("restore", archive)
    assert (copy.data_dir / "secret").read_bytes() == (house.server.data_dir / "secret").read_bytes()
    copy.start()
    try:
        assert _school_of(copy, house.token) == _school_of(house.server, house.token)
    finally:
        copy.stop()


def test_a_backup_goes_to_a_postgresql_elsewhere_and_its_logins_work(
    house: House,
    cluster: Cluster,
    empty_database: Database,
    open_folder: Path,
    tmp_path: Path,
) -> None:
    archive = str(tmp_path / "all.tar")
    house.server.command("backup", archive)
    service = "markroom_service"
    environment = {
        **house.server.environment,
        "MARKROOM_DATA_DIR": str(open_folder / "elsewhere"),
        "MARKROOM_DATABASE_URL": empty_database.app_url,
        "MARKROOM_ADMIN_DATABASE_URL": empty_database.admin_url,
    }
    try:
        done = subprocess.run(
            [*COMMAND, "restore", archive],
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "holds no secret" in done.stdout
        secret = (open_folder / "elsewhere" / "secret").read_bytes()
        with psycopg.connect(
            cluster.url(service, derive_password(secret, service), empty_database.name)
        ) as conn:
            assert conn.execute("select count(*) from users").fetchone() == (1,)
    finally:  # the cluster's other databases share the login
        with psycopg.connect(cluster.admin_url, autocommit=True) as conn:
            conn.execute(f"alter role {service} password 'service'".encode())


def test_what_cannot_be_restored_is_said_in_a_line_and_makes_no_data_directory(
    open_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "all.tar").write_bytes(os.urandom(5000))
    server = Server(open_folder / "new", "")
    done = subprocess.run(
        [*COMMAND, "restore", str(tmp_path / "all.tar")],
        env=server.environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("markroom: This file is damaged")
    assert len(done.stderr.splitlines()) == 1
    assert not (open_folder / "new").exists()


def test_a_server_in_use_is_not_restored_over(house: House, tmp_path: Path) -> None:
    house.server.command("backup", str(tmp_path / "all.tar"))
    with pytest.raises(AssertionError, match="only restored into an empty place"):
        house.server.command("restore", str(tmp_path / "all.tar"))
    assert house.server.client().get("/health/ready").status_code == 200


def test_a_school_is_exported_by_its_id(house: House, tmp_path: Path) -> None:
    """P-15"""
    institute_id, _ = _school_of(house.server, house.token)
    said = house.server.command("institute", "export", "--id", institute_id, str(tmp_path / "school.tar"))
    assert "rows and 0 files" in said
    assert (tmp_path / "school.tar").stat().st_mode & 0o077 == 0
