"""What is printed to be marked: options, and rows of things to circle."""

from collections.abc import Sequence

from markroom.reading.structure.lines import Line
from markroom.reading.structure.page import Box, enclose
from markroom.reading.structure.regions import Region
from markroom.reading.structure.room import MARKS_ONLY, clean


def around_options(region: Region, marked: Sequence[Box]) -> Box:
    """Where the options are marked, with the text beside them but without the marks at the right."""
    places = enclose(marked)
    beside = [
        Box(word.x0, word.y0, word.x1, word.y1)
        for line in region.lines
        for segment in line.segments()
        if not (len(segment) <= 2 and MARKS_ONLY.fullmatch(" ".join(word.text for word in segment)))
        for word in segment
        if places.y0 <= (word.y0 + word.y1) / 2 <= places.y1 and word.x0 >= places.x0
    ]
    return clean(enclose([*marked, *beside]).around(region.page.x_mm(1), region.page.y_mm(0.8)), region)


def around_print(region: Region) -> Box | None:
    """What is printed to be circled: rows of things set well apart."""
    rows = [
        line for line in region.lines if sum(1 for _ in line.segments(3.0)) >= 3 and not _is_sentence(line)
    ]
    if not rows:
        return None
    page = region.page
    near = [rows[0]]
    for line in region.lines[region.lines.index(rows[0]) + 1 :]:  # numerators, units
        if line.y0 - near[-1].y1 < page.y_mm(5) and not _is_sentence(line):
            near.append(line)
    box = enclose(Box(line.x0, line.y0, line.x1, line.y1) for line in near)
    return clean(box.around(page.x_mm(3), page.y_mm(3)), region)


def _is_sentence(line: Line) -> bool:
    return max(len(segment) for segment in line.segments(3.0)) >= 5
