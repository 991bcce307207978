"""D-01: the type of answer a question asks for, by its words, the room left for it and its marks."""

import pytest

from markroom.reading.structure import Detection, detect

from .drawn import LABEL, PART, TEXT, Paper, ask


def type_of(paper: Paper, path: str = "1") -> str | None:
    found: Detection = detect(ask(paper, 640, [(LABEL, "2")], "Name a house.", "[2]").page().pdf())
    return next(question.answer_type for question in found.questions if question.path == path)


def asked(*text: str, mark: str = "[2]") -> Paper:
    paper = Paper().text(LABEL, 80, "1").text(500, 80 + 16 * len(text), mark)
    for row, line in enumerate(text):
        paper.text(TEXT, 80 + 16 * row, line)
    return paper


def on_lines(paper: Paper, count: int, begin: float = TEXT) -> Paper:
    for row in range(count):
        paper.rule(begin, 150 + 25 * row, 540)
    return paper


def with_table(paper: Paper, *rows: tuple[str, str], top: float = 120) -> Paper:
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            paper.box(TEXT + 120 * column, top + 30 * row, 120, 30)
            paper.text(TEXT + 120 * column + 5, top + 30 * row + 20, text)
    return paper


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Draw a house.", "drawing"),
        ("On Fig. 1.1, draw an arrow to show the wind.", "drawing"),
        ("Complete Fig. 1.1 by drawing the missing door.", "drawing"),
        ("Label the roof of the house.", "drawing"),
        ("On Fig. 1.1 sketch the variation of height with time.", "graph"),
        ("Complete Fig. 1.1 to show the variation of height with time.", "graph"),
        ("Draw a weighted graph with six nodes.", "drawing"),
        ("Calculate the height of the house.", "numeric"),
        ("Use Fig. 1.2 to determine the height of the house.", "numeric"),
        ("How many houses are there in the street?", "numeric"),
        ("Name the programming construct that is used.", "short"),
        ("Name what people use to convert code into machine code.", "short"),
        ("Say which person should not have to draw a house.", "short"),
        ("Decide whether they solve many challenges of houses. Discuss.", "lines"),
        ("Determine whether the house has a roof.", "short"),
        ("Describe how a builder can find the middle of a wall.", "lines"),
        ("Show that the house has a roof.", "lines"),
    ],
)
def test_verbs_count_where_they_command(text: str, wanted: str) -> None:
    assert type_of(asked(text)) == wanted


def test_writing_without_lines_goes_by_the_marks() -> None:
    assert type_of(asked("Write a program that builds houses.", mark="[12]")) == "long"
    assert type_of(asked("Write a program that builds houses.", mark="[4]")) == "lines"
    assert type_of(asked("Define a house.", mark="[1]")) == "short"


def test_lines_are_counted_and_short_ones_are_for_a_word() -> None:
    assert type_of(on_lines(asked("Name two houses."), 2, begin=420)) == "short"
    assert type_of(on_lines(asked("Name two houses."), 2)) == "lines"
    assert type_of(on_lines(asked("Name two houses."), 14)) == "long"
    assert type_of(on_lines(asked("Find the value of p, of q and of r."), 3, begin=440)) == "numeric"


def test_gaps_in_a_text_take_words() -> None:
    paper = asked("Complete this program.")
    for row, name in enumerate(("height", "width", "depth")):
        paper.text(TEXT, 150 + 25 * row, f"{name} = .............")
    assert type_of(paper) == "short"


def test_a_table_is_filled_unless_lines_stand_below_it() -> None:
    rows = (("roof", ""), ("door", ""))
    assert type_of(with_table(asked("Give a colour for each part."), *rows)) == "table"
    assert type_of(on_lines(with_table(asked("Describe the house below."), *rows, top=300), 6)) == "lines"
    filled = with_table(asked("Complete the table."), *rows).text(
        TEXT, 220, "Explain the colour of the door."
    )
    assert type_of(filled) == "table"


def test_a_grid_in_the_question_is_no_graph_to_draw() -> None:
    def gridded(text: str) -> Paper:
        paper = asked(text)
        for row in range(8):
            for column in range(8):
                paper.box(TEXT + 12 * column, 110 + 12 * row, 12, 12)
        return paper.rule(440, 300, 540)

    assert type_of(gridded("Use the graph to calculate the height of the house.")) == "numeric"
    assert type_of(gridded("Plot the height of the house.")) == "graph"
    assert type_of(gridded("Reflect the house in its wall.")) == "drawing"


@pytest.mark.parametrize(("stem", "wanted"), [("Draw a plan to show", "drawing"), ("Calculate", "numeric")])
def test_parts_take_the_verb_of_the_sentence_they_end(stem: str, wanted: str) -> None:
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, stem)
    for row, label in enumerate(("(a)", "(b)")):
        y = 130 + 150 * row
        paper.text(PART, y, label).text(TEXT, y, "the height of the house,").text(500, y + 40, "[2]")
    assert type_of(paper, "1(b)") == wanted
