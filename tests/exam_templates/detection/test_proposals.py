"""T-08, D-02: proposals beside what people confirmed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from markroom.exam_templates.canvas.validation import check_canvas
from markroom.exam_templates.detection.proposals import merge_proposals, read_proposals, show_so_far
from markroom.exam_templates.model import Canvas, Question, arrange
from markroom.reading.structure import detect
from tests.papers import draw_paper

TEMPLATE = UUID(int=1)


def row(id_: str, **fields: Any) -> dict[str, Any]:
    return {"id": id_, "confidence": 0.9, "source": "auto", "confirmed": False} | fields


def asked(path: str, parent: str | None = None, marks: int | None = 2, order: int = 0) -> dict[str, Any]:
    fields = {"parent_id": parent, "label": path, "path": path, "order": order, "max_marks": marks}
    return row(path, **fields, answer_type=None, mcq_options=None, is_container=False)


def found(*paths: tuple[str, str | None]) -> dict[str, Any]:
    """A detection of these questions, each with an area and a boundary, and a name field."""
    bounds = {"x": 0.1, "y": 0.1, "w": 0.5, "h": 0.1}
    areas = [
        row(f"area {path}", question_id=path, page=1, bounds=bounds, kind="answer", response_form=None)
        for path, _ in paths
    ]
    name = row("name", question_id=None, page=1, bounds=bounds, kind="name", response_form=None)
    return {
        "questions": [asked(path, parent, order=n) for n, (path, parent) in enumerate(paths)],
        "response_areas": [*areas, name],
        "boundaries": [
            row(f"cut {path}", question_id=path, label=path, page=1, y=0.1, bounds=None) for path, _ in paths
        ],
    }


PAPER = found(("1", None), ("1(a)", "1"), ("1(b)", "1"), ("02", None), ("02.1", "02"))


def test_the_same_paper_gives_the_same_proposals_and_another_template_its_own_ids() -> None:
    first, again = read_proposals(TEMPLATE, PAPER), read_proposals(TEMPLATE, PAPER)
    other = read_proposals(UUID(int=2), PAPER)
    assert first == again
    assert not {q.id for q in first.questions} & {q.id for q in other.questions}
    assert [(q.label, q.path) for q in first.questions] == [
        ("1", "1"), ("(a)", "1(a)"), ("(b)", "1(b)"), ("02", "02"), ("02.1", "02.1"),
    ]  # fmt: skip
    assert not any(q.confirmed for q in first.questions)


def test_a_real_detection_fits_a_template() -> None:
    detected = detect(draw_paper(2)).as_json()
    proposed = read_proposals(TEMPLATE, detected)
    check_canvas(proposed, 2)
    assert [q.path for q in proposed.questions] == [q["path"] for q in detected["questions"]]
    assert {"1(a)", "2(b)"} <= {q.path for q in proposed.questions}


def test_old_proposals_nobody_confirmed_make_way() -> None:
    old = read_proposals(TEMPLATE, found(("1", None), ("9", None)))
    merged = merge_proposals(old, read_proposals(TEMPLATE, PAPER))
    assert merged == merge_proposals(Canvas(), read_proposals(TEMPLATE, PAPER))


def test_what_a_person_confirmed_or_drew_stays_and_the_rest_is_added_around_it() -> None:
    proposed = read_proposals(TEMPLATE, PAPER)
    mine = Question(UUID(int=77), None, "1", 0, 5)
    part = Question(UUID(int=78), mine.id, "a", 1, 5, confirmed=False)
    drawn = Question(UUID(int=79), None, "Extra", 9, 1)
    area = replace(proposed.response_areas[1], id=UUID(int=80), question_id=part.id, confirmed=True)
    merged = merge_proposals(Canvas(arrange([mine, part, drawn]), (area,)), proposed)
    check_canvas(merged, None)
    by_path = {q.path: q for q in merged.questions}
    assert sorted(by_path) == ["02", "02.1", "1", "1(a)", "1(b)", "Extra"]
    assert (by_path["1"].id, by_path["1(a)"].id) == (mine.id, part.id)
    assert by_path["1"].max_marks == 5
    assert by_path["1(b)"].parent_id == mine.id
    assert [a for a in merged.response_areas if a.question_id == part.id] == [area]
    assert {b.question_id for b in merged.boundaries} == {q.id for q in merged.questions} - {drawn.id}


def test_one_of_two_answers_confirmed_does_not_keep_the_other_away() -> None:
    """D-02: a question may be answered in two places; another reading proposes the open one again."""
    bounds = {"x": 0.1, "y": 0.5, "w": 0.5, "h": 0.1}
    more = row("more", question_id="02.1", page=2, bounds=bounds, kind="answer", response_form=None)
    proposed = read_proposals(TEMPLATE, PAPER | {"response_areas": [*PAPER["response_areas"], more]})
    first = replace(proposed.response_areas[4], confirmed=True, source="manual")
    current = replace(proposed, response_areas=(first, *proposed.response_areas[5:]))
    merged = merge_proposals(current, proposed)
    assert [a for a in merged.response_areas if a.question_id == first.question_id] == [
        first,
        proposed.response_areas[-1],
    ]


def test_what_is_found_so_far_comes_in_the_rows_of_a_canvas() -> None:
    shown = show_so_far(TEMPLATE, PAPER, [1, 3])
    assert shown["read"] == [1, 3]
    final = read_proposals(TEMPLATE, PAPER)
    assert [q["id"] for q in shown["questions"]] == [str(q.id) for q in final.questions]
    assert {a["question_id"] for a in shown["response_areas"]} == {
        a.question_id and str(a.question_id) for a in final.response_areas
    }
    assert json.loads(json.dumps(shown)) == shown


def test_a_name_field_somebody_drew_is_the_only_one() -> None:
    proposed = read_proposals(TEMPLATE, PAPER)
    name = replace(proposed.response_areas[-1], id=UUID(int=80), source="manual", confirmed=True)
    merged = merge_proposals(Canvas((), (name,)), proposed)
    assert [a for a in merged.response_areas if a.kind == "name"] == [name]


@given(st.data())
def test_whatever_was_confirmed_a_merge_keeps_it_fits_together_and_is_done_once(data: st.DataObject) -> None:
    current = read_proposals(TEMPLATE, PAPER)

    def confirm(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(row, confirmed=data.draw(st.booleans())) for row in rows)

    current = Canvas(confirm(current.questions), confirm(current.response_areas), confirm(current.boundaries))
    fewer = data.draw(
        st.sampled_from([PAPER, found(("1", None)), found(), found(("02", None), ("02.1", "02"))])
    )
    proposed = read_proposals(TEMPLATE, fewer)
    merged = merge_proposals(current, proposed)
    check_canvas(merged, None)
    for name in ("questions", "response_areas", "boundaries"):
        settled = {row for row in map(_key, getattr(current, name)) if row[1]}
        assert settled <= set(map(_key, getattr(merged, name)))
    assert merge_proposals(merged, proposed) == merged


def _key(row: Any) -> tuple[UUID, bool]:
    return row.id, row.confirmed
