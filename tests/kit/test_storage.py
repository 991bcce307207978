from __future__ import annotations

import asyncio
from io import BytesIO
from pathlib import Path

import pytest

from markroom.kit.storage import Storage, StorageUnavailable, StoredFileMissing


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage.from_settings("", tmp_path)


async def test_what_is_put_comes_back(storage: Storage, tmp_path: Path) -> None:
    await storage.put("school/files/one", b"bytes")
    assert await storage.get("school/files/one") == b"bytes"
    assert await storage.exists("school/files/one")


async def test_a_file_is_stored_from_its_path(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "upload").write_bytes(b"x" * 3_000_000)
    await storage.put("school/files/two", tmp_path / "upload")
    assert len(await storage.get("school/files/two")) == 3_000_000


async def test_what_is_not_there_is_not_found(storage: Storage) -> None:
    assert not await storage.exists("school/none")
    with pytest.raises(StoredFileMissing):
        await storage.get("school/none")


async def test_deleting_twice_is_deleting_once(storage: Storage) -> None:
    await storage.put("school/three", b"x")
    await storage.delete("school/three")
    await storage.delete("school/three")
    assert not await storage.exists("school/three")


async def test_a_file_written_by_many_at_once_is_one_of_theirs(storage: Storage) -> None:
    """Both whole or not at all."""
    whole = [bytes([n]) * 500_000 for n in range(8)]
    await asyncio.gather(*(storage.put("school/same", each) for each in whole))
    assert await storage.get("school/same") in whole


async def test_a_key_stays_inside_the_store(storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not yours")
    for key in ("../secret", "school/../../secret", "/etc/passwd"):
        with pytest.raises((ValueError, StoredFileMissing)):
            await storage.get(key)


async def test_a_store_that_fails_says_so(tmp_path: Path) -> None:
    storage = Storage.from_settings(f"file:{tmp_path}/files", tmp_path)
    (tmp_path / "files" / "school").write_text("a file where a folder is needed")
    with pytest.raises(StorageUnavailable):
        await storage.put("school/one", b"x")


async def test_a_file_is_read_piece_by_piece_as_it_was_when_it_was_opened(storage: Storage) -> None:
    whole = bytes(range(256)) * 10_000
    await storage.put("school/large", whole)
    opened = storage.open("school/large")
    await storage.put("school/large", b"another")
    assert opened.size == len(whole)
    assert b"".join(iter(lambda: opened.read(70_000), b"")) == whole


async def test_opening_what_is_not_there_is_not_found(storage: Storage) -> None:
    with pytest.raises(StoredFileMissing):
        storage.open("school/none")


async def test_keys_are_listed_below_a_folder_and_not_beside_it(storage: Storage) -> None:
    for key in ("school/files/one", "school/files/two", "school-2/files/one"):
        await storage.put(key, b"x")
    assert sorted(storage.list_keys("school")) == ["school/files/one", "school/files/two"]
    assert len(list(storage.list_keys())) == 3


async def test_what_is_written_from_a_file_comes_back(storage: Storage, tmp_path: Path) -> None:
    with BytesIO(b"x" * 12_000_000) as source:
        storage.write("school/written", source)
    assert len(await storage.get("school/written")) == 12_000_000
