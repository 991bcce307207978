"""The canvas of a paper in a real browser: what its tests look at and do."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, expect

Json = dict[str, Any]


def drop(page: Page, paper: Path, data: bytes, title: str) -> None:
    paper.write_bytes(data)
    page.goto("/exams")
    page.get_by_role("button", name="Add a paper").first.click()
    page.get_by_label("The paper as PDF").set_input_files(paper)
    page.get_by_role("textbox", name="Title").fill(title)
    page.get_by_role("button", name="Add the paper").click()
    page.wait_for_url("**/exams/*-*")


def template(page: Page) -> Json:
    id_ = page.url.rsplit("/", 1)[1].partition("#")[0]
    body: Json = page.context.request.get(f"/api/exam/templates/{id_}").json()
    return body


def by_id(rows: list[Json]) -> dict[str, Json]:
    return {row["id"]: row for row in rows}


def save_and_reload(page: Page) -> Json:
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.reload()
    expect(page.locator(".tree-total")).to_be_visible()
    expect(page.get_by_text("Not saved yet")).to_have_count(0)
    return template(page)


def walk_to(page: Page, kind: str) -> None:
    """Tab after Tab to the next proposal of a kind."""
    for _ in range(50):
        if page.locator(f"{kind}[data-chosen]").count():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no {kind} to walk to")


def chosen_area(page: Page) -> str:
    return page.locator(".area[data-chosen] rect").first.get_attribute("data-part") or ""


def ends_on_ink(page: Page, number: int, bounds: Json, within: int) -> bool:
    """Whether most of an area's lower edge is dark, give or take some pixels of a page 1,600 wide."""
    id_ = page.url.rsplit("/", 1)[1].partition("#")[0]
    data = page.context.request.get(f"/api/exam/templates/{id_}/pages/{number}/image?width=1600").body()
    grey = np.asarray(Image.open(io.BytesIO(data)).convert("L"))
    height, width = grey.shape
    row = round((bounds["y"] + bounds["h"]) * height)
    left, right = (round(x * width) for x in (bounds["x"], bounds["x"] + bounds["w"]))
    near = grey[max(0, row - within) : row + within + 1, left:right]
    return bool((near < 150).mean(axis=1).max(initial=0) > 0.6)


def csrf_of(page: Page) -> dict[str, str]:
    token = page.locator('meta[name="csrf-token"]').get_attribute("content") or ""
    return {"X-CSRF-Token": token, "Origin": page.url.partition("/exams")[0]}


def area_of(page: Page, area: Json) -> Locator:
    return page.locator(f'[data-part="{area["id"]}"]')


def drag(page: Page, part: Locator, dx: float, dy: float) -> None:
    part.scroll_into_view_if_needed()
    box = part.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2)
    page.mouse.move(x + dx, y + dy)
    page.mouse.up()


def draw(page: Page, paper: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.locator(".canvas-pages").evaluate("pages => { pages.scrollTop = 0 }")
    box = paper.bounding_box()
    assert box

    def at(place: tuple[float, float]) -> tuple[float, float]:
        return box["x"] + place[0] * box["width"], box["y"] + place[1] * box["height"]

    page.mouse.move(*at(start))
    page.mouse.down()
    page.mouse.move(*at(end), steps=4)
    page.mouse.up()
