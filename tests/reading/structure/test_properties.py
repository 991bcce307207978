"""What holds for any paper."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from markroom.reading.pdf import Word
from markroom.reading.structure import Detection, structure
from markroom.reading.structure.page import Box, Page

TOKENS = [
    *(
        "1",
        "2",
        "3",
        "1.",
        "Q2",
        "Question",
        "(a)",
        "(b)",
        "a)",
        "i.",
        "(i)",
        "(ii)",
        "01.2",
        "1(a)(ii)",
        "Section",
    ),
    *(
        "A",
        "B",
        "C",
        "D",
        "[3",
        "marks]",
        "(2)",
        "[1]",
        "Total",
        "the",
        "house",
        "Calculate",
        "......",
        "____",
        "²",
    ),
]
unit = st.floats(0, 1, allow_nan=False)


@st.composite
def words(draw: st.DrawFn) -> Word:
    x, y = draw(st.floats(0, 0.95)), draw(st.integers(0, 60)) / 62
    return Word(draw(st.sampled_from(TOKENS)), x, y, x + draw(st.floats(0.001, 0.05)), y + 0.012)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x, y = draw(st.floats(0, 0.9)), draw(st.floats(0, 0.9))
    return Box(x, y, x + draw(st.floats(0.01, 0.1)), y + draw(st.floats(0.001, 0.1)))


@st.composite
def papers(draw: st.DrawFn) -> list[Page]:
    some = st.lists(boxes(), max_size=4).map(tuple)
    return [
        Page(
            number,
            210.0,
            297.0,
            tuple(draw(st.lists(words(), max_size=30))),
            draw(some),
            draw(some),
            draw(some),
            0.05,
        )
        for number in range(1, draw(st.integers(1, 4)) + 1)
    ]


def check(found: Detection) -> None:
    questions = {question.id: question for question in found.questions}
    assert len(questions) == len(found.questions)
    assert len({question.path for question in found.questions}) == len(questions)
    for question in found.questions:
        parent = questions.get(question.parent_id or "")
        assert (parent is None) == (question.parent_id is None)
        assert parent is None or (parent.is_container and parent.order < question.order)
        assert 0 <= question.confidence <= 1
        assert question.max_marks is None or question.max_marks >= 0
    assert [boundary.question_id for boundary in found.boundaries] == list(questions)
    for boundary in found.boundaries:
        assert 1 <= boundary.page <= found.page_count
        assert 0 <= boundary.y <= 1
    for area in found.response_areas:
        assert area.question_id is None or area.question_id in questions
        assert 1 <= area.page <= found.page_count
        bounds = area.bounds
        assert 0 <= bounds.x <= 1
        assert 0 <= bounds.y <= 1
        assert 0 < bounds.w <= 1 - bounds.x + 1e-9
        assert 0 < bounds.h <= 1 - bounds.y + 1e-9


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(papers())
def test_whatever_stands_on_the_pages_the_proposal_is_a_valid_template(pages: list[Page]) -> None:
    """T-04: a tree, unique paths, one boundary a question, bounds inside the page."""
    check(structure(pages, "seed"))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(papers())
def test_the_same_pages_give_the_same_proposal(pages: list[Page]) -> None:
    assert structure(pages, "seed") == structure(pages, "seed")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(papers())
def test_every_item_has_an_area_to_answer_in(pages: list[Page]) -> None:
    found = structure(pages, "seed")
    answered = {area.question_id for area in found.response_areas}
    parents = {question.id: question.parent_id for question in found.questions}
    for question in found.questions:
        line: str | None = question.id
        chain = []
        while line is not None:
            chain.append(line)
            line = parents[line]
        assert question.is_container or any(link in answered for link in chain)
