"""T-04: what passes the rules is a tree the database takes."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.exam_templates.canvas.validation import check_canvas, find_faults, find_warnings
from markroom.exam_templates.errors import InvalidCanvas
from markroom.exam_templates.model import MAX_DEPTH, Boundary, Canvas, Question, ResponseArea, arrange

IDS = st.integers(0, 6).map(lambda n: UUID(int=n))
EDGES = st.floats(allow_nan=False, min_value=-0.2, max_value=1.2) | st.sampled_from([0.0, 0.5, 1.0])
BOUNDS = st.fixed_dictionaries(dict.fromkeys("xywh", EDGES))
PAGES = st.integers(-1, 4)
QUESTIONS = st.builds(
    Question,
    id=IDS,
    parent_id=st.none() | IDS,
    label=st.just("1"),
    order=st.integers(0, 3),
    max_marks=st.none() | st.integers(-1, 3),
)
AREAS = st.builds(
    ResponseArea,
    id=IDS,
    question_id=st.none() | IDS,
    page=PAGES,
    bounds=BOUNDS,
    kind=st.sampled_from(["answer", "name"]),
)
BOUNDARIES = st.builds(
    Boundary, id=IDS, question_id=IDS, label=st.just("1"), page=PAGES, y=EDGES, bounds=st.none() | BOUNDS
)
CANVASES = st.builds(
    Canvas,
    st.lists(QUESTIONS, max_size=5).map(tuple),
    st.lists(AREAS, max_size=2).map(tuple),
    st.lists(BOUNDARIES, max_size=2).map(tuple),
)


@given(CANVASES, st.none() | st.integers(1, 3))
def test_an_accepted_canvas_is_a_tree_on_its_pages(canvas: Canvas, page_count: int | None) -> None:
    try:
        check_canvas(canvas, page_count)
    except InvalidCanvas:
        return
    by_id = {q.id: q for q in canvas.questions}
    assert len(by_id) == len(canvas.questions)
    for question in canvas.questions:
        depth, above = 1, question
        while above.parent_id is not None:
            depth, above = depth + 1, by_id[above.parent_id]
            assert depth <= MAX_DEPTH
        assert question.max_marks is None or question.max_marks >= 0
    assert len(arrange(canvas.questions)) == len(canvas.questions)
    rows: list[ResponseArea | Boundary] = [*canvas.response_areas, *canvas.boundaries]
    for row in rows:
        assert row.question_id is None or row.question_id in by_id
        assert 1 <= row.page <= (page_count or row.page)
        if row.bounds is not None:
            x, y, w, h = (row.bounds[name] for name in "xywh")
            assert min(x, y, w, h) >= 0
            assert max(x + w, y + h) <= 1 + 1e-5


@given(st.integers(1, 8), st.integers(0, 8))
def test_a_cycle_of_any_length_is_found_and_so_is_what_hangs_on_it(length: int, tail: int) -> None:
    ring = [Question(UUID(int=n), UUID(int=(n + 1) % length), "1", 0) for n in range(length)]
    hanging = [Question(UUID(int=length + n), UUID(int=max(length + n - 1, 0)), "1", 0) for n in range(tail)]
    faults = list(find_faults(Canvas((*ring, *hanging)), None))
    assert len(faults) == length + tail


@pytest.mark.parametrize("count", [2000])
def test_a_large_broken_canvas_is_answered_with_a_few_faults(count: int) -> None:
    rows = tuple(Question(UUID(int=n), UUID(int=n), "1", 0) for n in range(count))
    with pytest.raises(InvalidCanvas) as refusal:
        check_canvas(Canvas(rows), None)
    assert len(refusal.value.facts["errors"]) == 20


def test_marks_that_do_not_add_up_and_labels_there_twice_are_odd_but_allowed() -> None:
    def make(n: int, parent: int | None, label: str, marks: int | None) -> Question:
        return Question(UUID(int=n), parent and UUID(int=parent), label, n, marks)  # type: ignore[arg-type]

    tree = arrange(
        [
            make(1, None, "1", 9), make(2, 1, "a", None), make(3, 2, "i", 4), make(4, 2, "ii", 4),
            make(5, None, "2", 3), make(6, 5, "a", None), make(7, None, "2", 1),
        ]
    )  # fmt: skip
    assert find_warnings(tree) == [
        "1 has 9 marks, but its parts have 8.",
        "There is more than one question 2.",
    ]
