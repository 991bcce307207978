"""D-04: mark schemes in the layouts that boards and schools print."""

from collections.abc import Sequence
from itertools import pairwise

import pytest

from markroom.reading.scheme import Entry, match, read_scheme
from tests.reading.structure.drawn import Paper

Row = tuple[float, Sequence[str]]  # height and what its cells say; lines parted by |


def table(edges: Sequence[float], rows: Sequence[Row], paper: Paper | None = None) -> Paper:
    """Cells with drawn borders, 14 points a line of text."""
    paper = paper or Paper()
    top = 60.0
    for height, cells in rows:
        for (left, right), text in zip(pairwise(edges), cells, strict=True):
            paper.box(left, top, right - left, height)
            for step, line in enumerate(text.split("|")):
                paper.text(left + 4, top + 12 + 14 * step, line, size=9)
        top += height
    return paper


def read(paper: Paper) -> dict[str, Entry]:
    return {entry.path: entry for entry in read_scheme(paper.page().pdf()).entries}


def test_a_code_in_the_marks_column_is_a_point_with_its_row_s_text() -> None:
    entries = read(
        table(
            [50, 110, 450, 530],
            [
                (24, ["Question", "Answer", "Marks"]),
                (20, ["1(a)", "a house has a roof", "B1"]),
                (20, ["1(b)(i)", "height = 3 + 4", "M1"]),
                (20, ["", "7 m", "A1"]),
                (20, ["(ii)", "walls carry the roof", "B2"]),
            ],
        )
    )
    assert list(entries) == ["1(a)", "1(b)(i)", "1(b)(ii)"]
    shown = [(point.code, point.text, point.marks) for point in entries["1(b)(i)"].points]
    assert shown == [("M1", "height = 3 + 4", 1), ("A1", "7 m", 1)]
    assert entries["1(b)(ii)"].worth == 2


def test_codes_beside_notes_share_the_lines_of_one_cell() -> None:
    edges = [40, 80, 280, 340, 380, 560]
    header = (24, ["Question", "Working", "Answer", "Mark", "Notes"])
    row = (70, ["2", "170 / 2 = 85||85 x 6 = 510", "510", "3", "M1||M1 for their 85|A1"])
    again = (70, ["2", "6 / 2 = 3||170 x 3 = 510", "510", "3", "M1||M1|A1"])
    entry = read(table(edges, [header, row, again]))["2"]
    assert [(point.code, point.text) for point in entry.points] == [
        ("M1", "170 / 2 = 85"), ("M1", "85 x 6 = 510"), ("A1", "510"),
    ]  # fmt: skip
    assert (entry.marks, entry.worth) == (3, 3)
    assert entry.points[0].alternatives == ("6 / 2 = 3",)


def test_marks_behind_the_text_and_what_to_allow_or_reject() -> None:
    edges = [40, 100, 320, 480, 550]
    entry = read(
        table(
            edges,
            [
                (24, ["Question", "Answer", "Additional guidance", "Mark"]),
                (60, ["3(a)", "stones are hard (1)|and keep their shape (1)",
                      "allow solid|reject soft|ignore heavy", "(2)|AO1-1"]),
            ],
        )
    )["3(a)"]  # fmt: skip
    assert [(point.text, point.marks) for point in entry.points] == [
        ("stones are hard", 1), ("and keep their shape", 1),
    ]  # fmt: skip
    assert entry.points[0].accept == ("solid",)
    assert entry.points[0].reject == ("soft",)
    assert entry.confidence > 0.9


def test_bullets_are_points_where_there_are_as_many_as_marks() -> None:
    rows = [
        (24, ["Question", "Answer", "Mark", "Guidance"]),
        (60, ["4", "- a roof|- a door|- a wall", "3", ""]),
        (60, ["5", "any sensible answer", "2", ""]),
    ]
    entries = read(table([40, 100, 320, 380, 550], rows))
    assert [point.marks for point in entries["4"].points] == [1, 1, 1]
    assert [(point.text, point.marks) for point in entries["5"].points] == [("any sensible answer", 2)]


def test_levels_are_worth_their_highest_mark() -> None:
    text = "Level 3 (5-6 marks)|a full account|Level 2 (3-4 marks)|some account|Level 1 (1-2 marks)|a word"
    rows = [(24, ["Question", "Answer", "Mark", "Guidance"]), (110, ["6", text, "6", ""])]
    entry = read(table([40, 100, 320, 380, 550], rows))["6"]
    assert [(point.code, point.marks) for point in entry.points] == [("level", 6), ("level", 4), ("level", 2)]
    assert entry.worth == 6


def test_letters_of_choices_are_the_correct_options() -> None:
    rows: list[Row] = [(24, ["Question", "Answer", "Marks"])]
    rows += [(18, [str(number), letter, "1"]) for number, letter in enumerate("BADC", 1)]
    entries = read(table([50, 110, 450, 530], rows))
    assert [entry.correct for entry in entries.values()] == ["B", "A", "D", "C"]


def test_a_question_goes_on_over_a_page() -> None:
    edges, header = [50, 110, 450, 530], (24, ["Question", "Answer", "Marks"])
    paper = table(edges, [header, (20, ["7", "first a wall", "M1"])]).page()
    entry = read(table(edges, [header, (20, ["", "then a roof", "A1"])], paper))["7"]
    assert [point.code for point in entry.points] == ["M1", "A1"]
    assert entry.page == 1


def test_guidance_below_the_points_is_not_counted() -> None:
    edges = [40, 90, 300, 360, 550]
    rows = [
        (24, ["Q", "Answer", "Mark", "Comments"]),
        (30, ["8", "a house", "B1", "oe"]),
        (24, ["", "Additional Guidance", "", ""]),
        (24, ["", "a hut", "B0", ""]),
    ]
    entry = read(table(edges, rows))["8"]
    assert [(point.code, point.text) for point in entry.points] == [("B1", "a house")]


@pytest.mark.parametrize("heading", ["Question {} [3 marks available]", "Q{} (3 marks)", "{} [3]"])
def test_a_list_below_each_question_is_read(heading: str) -> None:
    paper = Paper()
    for y, label in ((80, "1(a)"), (200, "1(b)")):
        paper.text(50, y, heading.format(label))
        paper.text(50, y + 20, "[1] a house has walls").text(50, y + 36, "[2] and a roof that keeps")
        paper.text(70, y + 52, "the rain away")
    entries = read(paper)
    assert list(entries) == ["1(a)", "1(b)"]
    assert [(point.marks, point.text) for point in entries["1(b)"].points] == [
        (1, "a house has walls"), (2, "and a roof that keeps the rain away"),
    ]  # fmt: skip


def test_points_that_miss_the_printed_marks_are_doubted() -> None:
    """D-03"""
    paper = Paper().text(50, 80, "Question 1 [4 marks]").text(50, 100, "[1] a house has walls")
    found = read_scheme(paper.page().pdf())
    assert found.entries[0].confidence < 0.5
    assert found.warnings == ("The points do not add up to the marks printed for 1.",)


def test_a_page_without_questions_says_so() -> None:
    found = read_scheme(Paper().text(50, 80, "Nothing is marked here at all.").page().pdf())
    assert found.warnings == ("No questions were found in this mark scheme.",)


def test_entries_are_laid_beside_the_template_s_questions() -> None:
    rows = [
        (24, ["Question", "Answer", "Marks"]),
        (20, ["01.1", "a wall", "B1"]),
        (20, ["01.2", "a roof", "B1"]),
        (20, ["09", "a garden", "B1"]),
    ]
    found = read_scheme(table([50, 110, 450, 530], rows).page().pdf())
    laid = match(found, {"01": None, "01.1": 1, "01.2": 2, "02": 3})
    assert set(laid.entries) == {"01.1", "01.2"}
    assert laid.entries["01.1"].confidence > 0.9
    assert laid.entries["01.2"].confidence < 0.5
    assert (laid.unmatched_labels, laid.missing_paths) == (("09",), ("02",))
