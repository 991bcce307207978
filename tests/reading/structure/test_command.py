import json
from pathlib import Path

import pytest

from markroom.reading import pdf
from markroom.reading.structure import detect
from markroom.reading.structure.command import run
from markroom.reading.structure.overlay import draw

from .drawn import LABEL, Paper, ask


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "paper.pdf"
    path.write_bytes(ask(Paper(), 80, [(LABEL, "1")], "Describe a house.", "[2]").page().pdf())
    return path


def test_with_a_dash_only_json_is_printed(paper: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """D-02"""
    run(paper, "-")
    assert json.loads(capsys.readouterr().out) == detect(paper.read_bytes()).as_json()


def test_json_and_overlay_are_written_where_asked(paper: Path, tmp_path: Path) -> None:
    """D-02"""
    run(paper, str(tmp_path / "out.json"), tmp_path / "overlay.pdf")
    assert json.loads((tmp_path / "out.json").read_text())["questions"][0]["path"] == "1"
    assert pdf.inspect((tmp_path / "overlay.pdf").read_bytes()).page_count == 1


def test_the_overlay_draws_the_cut_line_where_the_question_begins(paper: Path) -> None:
    data = paper.read_bytes()
    found = detect(data)
    before, after = pdf.render(data, 1, 72, rgb=True), pdf.render(draw(data, found), 1, 72, rgb=True)
    changed = (before != after).any(axis=2)
    row = int(found.boundaries[0].y * changed.shape[0])
    assert changed[row - 3 : row + 2, 200:500].any(axis=0).all()
    assert not changed[: row - 15].any()
