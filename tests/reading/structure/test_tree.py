"""D-01, D-03: numbering, sections and parts of papers that look unlike each other."""

import pytest

from markroom.reading.structure import Detection, detect

from .drawn import LABEL, PART, SUBPART, TEXT, Paper, ask


def paths(found: Detection) -> list[str]:
    return [question.path for question in found.questions]


@pytest.mark.parametrize(
    "word", ["Aufgabe", "Exercice", "Ejercicio", "Esercizio", "Oppgave", "Zadanie", "EXERCICE"]
)
def test_questions_may_be_called_so_in_any_language(word: str) -> None:
    paper = Paper()
    for y, number in ((80, 1), (300, 2)):
        paper.text(LABEL, y, f"{word} {number} (4 points)").text(LABEL, y + 20, "Voici une maison.")
        for step, letter in enumerate("ab"):
            paper.text(LABEL, y + 50 + 60 * step, f"{letter})").text(
                PART, y + 50 + 60 * step, "Dessiner le toit."
            )
    assert paths(detect(paper.page().pdf())) == ["1", "1(a)", "1(b)", "2", "2(a)", "2(b)"]


def test_a_number_may_be_a_word() -> None:
    paper = Paper()
    for y, number in ((80, "ONE"), (300, "TWO"), (520, "THREE")):
        paper.text(LABEL, y, f"QUESTION {number}").text(
            LABEL, y + 20, "Draw a house, and what stands around it."
        )
    assert paths(detect(paper.page().pdf())) == ["1", "2", "3"]


def test_numbers_below_worded_questions_are_their_parts() -> None:
    paper = Paper()
    for y, number in ((80, 1), (400, 2)):
        paper.text(LABEL, y, f"Exercice {number} (5 points)").text(LABEL, y + 20, "Voici une maison.")
        for step, label in enumerate(("1.", "2.", "3.")):
            paper.text(LABEL, y + 60 + 80 * step, label).text(PART, y + 60 + 80 * step, "Dessiner le toit.")
        for step, label in enumerate(("a.", "b.")):
            paper.text(PART, y + 160 + 20 * step, label).text(
                SUBPART, y + 160 + 20 * step, "Expliquer le dessin."
            )
    below = ["(1)", "(2)", "(2)(a)", "(2)(b)", "(3)"]
    assert paths(detect(paper.page().pdf())) == [
        "1",
        *(f"1{p}" for p in below),
        "2",
        *(f"2{p}" for p in below),
    ]


@pytest.mark.parametrize("before", ["( )", "_____", "[ ]"])
def test_room_for_the_answer_may_stand_before_the_number(before: str) -> None:
    paper = Paper()
    for y, label in ((80, "1."), (140, "2."), (200, "3.")):
        paper.text(30, y, before).text(75, y, label).text(TEXT, y, "A house has a roof and four walls.")
    assert paths(detect(paper.page().pdf())) == ["1", "2", "3"]


def test_a_second_section_with_more_questions_than_the_first_keeps_them_all() -> None:
    paper = Paper()
    y = 60
    for section, count in (("Part A", 2), ("Part B", 4), ("Part C", 1)):
        paper.text(250, y, section)
        for number in range(1, count + 1):
            paper.text(LABEL, y + 30, f"{number}.").text(PART, y + 30, "Draw a house.").text(
                500, y + 30, "[2]"
            )
            y += 70
        y += 50
    assert paths(detect(paper.page().pdf())) == ["1", "2", "B1", "B2", "B3", "B4", "C1"]


def test_numbered_lines_of_a_text_are_no_questions() -> None:
    """D-03"""
    paper = Paper()
    for line in range(1, 9):
        paper.text(LABEL, 60 + 15 * line, str(line)).text(
            PART, 60 + 15 * line, "The house stands by the sea."
        )
    for y, label in ((240, "1."), (360, "2."), (480, "3."), (600, "4.")):
        ask(paper, y, [(LABEL, label)], "Describe the house.", "[2]")
    found = detect(paper.page().pdf())
    assert paths(found) == ["1", "2", "3", "4"]
    assert found.boundaries[0].y > 0.25


def test_numbers_below_a_part_are_parts_where_each_has_its_marks() -> None:
    paper = Paper()
    ask(paper, 60, [(LABEL, "1"), (PART, "(a)"), (SUBPART, "(i)")], "Draw a house.", "[1]")
    paper.text(SUBPART, 180, "(ii)").text(TEXT, 180, "Calculate")
    ask(paper, 200, [(TEXT - 5, "1.")], "    the height of the house,", "[3]")
    ask(paper, 320, [(TEXT - 5, "2.")], "    the length of the roof.", "[2]")
    ask(paper, 440, [(PART, "(b)")], "Name two parts: 1. ...... 2. ......", "[2]")
    ask(paper, 540, [(LABEL, "2"), (PART, "(a)")], "Draw a road.", "[2]")
    ask(paper, 640, [(PART, "(b)")], "Draw a bridge.", "[2]")
    assert paths(detect(paper.page().pdf())) == [
        "1", "1(a)", "1(a)(i)", "1(a)(ii)", "1(a)(ii)(1)", "1(a)(ii)(2)", "1(b)", "2", "2(a)", "2(b)",
    ]  # fmt: skip


def test_questions_with_options_are_parts_though_their_heading_says_choose() -> None:
    paper = Paper().text(LABEL, 60, "Question 1 [3]").text(LABEL, 80, "Choose the correct answers.")
    y = 110
    for label in ("(i)", "(ii)", "(iii)"):
        paper.text(LABEL, y, label).text(PART, y, "A house has")
        for step, option in enumerate("abcd", start=1):
            paper.text(PART, y + 16 * step, f"({option})").text(SUBPART, y + 16 * step, f"{step} walls")
        y += 85
    ask(paper, y, [(LABEL, "Question 2 [2]")], "Draw a house.")
    assert paths(detect(paper.page().pdf())) == ["1", "1(i)", "1(ii)", "1(iii)", "2"]


def test_a_foot_line_behind_the_last_part_does_not_speak_against_it() -> None:
    paper = Paper()
    for number in (1, 2):
        paper.text(LABEL, 80, f"{number}.").text(PART, 80, f"Here is house number {number}.")
        for y, label in ((110, "(a)"), (140, "(b)"), (170, "(c)")):
            paper.text(PART, y, label).text(SUBPART, y, "Describe what stands around it.")
        paper.text(LABEL, 800, "GO ON TO THE NEXT PAGE.").page()
    parts = ["", "(a)", "(b)", "(c)"]
    assert paths(detect(paper.pdf())) == [f"{number}{part}" for number in (1, 2) for part in parts]


def test_options_that_go_on_over_the_page_are_no_parts() -> None:
    paper = Paper()
    for number, y in ((1, 560), (2, 660), (3, 760)):
        paper.text(LABEL, y, f"Question {number}").text(LABEL, y + 15, "The roof of a house is")
        for step, letter in enumerate("ABCD", start=2):
            if y + 15 * step == 805:
                paper.page()
            at = y + 15 * step if y + 15 * step < 805 else 60 + 15 * step
            paper.text(LABEL, at, f"{letter}.").text(LABEL + 20, at, "made of stone.")
    paper.text(LABEL, 300, "SECTION B").text(LABEL, 320, "Answer all questions in the spaces below.")
    ask(paper, 360, [(LABEL, "Question 4 (2 marks)")], "Draw a house.")
    assert paths(detect(paper.page().pdf())) == ["1", "2", "3", "4"]


def test_a_letter_set_off_from_its_text_names_a_part() -> None:
    paper = Paper().text(LABEL, 80, "1").text(PART, 80, "This is a house.")
    ask(paper, 120, [(PART, "a")], "How many windows has it?", "1 mark")
    ask(paper, 240, [(PART, "b")], "How many doors has it?", "1 mark")
    ask(paper, 360, [(LABEL, "2")], "Draw a house.", "2 marks")
    assert paths(detect(paper.page().pdf())) == ["1", "1(a)", "1(b)", "2"]


def test_columns_below_a_heading_across_the_page_are_read_one_after_the_other() -> None:
    paper = Paper()
    for y in (40, 56):
        paper.text(
            40, y, "Read each passage, and choose the best of the answers given below it. " * 2, size=8
        )
    for number in range(1, 9):
        column, row = divmod(number - 1, 4)
        x, y = 40 + 280 * column, 100 + 175 * row
        paper.text(x, y, str(number))
        for line in range(1, 7):
            paper.text(x, y + 16 * line, "House and garden and a fence and")
    assert paths(detect(paper.page().pdf())) == [str(number) for number in range(1, 9)]


def test_a_question_begins_where_it_is_asked_and_not_in_the_table_of_the_cover() -> None:
    paper = Paper()
    for y, number in ((100, 1), (120, 2)):
        paper.text(LABEL, y, f"Exercice {number}").text(200, y, "5 points")
    paper.page()
    for y, number in ((100, 1), (300, 2)):
        paper.text(LABEL, y, f"Exercice {number}").text(120, y, "(5 points)").text(LABEL, y + 20, "Dessiner.")
    assert {boundary.page for boundary in detect(paper.page().pdf()).boundaries} == {2}


def test_a_list_on_a_page_of_indented_text_is_no_numbering() -> None:
    """D-03"""
    paper = Paper()
    ask(paper, 80, [(LABEL, "1"), (PART, "(a)")], "Describe a house.", "(2)")
    paper.text(PART, 300, "(b)").text(SUBPART, 300, "Read the extract.").page()
    for y, label in ((80, "1."), (100, "2."), (120, "3.")):
        paper.text(110, y, label).text(130, y, "The valley had twelve farms.")
    paper.text(480, 300, "(8)").page()
    ask(paper, 80, [(LABEL, "2"), (PART, "(a)")], "Describe a road.", "(2)")
    ask(paper, 200, [(PART, "(b)")], "Describe a bridge.", "(2)")
    assert paths(detect(paper.page().pdf())) == ["1", "1(a)", "1(b)", "2", "2(a)", "2(b)"]


def test_a_number_at_the_top_of_a_single_page_is_a_question() -> None:
    paper = Paper()
    for y, label in ((50, "1"), (170, "2"), (290, "3")):
        ask(paper, y, [(LABEL, label), (PART, "(a)")], "Describe a house.", "[2]")
    assert paths(detect(paper.page().pdf()))[:2] == ["1", "1(a)"]


def test_columns_of_a_last_page_with_few_words_are_those_of_the_others() -> None:
    paper = Paper()
    for number in range(1, 11):
        column, row = divmod((number - 1) % 8 if number < 9 else (number - 9) * 4, 4)
        x, y = 40 + 280 * column, 100 + 175 * row
        paper.text(x, y, f"{number}.")
        for line in range(6 if number < 9 else 2):
            paper.text(x + 20, y + 16 * line, "House and garden and a fence and")
        if number == 8:
            paper.page()
    assert paths(detect(paper.page().pdf())) == [str(number) for number in range(1, 11)]


def test_a_section_may_leave_numbers_out() -> None:
    paper = Paper().text(LABEL, 50, "Section I")
    for y, label in ((80, "1"), (140, "2"), (200, "3")):
        paper.text(LABEL, y, label).text(PART, y, "Which of these is a house?")
    paper.page().text(LABEL, 50, "Section II").text(LABEL, 80, "Question 11 (4 marks)")
    ask(paper, 110, [(PART, "(a)")], "Describe a house.", "2")
    ask(paper, 230, [(PART, "(b)")], "Describe a road.", "2").text(LABEL, 400, "Question 12 (3 marks)")
    ask(paper, 430, [(PART, "(a)")], "Describe a bridge.", "1")
    ask(paper, 550, [(PART, "(b)")], "Describe a river.", "2")
    found = detect(paper.page().pdf())
    assert paths(found) == ["1", "2", "3", "11", "11(a)", "11(b)", "12", "12(a)", "12(b)"]
    assert "Between 3 and 11 7 labels are missing." in found.warnings


def test_a_few_numbered_items_in_two_columns_are_read_down_each_column() -> None:
    paper = Paper().text(LABEL, 50, "Solve each equation.")
    for number in range(1, 13):
        column, row = divmod(number - 1, 6)
        paper.text(50 + 260 * column, 100 + 90 * row, f"{number})  {number}x - 4 = {number + 2}")
    assert paths(detect(paper.page().pdf())) == [str(number) for number in range(1, 13)]


def test_headings_of_questions_may_be_centred() -> None:
    paper = Paper()
    for y, number in ((60, 1), (300, 2), (540, 3)):
        paper.text(260, y, f"QUESTION {number}")
        ask(paper, y + 30, [(LABEL, "(a)")], "Describe a house.", "[5 marks]")
        ask(paper, y + 130, [(LABEL, "(b)")], "Describe a road.", "[5 marks]")
    assert paths(detect(paper.page().pdf())) == [
        f"{number}{part}" for number in (1, 2, 3) for part in ("", "(a)", "(b)")
    ]


@pytest.mark.parametrize("word", ["", "Question "])
def test_questions_with_options_and_no_marks_are_a_section_before_one_with_marks(word: str) -> None:
    paper = Paper().text(LABEL, 60, "Section A: objective test")
    for number in range(1, 5):
        y = 50 + 50 * number
        paper.text(LABEL, y, f"{word}{number}. Which of these is a house?")
        paper.text(LABEL + 20, y + 20, "A. a shed B. a tower C. a hedge D. a road")
    paper.text(LABEL, 340, "Section B: theory")
    for number in range(1, 4):
        paper.text(LABEL, 320 + 60 * number, f"{word}{number}. (a) Define a house. (4 marks)")
        paper.text(LABEL + 14, 340 + 60 * number, "(b) Describe a tower. (8 marks)")
    paths = [question.path for question in detect(paper.page().pdf()).questions]
    assert paths[:4] == ["1", "2", "3", "4"]
    assert paths[4:] == ["B1", "B1(a)", "B1(b)", "B2", "B2(a)", "B2(b)", "B3", "B3(a)", "B3(b)"]


def test_a_heading_on_every_page_does_not_begin_the_questions_anew() -> None:
    paper = Paper()
    for letter, number, about in (
        ("a", 1, "sheds"),
        ("b", 1, "towers"),
        ("a", 2, "hedges"),
        ("b", 2, "roads"),
    ):
        paper.text(LABEL, 75, f"Section A: {about}")
        ask(paper, 100, [(LABEL, f"{number}"), (PART, f"({letter})")], "Draw a house.", "[3]").page()
    paths = [question.path for question in detect(paper.pdf()).questions]
    assert paths == ["1", "1(a)", "1(b)", "2", "2(a)", "2(b)"]
