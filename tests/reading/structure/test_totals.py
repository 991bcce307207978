"""D-01: the total of a paper, and marks said to be those of each question."""

import pytest
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont

from markroom.reading.structure import detect

from .drawn import LABEL, Paper, ask


@pytest.mark.parametrize(
    "text",
    [
        "Total: 30 marks", "Maximum Marks: 30", "Full marks: 30", "Total marks — 30",
        "Total: _____ / 30 points",
        "Name: ____________ Score _____ / 30", "This exam is out of 30 points.", "30 points total",
        "Gesamtpunktzahl: 30 Punkte", "Punkte: ____ von 30", "Insgesamt sind 30 BE zu erreichen.",
        "Provet ger maximalt 30 poäng.", "La puntuación máxima es de 30 puntos.", "Barème sur 30 points.",
        "Punteggio totale: ____ / 30", "Er zijn maximaal 30 punten te behalen.",
        "The maximum mark for this examination paper is [30 marks].",
    ],
)  # fmt: skip
def test_the_total_is_read_in_the_words_of_many_schools(text: str) -> None:
    paper = Paper().text(50, 60, "Certificate in Drawing").text(50, 100, text)
    ask(paper, 160, [(LABEL, "1.")], "Draw a house.", "[12]")
    ask(paper, 300, [(LABEL, "2.")], "Draw a road.", "[18]")
    assert detect(paper.page().pdf()).total_marks == 30


@pytest.mark.parametrize(
    "text", ["SECTION 1 (Maximum Marks: 12)", "Total score: 180.60", "Part B: 12 points total"]
)
def test_what_is_said_of_something_else_is_no_total(text: str) -> None:
    """D-03"""
    paper = ask(Paper().text(50, 60, text), 160, [(LABEL, "1.")], "Draw a house.", "[12]")
    assert detect(paper.page().pdf()).total_marks is None


def test_marks_said_under_a_heading_hold_up_to_the_next() -> None:
    paper = Paper()
    for y, heading in ((60, "I. Draw. (1 point each)"), (300, "II. Explain. (5 points each)")):
        paper.text(LABEL, y, heading)
        for step, label in enumerate(("1.", "2.", "3.")):
            paper.text(LABEL, y + 40 + 60 * step, label).text(
                LABEL + 30, y + 40 + 60 * step, "What is a house?"
            )
    found = detect(paper.page().pdf())
    assert [question.max_marks for question in found.questions] == [1, 1, 1, 5, 5, 5]
    assert [question.path for question in found.questions] == ["1", "2", "3", "II1", "II2", "II3"]


def test_marks_said_of_each_question_hold_until_they_are_said_anew() -> None:
    paper = Paper()
    for y, first, said in (
        (60, 1, "Answer two. All questions carry 20 marks."),
        (300, 3, "Write (5 points each)."),
    ):
        paper.text(LABEL, y, said)
        for step in range(2):
            paper.text(LABEL, y + 40 + 60 * step, f"{first + step}.")
            paper.text(LABEL + 30, y + 40 + 60 * step, "What is a house?")
    assert [question.max_marks for question in detect(paper.page().pdf()).questions] == [20, 20, 5, 5]


@pytest.mark.parametrize(
    "text", ["Question s\u0131x", "Answer s\u0131x questions.", "Each question carries s\u0131x marks."]
)
def test_a_count_in_letters_of_another_alphabet_is_none(text: str) -> None:
    """Once it ended the reading of the whole paper."""
    registerFont(TTFont("Vera", "Vera.ttf"))  # ReportLab's own: the standard fonts have no such letter
    paper = Paper().text(LABEL, 60, text, "Vera")
    ask(paper, 160, [(LABEL, "1.")], "Draw a house.", "[12]")
    ask(paper, 300, [(LABEL, "2.")], "Draw a road.", "[18]")
    assert [question.max_marks for question in detect(paper.page().pdf()).questions] == [12, 18]
