"""Answer lines that all parts of a question share."""

from markroom.reading.structure import Detection, detect

from .drawn import LABEL, MARK, PART, TEXT, Paper, areas_of, ask


def continued(heading: str) -> Detection:
    """A question whose parts are printed one below the other, with lines for all of them behind."""
    paper = Paper().text(LABEL, 80, "1")
    for y, label, text in (
        (80, "(a)", "Name a house."),
        (112, "(b)", "Draw it."),
        (144, "(c)", "Explain it."),
    ):
        paper.text(PART, y, label).text(TEXT, y, text).text(MARK, y + 14, "(2)")
    for y in range(200, 700, 25):
        paper.rule(LABEL, y, 540)
    paper.page().text(LABEL, 60, heading)
    for y in range(100, 600, 25):
        paper.rule(LABEL, y, 540)
    paper.text(300, 620, "(Total for Question 1 is 6 marks)").page()
    return detect(ask(paper, 80, [(LABEL, "2")], "Explain what a house is.", "[2]").page().pdf())


def test_lines_behind_the_last_part_belong_to_all_parts_without_room() -> None:
    """D-01"""
    found = continued("Question 1 continued")
    areas = {path: [(a.page, a.bounds) for a in areas_of(found, path)] for path in ("1(a)", "1(b)", "1(c)")}
    assert [page for page, _ in areas["1(c)"]] == [1, 2]
    assert areas["1(a)"] == areas["1(b)"] == areas["1(c)"]


def test_a_part_with_lines_of_its_own_shares_none() -> None:
    paper = ask(Paper().text(LABEL, 80, "1"), 80, [(PART, "(a)")], "Name a house.", "[2]")
    paper.text(PART, 200, "(b)").text(TEXT, 200, "Describe it.").text(MARK, 214, "[6]")
    for y in range(240, 500, 25):
        paper.rule(TEXT, y, 540)
    paper.text(LABEL, 600, "2").text(TEXT, 600, "Explain what a house is.").rule(TEXT, 650, 540)
    found = detect(paper.text(MARK, 616, "[2]").page().pdf())
    assert len(areas_of(found, "1(a)")) == len(areas_of(found, "1(b)")) == 1
    assert areas_of(found, "1(a)")[0].bounds != areas_of(found, "1(b)")[0].bounds
