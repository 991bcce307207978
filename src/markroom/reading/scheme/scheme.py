"""Reads a mark scheme: tables where it has them, else running text."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from markroom.reading.scheme.lists import read_lists
from markroom.reading.scheme.model import Entry, Point, Scheme
from markroom.reading.scheme.points import as_alternative, has_guidance, read_points
from markroom.reading.scheme.tables import read_tables
from markroom.reading.structure import legibility
from markroom.reading.structure.intake import GoOn, Intake, Progress
from markroom.reading.structure.lines import read_lines
from markroom.reading.structure.page import Page

SUMS_UP, PLAIN, DOUBTFUL = 0.92, 0.7, 0.4


def read_scheme(data: bytes, on_page: Progress | None = None, go_on: GoOn | None = None) -> Scheme:
    """The points per question of a mark scheme, read as `detect` reads a paper. Raises pdf.Unreadable."""
    return scheme(Intake(on_page, go_on).read(data))


def scheme(pages: Sequence[Page]) -> Scheme:
    """The points on pages already read."""
    found = list(_from_tables(pages)) or list(_from_lists(pages))
    entries = tuple(_merge(found))
    doubts = [*legibility.find_doubts(pages)]
    unsure = [entry.path for entry in entries if entry.confidence <= DOUBTFUL]
    if unsure:
        doubts.append(f"The points do not add up to the marks printed for {', '.join(unsure[:12])}.")
    if not entries:
        doubts.append("No questions were found in this mark scheme.")
    return Scheme(len(pages), entries, tuple(doubts))


def _from_tables(pages: Sequence[Page]) -> Iterator[Entry]:
    closed = ""
    for band in read_tables(pages):
        if band.path == closed:
            continue
        points, printed, correct = read_points(band)
        closed = band.path if has_guidance(band) else ""
        if points or correct:
            yield Entry(band.path, band.page, printed, tuple(points), correct, 0.0)


def _from_lists(pages: Sequence[Page]) -> Iterator[Entry]:
    for path, page, marks, points in read_lists(read_lines(pages)):
        kept = tuple(_until_full(points, marks)) or tuple(points)
        if kept:
            yield Entry(path, page, marks, kept, None, 0.0)


def _until_full(points: Sequence[Point], marks: int | None) -> Iterator[Point]:
    """Points with marks; what follows the full marks is an appendix."""
    reached = 0
    for point in points:
        if point.marks is not None and (marks is None or reached < marks):
            reached += point.marks
            yield point


def _merge(found: Sequence[Entry]) -> Iterator[Entry]:
    """One entry a path: what follows belongs to it, or is another way where its marks are printed again."""
    by_path: dict[str, Entry] = {}
    for entry in found:
        first = by_path.get(entry.path)
        if first is None:
            by_path[entry.path] = entry
        elif first.marks is not None and first.marks == first.worth and entry.marks in (None, first.marks):
            by_path[entry.path] = replace(first, points=_with_other_way(first.points, entry.points))
        else:
            by_path[entry.path] = replace(
                first,
                marks=first.marks if first.marks is not None else entry.marks,
                points=(*first.points, *entry.points),
                correct=first.correct or entry.correct,
            )
    for entry in by_path.values():
        yield replace(entry, confidence=_rate(entry))


def _with_other_way(points: tuple[Point, ...], others: Sequence[Point]) -> tuple[Point, ...]:
    kept = list(points)
    for other in others:
        kept = as_alternative(kept, other)
    return tuple(kept)


def _rate(entry: Entry) -> float:
    if entry.correct is not None or (entry.marks is not None and entry.worth == entry.marks):
        return SUMS_UP
    coded = bool(entry.points) and all(point.code for point in entry.points)
    return PLAIN if entry.marks is None and (coded or entry.worth) else DOUBTFUL
