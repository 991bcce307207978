"""The catalogue is loaded from CSV: whole or not at all, and again without harm (T-11)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from markroom.catalogue.actions import Counts, load_catalogue, load_starter, read_starter
from markroom.catalogue.model import CatalogueInvalid, CatalogueVersionTaken, make_id
from markroom.catalogue.tables import read_tables
from tests.stage import Stage

FILES = {
    "boards": "board,name\nNorth,Northern Board\n",
    "qualifications": "qualification,name\nGCSE,GCSE\n",
    "specifications": "board,specification,qualification,title,subject,first_exam_year\n"
    "North,900,GCSE,GCSE Botany,Botany,2030\n",
    "papers": "board,specification,paper,title,tier,minutes,marks,weight\n"
    "North,900,900/1,Paper 1,Higher,90,80,50\nNorth,900,900/2,Paper 2,,,,\n",
    "objectives": "board,specification,objective,description\nNorth,900,AO1,Recall\n",
    "spec_points": "board,specification,ref,parent,title\nNorth,900,1,,Plants\nNorth,900,1.1,1,Roots\n",
}


def write(folder: Path, **files: str) -> Path:
    for name, text in {**FILES, **files}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


async def load(stage: Stage, place: Path, version: str) -> Counts:
    async with stage.resources.database.service() as conn:
        return await load_catalogue(conn, read_tables(place), version)


def complaints(caught: pytest.ExceptionInfo[CatalogueInvalid]) -> list[tuple[str, int, str]]:
    return [(fault["file"], fault["line"], fault["message"]) for fault in caught.value.facts["errors"]]


async def count(stage: Stage) -> int:
    rows: list[Any] = await stage.query("select count(*) from catalogue_papers where code ~ '^900/'")
    total: int = rows[0][0]
    return total


async def test_a_folder_is_loaded_and_loading_it_again_changes_nothing(stage: Stage, tmp_path: Path) -> None:
    """T-11"""
    await stage.query("truncate catalogue_boards, catalogue_qualifications, catalogue_loads cascade")
    first = await load(stage, write(tmp_path), "north-1")
    again = await load(stage, tmp_path, "north-1")
    assert first["papers"] == {"added": 2, "changed": 0, "unchanged": 0}
    assert again["papers"] == {"added": 0, "changed": 0, "unchanged": 2}
    assert await stage.query(
        "select code, tier, minutes, weight::int from catalogue_papers order by code"
    ) == [
        ("900/1", "Higher", 90, 50),
        ("900/2", None, None, None),
    ]


async def test_a_newer_version_changes_what_differs_under_the_same_id(stage: Stage, tmp_path: Path) -> None:
    """T-11: a template's exam_id stays good"""
    await load(stage, write(tmp_path), "north-1")
    (tmp_path / "papers.csv").write_text(
        "board,specification,paper,title,minutes\nNorth,900,900/2,Second paper,60\n"
    )
    counts = await load(stage, tmp_path / "papers.csv", "north-2")
    assert counts == {"papers": {"added": 0, "changed": 1, "unchanged": 0}}
    row = await stage.query("select id, title, minutes, version from catalogue_papers where code = '900/2'")
    assert row == [(make_id("papers", "North", "900", "900/2"), "Second paper", 60, "north-2")]
    assert await count(stage) == 2


async def test_one_version_stands_for_one_content(stage: Stage, tmp_path: Path) -> None:
    await load(stage, write(tmp_path), "north-1")
    write(tmp_path, boards="board,name\nNorth,Another name\n")
    with pytest.raises(CatalogueVersionTaken):
        await load(stage, tmp_path, "north-1")


def test_every_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    """T-11"""
    write(
        tmp_path,
        papers="board,specification,paper,title,minutes,weight\n"
        "North,900,900/1,Paper 1,ninety,\n"
        "North,900,,Paper 2,,\n"
        "North,900,900/3,Paper 3,60,101\n"
        "North,900,900/4,Paper 4,60,50\n"
        "North,900,900/4,Paper 4,60,50\n"
        "North,900\n",
    )
    with pytest.raises(CatalogueInvalid) as caught:
        read_tables(tmp_path)
    assert [(file, line) for file, line, _ in complaints(caught)] == [
        ("papers.csv", number) for number in (2, 3, 4, 6, 7)
    ]
    assert "papers.csv, line 3: paper: it is empty" in caught.value.detail


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"papers": "board,paper,title\n"}, "the column specification is missing"),
        (
            {"papers": "board,specification,paper,title,colour\nNorth,900,1,x,red\n"},
            "colour: there is no such column",
        ),
        ({"spec_points": 'board,specification,ref,title\nNorth,900,"1,2",x\n'}, "ref"),
        ({"boards": 'board,name\nNorth,"open\n'}, "it is not CSV"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(CatalogueInvalid, match=message):
        read_tables(write(tmp_path, **files))


def test_a_file_in_another_encoding_or_of_another_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "boards.csv").write_bytes("board,name\nZ,Zürich\n".encode("latin-1"))
    with pytest.raises(CatalogueInvalid, match="line 2: it is not UTF-8"):
        read_tables(tmp_path)
    with pytest.raises(CatalogueInvalid, match="cannot be read"):
        read_tables(tmp_path / "papers.csv")
    (tmp_path / "prices.csv").touch()
    with pytest.raises(CatalogueInvalid, match=r"prices\.csv"):
        read_tables(tmp_path)


async def test_a_row_that_hangs_in_the_air_loads_nothing(stage: Stage, tmp_path: Path) -> None:
    before = await stage.query("select count(*) from catalogue_boards")
    write(
        tmp_path,
        boards="board,name\nSouth,Southern Board\n",
        objectives="board,specification,objective,description\nSouth,1,AO1,x\n",
    )
    for name in ("specifications", "papers", "spec_points"):
        (tmp_path / f"{name}.csv").unlink()
    with pytest.raises(CatalogueInvalid, match="specification South 1 is not known"):
        await load(stage, tmp_path, "south-1")
    assert await stage.query("select count(*) from catalogue_boards") == before


async def test_the_starter_is_loaded_once(stage: Stage) -> None:
    """T-11: a starter catalogue ships"""
    for _ in range(2):
        async with stage.resources.database.service() as conn:
            await load_starter(conn)
    rows = await stage.query(
        """select b.name, s.title, p.minutes, p.marks from catalogue_papers p
             join catalogue_specifications s on s.id = p.specification_id
             join catalogue_boards b on b.id = s.board_id where p.code = '8300/1H'"""
    )
    assert rows == [("AQA", "GCSE Mathematics", 90, 80)]


def test_what_a_starter_paper_says_of_its_weight_adds_up() -> None:
    """Papers of one tier that all have a weight make no more than the whole qualification."""
    shares: dict[tuple[str, str, str], float] = {}
    choices = {"9FM0", "H245"}  # options among which a school chooses
    for line, _, _ in read_starter().lines["papers"]:
        paper = line.model_dump()
        if paper["specification"] not in choices:
            key = paper["board"], paper["specification"], paper["tier"] or ""
            shares[key] = shares.get(key, 0) + (paper["weight"] or 0)
    assert {key: share for key, share in shares.items() if share > 100.3} == {}
