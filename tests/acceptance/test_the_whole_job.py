"""The main job from an empty machine to a sheet of marks, as people do it."""

from __future__ import annotations

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from markroom.operation.demo.answers import choose_answers
from markroom.operation.demo.bad_scanner import demo_class
from markroom.operation.demo.paper import demo_paper_truth
from tests.acceptance.people import correct, join, make_batch, print_scripts, propose_paper, repair, send_scan
from tests.acceptance.server import Mailroom, Server, finish, ok

HEAD, TEACHER = "teacher-1@hillside.example", "teacher-2@hillside.example"
SEED, PUPILS = 11, 4


def test_a_school_is_made_a_paper_read_a_class_marked_and_every_mark_comes_out(open_folder: Path) -> None:
    """I-06, P-03, P-09, T-04, D-02, S-01, S-02, S-05, K-01 to K-03, R-04"""
    with Mailroom() as mailroom:
        server = Server(open_folder, mailroom.url)
        institute_id = server.command(
            "institute", "create", "--name", "Hillside School", "--admin-email", HEAD
        )
        server.start()
        try:
            head = join(server, mailroom, HEAD)
            assert ok(head.get("/api/auth/me"))["memberships"][0]["institute_id"] == institute_id
            ok(head.post("/api/users/invite", json={"email": TEACHER, "role": "teacher"}))
            teacher = join(server, mailroom, TEACHER)
            _hold_exam(head, teacher)
        finally:
            server.stop()


def _hold_exam(head: httpx.Client, teacher: httpx.Client) -> None:
    template, etag = propose_paper(teacher)
    template = ok(
        teacher.put(
            f"/api/exam/templates/{template['id']}", json=correct(template), headers={"If-Match": etag}
        )
    )
    assert _structure(template["questions"]) == _structure(demo_paper_truth()["questions"])
    markers = [ok(api.get("/api/auth/me"))["user"]["id"] for api in (head, teacher)]
    batch_id = make_batch(teacher, template["id"], PUPILS, markers)
    scanned = demo_class(print_scripts(teacher, batch_id), SEED, PUPILS)
    sent = send_scan(teacher, batch_id, scanned.pdf)
    assert sent.status_code == 202
    finish(teacher, sent.json()["job"]["id"])
    repair(teacher, batch_id, scanned)
    _check_pages(teacher, batch_id, len(scanned.sheets))
    given = _mark_together([head, teacher], batch_id)
    _check_marks(teacher, batch_id, given, set(scanned.missing))


def _structure(questions: list[dict[str, Any]]) -> list[tuple[str, int | None]]:
    return sorted((q["path"], q["max_marks"]) for q in questions)


def _check_pages(api: httpx.Client, batch_id: str, sheets: int) -> None:
    pages = ok(api.get(f"/api/batches/{batch_id}"))["pages"]
    assert pages["exceptions"] == 0
    assert pages["total"] == sheets == pages["placed"] + pages["blank"] + pages["discarded"]


def _mark_together(markers: list[httpx.Client], batch_id: str) -> dict[tuple[int, str], int | None]:
    with ThreadPoolExecutor() as pool:
        halves = list(pool.map(lambda api: _mark(api, batch_id), markers))
    assert not halves[0].keys() & halves[1].keys()
    return halves[0] | halves[1]


def _mark(api: httpx.Client, batch_id: str) -> dict[tuple[int, str], int | None]:
    """Marks until nothing is left; what was given, by script number and question."""
    given = {}
    while (answer := api.post(f"/api/batches/{batch_id}/claims", json={})).status_code == 200:
        item = answer.json()["item"]
        marks = choose_answers(SEED, item["script_number"]).marks().get(item["path"])
        body = {"marks": marks, "state": "not_attempted" if marks is None else "awarded"}
        headers = {"If-Match": f'"{item["version"]}"'}
        entry = ok(
            api.put(
                f"/api/scripts/{item['script_id']}/marks/{item['question_id']}", json=body, headers=headers
            )
        )
        assert entry["marks"] == marks
        given[item["script_number"], item["path"]] = marks
    assert answer.status_code == 204
    return given


def _check_marks(
    api: httpx.Client, batch_id: str, given: dict[tuple[int, str], int | None], missing: set[tuple[int, int]]
) -> None:
    truth = demo_paper_truth()
    pages = {a["question_id"]: a["page"] for a in truth["response_areas"]}
    items = {q["path"]: pages[q["id"]] for q in truth["questions"] if not q["is_container"]}
    rows = list(
        csv.DictReader(
            io.StringIO(api.get(f"/api/batches/{batch_id}/results.csv").content.decode("utf-8-sig"))
        )
    )
    assert len(rows) == PUPILS
    for row in rows:
        deserved = choose_answers(SEED, int(row["script"])).marks()
        for path, page in items.items():
            number = int(row["script"])
            if (number, page) in missing:
                assert row[path] == "missing"
            elif (number, path) in given:
                assert row[path] == _cell(given[number, path])
            else:  # the machine read the choice
                assert row[path] == _cell(deserved.get(path)), f"script {number}, question {path}"


def _cell(marks: int | None) -> str:
    return "not attempted" if marks is None else str(marks)
