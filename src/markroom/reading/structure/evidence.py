"""Whether a list in a question is the question's parts, or options, or steps of a text."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from markroom.reading.structure.labels import BEHIND_NUMBER, DECIMAL, DOUBTED, LISTED, Label
from markroom.reading.structure.lines import FOOT, Line
from markroom.reading.structure.numbering import Chain, MarksBetween

Place = tuple[int, float]  # line in reading order, x
LETTERS = ("letter", "LETTER")
NAMING = (*DECIMAL, *BEHIND_NUMBER)  # styles that name the question: 1.2, 1a
ROOM = 2.0  # inks of white between lines that leave room for an answer
LOW, HIGH = 0.85, 0.2  # of a page: text that ends above or begins below leaves room on it
CHOICE = re.compile(
    r"\b(?:circle|tick|which (?:one )?of|choose|choices?|select|multiple.choice|correct (?:answer|option))",
    re.IGNORECASE,
)
CLOSING = re.compile(r"\(|\W*(?:end of|turn over|go on to|good luck|stop\b|blank page)", re.IGNORECASE)
Habits = Counter[tuple[int, str]]  # how many parts of a depth are labelled in a style


class Evidence:
    """What speaks for the parts of a question, in the lines of a paper."""

    def __init__(
        self, lines: Sequence[Line], labels: Sequence[Sequence[Label]], between: MarksBetween
    ) -> None:
        self.lines, self.labels, self.between = lines, labels, between

    def judge(
        self, chain: Chain, question: Label, begin: int, end: Place, depth: int, habits: Habits
    ) -> float:
        """Evidence per part that the paper asks each: marks, room for an answer, the paper's habit.

        `question` holds the list and `end`s it; `begin` is the line where its outermost question begins;
        `depth` is that of the list.
        """
        labels, n = chain.labels, len(chain.labels)
        if labels[0].value != 1 or (n > 1 and len({label.line for label in labels}) == 1):
            return 0.0
        if sum(label.sure < DOUBTED for label in labels) > 0.7 * n:
            return 0.0
        ends = [(label.line, label.x0) for label in labels[1:]] + [end]
        stretches = list(zip(labels, ends, strict=True))
        marked = [self.between.count((label.line, label.x0), stop) > 0 for label, stop in stretches]
        if labels[0].style in LISTED and depth > 2 and (n == 1 or not all(marked)):
            return 0.0
        roomy = [self._has_room(label.line, stop) for label, stop in stretches]
        habit = _habit(labels[0], depth, habits)
        worth = sum(marked) / n + 0.5 * sum(roomy) / n + habit
        worth += 0.6 if labels[0].style in ("P", *NAMING) else 0.0
        if n == 1:
            known = habit > 0.1 or labels[0].line == question.line
            return worth - 0.8 if known and labels[0].kind != "number" else 0.0
        if not any(marked[:-1]) and not any(roomy[:-1]):
            worth += self._weigh_close_list(chain, begin, end, answered=marked[-1] and roomy[-1])
        if not marked[-1] and labels[0].style not in NAMING and self._text_goes_on(labels[-1], end):
            worth -= 0.4 if depth == 2 and habit >= 0.3 else 0.7
        return worth

    def _weigh_close_list(self, chain: Chain, begin: int, end: Place, answered: bool) -> float:
        """Labels close together, without marks: options, a list in the text of one question, or parts."""
        stem = " ".join(line.text for line in self.lines[begin : chain.labels[0].line])
        items = [self.lines[label.line].text for label in chain.labels]
        questions = sum(item.rstrip().endswith("?") for item in items)
        asks = stem.rstrip().endswith("?") and not questions
        if self._holds_options(chain, end):
            return 0.5
        if chain.labels[0].kind == "LETTER" or asks or CHOICE.search(stem):
            return -1.0
        return -0.6 if answered and questions < len(items) - 1 else 0.5

    def _holds_options(self, chain: Chain, end: Place) -> bool:
        """Most of its items have a list of their own, as questions with options have."""
        ends = [label.line for label in chain.labels[1:]] + [min(end[0], len(self.lines))]
        lists = sum(
            {1, 2, 3}
            <= {
                inner.value
                for line in self.labels[label.line + 1 : stop]
                for inner in line
                if inner.first and inner.kind in LETTERS and inner.kind != chain.labels[0].kind
            }
            for label, stop in zip(chain.labels, ends, strict=True)
        )
        return lists > 0.5 * len(chain.labels)

    def _has_room(self, line: int, end: Place) -> bool:
        """White space or dots to write on before the next label."""
        last = min(end[0], len(self.lines) - 1)
        for here, there in pairwise(self.lines[line : last + 1]):
            ink = max(here.em, 0.006) / here.aspect
            if here.page != there.page:
                if here.y1 < LOW or there.y0 > HIGH:
                    return True
            elif there.y0 - here.y1 > ROOM * ink:
                return True
        return any(
            "....." in text or "_____" in text for text in (line.text for line in self.lines[line : end[0]])
        )

    def _text_goes_on(self, last: Label, end: Place) -> bool:
        """Behind the last item comes text set further out than the list."""
        for line in self.lines[last.line + 1 : end[0]]:
            if line.page != last.page or line.y0 > FOOT or CLOSING.match(line.text):
                return False
            further_out = line.x0 < last.x0 - 0.008 and len(line.words) > 3
            if further_out and sum(1 for _ in line.segments()) < 3:  # no row of a table
                return True
        return False


def _habit(label: Label, depth: int, habits: Habits) -> float:
    same_depth = sum(count for (d, _), count in habits.items() if d == depth)
    return 0.6 * habits[depth, label.style] / same_depth - 0.2 if same_depth else 0.0
