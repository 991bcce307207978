"""D-02: how far the reading of a paper is, and the same reading on the command line without a server."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from markroom.exam_templates.detection import tasks
from markroom.jobs.queue import Job
from tests.acceptance.server import COMMAND
from tests.exam_templates.canvases import Json, as_sent, make_template, put
from tests.files.test_endpoints import upload
from tests.papers import draw_exam
from tests.reading.ocr.scanned import as_pdf, scan
from tests.stage import School, Stage


async def test_a_reading_says_how_many_of_how_many_pages_are_done(
    school: School, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D-02: and of which template it is"""
    monkeypatch.setattr(tasks, "PROGRESS_SECONDS", 0.01)
    teacher = school["teacher"]
    paper = (await upload(teacher, as_pdf(scan(draw_exam(2))))).json()["id"]
    template = await make_template(teacher, source_file_id=paper, page_count=None)
    seen: list[Json] = []
    tell = Job.progress

    async def tell_and_look(job: Job, done: int, total: int | None, found: Json | None = None) -> None:
        await tell(job, done, total, found)
        seen.append((await teacher.get(f"/api/jobs/{job.id}")).json())

    monkeypatch.setattr(Job, "progress", tell_and_look)
    started = await teacher.post(f"/api/exam/templates/{template['id']}/detect")
    assert (started.status_code, set(started.json())) == (202, {"job"})
    await stage.finish_jobs()
    assert seen
    assert {(job["state"], job["total"], job["subject_id"]) for job in seen} == {
        ("running", 2, template["id"])
    }
    done = {job["done"] for job in seen}
    assert done & {1, 2}
    assert done <= {0, 1, 2}


def run_command(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Where no database answers."""
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    environment = os.environ | {"MARKROOM_DATABASE_URL": nowhere, "MARKROOM_DATA_DIR": str(folder / "data")}
    return subprocess.run(
        [*COMMAND, *words],
        check=False,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )


async def test_what_the_command_finds_is_what_a_template_takes(school: School, tmp_path: Path) -> None:
    """D-02, T-08: with a dash nothing else is printed; no server, no data"""
    (tmp_path / "paper.pdf").write_bytes(draw_exam(2))
    told = run_command(tmp_path, "detect", "paper.pdf", "--json", "-", "--overlay", "overlay.pdf")
    assert told.returncode == 0, told.stderr
    found: dict[str, Any] = json.loads(told.stdout)
    assert (tmp_path / "overlay.pdf").read_bytes().startswith(b"%PDF-")
    assert not (tmp_path / "data").exists()
    assert (found["page_count"], found["total_marks"]) == (2, None)
    template = await make_template(school["teacher"], page_count=2)
    answer = await put(school["teacher"], template["id"], as_sent(found), 1)
    assert answer.status_code == 200, answer.text
    canvas = answer.json()
    assert [q["path"] for q in canvas["questions"]] == ["1", "1(a)", "1(b)", "2", "2(a)", "2(b)"]
    rows = [row for name in ("questions", "response_areas", "boundaries") for row in canvas[name]]
    assert {(row["source"], row["confirmed"]) for row in rows} == {("auto", False)}
    assert all(0 < row["confidence"] <= 1 for row in rows)
    asked = sorted(boundary["question_id"] for boundary in canvas["boundaries"])
    assert asked == sorted(question["id"] for question in canvas["questions"])


def test_what_cannot_be_read_is_said_in_one_line(tmp_path: Path) -> None:
    """D-02, T-10"""
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.7 torn")
    told = run_command(tmp_path, "detect", "paper.pdf", "--json", "-")
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == "markroom: This PDF is damaged and cannot be opened.\n"
