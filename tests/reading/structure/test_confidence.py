"""D-01, D-03: how sure a proposal is, by what agrees and what is missing."""

import pytest

from markroom.reading.structure import Detection, detect
from markroom.reading.structure.confidence import WEIGHTS, weigh

from .drawn import LABEL, Paper, ask, cover


def paper(total: int | None, labels: str = "1234", marked: str = "1234") -> Detection:
    drawn = cover(Paper(), total) if total else Paper()
    for y, label in zip(range(80, 700, 130), labels, strict=False):
        ask(drawn, y, [(LABEL, label)], "Name a part of a house.", "[2]" if label in marked else None)
    return detect(drawn.page().pdf())


def sure(found: Detection) -> dict[str, float]:
    return {question.path: question.confidence for question in found.questions}


def test_marks_that_add_up_make_every_question_surer() -> None:
    agreeing, silent, disagreeing = (sure(paper(total))["1"] for total in (8, None, 11))
    assert agreeing > 0.9
    assert agreeing > silent > disagreeing


def test_a_question_without_marks_among_others_is_unsure() -> None:
    found = sure(paper(None, marked="124"))
    assert found["3"] < 0.5 < found["2"]


def test_questions_beside_a_missing_one_are_less_sure() -> None:
    found = sure(paper(None, "1245", "1245"))
    assert found["2"] == found["4"] < found["1"] == found["5"]


def test_confidence_lies_between_certain_and_impossible() -> None:
    assert 0 < weigh([-100.0] * len(WEIGHTS)) < 1
    assert 0 < weigh([100.0] * len(WEIGHTS)) <= 1
    assert all(0.02 <= value <= 0.99 for value in sure(paper(8)).values())


def test_every_weight_has_its_feature() -> None:
    with pytest.raises(ValueError, match="zip"):
        weigh([1.0])
