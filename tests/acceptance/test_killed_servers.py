"""A server that is killed without warning loses nothing and does nothing twice (S-06, X-10, K-03)."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from markroom.kit.postgres import Cluster
from markroom.operation.demo.bad_scanner import ScannedClass, demo_class
from tests.acceptance.people import correct, job_id, join, make_batch, print_scripts, propose_paper, send_scan
from tests.acceptance.server import Mailroom, Server, finish, ok, running_server

HEAD = "teacher-1@hillside.example"
SEED, PUPILS = 5, 4


class Exam:
    """A printed and scanned class set that has not been sent yet."""

    def __init__(self, server: Server, mailroom: Mailroom) -> None:
        self.server = server
        server.command("institute", "create", "--name", "Hillside School", "--admin-email", HEAD)
        self.api = join(server, mailroom, HEAD)
        template, etag = propose_paper(self.api)
        url = f"/api/exam/templates/{template['id']}"
        ok(self.api.put(url, json=correct(template), headers={"If-Match": etag}))
        me = ok(self.api.get("/api/auth/me"))["user"]["id"]
        self.batch_id = make_batch(self.api, template["id"], PUPILS, [me])
        self.scanned: ScannedClass = demo_class(print_scripts(self.api, self.batch_id), SEED, PUPILS)

    def scan_counts(self) -> dict[str, int]:
        counts: dict[str, int] = ok(self.api.get(f"/api/batches/{self.batch_id}"))["pages"]
        return counts

    def restart(self) -> None:
        self.server.kill()
        self.server.start()


@pytest.fixture(scope="module")
def exam() -> Iterator[Exam]:
    with _folder() as folder, running_server(folder) as (server, mailroom):
        yield Exam(server, mailroom)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="markroom-test-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def test_a_scan_goes_on_after_the_server_was_killed_in_the_middle(exam: Exam) -> None:
    sent = ok(send_scan(exam.api, exam.batch_id, exam.scanned.pdf))
    while exam.scan_counts()["total"] < 3:
        time.sleep(0.02)
    exam.restart()
    finish(exam.api, job_id(sent))
    counts = exam.scan_counts()
    assert counts["total"] == len(exam.scanned.sheets)
    assert counts["total"] == counts["placed"] + counts["blank"] + counts["exceptions"] + counts["discarded"]
    again = send_scan(exam.api, exam.batch_id, exam.scanned.pdf)
    assert (again.status_code, again.json()["scan"]["id"]) == (200, sent["scan"]["id"])
    assert exam.scan_counts() == counts


def test_marks_that_were_answered_outlive_the_server_and_none_is_given_twice(exam: Exam) -> None:
    saved: dict[tuple[str, str], dict[str, Any]] = {}
    for _ in range(3):
        for _ in range(4):
            entry = _mark_next(exam.api, exam.batch_id)
            saved[entry["script_id"], entry["question_id"]] = entry
        claimed = _claim(exam.api, exam.batch_id)
        exam.restart()
        held = _claim(exam.api, exam.batch_id)
        assert held["item"]["question_id"] == claimed["item"]["question_id"], (
            "the answer in hand is handed to its marker again"
        )
    assert len(saved) == 12
    for (script_id, question_id), entry in saved.items():
        entries = ok(exam.api.get(f"/api/scripts/{script_id}/marks"))["entries"]
        kept = [e for e in entries if e["question_id"] == question_id]
        assert [(e["marks"], e["version"]) for e in kept] == [(entry["marks"], entry["version"])]


def test_killing_the_database_server_too_loses_no_mark(exam: Exam) -> None:
    entry = _mark_next(exam.api, exam.batch_id)
    with Cluster(exam.server.data_dir) as cluster, psycopg.connect(cluster.admin_url) as conn:
        row = conn.execute("select pg_read_file('postmaster.pid')").fetchone()
    assert row
    os.kill(int(str(row[0]).split()[0]), signal.SIGKILL)
    exam.restart()
    entries = ok(exam.api.get(f"/api/scripts/{entry['script_id']}/marks"))["entries"]
    assert entry["version"] in [e["version"] for e in entries if e["question_id"] == entry["question_id"]]


def _claim(api: httpx.Client, batch_id: str) -> dict[str, Any]:
    claim: dict[str, Any] = ok(api.post(f"/api/batches/{batch_id}/claims", json={}))
    return claim


def _mark_next(api: httpx.Client, batch_id: str) -> dict[str, Any]:
    item = _claim(api, batch_id)["item"]
    headers = {"If-Match": f'"{item["version"]}"'}
    body = {"marks": 1, "state": "awarded"}
    entry: dict[str, Any] = ok(
        api.put(f"/api/scripts/{item['script_id']}/marks/{item['question_id']}", json=body, headers=headers)
    )
    return entry | {"script_id": item["script_id"], "question_id": item["question_id"]}
