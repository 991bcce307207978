from __future__ import annotations

from importlib import resources
from pathlib import Path

from markroom.catalogue import reads, writes
from markroom.catalogue.model import CatalogueVersionTaken
from markroom.catalogue.tables import Tables, read_tables, refuse_faults
from markroom.kit.db import Conn

STARTER_VERSION = "starter-1"
Counts = dict[str, dict[str, int]]


async def load_catalogue(conn: Conn, tables: Tables, version: str) -> Counts:
    """As the service: puts rows in, changes those that differ, deletes none. Of a version that is there
    already nothing is done.

    Raises CatalogueInvalid before the first write, CatalogueVersionTaken.
    """
    await writes.lock_catalogue(conn)
    there = await writes.find_load(conn, version)
    if there not in (None, tables.sha256):
        raise CatalogueVersionTaken
    refuse_faults(list(tables.find_unknown_parents(await reads.list_parent_ids(conn))))
    if there is None:
        await writes.insert_load(conn, version, tables.sha256)
    counts = {
        kind: await writes.put_rows(conn, kind, rows, version)
        for kind in writes.COLUMNS
        if (rows := tables.rows(kind))
    }
    if there is None:
        await writes.update_load(conn, version, counts)
    return counts


async def load_starter(conn: Conn) -> None:
    """As the service: the catalogue Markroom comes with, once."""
    if await writes.find_load(conn, STARTER_VERSION) is None:
        await load_catalogue(conn, read_starter(), STARTER_VERSION)


def read_starter() -> Tables:
    with resources.as_file(resources.files("markroom.catalogue") / "starter") as folder:
        return read_tables(Path(folder))
