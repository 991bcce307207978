"""The catalogue on the command line."""

from __future__ import annotations

import asyncio
import concurrent.futures
from pathlib import Path

import psycopg

from markroom.catalogue import actions
from markroom.catalogue.tables import Tables, read_tables


def load(service_url: str, place: Path, version: str, *, dry_run: bool = False) -> list[str]:
    """What it did, or would do, in lines. Raises CatalogueInvalid, CatalogueVersionTaken."""
    counts = asyncio.run(_load(service_url, read_tables(place), version, dry_run))
    lines = [
        f"{kind}: {n['added']} added, {n['changed']} changed, {n['unchanged']} as they were"
        for kind, n in counts.items()
    ]
    return [*lines, "Nothing was changed: this was a dry run."] if dry_run else lines


async def _load(service_url: str, tables: Tables, version: str, dry_run: bool) -> actions.Counts:
    async with (
        await psycopg.AsyncConnection.connect(service_url) as conn,
        conn.transaction(force_rollback=dry_run),
    ):
        return await actions.load_catalogue(conn, tables, version)


def load_starter(service_url: str) -> None:
    """The catalogue Markroom comes with, where it is not there yet."""

    async def run() -> None:
        async with await psycopg.AsyncConnection.connect(service_url) as conn:
            await actions.load_starter(conn)

    with concurrent.futures.ThreadPoolExecutor(1) as thread:  # the caller may have a loop of its own
        thread.submit(lambda: asyncio.run(run())).result()
