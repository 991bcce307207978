"""O-02: database and files come back as they were, or nothing happens."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql

from markroom.kit.migrations import MigrationUnknown, migrate
from markroom.kit.postgres import Cluster
from markroom.kit.storage import Storage
from markroom.operation.archive import (
    ArchiveDamaged,
    ArchiveExists,
    ArchiveNotWritten,
    Manifest,
    read_parts,
    write_archive,
)
from markroom.operation.backup import TABLES, DumpImpossible, NotEmpty, back_up, restore
from tests.databases import APP, SERVICE, Database, name_database
from tests.marking.sitting import MCQ, PAPER, lay_out
from tests.stage import Stage

SECRET = b"a secret of a server, thirty-two bytes or more"


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def sat(stage: Stage) -> AsyncIterator[None]:
    """A template with its file, a batch, marks made over HTTP."""
    school = await stage.make_school()
    sitting = await lay_out(stage, school, paper=(*PAPER, MCQ))
    for number in (1, 2):
        body = {"marks": number, "state": "awarded"}
        url = sitting.mark_url(number, "2")
        answer = await school["teacher"].put(url, json=body, headers={"If-Match": '"0"'})
        assert answer.status_code == 200
    for name, size in (("paper", 3_000_000), ("page", 70_000), ("empty", 0)):
        await stage.resources.storage.put(f"{school.institute_id}/files/{name}", os.urandom(size))
    yield


@contextmanager
def _empty_database(cluster: Cluster) -> Iterator[Database]:
    made = name_database(cluster, f"restored_{uuid4().hex[:8]}")
    with psycopg.connect(cluster.admin_url, autocommit=True) as conn:
        conn.execute(sql.SQL("create database {}").format(sql.Identifier(made.name)))
        yield made
        conn.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(made.name)))


@pytest.fixture
def target(cluster: Cluster) -> Iterator[Database]:
    with _empty_database(cluster) as made:
        yield made


@pytest.fixture
def target_storage(tmp_path: Path) -> Storage:
    return Storage.from_settings("", tmp_path / "restored")


def _hash_tables(url: str) -> dict[str, str]:
    """Each table by a hash of its rows."""
    with psycopg.connect(url) as conn:
        found = {}
        for schema, table in conn.execute(TABLES).fetchall():
            rows = sql.SQL("select md5(string_agg(t::text, e'\\n' order by t::text)) from {} t")
            row = conn.execute(rows.format(sql.Identifier(schema, table))).fetchone()
            found[f"{schema}.{table}"] = str(row and row[0])
        return found


async def _read_all(storage: Storage) -> dict[str, bytes]:
    return {key: await storage.get(key) for key in storage.list_keys()}


def _is_empty(url: str) -> bool:
    with psycopg.connect(url) as conn:
        return conn.execute(TABLES).fetchone() is None


async def test_everything_comes_back_as_it_was(
    stage: Stage, target: Database, target_storage: Storage, tmp_path: Path
) -> None:
    made = back_up(stage.admin_url, stage.resources.storage, tmp_path / "all.tar", SECRET)
    restore(target.admin_url, target_storage, tmp_path / "all.tar", tmp_path / "restored" / "secret")
    assert migrate(target.admin_url, app_login=APP, service_login=SERVICE) == []
    assert _hash_tables(target.admin_url) == _hash_tables(stage.admin_url)
    assert made.rows["public.mark_entries"] == 2
    assert await _read_all(target_storage) == await _read_all(stage.resources.storage)
    assert made.file_count == 3
    assert (tmp_path / "restored" / "secret").read_bytes() == SECRET
    with psycopg.connect(target.app_url) as conn:
        hidden = conn.execute("select count(*) from memberships").fetchone()
    assert hidden == (0,), "row security came back too"


async def test_the_secret_is_inside_only_when_asked_for(stage: Stage, tmp_path: Path) -> None:
    made = back_up(stage.admin_url, stage.resources.storage, tmp_path / "all.tar")
    assert not made.has_secret
    assert "secret" not in [name for name, _ in read_parts(tmp_path / "all.tar")]


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _flip(data: bytes) -> bytes:
    at = data.index(b"files/") + 5000
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _flip_dump(data: bytes) -> bytes:
    return data[:3000] + bytes([data[3000] ^ 1]) + data[3001:]


def _cut_manifest(data: bytes) -> bytes:
    return data[: data.rindex(b"manifest.json")]


def _say_nothing(data: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("harm", [_cut, _flip, _flip_dump, _cut_manifest, _say_nothing])
async def test_a_harmed_archive_is_refused_and_nothing_changes(
    stage: Stage, target: Database, target_storage: Storage, tmp_path: Path, harm: object
) -> None:
    back_up(stage.admin_url, stage.resources.storage, tmp_path / "all.tar", SECRET)
    assert callable(harm)
    (tmp_path / "harmed.tar").write_bytes(harm((tmp_path / "all.tar").read_bytes()))
    with pytest.raises(ArchiveDamaged):
        restore(target.admin_url, target_storage, tmp_path / "harmed.tar", tmp_path / "secret")
    assert _is_empty(target.admin_url)
    assert list(target_storage.list_keys()) == []
    assert not (tmp_path / "secret").exists()


async def test_a_part_added_later_is_refused(
    stage: Stage, target: Database, target_storage: Storage, tmp_path: Path
) -> None:
    back_up(stage.admin_url, stage.resources.storage, tmp_path / "all.tar")
    with tarfile.open(tmp_path / "all.tar", "a") as tar:
        info = tarfile.TarInfo("files/more")
        info.size = 4
        tar.addfile(info, BytesIO(b"more"))
    with pytest.raises(ArchiveDamaged):
        restore(target.admin_url, target_storage, tmp_path / "all.tar")


async def test_only_an_empty_database_is_restored_into(
    stage: Stage, target_storage: Storage, tmp_path: Path
) -> None:
    back_up(stage.admin_url, stage.resources.storage, tmp_path / "all.tar")
    before = _hash_tables(stage.admin_url)
    with pytest.raises(NotEmpty):
        restore(stage.admin_url, target_storage, tmp_path / "all.tar")
    assert _hash_tables(stage.admin_url) == before
    assert list(target_storage.list_keys()) == []


async def test_a_store_with_other_files_is_not_restored_into(
    stage: Stage, target: Database, target_storage: Storage, tmp_path: Path
) -> None:
    back_up(stage.admin_url, stage.resources.storage, tmp_path / "all.tar")
    await target_storage.put("somebody/else", b"x")
    with pytest.raises(NotEmpty):
        restore(target.admin_url, target_storage, tmp_path / "all.tar")
    assert _is_empty(target.admin_url)


async def test_another_servers_secret_is_not_overwritten(
    stage: Stage, target: Database, target_storage: Storage, tmp_path: Path
) -> None:
    back_up(stage.admin_url, stage.resources.storage, tmp_path / "all.tar", SECRET)
    (tmp_path / "secret").write_bytes(b"of another server")
    with pytest.raises(NotEmpty):
        restore(target.admin_url, target_storage, tmp_path / "all.tar", tmp_path / "secret")
    assert _is_empty(target.admin_url)
    assert list(target_storage.list_keys()) == []


async def test_a_restore_that_broke_off_after_the_files_can_be_begun_again(
    stage: Stage, target: Database, target_storage: Storage, tmp_path: Path
) -> None:
    back_up(stage.admin_url, stage.resources.storage, tmp_path / "all.tar")
    for name, source in read_parts(tmp_path / "all.tar"):
        if name.startswith("files/"):
            target_storage.write(name.removeprefix("files/"), source)
    restore(target.admin_url, target_storage, tmp_path / "all.tar")
    assert _hash_tables(target.admin_url) == _hash_tables(stage.admin_url)


async def test_a_backup_of_a_newer_markroom_is_refused(
    target: Database, target_storage: Storage, tmp_path: Path
) -> None:
    with write_archive(tmp_path / "newer.tar", "backup") as archive:
        archive.manifest.migrations = ["209901010000-kit-flying-cars"]
    with pytest.raises(MigrationUnknown):
        restore(target.admin_url, target_storage, tmp_path / "newer.tar")
    assert _is_empty(target.admin_url)


async def test_the_archive_of_one_institute_is_not_taken_for_a_backup(
    target: Database, target_storage: Storage, tmp_path: Path
) -> None:
    with write_archive(tmp_path / "school.tar", "institute"):
        pass
    with pytest.raises(ArchiveDamaged):
        restore(target.admin_url, target_storage, tmp_path / "school.tar")


async def test_a_file_that_is_there_is_not_overwritten(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "all.tar").write_bytes(b"last week's")
    with pytest.raises(ArchiveExists):
        back_up(stage.admin_url, stage.resources.storage, tmp_path / "all.tar")
    assert (tmp_path / "all.tar").read_bytes() == b"last week's"


_WRITE_ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from markroom.kit.storage import Storage
from markroom.operation.backup import back_up
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
back_up(sys.argv[1], Storage.from_settings("file:" + sys.argv[2], Path()), Path(sys.argv[3]))
"""


def test_a_disk_that_fills_up_leaves_no_half_archive(stage: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    files = Path(stage.resources.settings.data_dir) / "files"
    command = [
        sys.executable,
        "-c",
        _WRITE_ON_A_FULL_DISK,
        stage.admin_url,
        str(files),
        str(folder / "all.tar"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert ArchiveNotWritten.__name__ in done.stderr, done.stderr
    assert list(folder.iterdir()) == []


async def test_a_folder_that_is_not_there_is_said_in_words(stage: Stage, tmp_path: Path) -> None:
    with pytest.raises(ArchiveNotWritten, match="No such file or directory"):
        back_up(stage.admin_url, stage.resources.storage, tmp_path / "nowhere" / "all.tar")


def test_a_login_that_row_security_binds_cannot_back_up(
    stage: Stage, database: Database, tmp_path: Path
) -> None:
    """It would leave rows out."""
    with pytest.raises(DumpImpossible):
        back_up(database.service_url, stage.resources.storage, tmp_path / "all.tar")
    assert list(tmp_path.iterdir()) == []


async def test_a_backup_during_writes_holds_together(
    stage: Stage, target: Database, target_storage: Storage, tmp_path: Path
) -> None:
    """Foreign keys are checked as it is restored; every file a row names was put before the row."""
    has_begun, stop = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        while not stop.is_set():
            school = await stage.make_school(roles=("teacher",))
            key = f"{school.institute_id}/files/{'0' * 64}"
            await stage.resources.storage.put(key, key.encode())
            await lay_out(stage, school, markers=("teacher",), scripts=2)
            has_begun.set()

    async def back_up_meanwhile() -> Manifest:
        try:
            await has_begun.wait()
            file = tmp_path / "all.tar"
            return await asyncio.to_thread(back_up, stage.admin_url, stage.resources.storage, file)
        finally:
            stop.set()

    manifest, _ = await asyncio.gather(back_up_meanwhile(), write())
    restore(target.admin_url, target_storage, tmp_path / "all.tar")
    with psycopg.connect(target.admin_url) as conn:
        named = conn.execute("select institute_id from source_files").fetchall()
    keys = set(target_storage.list_keys())
    batches = await stage.query("select count(*) from batches")
    assert 1 < manifest.rows["public.batches"] <= batches[0][0]
    missing = [i for (i,) in named if not any(key.startswith(f"{i}/files/") for key in keys)]
    assert missing == []
