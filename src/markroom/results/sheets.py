"""Results as people take them away: the JSON of the API and a CSV that spreadsheets open."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from markroom.results.model import Cell, Release, Results
from markroom.scripts.model import Batch

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_WORDS = {"not_attempted": "not attempted", "query": "query", "missing": "missing", "unmarked": ""}


def results_json(batch: Batch, results: Results, release: Release | None) -> dict[str, Any]:
    sheet = results.sheet
    return {
        "batch": {
            "id": batch.id,
            "title": batch.title,
            "template_id": batch.template_id,
            "state": batch.state,
            "blind": batch.blind,
        },
        "release": release,
        "max": sheet.max_total,
        "candidates": [
            {
                "script_id": r.script.script_id,
                "script_number": r.script.script_number,
                "number": r.script.number,
                "name": r.script.name,
                "state": r.script.state,
                "total": r.total,
                "max": sheet.max_total,
                "grade": None,
                "is_final": r.is_final,
                "by_question": {
                    question: {"marks": c.marks, "state": c.state} for question, c in r.by_item.items()
                },
                "by_container": r.by_container,
            }
            for r in results.scripts
        ],
        "questions": [
            asdict(q.item) | {"mean": q.mean, "facility": q.facility, "states": q.states}
            for q in results.items
        ],
        "containers": sheet.containers,
        "totals": results.totals,
        "alpha": results.alpha,
    }


def encode_json(document: dict[str, Any]) -> bytes:
    """A whole sheet's JSON ten times as fast as the framework's general encoder makes it."""
    return json.dumps(document, default=_plain, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else asdict(value)


def results_csv(results: Results) -> bytes:
    """One row a script, one column an item; UTF-8 with the mark Excel needs; no cell acts as a formula."""
    out = io.StringIO()
    rows = csv.writer(out)
    sheet = results.sheet
    head = ["script", "number", "name", *(item.path for item in sheet.items), "total", "max"]
    rows.writerow([_harmless(text) for text in head])
    for r in results.scripts:
        absent = r.script.state == "absent"
        cells = ["absent" if absent and c.state == "missing" else _cell(c) for c in r.by_item.values()]
        total = "" if r.total is None else f"{r.total:g}"
        named = [_harmless(r.script.number or ""), _harmless(r.script.name or "")]
        rows.writerow([r.script.script_number, *named, *cells, total, sheet.max_total])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(cell: Cell) -> str:
    return f"{cell.marks:g}" if cell.state == "awarded" and cell.marks is not None else _WORDS[cell.state]


def _harmless(text: str) -> str:
    """A text a spreadsheet shows and never runs (OWASP: CSV injection)."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text
