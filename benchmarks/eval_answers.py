"""Tables of eval_detection.py about types of answers and fields of covers, on papers without other truth.

answers.json holds what was read off the pages: 60 questions and 12 covers drawn at random, half of them held
out while rules were made. A type with `|` leaves the choice; fields are those before the first question.
"""

import json
from pathlib import Path
from typing import Any

from eval_tables import match_areas

ANSWERS = Path(__file__).parent / "answers.json"
Found = dict[str, dict[str, Any]]  # detection by the paper's name


def print_answers(found: Found) -> None:
    truth = json.loads(ANSWERS.read_text())
    for half, papers in truth["types"].items():
        right, wrong = _judge_types(papers, found)
        if right or wrong:
            print(f"\ntypes of answers, {half}: {right} of {right + len(wrong)} right")
            print("\n".join(f"  {line}" for line in wrong))
    for half, papers in truth["fields"].items():
        counts = [_count_fields(fields, found[name]) for name, fields in papers.items() if name in found]
        wanted, shown, right = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0, 0)
        if wanted:
            print(f"fields of covers, {half}: {wanted} wanted, {shown} found, {right} right")


def _judge_types(papers: dict[str, dict[str, str]], found: Found) -> tuple[int, list[str]]:
    right, wrong = 0, []
    for name, types in papers.items():
        told = {q["path"]: q["answer_type"] for q in found[name]["questions"]} if name in found else {}
        for label, wanted in types.items() if told else ():
            if told.get(label) in wanted.split("|"):
                right += 1
            else:
                wrong.append(f"{name[:44]:44} {label:10} is {wanted}, not {told.get(label)}")
    return right, wrong


def _count_fields(wanted: list[dict[str, Any]], detected: dict[str, Any]) -> tuple[int, int, int]:
    """Wanted, found and right: of one kind, half of both in common."""
    shown = [area | {"path": None} for area in detected["response_areas"] if area["question_id"] is None]
    return len(wanted), len(shown), match_areas([field | {"question": None} for field in wanted], shown)
