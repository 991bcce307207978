"""R-02: known answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.results.statistics import describe_totals, measure_alpha, measure_facility


def test_facility_is_the_mean_share_of_the_maximum() -> None:
    assert measure_facility([2, 4, None, 0], 4) == 0.5


@pytest.mark.parametrize(("marks", "maximum"), [([], 4), ([None, None], 4), ([0, 0], 0)])
def test_facility_is_unknown_without_marks_or_maximum(marks: list[float | None], maximum: float) -> None:
    assert measure_facility(marks, maximum) is None


def test_totals_are_described() -> None:
    described = describe_totals([2, 4, 4, 4, 5, 5, 7, 9], 10)
    assert (described.mean, described.sd, described.median) == (5, 2, 4.5)
    assert (described.lowest, described.highest, described.count) == (2, 9, 8)
    assert described.counts == (0, 0, 1, 0, 3, 2, 0, 1, 0, 1, 0)


def test_no_totals_have_no_mean() -> None:
    assert describe_totals([], 2).mean is None
    assert describe_totals([], 2).counts == (0, 0, 0)


def test_alpha_of_a_worked_example() -> None:
    """Item variances 1.25, 1.25, 1.25; variance of the totals 9.25: 3/2 · (1 − 3.75/9.25)."""
    rows = [[1, 1, 2], [2, 2, 1], [3, 4, 3], [4, 3, 4]]
    assert measure_alpha(rows) == pytest.approx(1.5 * (1 - 3.75 / 9.25))


def test_alpha_of_items_that_agree_is_one() -> None:
    assert measure_alpha([[1, 1], [2, 2], [4, 4]]) == pytest.approx(1)


@pytest.mark.parametrize("rows", [[], [[1, 2]], [[1], [2]], [[1, 2], [2, 1]], [[1, None], [None, 2]]])
def test_alpha_is_unknown_without_spread_items_or_complete_rows(rows: list[list[float | None]]) -> None:
    assert measure_alpha(rows) is None


@given(st.lists(st.integers(0, 40).map(lambda half: half / 2), min_size=1, max_size=60))
def test_every_total_is_counted_once(totals: list[float]) -> None:
    assert sum(describe_totals(totals, 20).counts) == len(totals)
