"""D-01, D-03: choices among questions, sections and their totals, and the marks a pupil can earn."""

from collections.abc import Sequence

import pytest

from markroom.reading.structure import Detection, detect

from .drawn import LABEL, PART, Paper, ask


def draw(total: int, instructions: Sequence[str], questions: Sequence[str], mark: str = "[10]") -> bytes:
    """A cover, and questions of one mark each; text that is no number stands above the next question."""
    paper = Paper().text(50, 100, f"The total mark for this paper is {total}.")
    for line, text in enumerate(instructions):
        paper.text(50, 130 + 16 * line, text)
    paper.page()
    y = 60
    for entry in questions:
        if not entry.isdigit():
            paper.text(LABEL, y, entry)
            y += 40
            continue
        ask(paper, y, [(LABEL, entry)], "Write about a house.", mark)
        y += 110
        if y > 700:
            paper.page()
            y = 60
    return paper.page().pdf()


def chosen(found: Detection) -> list[tuple[int, list[str]]]:
    paths = {question.id: question.path for question in found.questions}
    return [(choice.count, [paths[id_] for id_ in choice.question_ids]) for choice in found.choices]


FIVE = ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    "instruction",
    [
        "Answer any three questions.",
        "Answer THREE of the five questions.",
        "Attempt 3 out of 5 questions.",
        "Answer 3 out of any 5 questions. Only the first 3 will be marked.",
        "Choose three questions.",
    ],
)
def test_a_number_of_questions_to_answer_makes_them_a_choice(instruction: str) -> None:
    found = detect(draw(30, [instruction], FIVE))
    assert chosen(found) == [(3, FIVE)]
    assert found.warnings == (
        "Pupils answer 3 of questions 1 to 5.",
        "All questions together have 50 marks, of which a pupil can earn 30.",
    )


@pytest.mark.parametrize(
    "instruction",
    [
        "Answer all questions.",
        "Answer all five questions.",
        "Answer 5 questions.",
        "You may answer in pencil.",
    ],
)
def test_without_a_choice_all_questions_count(instruction: str) -> None:
    found = detect(draw(50, [instruction], FIVE))
    assert (found.choices, found.warnings) == ((), ())


def test_a_question_that_must_be_answered_is_not_part_of_the_choice() -> None:
    found = detect(draw(30, ["Answer Question 1 and two other questions."], FIVE))
    assert chosen(found) == [(2, ["2", "3", "4", "5"])]


def test_questions_named_by_their_numbers_are_the_choice() -> None:
    found = detect(draw(40, ["Answer either Question 4 or Question 5."], FIVE))
    assert chosen(found) == [(1, ["4", "5"])]
    found = detect(draw(30, ["Answer one question from questions 3 to 5."], FIVE))
    assert chosen(found) == [(1, ["3", "4", "5"])]


SECTIONS = ["SECTION A", "1", "SECTION B", "2", "3", "SECTION C", "4", "5"]


@pytest.mark.parametrize(
    ("instructions", "headed"),
    [
        (["Answer ONE question from Section B and", "ONE question from Section C."], ""),
        (["Answer THREE questions."], "Answer ONE question from this section."),
        ([], "Answer one question."),
    ],
)  # fmt: skip
def test_sections_have_choices_of_their_own(instructions: list[str], headed: str) -> None:
    lines = SECTIONS
    if headed:
        lines = [*SECTIONS[:3], headed, *SECTIONS[3:6], headed, *SECTIONS[6:]]
    found = detect(draw(30, instructions, lines))
    assert chosen(found) == [(1, ["2", "3"]), (1, ["4", "5"])]
    assert found.warnings[1] == "All questions together have 50 marks, of which a pupil can earn 30."


def test_one_question_from_each_section_is_a_choice_in_each() -> None:
    found = detect(draw(30, ["Answer one question from each section."], SECTIONS))
    assert chosen(found) == [(1, ["2", "3"]), (1, ["4", "5"])]


def test_questions_with_or_between_them_are_alternatives() -> None:
    found = detect(draw(30, [], ["1", "2", "OR", "3", "4"]))
    assert chosen(found) == [(1, ["2", "3"])]
    assert found.warnings[0] == "Pupils answer 1 of questions 2 and 3."


def test_parts_with_or_between_them_are_alternatives() -> None:
    paper = Paper().text(50, 100, "The total mark for this paper is 14.").page()
    ask(paper, 60, [(LABEL, "1")], "Name a house.", "[4]")
    ask(paper, 170, [(LABEL, "2"), (PART, "(a)")], "Draw a house.", "[10]").text(LABEL, 280, "OR")
    ask(paper, 310, [(PART, "(b)")], "Draw a garden.", "[10]")
    found = detect(paper.page().pdf())
    assert chosen(found) == [(1, ["2(a)", "2(b)"])]
    assert not any("paper says" in warning for warning in found.warnings)


def test_what_does_not_fit_the_questions_found_is_told_and_not_guessed() -> None:
    """D-03"""
    found = detect(draw(30, ["Answer three of the seven questions."], FIVE))
    assert found.choices == ()
    assert found.warnings == (
        "Pupils seem to choose among questions, but it is unclear among which.",
        "The marks found add up to 50, but the paper says 30.",
    )


def test_a_choice_that_still_does_not_add_up_is_told() -> None:
    """D-03"""
    found = detect(draw(25, ["Answer any three questions."], FIVE))
    assert "The marks found add up to 30, but the paper says 25." in found.warnings


def test_a_sure_choice_leaves_questions_as_sure_as_without_one() -> None:
    choice = detect(draw(30, ["Answer any three questions."], FIVE))
    plain = detect(draw(50, ["Answer all questions."], FIVE))
    assert [q.confidence for q in choice.questions] == [q.confidence for q in plain.questions]


def test_a_section_that_does_not_add_up_is_told() -> None:
    """D-03"""
    lines = ["Section A: houses (10 marks)", "1", "Section B: gardens (30 marks)", "2", "3"]
    assert "Section B adds up to 20 marks, but it says 30." in detect(draw(30, [], lines)).warnings
    lines[2] = "Section B: gardens (20 marks)"
    assert detect(draw(30, [], lines)).warnings == ()
