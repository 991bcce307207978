import json
import uuid

import pytest

from markroom.reading import pdf
from markroom.reading.structure import Detection, detect

from .drawn import HEIGHT, LABEL, PART, SUBPART, TEXT, Paper, ask, cover

STYLES = {
    "plain": (["1", "(a)", "(b)", "2"], ["1", "1(a)", "1(b)", "2"]),
    "stopped": (["1.", "a)", "b)", "2."], ["1", "1(a)", "1(b)", "2"]),
    "lettered": (["Q1", "(a)", "(b)", "Q2"], ["1", "1(a)", "1(b)", "2"]),
    "worded": (["Question 1", "a.", "b.", "Question 2"], ["1", "1(a)", "1(b)", "2"]),
    "starred": (["*1", "(a)*", "(b)", "*2"], ["1", "1(a)", "1(b)", "2"]),
    "bracketed": (["(1)", "(a)", "(b)", "(2)"], ["1", "1(a)", "1(b)", "2"]),
    "capital": (["1", "A)", "B)", "2"], ["1", "1(A)", "1(B)", "2"]),
}


def paths(found: Detection) -> list[str]:
    return [question.path for question in found.questions]


def marks(found: Detection) -> dict[str, int | None]:
    return {question.path: question.max_marks for question in found.questions}


def two_questions(
    labels: list[str], marks: tuple[str, ...] = ("[3 marks]", "[2 marks]", "[4 marks]")
) -> bytes:
    first, a, b, second = labels
    paper = cover(Paper(), 9).text(LABEL, 80, first).text(TEXT, 80, "Here is a figure of a house.")
    ask(paper, 120, [(PART, a)], "Draw its roof.", marks[0])
    ask(paper, 260, [(PART, b)], "Draw its door.", marks[1])
    ask(paper, 400, [(LABEL, second)], "Explain what a house is.", marks[2])
    return paper.page().pdf()


@pytest.mark.parametrize("style", STYLES)
def test_questions_are_found_however_they_are_numbered(style: str) -> None:
    """D-01"""
    labels, wanted = STYLES[style]
    found = detect(two_questions(labels))
    assert paths(found) == wanted
    assert [marks(found)[path] for path in wanted] == [None, 3, 2, 4]
    assert found.total_marks == 9
    assert found.warnings == ()


@pytest.mark.parametrize("mark", ["[{} marks]", "({})", "[{}]", "{} marks", "({} points)", "[ {} MARKS ]"])
def test_marks_are_read_however_they_are_printed(mark: str) -> None:
    """D-01"""
    printed = tuple(mark.format(value) for value in (3, 2, 4))
    found = detect(two_questions(["1", "(a)", "(b)", "2"], printed))
    assert marks(found) == {"1": None, "1(a)": 3, "1(b)": 2, "2": 4}


def test_digits_in_boxes_number_questions_and_parts() -> None:
    """D-01: `0 1 . 2`"""
    paper = cover(Paper(), 9)
    for y, digits, mark in ((80, "01.1", 3), (220, "01.2", 2), (360, "02", 4)):
        for x, digit in zip((50, 68, 84, 94), digits, strict=False):
            paper.text(x, y, digit)
            if digit != ".":
                paper.box(x - 5, y - 13, 17, 18)
        ask(paper, y, [], "Name a part of a house.", f"[{mark} marks]")
    found = detect(paper.page().pdf())
    assert marks(found) == {"01": None, "01.1": 3, "01.2": 2, "02": 4}
    first = {boundary.label: boundary for boundary in found.boundaries}
    assert first["01"].y == first["01.1"].y


def test_decimal_parts_are_numbered_below_their_question() -> None:
    paper = cover(Paper(), 9).text(LABEL, 80, "QUESTION 1")
    ask(paper, 120, [(LABEL, "1.1")], "Name a part of a house.", "(3)")
    ask(paper, 240, [(LABEL, "1.2")], "Name another part.", "(2)")
    ask(paper.text(LABEL, 360, "QUESTION 2"), 400, [(LABEL, "2.1")], "Draw a house.", "(3)")
    ask(paper, 520, [(LABEL, "2.2")], "Paint it.", "(1)")
    assert marks(detect(paper.page().pdf())) == {"1": None, "1.1": 3, "1.2": 2, "2": None, "2.1": 3, "2.2": 1}


def test_labels_on_one_line_make_a_path() -> None:
    paper = cover(Paper(), 6)
    ask(paper, 80, [(LABEL, "1"), (PART, "(a)"), (SUBPART, "(i)")], "Name a part of a house.", "[1]")
    ask(paper, 200, [(SUBPART, "(ii)")], "Name another part.", "[2]")
    ask(paper, 320, [(PART, "(b)")], "Draw a house.", "[3]")
    found = detect(paper.page().pdf())
    assert marks(found) == {"1": None, "1(a)": None, "1(a)(i)": 1, "1(a)(ii)": 2, "1(b)": 3}
    assert len({boundary.y for boundary in found.boundaries[:3]}) == 1


def test_a_question_goes_on_over_pages() -> None:
    paper = cover(Paper(), 9)
    ask(paper, 80, [(LABEL, "1"), (PART, "(a)")], "Name a part of a house.", "(2)")
    ask(paper, 200, [(PART, "(b)")], "Name another part.", "(2)").page()
    ask(paper.text(LABEL, 60, "Question 1 continued"), 100, [(PART, "(c)")], "Draw a house.", "(2)")
    paper.text(350, 220, "(Total for Question 1 is 6 marks)")
    ask(paper, 300, [(LABEL, "2")], "Explain what a house is.", "(3)")
    found = detect(paper.page().pdf())
    assert marks(found) == {"1": 6, "1(a)": 2, "1(b)": 2, "1(c)": 2, "2": 3}
    assert {boundary.label: boundary.page for boundary in found.boundaries}["1(c)"] == 3


def test_a_mark_behind_the_last_part_is_shared_by_all_parts() -> None:
    paper = cover(Paper(), 4)
    ask(paper, 80, [(LABEL, "1"), (PART, "(a)")], "Name a part of a house.")
    ask(paper, 200, [(PART, "(b)")], "Name another part.").text(500, 290, "(2)")
    ask(paper, 320, [(LABEL, "2")], "Draw a house.").text(500, 410, "(2)")
    found = detect(paper.page().pdf())
    assert marks(found) == {"1": 2, "1(a)": None, "1(b)": None, "2": 2}
    shared = next(question.id for question in found.questions if question.path == "1")
    assert len([area for area in found.response_areas if area.question_id == shared]) == 2


def test_parts_in_two_columns_are_read_down_each_column() -> None:
    paper = Paper()
    for number in range(1, 9):
        column, row = divmod(number - 1, 4)
        x, y = 40 + 280 * column, 70 + 180 * row
        paper.text(x, y, f"{number}.")
        for line in range(6):
            paper.text(x + 20, y + 16 * line, "House and garden and a fence and")
    assert paths(detect(paper.page().pdf())) == [str(number) for number in range(1, 9)]


def test_instructions_and_options_are_no_questions() -> None:
    """D-03: never invents."""
    paper = Paper().text(50, 100, "1. Write your name.").text(50, 120, "2. Answer all questions.").page()
    for number, y in ((1, 80), (2, 300), (3, 520)):
        paper.text(LABEL, y, str(number)).text(TEXT, y, "Which one of these is a house?").text(
            500, y + 14, "[1]"
        )
        for step, option in enumerate("ABCD"):
            paper.text(TEXT, y + 30 + 20 * step, option).text(
                TEXT + 25, y + 30 + 20 * step, f"house number {step}"
            )
    found = detect(paper.page().pdf())
    assert paths(found) == ["1", "2", "3"]
    assert {boundary.page for boundary in found.boundaries} == {2}
    assert all(question.mcq_options == ("A", "B", "C", "D") for question in found.questions)


def test_lettered_options_without_marks_are_no_parts() -> None:
    """D-03"""
    paper = Paper()
    for number, y in ((1, 80), (2, 230), (3, 380), (4, 530)):
        paper.text(LABEL, y, f"Question {number}").text(LABEL, y + 18, "The roof of a house is")
        for letter, at in zip("ABCD", range(y + 36, y + 100, 16), strict=True):
            paper.text(LABEL, at, f"{letter}.").text(LABEL + 20, at, "made of stone.")
    found = detect(paper.page().pdf())
    assert paths(found) == ["1", "2", "3", "4"]
    assert {question.answer_type for question in found.questions} == {"mcq"}


def test_a_total_in_another_bracket_than_the_marks_is_the_question_s() -> None:
    paper = cover(Paper(), 5)
    ask(paper, 80, [(LABEL, "1"), (PART, "(a)")], "Name a part of a house.", "(2)")
    ask(paper, 200, [(PART, "(b)")], "Name another part.", "(3)").text(500, 310, "[5]")
    assert marks(detect(paper.page().pdf())) == {"1": 5, "1(a)": 2, "1(b)": 3}


def test_a_maximum_beside_the_number_is_the_question_s_total() -> None:
    paper = cover(Paper(), 5).text(LABEL, 60, "1.").text(PART, 60, "[Maximum mark: 5]")
    ask(paper, 100, [(PART, "(a)")], "Name a part of a house.", "[2]")
    ask(paper, 220, [(PART, "(b)")], "Name another part.", "[3]")
    ask(paper.text(LABEL, 340, "2.").text(PART, 340, "[Maximum mark: 4]"), 370, [], "Draw a house.")
    assert marks(detect(paper.page().pdf())) == {"1": 5, "1(a)": 2, "1(b)": 3, "2": 4}


def test_a_section_may_number_anew() -> None:
    paper = cover(Paper(), 10).text(250, 60, "Section A")
    for y, label in ((90, "1"), (210, "2"), (330, "3")):
        ask(paper, y, [(LABEL, label)], "Name a part of a house.", "[2]")
    paper.page().text(250, 60, "Section B")
    for y, label in ((90, "1"), (210, "2")):
        ask(paper, y, [(LABEL, label)], "Draw a house.", "[2]")
    found = detect(paper.page().pdf())
    assert paths(found) == ["1", "2", "3", "B1", "B2"]
    assert [question.label for question in found.questions] == ["1", "2", "3", "1", "2"]
    assert found.warnings == ("The numbering starts again after 3; what follows is called B1.",)


def test_a_missing_label_is_told() -> None:
    """D-03"""
    paper = cover(Paper(), 12)
    for y, label in ((80, "1"), (220, "2"), (360, "4"), (500, "5")):
        ask(paper, y, [(LABEL, label)], "Name a part of a house.", "[3]")
    found = detect(paper.page().pdf())
    assert paths(found) == ["1", "2", "4", "5"]
    assert found.warnings == ("Between 2 and 4 one label is missing.",)


def test_marks_that_do_not_add_up_are_told() -> None:
    """D-03"""
    found = detect(two_questions(["1", "(a)", "(b)", "2"], ("[3]", "[2]", "[5]")))
    assert found.warnings == ("The marks found add up to 10, but the paper says 9.",)


def test_a_total_that_its_parts_miss_is_told() -> None:
    """D-03"""
    paper = cover(Paper(), 5)
    ask(paper, 80, [(LABEL, "1"), (PART, "(a)")], "Name a part of a house.", "[2]")
    ask(paper, 200, [(PART, "(b)")], "Name another part.", "[3]").text(480, 320, "[Total: 6]")
    assert "The parts of 1 add up to 5 marks, but it says 6." in detect(paper.page().pdf()).warnings


def test_a_part_without_marks_is_less_sure_than_its_siblings() -> None:
    paper = cover(Paper(), 6)
    for y, label, mark in ((80, "1", "[2]"), (220, "2", "[2]"), (360, "3", None), (500, "4", "[2]")):
        ask(paper, y, [(LABEL, label)], "Name a part of a house.", mark)
    found = detect(paper.page().pdf())
    confidence = {question.path: question.confidence for question in found.questions}
    assert confidence["3"] < min(confidence["2"], confidence["4"]) - 0.2
    assert "No marks were found for 3." in found.warnings


def test_a_page_without_text_is_told() -> None:
    """D-01, D-03"""
    paper = ask(Paper(), 80, [(LABEL, "1")], "Name a part of a house.", "[2]").page()
    for y in range(100, 400, 10):
        paper.box(100, y, 300, 6)
    found = detect(paper.page().pdf())
    assert found.warnings[0] == "No text could be read on page 2."


def test_an_empty_page_is_no_doubt() -> None:
    paper = ask(Paper(), 80, [(LABEL, "1")], "Name a part of a house.", "[2]").page().page()
    assert detect(paper.pdf()).warnings == ()


def test_a_paper_without_questions_says_so() -> None:
    found = detect(Paper().text(50, 80, "Nothing is asked here at all.").page().pdf())
    assert (found.questions, found.warnings) == ((), ("No questions were found.",))


def test_a_boundary_stands_at_the_top_of_its_label() -> None:
    """X-13"""
    found = detect(two_questions(["1", "(a)", "(b)", "2"]))
    cap_height = 0.72 * 11
    first = next(boundary for boundary in found.boundaries if boundary.label == "2")
    assert first.y == pytest.approx((400 - cap_height) / HEIGHT, abs=0.003)


def test_the_same_file_gives_the_same_answer() -> None:
    data = two_questions(["1", "(a)", "(b)", "2"])
    assert detect(data) == detect(data)


def test_the_answer_as_json_has_the_fields_of_a_template() -> None:
    """T-08, D-02"""
    found = json.loads(json.dumps(detect(two_questions(["1", "(a)", "(b)", "2"])).as_json()))
    assert set(found) == {
        "page_count",
        "total_marks",
        "questions",
        "response_areas",
        "boundaries",
        "warnings",
        "choices",
    }
    ids = [row["id"] for name in ("questions", "response_areas", "boundaries") for row in found[name]]
    assert len(set(ids)) == len(ids)
    assert all(str(uuid.UUID(id_)) == id_ for id_ in ids)
    assert [question["order"] for question in found["questions"]] == [0, 1, 2, 3]
    assert set(found["questions"][0]) == {
        "id", "parent_id", "label", "path", "order", "max_marks", "answer_type", "mcq_options",
        "is_container", "confidence", "source", "confirmed",
    }  # fmt: skip
    assert set(found["response_areas"][0]) == {
        "id", "question_id", "page", "bounds", "kind", "response_form", "confidence", "source", "confirmed",
    }  # fmt: skip
    assert set(found["boundaries"][0]) == {
        "id", "question_id", "label", "page", "y", "bounds", "confidence", "source", "confirmed",
    }  # fmt: skip


def test_rows_of_dots_and_white_words_are_read_in_a_moment() -> None:
    """Hostile input ends in bounded time: thousands of dots behind what looks like a label."""
    paper = Paper()
    for y in range(60, 800, 20):
        paper.text(50, y, "(a) " + "." * 2000, size=0.5).text(50, y + 8, "[" + "1" * 3000, size=0.3)
    assert detect(paper.page().pdf()).page_count == 1


def test_progress_is_told_page_by_page() -> None:
    told: list[tuple[int, int]] = []
    detect(two_questions(["1", "(a)", "(b)", "2"]), lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


def test_what_is_no_pdf_is_refused() -> None:
    with pytest.raises(pdf.NotAPdf):
        detect(b"not a paper")


def test_marks_right_behind_a_label_leave_it_a_label() -> None:
    paper = cover(Paper(), 5)
    ask(paper, 80, [(LABEL, "1(a)[3 marks]")], "Name a part of a house.")
    ask(paper, 220, [(LABEL, "1(b) [2 marks]")], "Draw a house.")
    assert marks(detect(paper.page().pdf())) == {"1": None, "1(a)": 3, "1(b)": 2}


def test_a_sheet_of_formulas_and_numbered_notes_are_no_questions() -> None:
    """D-03: never invents."""
    paper = cover(Paper(), 4).text(200, 60, "Formulae")
    for y, formula in (
        (100, "area = length x width"),
        (130, "(a) a square: side x side"),
        (160, "speed = way / time"),
    ):
        paper.text(80, y, formula)
    paper.page()
    ask(paper, 80, [(LABEL, "1")], "Describe a house.", "[2]")
    ask(paper, 220, [(LABEL, "2")], "Describe a roof.", "[2]")
    paper.page().text(200, 400, "BLANK PAGE").page()
    assert marks(detect(paper.pdf())) == {"1": 2, "2": 2}


@pytest.mark.parametrize("section", ["SECTION B", "Section B: Structures", "SECTION B – 20 MARKS"])
def test_a_section_that_numbers_on_keeps_plain_paths(section: str) -> None:
    paper = cover(Paper(), 8)
    for y, label in ((80, "1"), (220, "2")):
        ask(paper, y, [(LABEL, label)], "Name a part of a house.", "[2]")
    paper.page().text(200, 50, section)
    for y, label in ((80, "3"), (220, "4")):
        ask(paper, y, [(LABEL, label)], "Draw a house.", "[2]")
    assert paths(detect(paper.page().pdf())) == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    "labels",
    [
        ["Q.1", "(a)", "(b)", "Q.2"],
        ["Problem 1", "(i)", "(ii)", "Problem 2"],
        ["Exercise 1", "a)", "b)", "Exercise 2"],
    ],
)
def test_a_paper_of_no_board_is_read_by_what_it_prints(labels: list[str]) -> None:
    """D-01"""
    found = detect(two_questions(labels))
    assert [question.max_marks for question in found.questions] == [None, 3, 2, 4]
    assert [question.path for question in found.questions][::3] == ["1", "2"]


def test_a_letter_glued_to_a_questions_number_names_a_part() -> None:
    """D-01"""
    paper = cover(Paper(), 9)
    for y, label in ((80, "Question 1A"), (200, "Question 1B"), (320, "Question 2A"), (440, "Question 2B")):
        paper.text(LABEL, y, label).text(LABEL, y + 20, "Draw a house, and what stands around it.")
        paper.rule(LABEL, y + 70, 540)
    assert paths(detect(paper.page().pdf())) == ["1", "1(A)", "1(B)", "2", "2(A)", "2(B)"]


@pytest.mark.parametrize(
    ("heading", "below", "worth"),
    [("[6 marks]", ("[6 marks]",), 6), ("[6 marks]", ("[2]", "[3]"), 6), ("", ("[2]", "[3]"), 5)],
)
def test_marks_of_a_heading_are_not_added_to_those_below_it(
    heading: str, below: tuple[str, ...], worth: int
) -> None:
    """D-01"""
    paper = cover(Paper(), 10).text(LABEL, 80, f"Question 1 {heading}")
    for y, mark in enumerate(below):
        ask(paper, 120 + 100 * y, [], "Draw a house.", mark)
    ask(paper, 400, [(LABEL, "Question 2 [4 marks]")], "")
    assert marks(detect(paper.page().pdf())) == {"1": worth, "2": 4}


@pytest.mark.parametrize(
    "rule",
    [
        "There are two points per question.",
        "Each question carries 2 marks.",
        "Each question is worth two marks.",
    ],
)
def test_marks_said_to_be_those_of_every_question_are_given_to_each(rule: str) -> None:
    """D-01"""
    paper = Paper().text(50, 100, rule).text(50, 120, "The highest possible mark is 6 or less.").page()
    for y, label in ((80, "1."), (240, "2."), (400, "3.")):
        ask(paper, y, [(LABEL, label)], "Draw a house.")
    assert set(marks(detect(paper.page().pdf())).values()) == {1 if "one" in rule else 2}


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("Total [60]", 60),
        ("So the highest possible mark is 18 in total.", 18),
        ("The total marks for the real paper is 50 (this practice is just 22).", 22),
        ("Total marks: 50 in the real exam.", None),
    ],
)
def test_the_papers_own_total_is_read(text: str, total: int | None) -> None:
    """D-01"""
    paper = Paper().text(50, 100, text).page()
    ask(paper, 80, [(LABEL, "1")], "Draw a house.", "[5]")
    assert detect(paper.page().pdf()).total_marks == total
