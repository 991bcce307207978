"""A mark at the right margin behind an answer closes it."""

from markroom.reading.structure import detect

from .drawn import HEIGHT, LABEL, MARK, TEXT, Paper, areas_of, two


def below(paper: Paper) -> float:
    """Where the first question's area ends, in points."""
    (area,) = areas_of(two(paper), "1")
    return (area.bounds.y + area.bounds.h) * HEIGHT


def test_white_space_behind_the_mark_is_not_answered_in() -> None:
    """D-01"""
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Complete the sentence about houses.")
    paper.text(TEXT, 120, "A house has a").rule(220, 122, 400).text(410, 120, "made of stone.")
    assert below(paper.text(TEXT, 160, "It is dry.").text(MARK, 160, "[1]")) < 185


def test_the_working_space_above_a_lone_mark_is_taken_not_what_is_below() -> None:
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Show that a house has a roof.")
    paper.text(MARK, 250, "[3]").text(LABEL, 600, "2").text(TEXT, 600, "Show that it has walls.")
    (area,) = areas_of(detect(paper.text(MARK, 750, "[3]").page().pdf()), "1")
    assert area.bounds.y < 100 / HEIGHT
    assert 230 / HEIGHT < area.bounds.y + area.bounds.h < 265 / HEIGHT


def test_lines_below_a_mark_are_answered_on() -> None:
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Describe a house.").text(MARK, 96, "[3]")
    for y in (130, 155, 180):
        paper.rule(TEXT, y, 540)
    assert 180 < below(paper) < 200


def test_the_end_of_a_text_with_gaps_is_kept_up_to_the_mark() -> None:
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Complete this program.")
    paper.text(TEXT, 120, "while").rule(170, 122, 300).text(TEXT, 150, "build").rule(170, 152, 300)
    assert below(paper.text(TEXT, 180, "end").text(MARK, 200, "[2]")) > 198
