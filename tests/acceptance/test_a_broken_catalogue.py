"""T-11: whatever is wrong with the files of a catalogue is named with its line, and nothing is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from markroom.catalogue.model import CatalogueInvalid
from markroom.catalogue.tables import read_tables
from tests.architecture.routes import list_ways
from tests.catalogue.test_loading import complaints, write
from tests.stage import Stage

SPECIFICATION = "board,specification,qualification,title,subject"
POINTS = "board,specification,ref,parent,title\n"
# What a file holds, and the line and words of the complaint.
BROKEN: dict[str, tuple[str, str, int, str]] = {
    "no text": ("boards", "board,name\nNorth,Nor\0thern\n", 2, "no text"),
    "a column twice": ("boards", "board,board,name\nNorth,South,x\n", 1, "board is there twice"),
    "nothing": ("boards", "", 1, "the column board and name is missing"),
    "semicolons": ("boards", "board;name\nNorth;x\n", 1, "the column board and name is missing"),
    "too long": ("boards", f"board,name\nNorth,{'x' * 501}\n", 2, "name: "),
    "far too long": ("boards", f"board,name\nNorth,{'x' * 200_000}\n", 1, "not CSV"),
    "twice but for case": ("boards", "board,name\nNorth,a\nnorth,b\n", 3, "there already, in line 2"),
    "no number": ("papers", "board,specification,paper,title,weight\nNorth,900,1,x,nan\n", 2, "weight: "),
    "half a minute": (
        "papers",
        "board,specification,paper,title,minutes\nNorth,900,1,x,9.5\n",
        2,
        "minutes: ",
    ),
    "the last year first": (
        "specifications",
        f"{SPECIFICATION},first_exam_year,last_exam_year\nNorth,900,GCSE,GCSE Botany,Botany,2030,2020\n",
        2,
        "last_exam_year is before first_exam_year",
    ),
    "less than the least": (
        "objectives",
        "board,specification,objective,description,weight_from,weight_to\nNorth,900,AO1,Recall,50,10\n",
        2,
        "weight_to is less than weight_from",
    ),
    "a part of itself": ("spec_points", f"{POINTS}North,900,1,1,Plants\n", 2, "a part of itself"),
    "parts of each other": (
        "spec_points",
        f"{POINTS}North,900,1,,Plants\nNorth,900,2,3,Roots\nNorth,900,3,2,Stems\n",
        3,
        "a part of itself",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, what: str) -> None:
    """T-11"""
    name, text, line, words = BROKEN[what]
    with pytest.raises(CatalogueInvalid) as caught:
        read_tables(write(tmp_path, **{name: text}))
    file, number, message = complaints(caught)[0]
    assert (file, number) == (f"{name}.csv", line)
    assert words in message


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffboard,name\r\nNorth,Northern Board\r\n",
        "board,name\n\n North ,\tNorthern Board\n\n",
        'name,board\n"Northern Board",North\n',
        "board,name\rNorth,Northern Board\r",
    ],
    ids=["as Excel writes it", "spaces", "another order", "old line ends"],
)
def test_a_file_is_read_as_any_program_writes_it(tmp_path: Path, text: str) -> None:
    """T-11"""
    (row,) = read_tables(write(tmp_path, boards=text)).rows("boards")
    assert (row["code"], row["name"]) == ("North", "Northern Board")


async def test_nobody_who_asks_over_http_changes_the_catalogue(stage: Stage) -> None:
    """T-11: no route does, and the database would not let it"""
    ways: list[Any] = [way for way in list_ways(stage.app) if way.path.startswith("/api/exam/catalogue")]
    assert ways
    assert {way.method for way in ways} == {"GET"}
    rights = await stage.query(
        """select distinct deed
             from pg_class c, unnest(array['select', 'insert', 'update', 'delete', 'truncate']) deed
            where c.relname like 'catalogue\\_%%' and c.relkind = 'r'
              and has_table_privilege('markroom_app', c.oid, deed)"""
    )
    assert rights == [("select",)]
