"""What a mark scheme PDF says, laid beside a template's questions. It changes nothing: a person confirms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markroom.exam_templates.model import Question
from markroom.kit.events import Event


class SchemeReadingStarted(Event):
    """Somebody asked for a mark scheme to be read for a template."""


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
