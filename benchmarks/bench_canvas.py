"""Drags an area over a paper of 40 pages with 60 questions and 120 areas in a real browser, and says how long
the page was busy with each move of the pointer, beside the same drag on a paper of one page.

usage: python -m benchmarks.bench_canvas [MOVES]

Needs a Chromium. A screen shows a picture every 16.7 ms: what is busy for less is not seen.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))  # `make bench` runs this file by its path

from tests.acceptance.server import Mailroom, Server
from tests.exam_templates.canvases import area, boundary, question
from tests.papers import draw_paper

TEACHER = "teacher-1@hillside.example"
CHROMIUM = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox", "--disable-gpu"]}
MEASURE = """() => {
  window.busy = [];
  const pages = document.querySelector("paper-view");
  addEventListener("pointermove", () => {
    const began = performance.now();
    const note = () => window.busy.push(performance.now() - began);
    pages.updateComplete.then(() => requestAnimationFrame(note));
  }, true);
}"""


def large_canvas(pages: int, questions: int) -> dict[str, Any]:
    asked = [question(str(n), n, max_marks=3) for n in range(1, questions + 1)]
    places = [(q, 1 + n * pages // questions) for n, q in enumerate(asked)]
    return {
        "questions": asked,
        "response_areas": [area(q, page=page, y=y) for q, page in places for y in (0.3, 0.6)],
        "boundaries": [boundary(q, page=page, y=0.2) for q, page in places],
    }


def add_paper(page: Page, pages: int, questions: int) -> str:
    api = page.context.request
    file = api.post(
        "/api/files",
        multipart={"file": {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": draw_paper(pages)}},
    ).json()
    template = api.post("/api/exam/templates", data={"title": "Paper", "source_file_id": file["id"]}).json()
    answer = api.put(
        f"/api/exam/templates/{template['id']}",
        data=large_canvas(pages, questions),
        headers={"If-Match": '"1"'},
    )
    assert answer.ok, answer.text()
    return str(template["id"])


def drag(page: Page, template_id: str, moves: int) -> list[float]:
    page.goto(f"/exams/{template_id}")
    page.locator(".tree-total").wait_for()
    part = page.locator(".area rect").first
    part.scroll_into_view_if_needed()
    page.evaluate(MEASURE)
    box = part.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for n in range(moves):
        page.mouse.move(x, y + n % 60)
    page.mouse.up()
    times: list[float] = page.evaluate("() => window.busy")
    return times


def main() -> None:
    moves = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory(prefix="markroom-bench-") as name, Mailroom() as mailroom:
        folder = Path(name)
        folder.chmod(0o711)
        server = Server(folder, mailroom.url)
        server.command("institute", "create", "--name", "Hillside School", "--admin-email", TEACHER)
        server.start()
        try:
            with sync_playwright() as playwright:
                origin = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
                browser = playwright.chromium.launch(**CHROMIUM)  # type: ignore[arg-type]
                context = browser.new_context(base_url=server.url, viewport={"width": 1440, "height": 900})
                page = context.new_page()
                page.goto(f"/invitations/{mailroom.wait_for_link(TEACHER, 'invitations')}")
                page.get_by_label("Your name").fill("Teacher 1")
                page.get_by_role("button", name="Join Hillside School").click()
                page.get_by_role("heading", name="Today").wait_for()
                context.set_extra_http_headers(origin)
                papers = [(1, 2), (40, 60)]
                made = [add_paper(page, *paper) for paper in papers]
                context.set_extra_http_headers({})
                print(f"{moves} moves of the pointer, load {os.getloadavg()[0]:.1f}")
                for (pages, questions), template_id in zip(papers, made, strict=True):
                    times = drag(page, template_id, moves)
                    p95 = quantiles(times, n=20)[18]
                    print(
                        f"{pages:3} pages, {questions:3} questions: "
                        f"p50 {median(times):5.1f} ms   p95 {p95:5.1f} ms"
                    )
        finally:
            server.stop()


if __name__ == "__main__":
    main()
