"""R-01: totals by script and container, with missing and not attempted explicit."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from markroom.results.model import MISSING, Cell, Container, Item, SatScript, Sheet, add_up
from markroom.results.sheets import results_csv

ITEMS = [Item("a", "1(a)", 2), Item("b", "1(b)", 3), Item("c", "2", 5)]
CONTAINERS = [Container("q1", "1", None, ["a", "b"])]


def sheet(*scripts: dict[str, Cell], name: str = "Pupil 07", state: str = "complete") -> Sheet:
    return Sheet(
        ITEMS,
        CONTAINERS,
        [SatScript(f"s{n}", n, name, "4007", state, cells) for n, cells in enumerate(scripts, 1)],
    )


def cells(item: Item) -> st.SearchStrategy[Cell]:
    awarded = st.integers(0, item.max_marks * 2).map(lambda half: Cell(half / 2, "awarded"))
    others = [
        Cell(None, "not_attempted"),
        Cell(1.0, "query"),
        Cell(None, "query"),
        Cell(None, "unmarked"),
        MISSING,
    ]
    return st.one_of(awarded, st.sampled_from(others))


SCRIPTS = st.lists(
    st.fixed_dictionaries({}, optional={item.question_id: cells(item) for item in ITEMS}), max_size=8
)


@given(SCRIPTS)
def test_a_total_is_the_sum_of_what_counts_and_final_when_all_counts(scripts: list[dict[str, Cell]]) -> None:
    results = add_up(sheet(*scripts))
    for result, given_cells in zip(results.scripts, scripts, strict=True):
        awarded = [cell.marks or 0 for cell in given_cells.values() if cell.state == "awarded"]
        counted = [cell for cell in given_cells.values() if cell.state in {"awarded", "not_attempted"}]
        assert result.total == (sum(awarded) if counted else None)
        assert result.is_final == (len(counted) == len(ITEMS))
        assert (result.by_container["q1"] or 0) + (result.by_item["c"].counted or 0) == (result.total or 0)
        assert 0 <= (result.total or 0) <= results.sheet.max_total


@given(SCRIPTS)
def test_facility_lies_between_nothing_and_all_and_every_cell_has_one_state(
    scripts: list[dict[str, Cell]],
) -> None:
    results = add_up(sheet(*scripts))
    for item in results.items:
        assert sum(item.states.values()) == len(scripts)
        assert item.facility is None or 0 <= item.facility <= 1
        assert (item.facility is None) == (
            item.states.get("awarded", 0) + item.states.get("not_attempted", 0) == 0
        )


def test_an_item_without_answer_is_missing_and_no_zero() -> None:
    result = add_up(sheet({"a": Cell(2, "awarded")})).scripts[0]
    assert result.by_item["b"] == MISSING
    assert (result.total, result.is_final) == (2, False)


def test_an_absent_script_counts_in_no_facility() -> None:
    results = add_up(sheet({}, state="absent"))
    assert results.items[0].facility is None
    assert results.items[0].states == {}
    assert results.scripts[0].total is None


def rows_of(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_csv_says_what_is_no_mark_in_words() -> None:
    """R-04"""
    given_cells = {"a": Cell(1.5, "awarded"), "b": Cell(None, "not_attempted")}
    head, row = rows_of(results_csv(add_up(sheet(given_cells))))
    assert head == ["script", "number", "name", "1(a)", "1(b)", "2", "total", "max"]
    assert row == ["1", "4007", "Pupil 07", "1.5", "not attempted", "missing", "1.5", "10"]


@given(st.sampled_from(["=", "+", "-", "@", "\t", "\r"]), st.text(max_size=20))
def test_no_cell_of_the_csv_can_act_as_a_formula(start: str, rest: str) -> None:
    """R-04: a candidate's name is somebody else's text."""
    data = results_csv(add_up(sheet({}, name=start + rest)))
    assert rows_of(data)[1][2] == f"'{start}{rest}"
