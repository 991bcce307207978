"""What kind of answer a question asks for."""

import re
from collections.abc import Sequence

from markroom.reading.structure.commands import Command, Wording
from markroom.reading.structure.page import Box
from markroom.reading.structure.spaces import Space

SHAPED = ("rotate", "reflect", "translate", "enlarge")
DRAW = Command(
    *SHAPED, "draw", "sketch", "plot", "shade", "construct", "label (?:the|your|each)",
    r"mark (?:on|the|a|an)(?! scheme)", "connect each", "join each", "match each", "colou?r (?:the|in)",
    r"add (?:an? |\w+ )?(?:arrow|label|line)s?", r"show the (?:\w+ )?variation",
)  # fmt: skip
BY_DRAWING = Wording("by (?:drawing|shading|sketching|plotting)")
DRAWN = Wording(
    "using a flow ?(?:chart|diagram)",
    r"insert your [\w\s-]{0,30}(?:tree|graph|diagram|drawing|image|picture) here",
    r"complete (?:(?!\w*tables?\b)[\w-]+ ){0,4}?(?:figs?\b|diagram|circuit|graph|drawing|sketch)",
    r"on (?:fig|the (?:diagram|graph|map))[^,?]{0,20}, (?:circle|ring|indicate|show)",
)
CURVE = re.compile(
    r"\b(?:axes|axis|curve|variation|plot|best fit|region|graphs? (?:of|to|showing|for)|line on the grid)\b"
)
AXES = re.compile(r"\bax[ei]s\b")
NETWORK = re.compile(r"\b(?:nodes?|vertex|vertices|edges?|spanning|weighted|directed|undirected)\b")
FILL = Wording(
    r"complete\b[^.?]{0,70}\b(?:table|map|plan|grid|matrix|rows?|cells?)",
    r"fill\b[^.?]{0,70}\b(?:table|map|plan|grid|matrix|chart|rows?|cells?)",
    "in each row",
    "table has more rows",
)
INTO_TEXT = Command("complete", "fill in")
QUANTITY = r"number|binary|denary|decimal|hex\w*|base|seconds?|minutes|hours|metres|k?m|k?g"
COMPUTE = Command(
    "calculate",
    r"determine(?! (?:whether|if|how|why|which)\b)",
    r"find(?! (?:all|an? (?!estimate)|out|one|two|three|whether)\b)",
    r"work out(?! (?:if|whether|how(?! much| many)|why)\b)",
    "estimate",
    "solve",
    "measure and record",
    rf"convert(?=[^.?]{{0,80}}\b(?:{QUANTITY})\b)",
    r"evaluate(?=\s\W*[\d√∫∑(])",
    "how (?:many|much)",
)
NUMBER = Wording(
    r"=\s*[._…]{3}",
    "in how (?:many|much)",
    "state how (?:many|much)",
    "as an ordinary number",
    "in standard form",
    "give your answers? (?:correct )?to",
)
CODE = Command("implement", r"write (?:an? |the )?(?:[\w-]+ )?(?:program|algorithm|function|method)")
PROSE = Command(
    "explain", "describe", "discuss", "compare", "justify", "outline", "define", "suggest", "prove", "argue",
    "assess", "evaluate", "analy[sz]e", "show that", "comment", "contrast", "why", "is it",
    r"give (?:an? |one |two |three )?(?:[\w-]+ )?(?:reasons?|implementation|descriptions?)",
)  # fmt: skip
WIDE = 0.4  # of the page: a shorter line is left for a word or a number
MANY = 12  # lines of a long answer


def name_answer_type(text: str, spaces: Sequence[Space], marks: int | None) -> str:
    """By its words, the room left for it and its marks; one of the types a template knows."""
    kinds = {space.kind for space in spaces}
    lines = [space.box for space in spaces if space.kind == "line"]
    wide = sum(line.w >= WIDE for line in lines)
    if drawn := _name_drawing(text, "grid" in kinds, wide):
        return drawn
    filled = bool(kinds & {"table", "box"}) or not kinds if FILL.find(text) else "table" in kinds
    if filled and (FILL.find(text) or not lines):
        return "table"
    if wide <= 2 and _asks_number(text) and not _is_gap_text(text, lines):
        return "numeric"
    return _name_writing(text, lines, wide, marks or 0)


def name_by_command(command: str, otherwise: str) -> str:
    """By the sentence that commands alone."""
    drawn = _name_drawing(command, grid=False)
    return drawn or ("numeric" if otherwise == "short" and COMPUTE.find(command) else otherwise)


def _name_drawing(text: str, grid: bool, wide: int = 0) -> str | None:
    found = DRAW.find(text) or DRAWN.find(text)
    if found is None and (not wide or "on the grid" in text):
        found = BY_DRAWING.find(text)
    if found is None:
        return None
    if NETWORK.search(found.string) and not AXES.search(found.string):
        return "drawing"
    on_grid = grid and found[0] not in SHAPED
    return "graph" if on_grid or CURVE.search(found.string, found.start(), found.end() + 160) else "drawing"


def _asks_number(text: str) -> bool:
    return bool(COMPUTE.find(text) or NUMBER.find(text)) and not CODE.find(text)


def _is_gap_text(text: str, lines: Sequence[Box]) -> bool:
    """Words or code with several short gaps to fill."""
    return INTO_TEXT.find(text) is not None and sum(line.w < WIDE for line in lines) >= 2


def _name_writing(text: str, lines: Sequence[Box], wide: int, marks: int) -> str:
    if wide >= MANY or marks >= 9:
        return "long"
    if lines:
        return "lines" if wide >= 2 else "short"
    return "lines" if marks >= 3 or (marks != 1 and (PROSE.find(text) or CODE.find(text))) else "short"
