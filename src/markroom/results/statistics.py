"""Classical test statistics over marks, as pure functions. `None` stands for a mark that was never given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum
from statistics import fmean, pstdev, pvariance

Marks = Sequence[float | None]


@dataclass(frozen=True)
class Distribution:
    """How totals lie. `sd` is of these scripts as the whole population; `counts` per whole mark from 0."""

    count: int
    mean: float | None
    median: float | None
    sd: float | None
    lowest: float | None
    highest: float | None
    counts: tuple[int, ...]


def measure_facility(marks: Marks, max_marks: float) -> float | None:
    """Mean share of the maximum over the marks given, 0..1; None where there are none, or none to gain."""
    given = [m for m in marks if m is not None]
    return fmean(given) / max_marks if given and max_marks > 0 else None


def describe_totals(totals: Sequence[float], max_total: float) -> Distribution:
    counts = [0] * (int(max_total) + 1)
    for total in totals:
        counts[min(int(total), len(counts) - 1)] += 1
    if not totals:
        return Distribution(0, None, None, None, None, None, tuple(counts))
    ordered, half = sorted(totals), len(totals) // 2
    median = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    return Distribution(
        len(totals), fmean(totals), median, pstdev(totals), ordered[0], ordered[-1], tuple(counts)
    )


def measure_alpha(rows: Sequence[Marks]) -> float | None:
    """Cronbach's alpha over rows of marks, one row a script, one column an item; only complete rows count.

    None for fewer than two items or rows, or equal totals. Source: Cronbach, Psychometrika 16 (1951).
    """
    complete = [[m for m in row if m is not None] for row in rows if None not in row]
    items = len(complete[0]) if complete else 0
    if items < 2 or len(complete) < 2:
        return None
    spread = pvariance([sum(row) for row in complete])
    if spread == 0:
        return None
    parts = fsum(pvariance(column) for column in zip(*complete, strict=True))
    return items / (items - 1) * (1 - parts / spread)
