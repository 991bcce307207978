"""Rows become nodes and relations: all there should be of a scope, whatever is there now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from markroom.catalogue.model import split_refs
from markroom.graph import reads
from markroom.graph.model import Subgraph, pseudonym
from markroom.kit.db import Conn

CATALOGUE = "catalogue"  # the scope of boards and qualifications
TEMPLATE_LABELS = ("Template", "Question", "ResponseArea")
SCHOOL_LABELS = ("Institute", "Person")
CATALOGUE_LABELS = ("Board", "Qualification", "Specification", "Paper", "Objective", "SpecPoint")
References = Mapping[tuple[UUID, str], tuple[str, UUID]]


async def project_school(conn: Conn, institute_id: UUID, secret: bytes) -> Subgraph:
    """The institute, and the owners of its templates without their names."""
    name, owners = await reads.read_institute(conn, institute_id)
    found = Subgraph()
    found.add("Institute", institute_id, institute_id, name=name)
    for owner in owners:
        found.add("Person", pseudonym(secret, institute_id, owner), institute_id)
    return found


async def project_catalogue(conn: Conn, specification_ids: Sequence[UUID]) -> Subgraph:
    """What the boards publish of some specifications."""
    found = Subgraph()
    for row in await reads.list_specifications(conn, specification_ids):
        id_ = row["id"]
        found.add("Board", row["board_id"], CATALOGUE, code=row["board_code"], name=row["board_name"])
        found.add("Qualification", row["qualification_id"], CATALOGUE, name=row["qualification_name"])
        found.add("Specification", id_, id_, code=row["code"], title=row["title"], subject=row["subject"])
        found.relate("Specification", id_, "OFFERED_BY", "Board", row["board_id"])
        found.relate("Specification", id_, "LEADS_TO", "Qualification", row["qualification_id"])
    parts = {
        "papers": ("Paper", "HAS_PAPER"),
        "objectives": ("Objective", "HAS_OBJECTIVE"),
        "spec_points": ("SpecPoint", "HAS_POINT"),
    }
    for table, (label, type_) in parts.items():
        for row in await reads.list_catalogue(conn, table, specification_ids):
            id_, of, above = row.pop("id"), row.pop("specification_id"), row.pop("parent_id", None)
            found.add(label, id_, of, **row)
            if above:
                found.relate(label, above, "HAS_PART", label, id_)
            else:
                found.relate("Specification", of, type_, label, id_)
    return found


async def read_references(conn: Conn, specification_ids: Sequence[UUID]) -> References:
    """What a reference of a question means, by specification and text."""
    points = await reads.list_catalogue(conn, "spec_points", specification_ids)
    objectives = await reads.list_catalogue(conn, "objectives", specification_ids)
    return {(o["specification_id"], o["code"].lower()): ("Objective", o["id"]) for o in objectives} | {
        (p["specification_id"], p["ref"].lower()): ("SpecPoint", p["id"]) for p in points
    }


async def project_templates(
    conn: Conn, institute_id: UUID, ids: Sequence[UUID], references: References, secret: bytes
) -> Subgraph:
    """Templates with their questions and areas; nothing for those that are gone."""
    found = Subgraph()
    for row in await reads.list_templates(conn, institute_id, ids):
        id_, owner, exam_id = row.pop("id"), row.pop("teacher_id"), row.pop("exam_id")
        found.add("Template", id_, id_, **row)
        found.relate("Template", id_, "BELONGS_TO", "Institute", institute_id)
        found.relate("Template", id_, "OWNED_BY", "Person", pseudonym(secret, institute_id, owner))
        if exam_id:
            found.relate("Template", id_, "SITS", "Paper", exam_id)
    for row in await reads.list_questions(conn, institute_id, ids):
        _add_question(found, row, references)
    for row in await reads.list_areas(conn, institute_id, ids):
        _add_area(found, row)
    return found


def _add_question(found: Subgraph, row: reads.Row, references: References) -> None:
    id_, of, above = row.pop("id"), row.pop("template_id"), row.pop("parent_id")
    specification_id = row.pop("specification_id")
    found.add("Question", id_, of, **row)
    if above:
        found.relate("Question", above, "HAS_PART", "Question", id_)
    else:
        found.relate("Template", of, "HAS_QUESTION", "Question", id_)
    for ref in split_refs(row["spec_ref"]):
        label, meant = references.get((specification_id, ref.lower()), ("", None))
        if meant:
            found.relate("Question", id_, "EXAMINES" if label == "SpecPoint" else "ASSESSES", label, meant)


def _add_area(found: Subgraph, row: reads.Row) -> None:
    id_, of, question_id = row.pop("id"), row.pop("template_id"), row.pop("question_id")
    bounds = {name: float(value) for name, value in row.pop("bounds").items()}
    found.add("ResponseArea", id_, of, **row, **bounds)
    if question_id:
        found.relate("Question", question_id, "ANSWERED_IN", "ResponseArea", id_)
    else:
        found.relate("Template", of, "HAS_AREA", "ResponseArea", id_)
