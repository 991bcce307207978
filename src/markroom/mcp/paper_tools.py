"""Tools over papers and how their sittings went."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request
from pydantic import Field

from markroom.exam_templates import reads as exam_templates
from markroom.exam_templates.model import Status
from markroom.mcp.model import Arguments, Tool
from markroom.results.actions import read_results
from markroom.results.sheets import results_json
from markroom.scripts import reads as scripts

DRAWN = ("response_areas", "boundaries")
MOST_BATCHES = 100


class ListTemplates(Arguments):
    q: Annotated[str | None, Field(max_length=200, description="Words in title, subject or code")] = None
    subject: Annotated[str | None, Field(max_length=200)] = None
    status: Status | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    after: Annotated[
        tuple[datetime, UUID] | None, Field(description="`next` of the page before, to go on from there")
    ] = None


class ReadTemplate(Arguments):
    template_id: UUID


class BatchStatistics(Arguments):
    batch_id: Annotated[UUID, Field(description="One of the `batches` of read_template")]


async def list_templates(request: Request, given: ListTemplates) -> dict[str, Any]:
    filters = exam_templates.Filters(subject=given.subject, status=given.status, q=given.q)
    async with LIST_TEMPLATES.transaction(request) as caller:
        institute = caller.actor.institute
        rows = await exam_templates.list_templates(
            caller.conn, institute, filters, given.after, given.limit + 1
        )
        total = await exam_templates.count_templates(caller.conn, institute, filters)
    shown = rows[: given.limit]
    names = ("id", "title", "subject", "exam_code", "status", "page_count", "updated_at")
    return {
        "templates": [{name: getattr(row, name) for name in names} for row in shown],
        "total": total,
        "next": [shown[-1].updated_at, shown[-1].id] if len(rows) > given.limit else None,
    }


async def read_template(request: Request, given: ReadTemplate) -> dict[str, Any]:
    async with READ_TEMPLATE.transaction(request) as caller:
        conn, institute = caller.conn, caller.actor.institute
        snapshot = await exam_templates.get_snapshot(conn, institute, given.template_id)
        batches = await scripts.list_batches(
            conn, institute, template_id=given.template_id, state=None, before=None, limit=MOST_BATCHES
        )
    whole = json.loads(snapshot.json)
    told = ("id", "title", "state", "scripts", "created_at")
    return {name: value for name, value in whole.items() if name not in DRAWN} | {
        "batches": [{name: batch[name] for name in told} for batch in batches]
    }


async def batch_statistics(request: Request, given: BatchStatistics) -> dict[str, Any]:
    async with BATCH_STATISTICS.transaction(request) as caller:
        batch = await scripts.get_batch(caller.conn, caller.actor.institute, given.batch_id)
        results = await read_results(caller.conn, caller.actor, batch)
    whole = results_json(batch, results, None)
    return {name: value for name, value in whole.items() if name not in ("candidates", "release")} | {
        "scripts": {"total": len(results.scripts), "final": sum(each.is_final for each in results.scripts)}
    }


LIST_TEMPLATES = Tool(
    "list_templates",
    "List exam templates",
    "The project's exam papers, last changed first: id, title, subject, code, status.",
    "read",
    ListTemplates,
    list_templates,
)
READ_TEMPLATE = Tool(
    "read_template",
    "Read an exam template",
    "One paper: its question tree with marks, answer types and mark schemes, and the batches sat with it.",
    "read",
    ReadTemplate,
    read_template,
)
BATCH_STATISTICS = Tool(
    "batch_statistics",
    "Statistics of a batch",
    "How one sitting went: each question's facility, the distribution of totals, reliability. Names nobody.",
    "read",
    BatchStatistics,
    batch_statistics,
)
PAPER_TOOLS = (LIST_TEMPLATES, READ_TEMPLATE, BATCH_STATISTICS)
