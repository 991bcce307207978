"""D-03: what is told about where answers are written."""

from dataclasses import replace

import pytest

from markroom.reading.structure import detect, structure
from markroom.reading.structure.intake import Intake
from markroom.reading.structure.legibility import name_pages

from .drawn import LABEL, PART, TEXT, Paper, ask, cover

CLOSE = 16


def without_room(paper: Paper) -> Paper:
    for number in range(1, 6):
        paper.text(LABEL, 60 + CLOSE * number, f"{number}.")
        paper.text(TEXT, 60 + CLOSE * number, "Describe a part of a house. [2]")
    return paper.text(TEXT, 60 + CLOSE * 6, "Thank you for all that you wrote about houses.")


def with_room(paper: Paper) -> Paper:
    for number in range(1, 6):
        ask(paper, 120 * number, [(LABEL, str(number))], "Describe a part of a house.", "[2]")
    return paper


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Write your answers in the separate answer booklet.", "an answer booklet"),
        ("All answers are to be written in the script books provided.", "a script book"),
        ("You must answer on the multiple choice answer sheet.", "an answer sheet"),
    ],
)
def test_answers_written_elsewhere_are_told(text: str, what: str) -> None:
    paper = Paper().text(60, 100, text).page()
    (told,) = detect(without_room(paper).page().pdf()).warnings
    assert told.startswith(f"Page 1 speaks of {what}, ")


def test_a_booklet_for_more_answers_is_no_doubt() -> None:
    paper = Paper().text(60, 100, "Ask for an answer booklet when you need more room.").page()
    assert detect(with_room(paper).page().pdf()).warnings == ()
    assert detect(without_room(Paper().text(60, 100, "Be brief.").page()).page().pdf()).warnings == ()


def lined(paper: Paper) -> Paper:
    for row in range(12):
        paper.rule(60, 150 + 40 * row, 540)
    return paper.page()


def test_lines_to_write_on_that_belong_to_no_question_are_told() -> None:
    paper = lined(Paper().text(60, 60, "Here is a house.").page().text(60, 100, "Write your answers here."))
    (told,) = detect(without_room(paper).page().pdf()).warnings
    assert told.startswith("Lines to write on, on page 2, belong to no question.")


def test_lines_of_additional_pages_are_no_doubt() -> None:
    paper = lined(Paper().text(60, 60, "Here is a house.").page().text(60, 100, "Additional answer space"))
    assert detect(without_room(paper).page().pdf()).warnings == ()


def test_two_lists_of_the_same_labels_under_one_question_are_told() -> None:
    paper = cover(Paper(), 8).text(LABEL, 60, "1").text(PART, 60, "Alternative 1: look at the house.")
    for y, label in ((100, "Part A"), (220, "Part B")):
        ask(paper, y, [(PART, label)], "Draw it.", "[2]")
    paper.text(PART, 340, "Alternative 2: look at the tower.")
    for y, label in ((380, "Part A"), (500, "Part B")):
        ask(paper, y, [(PART, label)], "Draw it.", "[2]")
    found = detect(ask(paper, 640, [(LABEL, "2")], "Name a house.", "[2]").page().pdf())
    assert any("1(A) and 1(B) stand on page 2 once more" in warning for warning in found.warnings)


def test_only_pages_with_questions_are_told_to_be_recognised() -> None:
    pages = Intake().read(with_room(cover(Paper(), 10)).page().pdf())
    read = [replace(page, recognised=True, read=True) for page in pages]
    assert "Text was recognised on page 2. Check labels and marks there." in structure(read).warnings


def test_pages_are_named_in_runs() -> None:
    assert name_pages([3]) == "page 3"
    assert name_pages([3, 5]) == "pages 3 and 5"
    assert name_pages([2, 3, 4, 6, 8, 9]) == "pages 2 to 4, 6 and 8 to 9"
