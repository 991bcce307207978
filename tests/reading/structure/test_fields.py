"""D-01, D-03: where a pupil writes name and numbers, and nothing of an answer taken for it."""

import pytest

from markroom.reading.structure import ResponseArea, detect

from .drawn import HEIGHT, LABEL, WIDTH, Paper, ask


def fields_of(paper: Paper, top: float = 560) -> list[ResponseArea]:
    """Those of a cover followed, on the same page, by two questions."""
    ask(paper, top, [(LABEL, "1")], "Draw a house.", "[2]")
    ask(paper, top + 120, [(LABEL, "2")], "Name a house.", "[2]")
    return [area for area in detect(paper.page().pdf()).response_areas if area.question_id is None]


def purposes(fields: list[ResponseArea]) -> list[tuple[object, object]]:
    return [((f.response_form or {}).get("field"), (f.response_form or {}).get("cells")) for f in fields]


def cells(paper: Paper, x: float, y: float, count: int) -> Paper:
    for cell in range(count):
        paper.box(x + 24 * cell, y, 24, 26)
    return paper


def test_a_label_broken_over_two_lines_is_one() -> None:
    paper = Paper().text(60, 100, "Centre").text(60, 114, "number")
    paper.text(300, 100, "Candidate").text(300, 114, "number")
    fields = fields_of(cells(cells(paper, 120, 88, 5), 370, 88, 4))
    assert purposes(fields) == [("centre_number", 5), ("candidate_number", 4)]


def test_one_strip_of_three_labelled_boxes_is_three_fields() -> None:
    paper = Paper()
    for x, width, label in ((60, 130, "Centre Number"), (190, 110, "Candidate Number"), (300, 240, "Name")):
        paper.box(x, 40, width, 34).text(x + 10, 51, label, size=9)
    fields = fields_of(paper)
    assert purposes(fields) == [("centre_number", None), ("candidate_number", None), ("name", None)]
    assert [f.bounds.x for f in fields] == pytest.approx([60 / WIDTH, 190 / WIDTH, 300 / WIDTH], abs=0.006)


def test_one_box_of_two_labels_is_shared_between_them() -> None:
    paper = Paper().box(60, 40, 400, 36)
    paper.text(66, 52, "Centre Number", size=9).text(220, 52, "Candidate Number", size=9)
    first, second = (field.bounds for field in fields_of(paper))
    assert first.x + first.w < second.x < 221 / WIDTH
    assert second.x + second.w == pytest.approx(460 / WIDTH, abs=0.01)


def test_a_name_is_written_behind_its_label_in_a_low_box() -> None:
    paper = Paper().box(60, 60, 380, 28).text(66, 77, "Surname").box(452, 60, 90, 28).text(470, 77, "Mark")
    (field,) = fields_of(paper)
    assert 105 / WIDTH < field.bounds.x < 125 / WIDTH
    assert field.bounds.x + field.bounds.w == pytest.approx(440 / WIDTH, abs=0.01)


def test_a_number_is_written_below_its_label_in_the_cell_under_it() -> None:
    paper = Paper().box(400, 60, 90, 30).box(400, 90, 90, 30)
    paper.text(415, 73, "Candidate").text(420, 85, "Number")
    (field,) = fields_of(paper)
    assert (field.kind, field.bounds.y) == ("candidate_number", pytest.approx(90 / HEIGHT, abs=0.006))


def test_wide_boxes_side_by_side_are_no_cells() -> None:
    paper = Paper().text(60, 60, "Centre Number").text(240, 60, "Candidate Number")
    fields = fields_of(paper.box(60, 70, 150, 26).box(210, 70, 150, 26))
    assert purposes(fields) == [("centre_number", None), ("candidate_number", None)]


def test_a_box_with_text_is_not_written_in() -> None:
    paper = Paper().text(60, 62, "Surname").box(200, 44, 200, 22).text(210, 60, "Read this first.")
    (field,) = fields_of(paper.rule(60, 40, 500).rule(60, 96, 500))
    assert field.bounds.y > 60 / HEIGHT


def test_a_code_is_written_behind_the_colon_that_asks_for_it() -> None:
    paper = Paper().text(120, 40, "Write your anonymous code (not your name):")
    (field,) = fields_of(paper)
    assert field.kind == "candidate_number"
    assert field.bounds.x > 320 / WIDTH


def test_nothing_in_a_question_is_a_field() -> None:
    """A candidate number read out of an answer would be another pupil's."""
    paper = cells(
        cells(ask(Paper(), 80, [(LABEL, "1")], "Fill the table of a class.", "[2]"), 130, 200, 9), 130, 250, 9
    )
    paper.text(130, 320, "Candidate number").rule(240, 322, 400)
    ask(paper, 400, [(LABEL, "2")], "Name a house.", "[2]")
    assert [area for area in detect(paper.page().pdf()).response_areas if area.question_id is None] == []
