"""D-01, K-05: options, and where they are marked."""

import pytest

from markroom.reading.structure import Detection, ResponseArea, detect

from .drawn import HEIGHT, LABEL, TEXT, WIDTH, Paper, ask


def read(paper: Paper) -> tuple[tuple[str, ...] | None, ResponseArea]:
    """The options of the first question, and its area."""
    found: Detection = detect(ask(paper, 640, [(LABEL, "2")], "Name a house.", "[2]").page().pdf())
    question = found.questions[0]
    return question.mcq_options, next(a for a in found.response_areas if a.question_id == question.id)


def asked(text: str) -> Paper:
    return Paper().text(LABEL, 80, "1").text(TEXT, 80, text).text(500, 300, "[1]")


NAMES = ("roof", "front door", "wall")


def squares(paper: Paper, side: float) -> Paper:
    for row, name in enumerate(NAMES):
        paper.text(TEXT, 130 + 50 * row, name).box(250, 126 + 50 * row - side / 2, side, side)
    return paper


@pytest.mark.parametrize("side", [12, 24, 38])
def test_one_of_like_boxes_beside_words_is_an_option(side: float) -> None:
    options, area = read(squares(asked("Tick one box to show what is highest."), side))
    assert options == NAMES
    assert area.kind == "mcq"
    assert area.response_form is not None
    bounds = [option["bounds"] for option in area.response_form["options"]]
    assert [bound["x"] for bound in bounds] == pytest.approx([250 / WIDTH] * 3, abs=0.006)
    assert bounds[1]["y"] == pytest.approx((176 - side / 2) / HEIGHT, abs=0.006)


@pytest.mark.parametrize("left", [True, False])
def test_boxes_in_a_row_are_named_by_the_words_beside_them(left: bool) -> None:
    paper = asked("Tick one box to show what is highest.")
    for x, name in zip((150, 260, 370), NAMES, strict=True):
        paper.text(x, 150, name).box(x + 60 if left else x - 22, 138, 16, 16)
    assert read(paper)[0] == NAMES


@pytest.mark.parametrize("pictured", [True, False])
def test_an_empty_column_of_a_table_is_ticked(pictured: bool) -> None:
    paper = (
        asked("Tick one box to show what is highest.").box(TEXT, 120, 150, 30).box(TEXT + 150, 120, 90, 30)
    )
    paper.text(TEXT + 10, 138, "Part").text(TEXT + 160, 138, "Tick here")
    for row, name in enumerate(NAMES):
        paper.box(TEXT, 150 + 30 * row, 150, 30).box(TEXT + 150, 150 + 30 * row, 90, 30)
        paper.text(TEXT + 10, 168 + 30 * row, "" if pictured else name)
    assert read(paper)[0] == (("A", "B", "C") if pictured else NAMES)


@pytest.mark.parametrize(
    "text",
    ["Tick one box in each row.", "Tick one box and explain why.", "Tick the boxes.", "Look at these boxes."],
)
def test_boxes_of_which_not_just_one_is_ticked_are_no_options(text: str) -> None:
    assert read(squares(asked(text), 24))[0] is None


def test_letters_alone_in_white_are_places_to_answer() -> None:
    paper = asked("Name four parts of a house.")
    for row, letter in enumerate("ABCD"):
        paper.text(TEXT, 330 + 70 * row, f"{letter}.")
    assert read(paper)[0] is None
