"""A mark scheme as a spreadsheet: one row a point, known by the question's full label."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from typing import Any

from pydantic import ValidationError

from markroom.exam_templates.canvas.bodies import MAX_POINTS, SchemePoint
from markroom.exam_templates.errors import UnreadableScheme
from markroom.exam_templates.model import ANSWER_TYPES, Canvas, Question

LISTS = ("alternatives", "accept", "reject", "depends_on")
COLUMNS = ("question", "max_marks", "answer_type", "correct", "code", "text", "marks", "marks_from", *LISTS)
BETWEEN = " | "
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
MAX_ROWS = 10_000


@dataclass(frozen=True)
class Fault:
    """What is wrong with one row, numbered as a spreadsheet numbers it."""

    row: int
    question: str
    message: str


@dataclass
class Outcome:
    """What a sheet does to a canvas. `unmatched` are labels the template does not have."""

    canvas: Canvas
    updated: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


Row = tuple[int, dict[str, str]]


def write_scheme(questions: Iterable[Question]) -> bytes:
    """UTF-8 with the mark Excel needs; no cell acts as a formula (OWASP: CSV injection)."""
    out = io.StringIO()
    sheet = csv.DictWriter(out, COLUMNS, restval="")
    sheet.writeheader()
    for question in questions:
        for cells in _rows_of(question):
            sheet.writerow({name: _harmless(text) for name, text in cells.items()})
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _rows_of(question: Question) -> Iterator[dict[str, str]]:
    right = [
        one["label"] for one in question.mcq_options or () if isinstance(one, dict) and one.get("correct")
    ]
    head = {
        "question": question.path,
        "max_marks": "" if question.max_marks is None else str(question.max_marks),
        "answer_type": question.answer_type or "",
        "correct": BETWEEN.join(right),
    }
    points = list_points(question.mark_scheme)
    yield head | (_cells(points[0]) if points else {})
    for point in points[1:]:
        yield {"question": question.path} | _cells(point)


def list_points(scheme: Any) -> list[dict[str, Any]]:
    points = scheme.get("points", []) if isinstance(scheme, dict) else scheme
    return list(points or ())


def _cells(point: dict[str, Any]) -> dict[str, str]:
    plain = {name: _text(point.get(name)) for name in ("code", "text", "marks", "marks_from")}
    return plain | {name: BETWEEN.join(point.get(name) or ()) for name in LISTS}


def _text(value: Any) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def read_scheme(data: bytes) -> list[Row]:
    """Rows with their numbers, as texts by column. Raises UnreadableScheme."""
    text = _decode(data)
    if "\0" in text or text.startswith("PK"):
        raise UnreadableScheme
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        heads = {name: (name or "").strip().lower().replace(" ", "_") for name in reader.fieldnames or ()}
        if "question" not in heads.values():
            raise UnreadableScheme
        rows = [
            (number, {heads[name]: _plain(cell) for name, cell in cells.items() if name in heads})
            for number, cells in enumerate(reader, start=2)
        ]
    except csv.Error as error:
        raise UnreadableScheme from error
    if len(rows) > MAX_ROWS:
        raise UnreadableScheme(f"This mark scheme has more than {MAX_ROWS:,} rows.")
    return _fill_down([row for row in rows if any(row[1].values())])


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _plain(cell: Any) -> str:
    text = cell.strip() if isinstance(cell, str) else ""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _fill_down(rows: list[Row]) -> list[Row]:
    """A row without a label goes on with the question above."""
    label, filled = "", []
    for number, cells in rows:
        label = cells.get("question") or label
        filled.append((number, cells | {"question": label}))
    return filled


def apply_scheme(canvas: Canvas, rows: list[Row]) -> Outcome:
    """The canvas with the schemes of the sheet's questions; questions it does not name stay as they are."""
    outcome = Outcome(canvas)
    known = {_key(question.path): question for question in canvas.questions}
    changed = {}
    for label, group in groupby(
        sorted(rows, key=lambda row: _key(row[1]["question"])), key=lambda row: _key(row[1]["question"])
    ):
        own = list(group)
        question = known.get(label)
        if question is None:
            outcome.unmatched.append(own[0][1]["question"] or "(no label)")
        elif new := _change(question, own, outcome.faults):
            changed[question.id] = new
            outcome.updated.append(question.path)
    outcome.canvas = replace(canvas, questions=tuple(changed.get(q.id, q) for q in canvas.questions))
    return outcome


def _key(label: str) -> str:
    return re.sub(r"\s+", "", label).casefold()


def _change(question: Question, rows: list[Row], faults: list[Fault]) -> Question | None:
    """The question as the rows have it; None where they change nothing or something is wrong with them."""
    before = len(faults)
    points = [point for number, cells in rows if (point := _read_point(number, cells, faults))]
    if len(points) > MAX_POINTS:
        faults.append(Fault(rows[0][0], question.path, f"at most {MAX_POINTS} points"))
    head = {name: text for _, cells in reversed(rows) for name, text in cells.items() if text}
    fields: dict[str, Any] = {}
    if points:
        old = question.mark_scheme
        fields["mark_scheme"] = old | {"points": points} if isinstance(old, dict) else points
    if marks := head.get("max_marks"):
        fields["max_marks"] = _read_marks(rows[0][0], question.path, marks, faults)
    if kind := head.get("answer_type"):
        if kind not in ANSWER_TYPES:
            faults.append(Fault(rows[0][0], question.path, f"“{kind}” is no kind of answer"))
        fields["answer_type"] = kind
    if right := head.get("correct"):
        fields["mcq_options"] = _set_right(question.mcq_options, _split(right))
    new = replace(question, **fields)
    return new if new != question and len(faults) == before else None


def _read_point(number: int, cells: dict[str, str], faults: list[Fault]) -> dict[str, Any] | None:
    if not cells.get("text"):
        return None
    given: dict[str, Any] = {name: cells[name] for name in ("code", "text") if cells.get(name)}
    given |= {name: _number(cells[name]) for name in ("marks", "marks_from") if cells.get(name)}
    given |= {name: _split(cells[name]) for name in LISTS if cells.get(name)}
    try:
        return SchemePoint.model_validate(given).model_dump(exclude_unset=True)
    except ValidationError as error:
        fault = error.errors()[0]
        faults.append(Fault(number, cells["question"], f"{fault['loc'][0]}: {fault['msg']}"))
        return None


def _number(text: str) -> Any:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return text
    return int(value) if value.is_integer() else value


def _read_marks(row: int, path: str, text: str, faults: list[Fault]) -> int | None:
    if not re.fullmatch(r"\d{1,3}", text):
        faults.append(Fault(row, path, f"“{text}” is no number of marks"))
        return None
    return int(text)


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(BETWEEN.strip()) if part.strip()]


def _set_right(options: Any, right: list[str]) -> list[Any]:
    """The options with these marked right, and the others as they are where they were not."""
    wanted, new = {one.casefold() for one in right}, []
    for option in options or ():
        whole = option if isinstance(option, dict) else {"label": option}
        is_right = whole["label"].casefold() in wanted
        new.append(option if bool(whole.get("correct")) == is_right else whole | {"correct": is_right})
    return new


def outcome_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "updated": outcome.updated,
        "unmatched": outcome.unmatched,
        "errors": [asdict(fault) for fault in outcome.faults],
    }
