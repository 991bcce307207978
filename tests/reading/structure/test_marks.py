"""D-01: marks in the many ways papers print them."""

import pytest

from markroom.reading.structure import Detection, detect

from .drawn import LABEL, PART, TEXT, Paper, ask


def marks(found: Detection) -> dict[str, int | None]:
    return {question.path: question.max_marks for question in found.questions}


def three(texts: tuple[str, ...], beside: float = TEXT) -> Detection:
    """Three questions, each with one text beside or behind it."""
    paper = Paper()
    for y, label, text in zip((80, 240, 400), ("1.", "2.", "3."), texts, strict=True):
        paper.text(LABEL, y, label).text(beside, y, text).rule(TEXT, y + 60, 540)
        paper.text(TEXT, y + 20, "Draw a house, and say what stands around it.")
    return detect(paper.page().pdf())


@pytest.mark.parametrize(
    "printed",
    [
        "({} Punkte)", "({} P.)", "({} puntos)", "({} punti)", "({} pontos)", "({} poeng)", "({} pts)",
        "[{}]", "{} marks", "___ / {} P.", "___/{}", "(1+{} marks)", "(0–{})", "[2 x 1 = {}]",
    ],
)  # fmt: skip
def test_marks_at_the_right_are_read_in_the_words_of_many_schools(printed: str) -> None:
    more = 1 if printed.startswith("(1+") else 0
    found = three(tuple(printed.format(value) for value in (3, 2, 4)), beside=480)
    assert marks(found) == {"1": 3 + more, "2": 2 + more, "3": 4 + more}


@pytest.mark.parametrize(
    "printed", ["What is a house?  /{}", "What is a house? - {} points", "What is a house? ({})"]
)
def test_marks_right_behind_the_text_are_read_where_a_paper_prints_several(printed: str) -> None:
    found = three(tuple(printed.format(value) for value in (3, 2, 4)))
    assert marks(found) == {"1": 3, "2": 2, "3": 4}


def test_numbers_of_equations_behind_sentences_are_no_marks() -> None:
    found = three(tuple(f"A house is wider than it is high. ({number})" for number in (1, 2, 3)))
    assert marks(found) == {"1": None, "2": None, "3": None}


def test_marks_may_stand_before_the_number() -> None:
    paper = Paper()
    for y, mark, label in ((80, "2p", "1"), (200, "3p", "2"), (320, "1p", "3")):
        paper.text(30, y, mark).text(LABEL, y, label).text(
            PART, y, "Draw a house, and what stands around it."
        )
    assert marks(detect(paper.page().pdf())) == {"1": 2, "2": 3, "3": 1}


def test_numbers_in_the_right_margin_are_marks_without_a_heading() -> None:
    paper = Paper()
    for y, label, mark in ((80, "1.", "2"), (200, "2.", "5"), (320, "3.", "3")):
        paper.text(LABEL, y, label).text(TEXT, y, "Draw a house, and what stands around it.").text(
            550, y, mark
        )
    assert marks(detect(paper.page().pdf())) == {"1": 2, "2": 5, "3": 3}


def test_numbers_of_a_table_are_no_marks() -> None:
    """D-03"""
    paper = Paper()
    for y, label in ((80, "1."), (300, "2.")):
        ask(paper, y, [(LABEL, label)], "Draw a house.", "[2]")
    for y, number in ((480, "4"), (500, "7"), (520, "9"), (540, "8")):
        paper.text(300, y, "windows of the house").text(500, y, number)
        paper.text(520, y + 10, "in all")
    assert marks(detect(paper.page().pdf())) == {"1": 2, "2": 2}


def test_marks_broken_over_two_lines_of_a_narrow_cell_are_read() -> None:
    paper = Paper()
    for y, label, mark in ((80, "1.", "2"), (240, "2.", "3")):
        ask(paper, y, [(LABEL, label)], "Draw a house.")
        paper.text(520, y, f"({mark}").text(497, y + 14, "marks)")
    assert marks(detect(paper.page().pdf())) == {"1": 2, "2": 3}


def test_what_a_score_is_written_over_is_no_mark_of_the_last_question() -> None:
    paper = Paper()
    for y, label in ((80, "1."), (240, "2.")):
        ask(paper, y, [(LABEL, label)], "Draw a house.", "(4)")
    found = detect(paper.text(460, 500, "Total: ____ /8").page().pdf())
    assert marks(found) == {"1": 4, "2": 4}
    assert found.total_marks == 8


def test_numbers_of_equations_are_no_marks_where_marks_name_their_unit() -> None:
    """D-03"""
    paper = Paper()
    for y, label in ((60, "1."), (180, "2."), (300, "3."), (420, "4.")):
        ask(paper, y, [(LABEL, label)], "Draw a house.", "(5p)")
    for y, number in ((560, 1), (590, 2), (620, 3)):
        paper.text(LABEL, y, "area = length x width").text(500, y, f"({number})")
    assert set(marks(detect(paper.page().pdf())).values()) == {5}


def test_marks_below_the_heading_of_a_section_are_not_those_of_the_question_before() -> None:
    """D-03"""
    paper = Paper().text(LABEL, 40, "Section I")
    for y, label in ((80, "1."), (200, "2.")):
        ask(paper, y, [(LABEL, label)], "Draw a house.", "[2]")
    paper.text(LABEL, 330, "Section II").text(LABEL, 350, "30 marks")
    for y, label in ((390, "3."), (510, "4.")):
        ask(paper, y, [(LABEL, label)], "Draw a road.", "[15]")
    assert marks(detect(paper.page().pdf())) == {"1": 2, "2": 2, "3": 15, "4": 15}
