"""Templates as files, over HTTP."""

from __future__ import annotations

from uuid import UUID

import httpx

from markroom.exam_templates.model import Question, arrange
from tests.exam_templates.canvases import (
    Json,
    area,
    small_canvas,
)

POINTS = [
    {"code": "M1", "text": "-2 substituted", "marks": 1, "alternatives": ["Uses a table"]},
    {"code": "A1", "text": "x = 4", "marks": 1, "accept": ["4", "4.0"], "depends_on": ["M1"]},
]


def scheme_canvas() -> Json:
    canvas = small_canvas()
    canvas["questions"][1]["mark_scheme"] = POINTS
    canvas["questions"][3]["mcq_options"] = [{"label": "A", "correct": True}, {"label": "B"}]
    canvas["response_areas"].append(area(None, kind="name"))
    return canvas


async def import_file(client: httpx.AsyncClient, data: bytes) -> httpx.Response:
    return await client.post("/api/exam/templates/import", files={"file": ("template", data)})


def arrange_rows(rows: list[Json]) -> tuple[Question, ...]:
    return arrange(Question(**row | {"id": UUID(row["id"])}) for row in rows)
