"""D-01, D-03: labels and signs that recognition takes for others, made right by the list they stand in."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from markroom.reading.structure import Detection, structure
from markroom.reading.structure.intake import Intake

from .drawn import LABEL, PART, SUBPART, Paper, ask, cover


def recognise(paper: Paper, misread: Mapping[str, str]) -> Detection:
    """The paper as if its words had been recognised in a picture, some of them as others."""
    pages = [
        replace(
            page,
            words=tuple(
                replace(word, text=misread.get(word.text, word.text), confidence=0.9) for word in page.words
            ),
            recognised=True,
            read=True,
        )
        for page in Intake().read(paper.page().pdf())
    ]
    return structure(pages)


def paths(found: Detection) -> list[str]:
    return [question.path for question in found.questions]


def list_of(labels: list[str], x: float = SUBPART) -> Paper:
    paper = cover(Paper(), 2 * len(labels)).text(LABEL, 60, "1").text(PART, 60, "Look at the house.")
    for row, label in enumerate(labels):
        ask(paper, 90 + 110 * row, [(x, label)], "Draw it.", "[2]")
    return paper


@pytest.mark.parametrize(
    ("printed", "misread", "wanted"),
    [
        (["(i)", "(ii)", "(iii)", "(iv)"], {"(iii)": "(ii)"}, ["1(i)", "1(ii)", "1(iii)", "1(iv)"]),
        (["i.", "ii.", "iii."], {"i.": "1.", "iii.": "ili."}, ["1(i)", "1(ii)", "1(iii)"]),
        (["i.", "ii.", "iii.", "iv."], {"iv.": "iV."}, ["1(i)", "1(ii)", "1(iii)", "1(iv)"]),
        (["a.", "b.", "c."], {"c.": "C."}, ["1(a)", "1(b)", "1(c)"]),
    ],
)  # fmt: skip
def test_a_misread_label_is_taken_for_what_its_list_needs(
    printed: list[str], misread: dict[str, str], wanted: list[str]
) -> None:
    assert paths(recognise(list_of(printed), misread)) == ["1", *wanted]


def test_a_label_so_taken_is_less_sure() -> None:
    printed = ["(i)", "(ii)", "(iii)", "(iv)"]
    well = {q.path: q.confidence for q in recognise(list_of(printed), {}).questions}
    badly = {q.path: q.confidence for q in recognise(list_of(printed), {"(iii)": "(ii)"}).questions}
    assert badly["1(iii)"] < well["1(iii)"]
    assert badly["1(ii)"] == pytest.approx(well["1(ii)"], abs=0.05)


def test_printed_labels_are_taken_as_they_are() -> None:
    paper = list_of(["(i)", "(ii)", "(ii)", "(iv)"])
    found = structure(Intake().read(paper.page().pdf()))
    assert "1(iii)" not in paths(found)


def test_a_number_at_the_edge_of_several_pages_is_a_sign_and_no_question() -> None:
    """A printed corner, taken for a digit."""
    paper = cover(Paper(), 8)
    for label, part in zip("1234", ("roof", "door", "wall", "path"), strict=True):
        ask(paper.text(520, 40, "7"), 120, [(LABEL, label)], f"Draw its {part}.", "[2]").page()
    assert paths(recognise(paper, {})) == ["1", "2", "3", "4"]


@pytest.mark.parametrize("mark", ["[2 marks}", "12 marks]", "{2 marks]", "[2 marks)"])
def test_marks_are_read_though_a_bracket_is_not(mark: str) -> None:
    paper = cover(Paper(), 4)
    for y, label in ((80, "1"), (240, "2")):
        ask(paper, y, [(LABEL, label)], "Draw a house.", "[2 marks]")
    misread = {"[2": mark.split()[0], "marks]": mark.split()[1]}
    assert [question.max_marks for question in recognise(paper, misread).questions] == [2, 2]
