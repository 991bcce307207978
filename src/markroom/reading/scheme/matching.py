"""Lays a mark scheme beside the questions of a template by their paths."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from markroom.reading.scheme.model import Entry, Scheme


@dataclass(frozen=True, slots=True)
class Match:
    """Entries by the template's own path; what is left over on either side."""

    entries: Mapping[str, Entry]
    unmatched_labels: tuple[str, ...]  # of the scheme
    missing_paths: tuple[str, ...]  # of the template: items without an entry


def match(scheme: Scheme, max_marks: Mapping[str, int | None]) -> Match:
    """`max_marks`: the template's paths; None for containers without marks, which need no entry.

    An entry whose points add up to the template's marks is surer, one that misses them less sure.
    """
    own = {_plain(path): path for path in max_marks}
    found: dict[str, Entry] = {}
    unmatched: list[str] = []
    for entry in scheme.entries:
        path = own.get(_plain(entry.path))
        if path is None:
            unmatched.append(entry.path)
        else:
            found[path] = _judge(entry, max_marks[path])
    missing = tuple(path for path, marks in max_marks.items() if marks and not _covered(path, found))
    return Match(found, tuple(unmatched), missing)


def _plain(path: str) -> str:
    """`01.2`, `1(b)` and `1 b` without what is only typography."""
    return re.sub(r"[\s().]", " ", path.lower().lstrip("0")).strip().replace("  ", " ")


def _covered(path: str, found: Mapping[str, Entry]) -> bool:
    """It has an entry, or its parts have: marks they share are described with them."""
    return any(other == path or other.startswith((f"{path}(", f"{path}.")) for other in found)


def _judge(entry: Entry, marks: int | None) -> Entry:
    if marks is None:
        return entry
    agrees = entry.worth == marks or (entry.correct is not None and marks == 1)
    return replace(entry, confidence=0.95 if agrees else min(entry.confidence, 0.4))
