"""Templates from files (T-12)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from markroom.catalogue.model import split_refs
from markroom.catalogue.reads import find_paper, find_unknown_refs
from markroom.exam_templates.actions import create_template
from markroom.exam_templates.canvas.actions import replace_canvas
from markroom.exam_templates.canvas.reads import make_ids, read_canvas
from markroom.exam_templates.canvas.validation import check_canvas
from markroom.exam_templates.errors import SchemeFaults, UnreadableTemplate
from markroom.exam_templates.exchange.document import Imported, read_document
from markroom.exam_templates.exchange.qti_reading import read_qti
from markroom.exam_templates.exchange.scheme_csv import Outcome, Row, apply_scheme
from markroom.exam_templates.model import Template, copy_canvas
from markroom.exam_templates.reads import get_template
from markroom.files.reads import find_source_file_by_hash
from markroom.kit.actor import Actor
from markroom.kit.db import Conn


def read_template(data: bytes) -> Imported:
    """Of a JSON document or a QTI package, told apart by how they begin. Raises UnreadableTemplate."""
    if data.startswith(b"PK"):
        return read_qti(data)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return read_document(data.removeprefix(b"\xef\xbb\xbf"))
    raise UnreadableTemplate


async def import_template(
    conn: Conn, actor: Actor, imported: Imported, project_id: UUID | None
) -> tuple[UUID, list[str]]:
    """Makes a draft of the caller's own, on the paper it was drawn on where the school has that; answers with
    what a person should know. Raises what a template and a canvas are refused with."""
    warnings = list(imported.warnings)
    fields: dict[str, Any] = imported.meta | {"project_id": project_id}
    paper = None
    if imported.sha256:
        paper = await find_source_file_by_hash(conn, actor.institute, imported.sha256)
    if paper and fields["page_count"] in (None, paper.page_count):
        fields["source_file_id"] = paper.id
    else:
        warnings.append("The paper itself does not come with this file: upload its PDF to see the pages.")
    exam_id, questions = fields.get("exam_id"), imported.canvas.questions
    if exam_id and not await _fits_exam(conn, exam_id, fields["exam_code"], [q.spec_ref for q in questions]):
        fields["exam_id"] = None
        warnings.append("The exam it names is another one in the catalogue here, or none: choose it again.")
    template_id = await create_template(conn, actor, fields)
    template = await get_template(conn, actor.institute, template_id)
    count = imported.canvas.missing_ids()
    named = imported.canvas.canvas(await make_ids(conn, count) if count else ())
    check_canvas(named, template.page_count)
    rows = len(named.questions) + len(named.response_areas) + len(named.boundaries)
    fresh = iter(await make_ids(conn, rows)) if rows else iter(())
    await replace_canvas(conn, template, copy_canvas(named, fresh), reason="imported")
    return template_id, warnings


async def _fits_exam(conn: Conn, exam_id: UUID, code: str | None, spec_refs: Iterable[str | None]) -> bool:
    """Whether an exam of another catalogue is the one that is meant in this one."""
    paper = await find_paper(conn, exam_id)
    refs = {ref for spec_ref in spec_refs for ref in split_refs(spec_ref)}
    return (
        paper is not None and code in (None, paper.code) and not await find_unknown_refs(conn, exam_id, refs)
    )


async def import_scheme(conn: Conn, template: Template, rows: list[Row], *, dry_run: bool) -> Outcome:
    """Lays a sheet's mark scheme over a locked template's. Raises SchemeFaults, and what a replace is refused
    with; a dry run only says what would come of it."""
    canvas = await read_canvas(conn, template.institute_id, template.id)
    outcome = apply_scheme(canvas, rows)
    if not dry_run:
        if outcome.faults:
            raise SchemeFaults(errors=[vars(fault) for fault in outcome.faults[:50]])
        await replace_canvas(conn, template, outcome.canvas, reason="imported")
    return outcome
