"""Puts what was found on a straightened picture back to where it lies on the page as it is shown."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from math import cos, radians, sin
from typing import Any

from markroom.reading.structure.model import Boundary, Bounds, Detection, ResponseArea
from markroom.reading.structure.page import Page


def lay_back(detection: Detection, pages: Sequence[Page]) -> Detection:
    """Every rectangle keeps its size and turns about the middle of its page by the middle of its own."""
    tilted = {page.number: page for page in pages if page.tilt}
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
    return Bounds(min(max(x, 0.0), 1 - bounds.w), min(max(y, 0.0), 1 - bounds.h), bounds.w, bounds.h)
