"""O-02: what doctor finds of the graph. Other parts stand with their rooms and the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from markroom.kit.resources import make_resources
from markroom.kit.settings import Settings
from markroom.operation.doctor import Finding, examine
from tests.acceptance.server import free_port
from tests.databases import Database
from tests.stage import BASE_URL, School, Stage


async def examine_graph(
    database: Database, folder: Path, url: str = "", admin_url: str | None = None
) -> Finding | None:
    settings = Settings(data_dir=str(folder), base_url=BASE_URL, graph_url=url)
    resources = make_resources(
        settings, database.app_url, database.service_url, b"a secret of the tests, 32 bytes."
    )
    found = [each async for each in examine(resources, admin_url) if each.what.startswith("graph")]
    return found[0] if found else None


async def test_a_graph_in_the_data_directory_is_tried_and_nothing_of_it_stays(
    database: Database, tmp_path: Path
) -> None:
    assert await examine_graph(database, tmp_path) == Finding("graph", True)
    assert list((tmp_path / "graphs").iterdir()) == []


async def test_where_there_is_to_be_no_graph_none_is_looked_for(database: Database, tmp_path: Path) -> None:
    assert await examine_graph(database, tmp_path, "off") is None
    assert not (tmp_path / "graphs").exists()


async def test_a_graph_that_cannot_be_written_is_said_with_its_place(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "graphs").write_text("a file where a folder is to be")
    found = await examine_graph(database, tmp_path)
    assert found is not None
    assert not found.is_well
    assert f"No graph can be written in {tmp_path / 'graphs'}" in found.advice


async def test_a_neo4j_that_does_not_answer_is_said_without_its_password(
    database: Database, tmp_path: Path
) -> None:
    found = await examine_graph(database, tmp_path, f"bolt://neo4j:hush@127.0.0.1:{free_port()}")
    assert found is not None
    assert "Check MARKROOM_GRAPH_URL" in found.advice
    assert "hush" not in found.advice + found.what


@pytest.mark.parametrize(("closed", "is_named"), [(False, True), (True, False)])
async def test_schools_whose_graph_was_given_up_are_named(
    stage: Stage, database: Database, school: School, tmp_path: Path, closed: bool, is_named: bool
) -> None:
    await stage.query("update graph_spaces set state = 'ready'")
    await stage.query("delete from graph_spaces where institute_id = %s", [school.institute_id])
    await stage.query(
        "insert into graph_spaces (institute_id, name, state) values (%s, 'a', 'failed')",
        [school.institute_id],
    )
    if closed:
        await stage.query("update institutes set closed_at = now() where id = %s", [school.institute_id])
    found = await examine_graph(database, tmp_path, admin_url=database.admin_url)
    assert found is not None
    assert found.is_well is not is_named
    assert (str(school.institute_id) in found.advice) is is_named
