"""Answer lines printed once, behind the last part of a question, for all its parts."""

import re
from collections.abc import Sequence

from markroom.reading.structure.answering import Answering
from markroom.reading.structure.regions import Region
from markroom.reading.structure.tree import Node

CONTINUED = re.compile(r"^\W*question\s+\w+\s+continued", re.IGNORECASE)
LINES = 6  # that are too many for one part alone
CHANCE = 0.1  # of the page: less white space between parts was not left to be written in
Answered = tuple[Node, Node, Answering]  # whose areas they are, the part, how it is answered


def share(answers: Sequence[Answered]) -> None:
    """Give the areas of a question's last part to those above it that have no room of their own."""
    *above, (last_owner, _, last) = answers
    if not above or last.lines < LINES or any(answering.lines for _, _, answering in above):
        return
    if not last.continued and not all(_is_bare(answering) for _, _, answering in above):
        return
    given = [last_owner]
    for owner, _, answering in above:
        if _is_bare(answering) or (last.continued and _is_tight(answering)):
            answering.areas = [] if owner in given else list(last.areas)
            given.append(owner)


def is_continued(regions: Sequence[Region]) -> bool:
    """A heading says that the question, not the part, goes on."""
    return any(CONTINUED.match(line.text) for region in regions for line in region.lines[:2])


def _is_bare(answering: Answering) -> bool:
    return all(area.confidence < 0.5 for area in answering.areas)


def _is_tight(answering: Answering) -> bool:
    return not answering.options and all(
        area.confidence < 0.8 and area.box.h < CHANCE for area in answering.areas
    )
