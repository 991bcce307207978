"""D-04: mark schemes on the command line, without a server."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from markroom.cli import app
from markroom.reading.scheme import read_scheme
from tests.reading.scheme.test_scheme import table

run = CliRunner().invoke


@pytest.fixture
def scheme(tmp_path: Path) -> Path:
    path = tmp_path / "scheme.pdf"
    rows = [
        (24, ["Question", "Answer", "Marks"]),
        (20, ["1(a)", "a house has a roof", "B1"]),
        (20, ["1(b)", "height = 3 + 4", "M1"]),
        (20, ["", "7 m", "A1"]),
    ]
    path.write_bytes(table([50, 110, 450, 530], [(float(h), cells) for h, cells in rows]).page().pdf())
    return path


def test_what_a_scheme_says_is_counted(scheme: Path) -> None:
    answer = run(app, ["scheme", str(scheme)])
    assert (answer.exit_code, answer.output) == (0, "1 pages, 2 questions, 3 points\n")


def test_with_a_dash_only_json_is_printed(scheme: Path) -> None:
    answer = run(app, ["scheme", str(scheme), "--json", "-"])
    shown = json.loads(answer.output)
    assert shown == json.loads(json.dumps(read_scheme(scheme.read_bytes()).as_json()))
    assert [(e["path"], [p["code"] for p in e["points"]]) for e in shown["entries"]] == [
        ("1(a)", ["B1"]), ("1(b)", ["M1", "A1"]),
    ]  # fmt: skip


def test_json_is_written_where_asked(scheme: Path, tmp_path: Path) -> None:
    assert run(app, ["scheme", str(scheme), "--json", str(tmp_path / "out.json")]).exit_code == 0
    assert json.loads((tmp_path / "out.json").read_text())["page_count"] == 1


@pytest.mark.parametrize("command", ["scheme", "detect"])
def test_what_cannot_be_read_or_written_is_said_in_a_line(scheme: Path, tmp_path: Path, command: str) -> None:
    torn = tmp_path / "torn.pdf"
    torn.write_text("hello")
    answer = run(app, [command, str(torn)])
    assert (answer.exit_code, answer.output) == (1, "markroom: This file is not a PDF.\n")
    nowhere = tmp_path / "nowhere" / "out.json"
    answer = run(app, [command, str(scheme), "--json", str(nowhere)])
    assert (answer.exit_code, answer.output) == (1, f"markroom: {nowhere}: No such file or directory\n")
