"""S-01, S-02, S-04, K-05 end to end: print six scripts, write on them, scan them badly, read them."""

from dataclasses import dataclass

import numpy as np
import pytest

from markroom.operation.demo.bad_scanner import Faults, ScannedClass, demo_class
from markroom.operation.demo.paper import PAGE_COUNT, demo_paper_truth
from markroom.reading.bubbles import read_choice
from markroom.reading.crops import crop, is_blank
from markroom.reading.geometry import Bounds, px_from_mm
from markroom.reading.pages import PageReading, Placed, Unplaced, read_page
from markroom.reading.scans import scan_pages
from tests.reading.demo_scripts import BATCH, printed, template

PUPILS = 6
FAULTS = Faults(missing=2, duplicates=2, codeless=2, lost_code_share=0.2, upside_down_share=0.25)
TRUTH = demo_paper_truth()
PATHS = {question["id"]: question["path"] for question in TRUTH["questions"]}


@dataclass
class Exam:
    scanned: ScannedClass
    readings: list[PageReading]

    def placed(self) -> list[tuple[int, Placed]]:
        return [(i, reading) for i, reading in enumerate(self.readings) if isinstance(reading, Placed)]


@pytest.fixture(scope="module")
def exam() -> Exam:
    scanned = demo_class(printed(PUPILS), 1, PUPILS, FAULTS)
    pages = scan_pages(scanned.pdf, "application/pdf")
    return Exam(scanned, [read_page(page, BATCH, template()) for page in pages])


def test_every_sheet_ends_in_its_place_or_as_an_exception_with_the_right_reason(exam: Exam) -> None:
    reasons = {"codeless": "no_code", "foreign": "foreign_code", "blank": "blank"}
    assert len(exam.readings) == len(exam.scanned.sheets) == PUPILS * PAGE_COUNT - 2 + 2 + 2
    for reading, sheet in zip(exam.readings, exam.scanned.sheets, strict=True):
        if sheet.kind in reasons:
            assert isinstance(reading, Unplaced)
            assert reading.reason == reasons[sheet.kind]
        else:
            assert isinstance(reading, Placed)
            assert (reading.script_number, reading.page) == (sheet.script_number, sheet.page)
            assert reading.rotation == 180 * sheet.upside_down


def test_every_page_is_scanned_missing_or_an_exception(exam: Exam) -> None:
    seen = {(sheet.script_number, sheet.page) for sheet in exam.scanned.sheets if sheet.page}
    everything = {(number, page) for number in range(1, PUPILS + 1) for page in range(1, PAGE_COUNT + 1)}
    assert seen | set(exam.scanned.missing) == everything
    assert not seen & set(exam.scanned.missing)


def test_pages_lie_on_the_template_to_a_third_of_a_millimetre(exam: Exam) -> None:
    grid = np.array([(x, y, 1) for x in (10, 105, 200) for y in (10, 150, 287)], float).T
    for i, placed in exam.placed():
        true = np.array(exam.scanned.sheets[i].template_to_scan) @ px_from_mm(200) @ grid
        seen = placed.alignment.matrix @ grid
        off_px = np.hypot(*(true[:2] / true[2] - seen[:2] / seen[2]))
        assert off_px.max() * 25.4 / 200 < 0.33
    assert max(placed.residual_mm for _, placed in exam.placed()) < 0.1


def test_choices_are_read_right_or_left_to_a_person_and_never_wrong(exam: Exam) -> None:
    unclear = total = 0
    for _, placed in exam.placed():
        choices = exam.scanned.answers[placed.script_number].choices
        for area in TRUTH["response_areas"]:
            if area["page"] != placed.page or area["kind"] != "mcq":
                continue
            total += 1
            options = [
                (option["label"], Bounds(**option["bounds"])) for option in area["response_form"]["options"]
            ]
            gray = template()[placed.page - 1].gray
            reading = read_choice(placed.aligned, gray, options, 200, Bounds(**area["bounds"]))
            meant = choices[PATHS[area["question_id"]]]
            if reading.confidence < 0.5:
                unclear += 1
                assert meant.mark in {"changed", "double"}
            else:
                assert reading.label == meant.label
    assert total >= 4 * (PUPILS - 2)
    assert unclear < total / 3


def test_blank_answers_are_told_from_written_ones(exam: Exam) -> None:
    for _, placed in exam.placed():
        attempts = exam.scanned.answers[placed.script_number].attempts
        for area in TRUTH["response_areas"]:
            if area["page"] == placed.page and area["kind"] == "answer":
                at = Bounds(**area["bounds"])
                seen = is_blank(crop(placed.aligned, at), crop(template()[placed.page - 1].gray, at), 200)
                assert seen.blank == (PATHS[area["question_id"]] not in attempts)


def test_the_same_seed_makes_the_same_scan() -> None:
    one, two = (demo_class(printed(PUPILS), 7, 1, FAULTS) for _ in range(2))
    assert one.pdf == two.pdf
    assert one.sheets == two.sheets
