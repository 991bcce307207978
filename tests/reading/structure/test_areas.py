import pytest

from markroom.reading.pdf import Word
from markroom.reading.structure import detect, structure
from markroom.reading.structure.page import Page

from .drawn import HEIGHT, LABEL, TEXT, WIDTH, Paper, areas_of, ask, two


@pytest.mark.parametrize("dotted", [False, True])
def test_lines_to_write_on_make_one_area_below_the_text(dotted: bool) -> None:
    """D-01"""
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Describe a house.").text(500, 96, "[4]")
    for y in (130, 155, 180, 205):
        paper.rule(TEXT, y, 540, dotted)
    found = two(paper)
    (area,) = areas_of(found, "1")
    assert area.kind == "answer"
    assert 80 / HEIGHT < area.bounds.y < 110 / HEIGHT
    assert 205 / HEIGHT < area.bounds.y + area.bounds.h < 225 / HEIGHT
    assert area.bounds.x + area.bounds.w == pytest.approx(540 / WIDTH, abs=0.01)
    assert found.questions[0].answer_type == "lines"


def test_working_space_above_a_short_answer_line_is_kept() -> None:
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Calculate the height of the house.")
    paper.text(380, 300, "height =").rule(430, 302, 500).text(505, 300, "m").text(525, 300, "[3]")
    found = two(paper)
    (area,) = areas_of(found, "1")
    assert area.bounds.y < 100 / HEIGHT
    assert area.bounds.y + area.bounds.h > 300 / HEIGHT
    assert found.questions[0].answer_type == "numeric"


def test_an_empty_box_and_a_table_with_empty_cells_are_answered_in() -> None:
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Complete this table.").text(500, 96, "[2]")
    for row in range(3):
        paper.box(TEXT, 120 + 30 * row, 150, 30).text(TEXT + 5, 140 + 30 * row, "window")
        paper.box(TEXT + 150, 120 + 30 * row, 150, 30)
    found = two(paper)
    (area,) = areas_of(found, "1")
    assert area.bounds.y <= 121 / HEIGHT
    assert area.bounds.y + area.bounds.h >= 209 / HEIGHT
    assert found.questions[0].answer_type == "table"


def test_without_lines_the_white_space_up_to_the_next_question_is_the_area() -> None:
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Show that a house has a roof.").text(500, 80, "[2]")
    (area,) = areas_of(two(paper), "1")
    assert area.bounds.y == pytest.approx(84 / HEIGHT, abs=0.01)
    assert area.bounds.y + area.bounds.h == pytest.approx(590 / HEIGHT, abs=0.015)


def test_without_any_space_the_question_itself_is_the_area_and_unsure() -> None:
    paper = Paper()
    for number in range(1, 5):
        paper.text(LABEL, 60 + 16 * number, f"{number}.").text(TEXT, 60 + 16 * number, "Name a house. [1]")
    found = detect(paper.page().pdf())
    (area,) = areas_of(found, "2")
    assert area.confidence < 0.5


def test_an_option_is_marked_in_its_printed_box() -> None:
    """D-01, K-05"""
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Which is a house?").text(500, 96, "(1)")
    for letter, y in zip("ABCD", (120, 145, 170, 195), strict=True):
        paper.box(TEXT, y - 10, 11, 11).text(TEXT + 25, y, letter).text(TEXT + 50, y, "one of stone")
    found = two(paper)
    (area,) = areas_of(found, "1")
    assert area.kind == "mcq"
    assert area.response_form is not None
    options = area.response_form["options"]
    assert [option["label"] for option in options] == ["A", "B", "C", "D"]
    assert options[0]["bounds"]["x"] == pytest.approx(TEXT / WIDTH, abs=0.005)
    assert options[3]["bounds"]["y"] == pytest.approx(185 / HEIGHT, abs=0.005)
    assert (found.questions[0].answer_type, found.questions[0].mcq_options) == ("mcq", ("A", "B", "C", "D"))


def test_options_in_one_row_are_marked_at_their_letters() -> None:
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "How high is a house?").text(500, 96, "[1]")
    for letter, x in zip("ABCD", (130, 230, 330, 430), strict=True):
        paper.text(x, 130, letter, "Helvetica-Bold").text(x + 20, 130, "11 m")
    (area,) = areas_of(two(paper), "1")
    assert area.kind == "mcq"
    assert area.bounds.x < 130 / WIDTH < 430 / WIDTH < area.bounds.x + area.bounds.w


def test_letters_in_a_figure_are_no_options() -> None:
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Find the angle at B.").text(500, 96, "[1]")
    paper.text(200, 180, "A").text(260, 140, "B").text(320, 190, "C").rule(TEXT, 260, 540)
    (area,) = areas_of(two(paper), "1")
    assert area.kind == "answer"


def test_name_and_numbers_on_the_cover_are_fields() -> None:
    """D-01"""
    paper = Paper().text(60, 100, "Candidate name").box(160, 82, 350, 28)
    paper.text(60, 160, "Centre number").text(300, 160, "Candidate number")
    for cell in range(5):
        paper.box(160 + 20 * cell, 142, 20, 26)
    for cell in range(4):
        paper.box(400 + 20 * cell, 142, 20, 26)
    paper.text(60, 200, "Surname").rule(160, 202, 500).page()
    fields = [area for area in two(ask(paper, 80, [(LABEL, "1")], "Draw a house.", "[2]")).response_areas
              if area.question_id is None]  # fmt: skip
    assert [(field.kind, field.response_form) for field in fields] == [
        ("name", {"field": "name"}),
        ("ignore", {"field": "centre_number", "cells": 5}),
        ("candidate_number", {"field": "candidate_number", "cells": 4}),
        ("name", {"field": "name"}),
    ]


def test_blank_pages_and_the_small_print_are_not_answered_in() -> None:
    paper = ask(Paper(), 80, [(LABEL, "1")], "Describe a house.", "[2]").page()
    paper.text(250, 400, "BLANK PAGE").page()
    paper.text(60, 60, "Additional page, if required.")
    for y in range(100, 700, 25):
        paper.rule(60, y, 540)
    found = detect(paper.page().pdf())
    assert {area.page for area in found.response_areas} == {1}


def test_the_area_of_options_holds_their_text_but_not_the_mark() -> None:
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Which is a house?").text(500, 128, "(1)")
    for letter, y in zip("ABCD", (120, 145, 170, 195), strict=True):
        paper.box(TEXT, y - 10, 11, 11).text(TEXT + 25, y, letter).text(TEXT + 50, y, "one of stone")
    (area,) = areas_of(two(paper), "1")
    assert area.bounds.x + area.bounds.w == pytest.approx((TEXT + 113) / WIDTH, abs=0.015)


def test_what_is_to_be_circled_is_the_area() -> None:
    paper = (
        Paper().text(LABEL, 80, "1").text(TEXT, 80, "Circle the height of the house.").text(500, 96, "[1]")
    )
    for x, text in ((150, "3 m"), (250, "6 m"), (350, "9 m"), (450, "12 m")):
        paper.text(x, 150, text)
    (area,) = areas_of(two(paper), "1")
    assert area.bounds.y < 142 / HEIGHT < 150 / HEIGHT < area.bounds.y + area.bounds.h < 180 / HEIGHT
    assert area.bounds.x < 150 / WIDTH < 470 / WIDTH < area.bounds.x + area.bounds.w


def test_a_line_below_the_answer_that_says_turn_over_is_not_answered_around() -> None:
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Describe a house.").text(500, 96, "[4]")
    for y in (130, 155, 180, 205):
        paper.rule(TEXT, y, 540)
    found = two(paper.text(200, 700, "Turn over for the next question").page())
    (area,) = areas_of(found, "1")
    assert area.bounds.y + area.bounds.h < 225 / HEIGHT


def test_a_name_is_written_below_its_label_between_two_rules() -> None:
    paper = Paper().rule(60, 80, 500).rule(60, 115, 500)
    paper.text(65, 92, "Surname", size=8).text(300, 92, "Other names", size=8).page()
    found = two(ask(paper, 80, [(LABEL, "1")], "Draw a house.", "[2]"))
    fields = [area for area in found.response_areas if area.question_id is None]
    assert [field.kind for field in fields] == ["name", "name"]
    first, second = (field.bounds for field in fields)
    assert first.x + first.w < second.x < 301 / WIDTH
    assert 92 / HEIGHT < first.y + first.h <= 116 / HEIGHT


def test_cells_without_readable_labels_are_guessed_and_unsure() -> None:
    """D-03"""
    paper = Paper().box(130, 100, 400, 30)
    for cell in range(5):
        paper.box(130 + 22 * cell, 140, 22, 28)
    for cell in range(4):
        paper.box(440 + 22 * cell, 140, 22, 28)
    found = two(ask(paper.page(), 80, [(LABEL, "1")], "Draw a house.", "[2]"))
    fields = {field.kind: field for field in found.response_areas if field.question_id is None}
    assert set(fields) == {"ignore", "candidate_number", "name"}
    assert fields["candidate_number"].response_form == {"field": "candidate_number", "cells": 4}
    assert all(field.confidence <= 0.5 for field in fields.values())


def test_a_question_beside_the_page_number_has_an_area_too() -> None:
    """T-04: every item has one."""
    foot = (Word("2", 0.0, 0.919, 0.03, 0.931), Word("1", 0.5, 0.919, 0.53, 0.931))
    found = structure([Page(1, 210.0, 297.0, foot, ink=0.05)])
    assert [area.question_id for area in found.response_areas] == [found.questions[0].id]


def test_a_unit_beside_the_answer_line_is_not_the_text_above_it() -> None:
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Calculate the angle of the roof.")
    paper.text(345, 292, "angle =").rule(400, 302, 530).text(535, 294, "deg")
    (area,) = areas_of(two(paper), "1")
    assert area.bounds.y < 100 / HEIGHT


def test_a_frame_that_says_what_to_put_in_it_is_the_area() -> None:
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Describe a house.").box(TEXT, 100, 400, 60)
    paper.text(
        TEXT + 10,
        120,
        "(Insert your picture of the house here, it can be a photograph or a drawing.)",
        size=9,
    )
    (area,) = areas_of(two(paper), "1")
    assert area.bounds.y < 101 / HEIGHT < 159 / HEIGHT < area.bounds.y + area.bounds.h < 180 / HEIGHT


def test_a_box_of_words_to_choose_from_is_not_written_in() -> None:
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Use a word from the box to complete the sentence.")
    paper.box(TEXT, 110, 400, 40).text(200, 134, "stone").text(300, 134, "wood")
    paper.text(TEXT, 200, "A house is made of").rule(250, 202, 400)
    (area,) = areas_of(two(paper), "1")
    assert area.bounds.y > 130 / HEIGHT
