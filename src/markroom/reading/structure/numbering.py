"""Which printed labels number the questions: the best-scoring path through a sequence of candidates."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from markroom.reading.structure.labels import Label

STEP = 1.0
ANSWERED = 0.8  # marks are printed between a label and the next
MISSING = -2.2  # a number left out
MISALIGNED = -25.0  # per page width, beyond the tolerance
ALIGNED_WITHIN = 0.012
OTHER_STYLE = -2.0
RESTARTED = -1.0  # a list begins anew between two of its labels
CLOSE = -0.8  # numbers without a stop on following lines, as those of a listing
LEFT_OUT = -3.0  # by a section, whatever their number
REACH = 3  # how many numbers may be missing at once


@dataclass(frozen=True, slots=True)
class Chain:
    labels: tuple[Label, ...]  # one per value, ascending
    score: float

    @property
    def strength(self) -> float:
        """The score per label, the first one counted as if a step led to it."""
        return (self.score + STEP + ANSWERED) / len(self.labels)


def best_chain(
    candidates: Sequence[Label],
    weight: Callable[[Label], float],
    answered: Callable[[Label, Label], bool],
    one_list: bool = False,
    anew: Collection[Label] = (),
) -> Chain | None:
    """The ascending sequence that starts near 1 and collects the most evidence (dynamic programming).

    `weight` judges one label alone; `answered` says whether marks or room for an answer lie between two.
    `one_list` says the candidates are all printed alike, so that a second 1 begins another list. Of `anew`,
    first below the heading of a section, a 1 does so in any case, and another number may leave many out.
    A value may recur (`9 (a)`, `9 (b)`): later ones of a value continue it and are not returned.
    """
    scores: list[float] = []
    before: list[int | None] = []
    by_value: dict[int, list[int]] = {}
    starts = {i for i, label in enumerate(candidates) if label.value == 1}
    restarts = [
        i
        for i, label in enumerate(candidates)
        if label.value == 1 and (not label.leads if one_list else label in anew)
    ]
    for i, label in enumerate(candidates):
        score, previous = _start(label), None
        lowest = 0 if label in anew else label.value - REACH
        for value in range(lowest, label.value + (i not in restarts)):  # a 1 that begins anew continues none
            for j in by_value.get(value, ()):
                gain = scores[j] + _step(candidates[j], label, answered)
                if label.value - value > REACH:
                    gain += LEFT_OUT - MISSING * (label.value - value - 1)
                if bisect_left(restarts, i) > bisect_left(restarts, j + 1):
                    gain += RESTARTED
                if gain > score or (gain == score and previous in starts):  # as near as it may be
                    score, previous = gain, j
        scores.append(score + weight(label))
        before.append(previous)
        by_value.setdefault(label.value, []).append(i)
    if not scores:
        return None
    last = max(range(len(scores)), key=lambda i: (scores[i], -i if one_list else i))
    return Chain(_follow_back(last, candidates, before), scores[last])


def _follow_back(last: int, candidates: Sequence[Label], before: Sequence[int | None]) -> tuple[Label, ...]:
    """The labels of the path that ends with the last, the first of each value."""
    path: list[Label] = []
    at: int | None = last
    while at is not None:
        path.append(candidates[at])
        at = before[at]
    first_of: dict[int, Label] = {}
    for label in reversed(path):
        first_of.setdefault(label.value, label)
    return tuple(first_of.values())


def _start(label: Label) -> float:
    return MISSING * min(label.value - 1, REACH) if label.value else MISSING


def _step(a: Label, b: Label, answered: Callable[[Label, Label], bool]) -> float:
    repeats = a.value == b.value and b.leads
    score = 0.0
    if not (a.style == b.style or repeats or (a.leads and b.style == "Q")):
        score = OTHER_STYLE if a.style != "Q" else 2 * OTHER_STYLE
    left, right = (b.x0 - b.shift) - (a.x0 - a.shift), (b.x1 - b.shift) - (a.x1 - a.shift)
    off = min(abs(left), abs(right)) - ALIGNED_WITHIN
    score += max(-3.0, MISALIGNED * max(0.0, off))
    if a.value == b.value:  # `9 (a)` … `9 (b)`
        return score + 0.1 if repeats else -9.0
    if (a.line, a.x0) >= (b.line, b.x0):
        return -99.0
    if a.style == "#" and b.line == a.line + 1 and not (a.leads or b.leads):
        score += CLOSE if 0 < b.y0 - a.y1 < 1.5 * (a.y1 - a.y0) else 0.0
    score += STEP + MISSING * (b.value - a.value - 1)
    return score + (ANSWERED if answered(a, b) else 0.0)


class MarksBetween:
    """Answers whether marks are printed between two labels."""

    def __init__(self, places: Sequence[tuple[int, float]]) -> None:
        self._places = sorted(places)

    def __call__(self, a: Label, b: Label) -> bool:
        return self.count((a.line, a.x0), (b.line, b.x0)) > 0

    def count(self, start: tuple[int, float], end: tuple[int, float]) -> int:
        return bisect_left(self._places, end) - bisect_left(self._places, start)
