import io
import re
from uuid import UUID

import pikepdf
import pytest

from markroom.operation.demo.answers import ATTEMPTS, RIGHT_CHOICES
from markroom.operation.demo.paper import PAGE_COUNT, TOTAL_MARKS, demo_paper, demo_paper_truth
from markroom.reading import pdf

TRUTH = demo_paper_truth()
QUESTIONS = {question["path"]: question for question in TRUTH["questions"]}
ITEMS = {path: question for path, question in QUESTIONS.items() if not question["is_container"]}


def words_of(page: int) -> list[pdf.Word]:
    with pdf.open_pdf(demo_paper()) as document:
        return pdf.read_words(pdf.load_page(document, page))


def test_the_paper_is_the_same_every_time() -> None:
    assert demo_paper() == demo_paper()
    with pikepdf.open(io.BytesIO(demo_paper())) as document:
        assert len(document.pages) == PAGE_COUNT


@pytest.mark.parametrize("boundary", TRUTH["boundaries"], ids=lambda boundary: boundary["label"])
def test_every_label_is_printed_where_its_boundary_says(boundary: dict) -> None:  # type: ignore[type-arg]
    label = next(
        question["label"] for question in TRUTH["questions"] if question["id"] == boundary["question_id"]
    )
    near = [
        word
        for word in words_of(boundary["page"])
        if word.text == label and abs(word.y0 - boundary["y"]) < 0.002
    ]
    assert len(near) == 1


def test_the_marks_add_up_to_the_printed_total() -> None:
    assert sum(question["max_marks"] for question in ITEMS.values()) == TOTAL_MARKS
    cover = " ".join(word.text for word in words_of(1))
    assert f"maximum mark for this paper is {TOTAL_MARKS}" in cover


def test_printed_marks_are_those_of_the_truth() -> None:
    printed = [
        int(marks)
        for page in range(1, PAGE_COUNT + 1)
        for marks in re.findall(r"\[(\d) marks?\]", " ".join(word.text for word in words_of(page)))
    ]
    assert sorted(printed) == sorted(question["max_marks"] for question in ITEMS.values())


def test_containers_hold_the_total_of_their_items() -> None:
    for path, question in QUESTIONS.items():
        if question["is_container"] and question["max_marks"] is not None:
            inside = [item["max_marks"] for other, item in ITEMS.items() if other.startswith(path + "(")]
            assert question["max_marks"] == sum(inside)


def test_every_item_has_an_area_and_a_mark_scheme_worth_its_marks() -> None:
    answered = {area["question_id"] for area in TRUTH["response_areas"]}
    for question in ITEMS.values():
        assert question["id"] in answered
        assert sum(point["marks"] for point in question["mark_scheme"]["points"]) == question["max_marks"]


def test_areas_lie_on_their_pages_and_do_not_overlap() -> None:
    for area in TRUTH["response_areas"]:
        box = area["bounds"]
        assert min(box.values()) > 0
        assert box["x"] + box["w"] < 1
        assert box["y"] + box["h"] < 1
        for other in TRUTH["response_areas"]:
            if other is not area and other["page"] == area["page"]:
                at = other["bounds"]
                apart = max(
                    at["x"] - box["x"] - box["w"],
                    box["x"] - at["x"] - at["w"],
                    at["y"] - box["y"] - box["h"],
                    box["y"] - at["y"] - at["h"],
                )
                assert apart > -0.002


def test_all_ids_are_different_uuids() -> None:
    ids = [
        UUID(entry["id"]) for name in ("questions", "response_areas", "boundaries") for entry in TRUTH[name]
    ]
    assert len(set(ids)) == len(ids)


def test_pupils_know_an_answer_to_every_item() -> None:
    assert ATTEMPTS.keys() | RIGHT_CHOICES.keys() == ITEMS.keys()
    for path, attempts in ATTEMPTS.items():
        assert max(attempt.marks for attempt in attempts) == ITEMS[path]["max_marks"]
