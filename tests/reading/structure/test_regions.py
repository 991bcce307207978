"""How far a question reaches: which pages, and which part of them."""

from markroom.reading.structure import detect

from .drawn import HEIGHT, LABEL, MARK, TEXT, Paper, areas_of, ask, two


def lined(paper: Paper, begin: float = 80, end: float = 700) -> Paper:
    for y in range(int(begin), int(end), 25):
        paper.rule(TEXT, y, 540)
    return paper


def first_of_two(paper: Paper) -> list[int]:
    """The pages on which the first question is answered, when a second one follows on the next."""
    found = detect(ask(paper, 300, [(LABEL, "2")], "Explain what a house is.", "[2]").page().pdf())
    return [area.page for area in areas_of(found, "1")]


def test_an_answer_page_that_says_turn_over_is_kept() -> None:
    """D-01"""
    paper = ask(Paper(), 80, [(LABEL, "1")], "Describe a house.", "[9]").page()
    paper = lined(paper).text(200, 760, "Turn over for a spare grid").page()
    assert first_of_two(paper) == [1, 2]


def test_a_sentence_that_begins_with_total_ends_no_question() -> None:
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Explain why the useful energy is less than the")
    paper = lined(
        paper.text(TEXT, 96, "total energy supplied to the house.").text(MARK, 112, "[4]"), 150, 300
    )
    (area,) = areas_of(two(paper), "1")
    assert area.bounds.y + area.bounds.h > 275 / HEIGHT


def test_the_total_of_a_question_ends_it() -> None:
    paper = ask(Paper(), 80, [(LABEL, "1")], "Describe a house.", "[9]")
    paper = lined(paper.text(300, 200, "(Total for Question 1 is 9 marks)").page())
    assert first_of_two(paper.page()) == [1]


def test_lines_above_the_end_of_the_paper_are_answered_on() -> None:
    paper = ask(Paper(), 80, [(LABEL, "1")], "Draw a house.", "[2]")
    paper = ask(paper, 300, [(LABEL, "2")], "Describe a house.", "[9]").page()
    paper = lined(paper, 80, 180).text(220, 187, "END OF QUESTION PAPER").page()
    areas = areas_of(detect(lined(paper).page().pdf()), "2")
    assert [area.page for area in areas] == [1, 2]
    assert 155 / HEIGHT < areas[1].bounds.y + areas[1].bounds.h < 187 / HEIGHT


def test_no_page_behind_additional_answer_space_is_answered_on() -> None:
    paper = ask(Paper(), 80, [(LABEL, "1")], "Draw a house.", "[2]")
    paper = ask(paper, 300, [(LABEL, "2")], "Describe a house.", "[9]").page()
    paper = lined(paper.text(180, 60, "ADDITIONAL ANSWER SPACE")).page()
    found = detect(lined(paper).page().pdf())
    assert {area.page for area in found.response_areas} == {1}


def test_the_head_of_a_page_is_no_place_to_answer() -> None:
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Draw a house.").text(MARK, 80, "[2]").page()
    assert first_of_two(paper.text(300, 64, "2").text(TEXT, 250, "Here is a house.")) == [1]


def test_a_page_number_ends_the_white_space_above_it() -> None:
    paper = Paper().text(LABEL, 60, "1").text(TEXT, 60, "Draw a house.").text(MARK, 60, "[2]")
    found = detect(paper.text(300, 750, "1").page().pdf())
    (area,) = areas_of(found, "1")
    assert 600 / HEIGHT < area.bounds.y + area.bounds.h < 750 / HEIGHT


def test_a_rule_at_the_edge_as_high_as_the_page_leaves_the_white_space_free() -> None:
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Show that a house has a roof.").text(MARK, 80, "[2]")
    (area,) = areas_of(two(paper.box(527, 40, 0.4, 760)), "1")
    assert area.bounds.h > 480 / HEIGHT
    assert area.confidence > 0.5
