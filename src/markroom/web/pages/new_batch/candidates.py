"""Candidates as people paste them: a column of names, or names with their numbers."""

from __future__ import annotations

import re


def read_candidates(text: str) -> list[dict[str, str | None]]:
    """One candidate a line, `name` and `number`; empty lines are skipped.

    The number is what stands after a tab, or after the last comma where it has a digit: `Pupil 07, 1234`.
    A comma between the parts of a name stays in it.
    """
    return [_read_line(line) for line in text.splitlines() if line.strip()]


def _read_line(line: str) -> dict[str, str | None]:
    name, tab, number = line.partition("\t")
    if not tab:
        split = re.fullmatch(r"(.*\S)\s*[,;]\s*(\S*\d\S*)\s*", line)
        name, number = split.groups() if split else (line, "")
    return {
        "name": name.strip() or number.strip(),
        "number": (number.strip() or None) if name.strip() else None,
    }
