"""§0, DESIGN §5: the labels, order and items of a question tree."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.exam_templates.model import Question, arrange, items, question_path


@pytest.mark.parametrize(
    ("labels", "path"),
    [
        (["1"], "1"),
        (["Question 3"], "3"),
        (["Q3", "(b)"], "3(b)"),
        (["3.", "a)", "ii."], "3(a)(ii)"),
        (["1", "a", "ii"], "1(a)(ii)"),
        (["1", "(a)(ii)"], "1(a)(ii)"),
        (["1", "1(a)", "1(a)(ii)"], "1(a)(ii)"),
        (["01", "01.2"], "01.2"),
        (["01", "2"], "01.2"),
        (["01", "2", "(a)"], "01.2(a)"),
        (["1", "(2)"], "1(2)"),
        (["1", "10"], "1.10"),
        (["(a)"], "a"),
        (["Section A", "Question 1"], "Section A.1"),
        (["Q"], "Q"),
        (["."], "."),
    ],
)
def test_a_path_is_the_full_label_however_it_is_printed(labels: list[str], path: str) -> None:
    assert question_path(labels) == path


def make(n: int, parent: int | None = None, order: int = 0, marks: int | None = None) -> Question:
    return Question(UUID(int=n), None if parent is None else UUID(int=parent), str(n), order, marks)


def test_an_item_has_marks_and_nothing_below_it_has_any() -> None:
    tree = [
        make(1, marks=5), make(2, 1, marks=2), make(3, 1, 1, marks=3),  # parts with marks of their own
        make(4, order=1, marks=4), make(5, 4), make(6, 4, 1),           # parts that share one mark
        make(7, order=2), make(8, 7, marks=1), make(9, 7, 1),           # a part without marks is no item
        make(10, order=3, marks=6), make(11, 10), make(12, 11, marks=6),  # marks two levels below
        make(13, order=4, marks=0),
    ]  # fmt: skip
    assert [item.label for item in items(tree)] == ["2", "3", "4", "8", "12", "13"]


@st.composite
def trees(draw: st.DrawFn) -> list[Question]:
    size = draw(st.integers(0, 12))
    parents = [draw(st.none() | st.integers(0, n - 1)) if n else None for n in range(size)]
    rows = [
        Question(
            id=UUID(int=n),
            parent_id=None if parent is None else UUID(int=parent),
            label=draw(st.text(min_size=1, max_size=3)),
            order=draw(st.integers(-3, 3)),
            max_marks=draw(st.none() | st.integers(0, 9)),
        )
        for n, parent in enumerate(parents)
    ]
    return draw(st.permutations(rows))


def _ancestors(question: Question, by_id: dict[UUID, Question]) -> list[Question]:
    above = []
    while question.parent_id is not None:
        question = by_id[question.parent_id]
        above.append(question)
    return above


@given(trees())
def test_arranging_keeps_every_question_after_its_parent_and_its_siblings_in_order(
    tree: list[Question],
) -> None:
    arranged = arrange(tree)
    assert {q.id for q in arranged} == {q.id for q in tree}
    place = {q.id: i for i, q in enumerate(arranged)}
    for q in arranged:
        assert q.parent_id is None or place[q.parent_id] < place[q.id]
        assert q.is_container == any(other.parent_id == q.id for other in tree)
    assert arrange(arranged) == arranged
    siblings = [(q.order, q.id) for q in arranged if q.parent_id is None]
    assert siblings == sorted(siblings)


@given(trees())
def test_every_mark_is_in_an_item_or_above_items(tree: list[Question]) -> None:
    """Whatever carries marks is one item, or its marks are given in the items below it; never both."""
    by_id = {q.id: q for q in tree}
    marked = {item.id for item in items(tree)}
    for q in tree:
        below = {item for item in marked if q in _ancestors(by_id[item], by_id)}
        if q.max_marks is not None:
            assert (q.id in marked) != bool(below)
        else:
            assert q.id not in marked
