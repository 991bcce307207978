"""I-06, D-02: the commands of an operator say in a line what is wrong."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from markroom.cli import app

run = CliRunner().invoke


def test_a_file_that_is_no_paper_is_refused_in_words(tmp_path: Path) -> None:
    """D-03"""
    paper = tmp_path / "paper.pdf"
    paper.write_text("hello")
    answer = run(app, ["detect", str(paper)])
    assert (answer.exit_code, answer.output) == (1, "markroom: This file is not a PDF.\n")


def test_a_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKROOM_MAIL_URL", "ftp://mail.example")
    answer = run(app, ["doctor"])
    assert answer.exit_code == 1
    assert answer.output.startswith("markroom: MARKROOM_MAIL_URL")


def test_everything_is_well_on_a_fresh_machine(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """O-02"""
    monkeypatch.setenv("MARKROOM_DATA_DIR", str(open_folder))
    answer = run(app, ["doctor"])
    assert answer.exit_code == 0, answer.output
    assert answer.output.splitlines() == [
        "database: well",
        "migrations: well",
        "files: well",
        "mail: well",
        "graph: well",
    ]


def test_nobody_unknown_gets_a_sign_in_link(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKROOM_DATA_DIR", str(open_folder))
    answer = run(app, ["sign-in-link", "stranger@school.example"])
    assert answer.exit_code == 1
    assert "Nobody with this address" in answer.output


def test_a_school_is_made_closed_and_opened_again(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """I-06, P-15"""
    monkeypatch.setenv("MARKROOM_DATA_DIR", str(open_folder))
    made = run(app, ["institute", "create", "--name", "Hillside School", "--admin-email", "head@a.example"])
    assert made.exit_code == 0, made.output
    school = ["--id", made.output.strip().splitlines()[-1]]
    closed = run(app, ["institute", "close", *school, "--confirm", "Hillside School"])
    assert closed.output == "Closed. Ended with it: invitations 1, keys 0, jobs 0, sessions 0.\n"
    assert run(app, ["institute", "reopen", *school]).output == "It is open again.\n"
