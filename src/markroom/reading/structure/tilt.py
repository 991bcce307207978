"""Puts what was found on a straightened or turned picture back to where the page shows it."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from math import cos, radians, sin
from typing import Any

from markroom.reading.geometry import Bounds
from markroom.reading.structure.model import Boundary, Detection, ResponseArea
from markroom.reading.structure.page import Page

UNSURE = 0.5  # confidence at most


def lay_back(detection: Detection, pages: Sequence[Page]) -> Detection:
    """Every rectangle keeps its size and turns about the middle of its page by the middle of its own.

    A cut line on a page that lies on its side or upside down is where the label begins, and unsure.
    """
    tilted = {page.number: page for page in pages if page.tilt or page.turn}
    if not tilted:
        return detection
    return replace(
        detection,
        boundaries=tuple(_lay_cut(row, tilted.get(row.page)) for row in detection.boundaries),
        response_areas=tuple(_lay_area(row, tilted.get(row.page)) for row in detection.response_areas),
    )


def _lay_cut(row: Boundary, page: Page | None) -> Boundary:
    if page is None or row.bounds is None:
        return row
    label = _turn(page, row.bounds)
    if page.turn:
        return replace(row, y=label.y, bounds=label, confidence=min(row.confidence, UNSURE))
    return replace(row, y=min(max(row.y + label.y - row.bounds.y, 0.0), 1.0), bounds=label)


def _lay_area(row: ResponseArea, page: Page | None) -> ResponseArea:
    if page is None:
        return row
    return replace(row, bounds=_turn(page, row.bounds), response_form=_form(page, row.response_form))


def _form(page: Page, form: dict[str, Any] | None) -> dict[str, Any] | None:
    if not form or "options" not in form:
        return form
    turned = [
        {**option, "bounds": asdict(_turn(page, Bounds(**option["bounds"])))} for option in form["options"]
    ]
    return {**form, "options": turned}


def _turn(page: Page, bounds: Bounds) -> Bounds:
    right = (bounds.x + bounds.w / 2 - 0.5) * page.width_mm
    down = (bounds.y + bounds.h / 2 - 0.5) * page.height_mm
    angle = radians(page.tilt)
    x = (right * cos(angle) - down * sin(angle)) / page.width_mm + 0.5 - bounds.w / 2
    y = (right * sin(angle) + down * cos(angle)) / page.height_mm + 0.5 - bounds.h / 2
    x, y = min(max(x, 0.0), 1 - bounds.w), min(max(y, 0.0), 1 - bounds.h)
    return _as_shown(page.turn, Bounds(x, y, bounds.w, bounds.h))


def _as_shown(turn: int, read: Bounds) -> Bounds:
    """Quarter turns: `read` lies on the page turned clockwise by `turn` degrees."""
    right, end = 1 - read.x - read.w, 1 - read.y - read.h
    if turn == 90:
        return Bounds(read.y, right, read.h, read.w)
    if turn == 180:
        return Bounds(right, end, read.w, read.h)
    if turn == 270:
        return Bounds(end, read.x, read.h, read.w)
    return read
