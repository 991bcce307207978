import numpy as np
import pytest

from markroom.operation.demo.answers import PupilAnswers, choose_answers
from markroom.operation.demo.handwriting import choose_hand, write_page
from markroom.operation.demo.paper import demo_paper, demo_paper_truth
from markroom.reading import pdf
from markroom.reading.crops import crop, is_blank
from markroom.reading.geometry import Bounds, Gray

TRUTH = demo_paper_truth()
PATHS = {question["id"]: question["path"] for question in TRUTH["questions"]}


def printed(page: int) -> Gray:
    return pdf.render(demo_paper(), page, 200)


def areas(page: int) -> list[dict]:  # type: ignore[type-arg]
    return [area for area in TRUTH["response_areas"] if area["page"] == page]


def write(page: int, answers: PupilAnswers, seed: int = 3) -> Gray:
    rng = np.random.default_rng(seed)
    return write_page(
        printed(page), areas(page), PATHS, answers, choose_hand(seed, 1), rng, "Pupil 07", "1007"
    )


@pytest.mark.parametrize("page", [3, 4, 5, 7, 8])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_a_pupil_answers_is_written_inside_its_area_and_nothing_else(page: int, seed: int) -> None:
    answers = choose_answers(seed, 1)
    written, blank = write(page, answers, seed), printed(page)
    for area in areas(page):
        at = Bounds(**area["bounds"])
        empty = is_blank(crop(written, at), crop(blank, at), 200).blank
        assert empty == (PATHS[area["question_id"]] not in answers.attempts)


@pytest.mark.parametrize("page", [3, 5, 7])
def test_writing_stays_in_its_areas(page: int) -> None:
    outside = printed(page)
    written = write(page, choose_answers(1, 1), 1)
    for area in areas(page):
        around = Bounds(**area["bounds"]).grown(0.03, 0.01)
        outside[around.pixels(outside)] = written[around.pixels(written)] = 255
    assert (written == outside).mean() > 0.999


def test_pens_only_darken_the_page() -> None:
    assert (write(3, choose_answers(2, 1)) <= printed(3)).all()


def test_the_same_pupil_writes_the_same_and_another_differently() -> None:
    answers = choose_answers(5, 1)
    assert (write(3, answers, 4) == write(3, answers, 4)).all()
    assert (write(3, answers, 4) != write(3, answers, 6)).any()


def test_answers_of_a_class_differ_in_marks_and_some_are_left_blank() -> None:
    totals = [sum(choose_answers(9, number).marks().values()) for number in range(1, 31)]
    blanks = [14 - len(choose_answers(9, number).attempts) for number in range(1, 31)]
    assert max(totals) - min(totals) > 10
    assert 0 <= min(totals) <= max(totals) <= 40
    assert sum(blanks) > 10
