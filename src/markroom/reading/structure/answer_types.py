"""What kind of answer a question asks for."""

import re
from collections.abc import Sequence

from markroom.reading.structure.spaces import Space

DRAW = re.compile(r"\b(?:draw|sketch|plot|shade|label the|construct)\b", re.IGNORECASE)
GRAPH = re.compile(r"\b(?:graph|axes|axis|grid|curve)\b", re.IGNORECASE)
COMPUTE = re.compile(
    r"\b(?:calculate|work out|determine|find|convert|evaluate|estimate|solve)\b|=\s*[._…]{3}", re.IGNORECASE
)


def name_answer_type(text: str, spaces: Sequence[Space], marks: int | None) -> str:
    """By its words, the spaces left for it and its marks; one of the types a template knows."""
    kinds = [space.kind for space in spaces]
    if DRAW.search(text):
        return "graph" if "grid" in kinds or GRAPH.search(text) else "drawing"
    if "table" in kinds:
        return "table"
    if "grid" in kinds:
        return "graph"
    if COMPUTE.search(text) and kinds.count("line") <= 2:
        return "numeric"
    if kinds.count("line") >= 12 or (marks or 0) >= 9:
        return "long"
    return "lines" if kinds.count("line") >= 2 or (marks or 0) >= 3 else "short"
