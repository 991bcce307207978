"""What a machine proposes for a paper, laid beside what people have confirmed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from markroom.exam_templates.model import Boundary, Canvas, Question, ResponseArea, arrange

Row = Question | ResponseArea | Boundary


def read_proposals(template_id: UUID, detected: Mapping[str, Any]) -> Canvas:
    """A detection as the canvas of one template; the same again for the same paper, ids included.

    Ids are made anew for the template, since two templates may show one paper.
    """

    def own(detected_id: str | None) -> UUID | None:
        return None if detected_id is None else uuid5(template_id, detected_id)

    paths = {row["id"]: row["path"] for row in detected["questions"]}
    questions = [
        Question(
            **_own_fields(row, own),
            label=_label(row["path"], paths.get(row["parent_id"])),
            parent_id=own(row["parent_id"]),
            **{name: row[name] for name in ("order", "max_marks", "answer_type", "mcq_options")},
        )
        for row in detected["questions"]
    ]
    areas = [
        ResponseArea(
            **_own_fields(row, own),
            question_id=own(row["question_id"]),
            **{name: row[name] for name in ("page", "bounds", "kind", "response_form")},
        )
        for row in detected["response_areas"]
    ]
    boundaries = [
        Boundary(
            **_own_fields(row, own),
            question_id=uuid5(template_id, row["question_id"]),
            **{name: row[name] for name in ("label", "page", "y", "bounds")},
        )
        for row in detected["boundaries"]
    ]
    return Canvas(arrange(questions), tuple(areas), tuple(boundaries))


def show_so_far(template_id: UUID, detected: Mapping[str, Any], read: Sequence[int]) -> dict[str, Any]:
    """What is found while a paper is being read, in the rows of a canvas, with the pages read.

    None of it is on the canvas yet.
    """
    canvas = read_proposals(template_id, detected)
    return {"read": list(read)} | {
        name: [_as_json(row) for row in getattr(canvas, name)]
        for name in ("questions", "response_areas", "boundaries")
    }


def _as_json(row: Row) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, UUID) else value for name, value in vars(row).items()}


def _own_fields(row: Mapping[str, Any], own: Any) -> dict[str, Any]:
    return {"id": own(row["id"]), "source": "auto", "confirmed": False, "confidence": row["confidence"]}


def _label(path: str, parent_path: str | None) -> str:
    """`(a)` under `1`, but `01.2` under `01`: the part of the path that gives the path again."""
    part = path.removeprefix(parent_path or "")
    return part if part.startswith("(") else path


def merge_proposals(current: Canvas, proposed: Canvas) -> Canvas:
    """The proposals, around everything of the current canvas that people confirmed or drew.

    Old proposals go; confirmed rows stay with the questions above them and the questions they refer to. A
    proposed question with the path of one that stays is that one. Where a question keeps an area or its
    boundary, none is proposed, nor a second name or number field; but an area that the machine proposes once
    more keeps its neighbours.
    """
    stays = _staying_questions(current)
    kept = Canvas(
        tuple(question for question in current.questions if question.id in stays),
        tuple(filter(_is_settled, current.response_areas)),
        tuple(filter(_is_settled, current.boundaries)),
    )
    by_path = {question.path: question.id for question in kept.questions}
    known = {question.id: by_path.get(question.path, question.id) for question in proposed.questions}
    again = {area.id for area in proposed.response_areas}
    placed = {area.question_id or area.kind for area in kept.response_areas if area.id not in again}
    begun = {boundary.question_id for boundary in kept.boundaries}
    questions = (
        replace(question, parent_id=known.get(question.parent_id) if question.parent_id else None)
        for question in proposed.questions
        if known[question.id] == question.id and question.id not in stays
    )
    areas = (
        replace(area, question_id=known[area.question_id] if area.question_id else None)
        for area in proposed.response_areas
    )
    boundaries = (replace(row, question_id=known[row.question_id]) for row in proposed.boundaries)
    taken = {area.id for area in kept.response_areas} | {boundary.id for boundary in kept.boundaries}
    return Canvas(
        arrange((*kept.questions, *questions)),
        (
            *kept.response_areas,
            *(a for a in areas if a.id not in taken and (a.question_id or a.kind) not in placed),
        ),
        (*kept.boundaries, *(b for b in boundaries if b.id not in taken and b.question_id not in begun)),
    )


def _is_settled(row: Row) -> bool:
    """Confirmed, drawn or corrected by a person, or with what only a person writes."""
    written = isinstance(row, Question) and (row.mark_scheme is not None or row.spec_ref is not None)
    return row.confirmed or row.source != "auto" or written


def _staying_questions(canvas: Canvas) -> set[UUID]:
    by_id = {question.id: question for question in canvas.questions}
    rows: list[Row] = [*canvas.questions, *canvas.response_areas, *canvas.boundaries]
    wanted = [row.id if isinstance(row, Question) else row.question_id for row in rows if _is_settled(row)]
    stays: set[UUID] = set()
    for question_id in wanted:
        above = question_id
        while above is not None and above not in stays:
            stays.add(above)
            above = by_id[above].parent_id
    return stays
