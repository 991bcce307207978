"""Places made to be written in: answer lines, empty boxes, tables with empty cells, grids."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markroom.reading.structure.page import Box, Page, enclose


@dataclass(frozen=True, slots=True)
class Space:
    kind: str  # line, box, table, grid
    box: Box


def find_spaces(pages: Sequence[Page]) -> dict[int, list[Space]]:
    """By page number, from top to bottom."""
    frames = _repeated(pages)
    return {page.number: sorted(_page_spaces(page, frames), key=lambda space: space.box.y0) for page in pages}


def _key(box: Box) -> tuple[float, ...]:
    return round(box.x0, 2), round(box.y0, 2), round(box.x1, 2), round(box.y1, 2)


def _repeated(pages: Sequence[Page]) -> set[tuple[float, ...]]:
    """Frames and rules at one place of many pages that are no lines to write on: few others on their pages."""
    counts = Counter(key for page in pages for key in {_key(box) for box in (*page.rules, *page.boxes)})
    many = max(3, 0.3 * len(pages))
    edge = 0.09
    return {
        key
        for key, count in counts.items()
        if count >= many and (key[1] < edge or key[3] > 1 - edge or key[0] > 0.9 or key[2] < 0.1)
    }


def _page_spaces(page: Page, frames: set[tuple[float, ...]]) -> Iterator[Space]:
    boxes = [box for box in page.boxes if _key(box) not in frames and box.h < 0.9]
    tables = list(_clusters(page, boxes))
    for table in tables:
        yield from _as_space(page, table)
    borders = [enclose(table).around(page.x_mm(1), page.y_mm(1)) for table in tables]
    for rule in page.rules:
        if _key(rule) not in frames and not any(border.meets(rule) for border in borders) and _is_free(page, rule):
            yield Space("line", rule)


def _clusters(page: Page, boxes: Sequence[Box]) -> Iterator[list[Box]]:
    """Boxes that touch: the cells of one table."""
    rest = list(boxes)
    while rest:
        cluster, grown = [rest.pop(0)], 0
        while grown < len(cluster):
            near = cluster[grown].around(page.x_mm(1.2), page.y_mm(1.2))
            grown += 1
            cluster += [box for box in rest if near.meets(box)]
            rest = [box for box in rest if not near.meets(box)]
        yield cluster


def _as_space(page: Page, table: list[Box]) -> Iterator[Space]:
    whole = enclose(table)
    small = [box for box in table if box.w * page.width_mm < 6 and box.h * page.height_mm < 6]
    if len(small) >= 30:
        yield Space("grid", whole)
        return
    empty = [box for box in table if _is_empty(page, box)]
    roomy = [box for box in empty if box.w * page.width_mm >= 6 and box.h * page.height_mm >= 4.5]
    if len(table) == 1 and roomy:
        yield Space("box", whole)
    elif roomy and len(roomy) < len(table):
        yield Space("table", whole)
    elif roomy:
        yield Space("box", whole)


def _is_empty(page: Page, box: Box) -> bool:
    inner = box.around(-page.x_mm(0.5), -page.y_mm(0.5))
    return not any(
        inner.x0 < (word.x0 + word.x1) / 2 < inner.x1 and inner.y0 < (word.y0 + word.y1) / 2 < inner.y1
        for word in page.words
    )


def _is_free(page: Page, rule: Box) -> bool:
    """Nothing is printed right above the rule, so there is room to write."""
    above = Box(rule.x0, rule.y0 - page.y_mm(3.2), rule.x1, rule.y0 - page.y_mm(0.4))
    covered = sum(
        min(word.x1, above.x1) - max(word.x0, above.x0)
        for word in page.words
        if above.meets(Box(word.x0, word.y0, word.x1, word.y1)) and not is_leader(word.text)
    )
    return covered < 0.12 * rule.w


def is_leader(text: str) -> bool:
    """Dots or underscores to write on."""
    return len(text) >= 4 and set(text) <= set("._…·-–—‐")
