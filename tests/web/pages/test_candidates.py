from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.web.pages.new_batch.candidates import read_candidates


@pytest.mark.parametrize(
    ("line", "name", "number"),
    [
        ("Pupil 07", "Pupil 07", None),
        ("Pupil 07, 1234", "Pupil 07", "1234"),
        ("Pupil 07;A-12", "Pupil 07", "A-12"),
        ("Pupil 07\t1234", "Pupil 07", "1234"),
        ("Seven, Pupil", "Seven, Pupil", None),
        ("Seven, Pupil, 1234", "Seven, Pupil", "1234"),
        ("  Pupil 07  ", "Pupil 07", None),
        ("\t1234", "1234", None),
    ],
)
def test_a_line_is_a_name_and_perhaps_a_number(line: str, name: str, number: str | None) -> None:
    assert read_candidates(line) == [{"name": name, "number": number}]


@given(st.text())
def test_every_line_with_something_on_it_is_one_candidate(text: str) -> None:
    found = read_candidates(text)
    assert len(found) == sum(bool(line.strip()) for line in text.splitlines())
    assert all(candidate["name"] for candidate in found)
