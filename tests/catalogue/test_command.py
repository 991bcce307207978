"""markroom catalogue load and markroom graph rebuild, as an operator types them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from markroom.cli import app
from tests.catalogue.test_loading import write

Command = Callable[..., Result]


@pytest.fixture
def command(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("MARKROOM_DATA_DIR", str(open_folder))
    return lambda *words: CliRunner().invoke(app, [*map(str, words)])


def test_an_operator_loads_a_catalogue_and_makes_a_graph_anew(command: Command, tmp_path: Path) -> None:
    """T-11, G-03"""
    write(tmp_path)
    tried = command("catalogue", "load", tmp_path, "--version", "north-1", "--dry-run")
    assert tried.output.splitlines()[3:] == [
        "papers: 2 added, 0 changed, 0 as they were",
        "objectives: 1 added, 0 changed, 0 as they were",
        "spec_points: 2 added, 0 changed, 0 as they were",
        "Nothing was changed: this was a dry run.",
    ]
    for added in (2, 0):
        loaded = command("catalogue", "load", tmp_path, "--version", "north-1")
        assert f"papers: {added} added, 0 changed, {2 - added} as they were" in loaded.output
    (tmp_path / "papers.csv").write_text("board,specification,paper,title\nSouth,1,1,x\n")
    refused = command("catalogue", "load", tmp_path, "--version", "north-2")
    assert refused.exit_code == 1
    assert "papers.csv, line 2: specification South 1 is not known" in refused.output

    made = command("institute", "create", "--name", "Hillside", "--admin-email", "head@school.example")
    institute_id = made.output.split()[-1]
    rebuilt = command("graph", "rebuild", "--institute", institute_id)
    assert (rebuilt.exit_code, rebuilt.output) == (0, "Institute: 1\n")
    stranger = command("graph", "rebuild", "--institute", "01890000-0000-7000-8000-000000000000")
    assert (stranger.exit_code, stranger.output) == (1, "markroom: This school has no graph.\n")
