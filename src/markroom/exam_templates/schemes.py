"""What a mark scheme PDF says, laid beside a template's questions. It changes nothing: a person confirms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from markroom.exam_templates.model import Question, SchemeReadingStarted, Template
from markroom.files.reads import get_source_file
from markroom.jobs.queue import start_job
from markroom.kit.db import Conn
from markroom.kit.events import emit


async def start_scheme_reading(conn: Conn, template: Template, file_id: UUID) -> UUID:
    """Has a mark scheme read; answers the job, whose result are the proposals. Raises FileNotFound."""
    file = await get_source_file(conn, template.institute_id, file_id)
    job_id = await start_job(conn, "read_scheme", template.institute_id, template.id, file_id=str(file.id))
    await emit(conn, SchemeReadingStarted(institute_id=template.institute_id, subject_id=template.id))
    return job_id


def find_items(questions: Sequence[Question]) -> dict[str, int | None]:
    """Paths with the marks to be found in a scheme: items', None for what else may have an entry."""
    return {question.path: question.max_marks if question.is_item else None for question in questions}


def propose(questions: Sequence[Question], laid: Mapping[str, Any]) -> dict[str, Any]:
    """The proposals by question, with what PATCH of a question takes as its mark scheme."""
    by_path = {question.path: question for question in questions}
    return {
        "proposals": [
            {
                "question_id": str(by_path[path].id),
                "path": path,
                "confidence": entry["confidence"],
                "page": entry["page"],
                "mark_scheme": {"points": entry["points"], "correct": entry["correct"]},
                "replaces": by_path[path].mark_scheme is not None,
            }
            for path, entry in laid["entries"].items()
        ],
        "unmatched_labels": list(laid["unmatched_labels"]),
        "missing_paths": list(laid["missing_paths"]),
        "warnings": list(laid["warnings"]),
    }
