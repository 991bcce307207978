"""What people do in the stories, step by step, over HTTP."""

from __future__ import annotations

from typing import Any

import httpx

from markroom.operation.demo.bad_scanner import ScannedClass
from markroom.operation.demo.paper import demo_paper, demo_paper_truth
from tests.acceptance.server import Mailroom, Server, finish, ok


def join(server: Server, mailroom: Mailroom, address: str) -> httpx.Client:
    """Follows an invitation: proves the address by a sign-in link, then accepts."""
    invitation = mailroom.wait_for_link(address, "invitations")
    with server.client() as stranger:
        assert stranger.post(f"/api/invitations/{invitation}/accept").status_code == 401
    api = sign_in(server, mailroom, address)
    ok(api.post(f"/api/invitations/{invitation}/accept"))
    return api


def sign_in(server: Server, mailroom: Mailroom, address: str) -> httpx.Client:
    with server.client() as stranger:
        assert stranger.post("/api/auth/sign-in", json={"email": address}).status_code == 202
        token = mailroom.wait_for_link(address, "sign-in")
        return server.client(ok(stranger.post("/api/auth/sessions", json={"token": token}))["access_token"])


def propose_paper(api: httpx.Client) -> tuple[dict[str, Any], str]:
    """Uploads the demo paper and has its structure proposed; the template and its ETag."""
    file = ok(api.post("/api/files", files={"file": ("mock.pdf", demo_paper(), "application/pdf")}))
    made = ok(
        api.post(
            "/api/exam/templates",
            json={"title": "Year 11 mock", "subject": "Science", "source_file_id": file["id"]},
        )
    )
    finish(api, job_id(ok(api.post(f"/api/exam/templates/{made['id']}/detect"))))
    answer = api.get(f"/api/exam/templates/{made['id']}")
    return ok(answer), answer.headers["ETag"]


QUESTION = ("id", "parent_id", "label", "order", "max_marks", "answer_type", "mcq_options", "mark_scheme")
AREA = ("id", "question_id", "page", "bounds", "kind", "response_form")
BOUNDARY = ("id", "question_id", "label", "page", "y")


def correct(template: dict[str, Any]) -> dict[str, Any]:
    """The canvas a teacher saves: what was proposed, confirmed, with the mark schemes typed in."""
    schemes = {q["path"]: q["mark_scheme"] for q in demo_paper_truth()["questions"]}
    questions = [
        {**_take(q, QUESTION), "mark_scheme": schemes.get(q["path"]), "confirmed": True}
        for q in template["questions"]
    ]
    areas = [{**_take(a, AREA), "confirmed": True} for a in template["response_areas"]]
    boundaries = [{**_take(b, BOUNDARY), "confirmed": True} for b in template["boundaries"]]
    return {"questions": questions, "response_areas": areas, "boundaries": boundaries}


def _take(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def make_batch(api: httpx.Client, template_id: str, pupils: int, markers: list[str]) -> str:
    candidates = [{"name": f"Pupil {n:02}", "number": str(1000 + n)} for n in range(1, pupils + 1)]
    body = {
        "template_id": template_id,
        "title": "Mock, 11B",
        "candidates": candidates,
        "blind": False,
        "markers": markers,
    }
    batch = ok(api.post("/api/batches", json=body))
    assert (
        batch["scripts"]["total"] == pupils
        if isinstance(batch["scripts"], dict)
        else batch["scripts"] == pupils
    )
    return str(batch["id"])


def print_scripts(api: httpx.Client, batch_id: str) -> bytes:
    finish(api, job_id(ok(api.post(f"/api/batches/{batch_id}/print"))))
    return api.get(f"/api/batches/{batch_id}/print.pdf").content


def send_scan(api: httpx.Client, batch_id: str, pdf: bytes) -> httpx.Response:
    return api.post(f"/api/batches/{batch_id}/scans", files={"file": ("scan.pdf", pdf, "application/pdf")})


def repair(api: httpx.Client, batch_id: str, scanned: ScannedClass) -> None:
    """Solves every exception as somebody with the paper in hand would."""
    scripts = {s["number"]: s["id"] for s in ok(api.get(f"/api/batches/{batch_id}/scripts"))["scripts"]}
    for page in ok(api.get(f"/api/batches/{batch_id}/pages", params={"state": "exception", "limit": 200}))[
        "pages"
    ]:
        sheet = scanned.sheets[page["scan_page"] - 1]
        if sheet.kind == "codeless":
            change: dict[str, Any] = {
                "script_id": scripts[sheet.script_number],
                "page": sheet.page,
                "rotation": 180 if sheet.upside_down else 0,
            }
        else:
            change = {"state": "discarded"}
        ok(api.patch(f"/api/pages/{page['id']}", json=change))


def job_id(answer: dict[str, Any]) -> str:
    job = answer["job"]
    return str(job["id"] if isinstance(job, dict) else job)
