"""Parts that end a sentence of the question they stand in: `Calculate (i) the speed, (ii) the height`."""

import re
from collections.abc import Iterator, Sequence

from markroom.reading.structure.answer_types import name_by_command
from markroom.reading.structure.areas import Answering
from markroom.reading.structure.lines import Line
from markroom.reading.structure.tree import Node

SENTENCE_END = re.compile(r"[.?!](?=\s+[A-Z(])|[.?!]$")
PLAIN = ("short", "lines")


def follow_stems(
    nodes: Sequence[Node], lines: Sequence[Line], answers: Sequence[tuple[Node, Node, Answering]]
) -> None:
    """Gives parts without a command of their own the type that the sentence before them asks for."""
    stems = dict(_stems(nodes, lines))
    for _, part, answering in answers:
        stem = stems.get(part.path)
        if stem and answering.answer_type in PLAIN and _goes_on(lines[part.label.line], part):
            answering.answer_type = name_by_command(stem, answering.answer_type)


def _stems(nodes: Sequence[Node], lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    """Each part's path with the unfinished sentence before the first part."""
    for node in nodes:
        if node.parts:
            text = " ".join(line.text for line in lines[node.start[0] : node.parts[0].start[0]])
            unfinished = SENTENCE_END.split(text)[-1].strip()
            yield from ((part.path, unfinished) for part in node.parts if unfinished)
            yield from _stems(node.parts, lines)


def _goes_on(line: Line, part: Node) -> bool:
    """Begins in lower case."""
    text = next((word.text for word in line.words if word.x0 > part.label.x1), "")
    return text[:1].islower()
