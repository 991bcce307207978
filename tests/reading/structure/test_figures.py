"""Drawings that are answered in, and those that are only given."""

from markroom.reading.structure import ResponseArea, detect

from .drawn import HEIGHT, LABEL, MARK, PART, TEXT, Paper, areas_of, ask, two


def house(paper: Paper, y: float, caption: str = "") -> Paper:
    """A drawing of 100 points below y."""
    for x in (200, 230, 260, 290):
        paper.box(x, y, 24, 100).box(x + 4, y + 20, 16, 30)
    return paper.text(230, y + 120, caption) if caption else paper


def grid(paper: Paper, x: float, y: float) -> Paper:
    for row in range(8):
        for column in range(8):
            paper.box(x + 28 * column, y + 28 * row, 28, 28)
    return paper


def spans(area: ResponseArea, top: float, bottom: float) -> bool:
    return area.bounds.y * HEIGHT <= top and (area.bounds.y + area.bounds.h) * HEIGHT >= bottom


def test_a_figure_that_is_named_is_answered_in() -> None:
    """D-01"""
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Here is a figure of four houses in a row.")
    paper = house(paper, 100, "Fig. 1.1").text(PART, 280, "(a)").text(TEXT, 280, "Name the houses.")
    paper.rule(TEXT, 310, 540).rule(TEXT, 335, 540).text(MARK, 350, "[2]")
    paper.text(PART, 400, "(b)").text(TEXT, 400, "On Fig. 1.1, draw the roofs of all the houses.")
    found = two(paper.text(MARK, 416, "[2]"))
    (drawn,) = areas_of(found, "1(b)")
    assert spans(drawn, 100, 200)
    assert drawn.bounds.y + drawn.bounds.h < 260 / HEIGHT
    assert drawn.confidence > 0.5
    assert not spans(areas_of(found, "1(a)")[0], 100, 200)


def test_a_figure_that_is_only_given_is_not_answered_in() -> None:
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Here is a figure of four houses in a row.")
    paper = house(paper, 100, "Figure 1").text(TEXT, 280, "Explain how the houses in Figure 1 were made.")
    for y in (320, 345, 370):
        paper.rule(TEXT, y, 540)
    (area,) = areas_of(two(paper.text(MARK, 390, "[3]")), "1")
    assert area.bounds.y > 260 / HEIGHT


def test_the_grid_on_the_next_page_is_plotted_on() -> None:
    paper = Paper().text(LABEL, 80, "1").text(PART, 80, "(a)").text(TEXT, 80, "Plot a graph of the heights.")
    paper.text(MARK, 96, "[3]").text(PART, 200, "(b)").text(TEXT, 200, "Determine the gradient of the line.")
    paper.text(300, 400, "gradient =").rule(370, 402, 540).text(MARK, 420, "[2]").page()
    paper = grid(paper, 100, 100).page()
    found = detect(ask(paper, 80, [(LABEL, "2")], "Explain what a house is.", "[2]").page().pdf())
    assert [(area.page, spans(area, 110, 300)) for area in areas_of(found, "1(a)")] == [(2, True)]
    assert [area.page for area in areas_of(found, "1(b)")] == [1]


def test_the_drawing_above_is_answered_in() -> None:
    paper = house(Paper().text(LABEL, 80, "1"), 100)
    paper.text(TEXT, 240, "The shape above is made of four houses, and all of them are equal.")
    paper.text(PART, 280, "(a)").text(TEXT, 280, "Shade, on the shape above, the house you like best.")
    paper.text(MARK, 296, "[1]").text(PART, 400, "(b)").text(TEXT, 400, "Describe a house.")
    (area,) = areas_of(two(paper.rule(TEXT, 430, 540).rule(TEXT, 455, 540).text(MARK, 470, "[2]")), "1(a)")
    assert spans(area, 110, 190)


def test_boxes_to_be_linked_by_lines_are_the_area() -> None:
    paper = Paper().text(LABEL, 80, "1").text(TEXT, 80, "Draw one line from each house to its garden.")
    for row in range(3):
        paper.box(150, 120 + 50 * row, 90, 30).text(160, 140 + 50 * row, "house")
        paper.box(400, 120 + 50 * row, 90, 30).text(410, 140 + 50 * row, "garden")
    (area,) = areas_of(two(paper.text(MARK, 96, "[3]")), "1")
    assert spans(area, 121, 249)
    assert area.bounds.x < 0.26 < 0.82 < area.bounds.x + area.bounds.w
