"""What the pages' TypeScript takes the API to answer is what it says of itself."""

from __future__ import annotations

from docs.write_types import FILE, write_types


def test_the_types_of_the_pages_are_what_the_api_answers() -> None:
    assert FILE.read_text(encoding="utf-8") == write_types(), "run `python -m docs.write_types`"
