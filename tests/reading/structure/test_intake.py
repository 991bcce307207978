"""D-01: papers without a usable text layer, and papers that are pictures."""

from collections.abc import Sequence
from io import BytesIO

import pikepdf
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from markroom.reading import pdf
from markroom.reading.structure import Detection, detect, make_seed, structure_so_far
from markroom.reading.structure.intake import DamagedImage
from markroom.reading.structure.page import Page
from tests.reading.ocr.scanned import as_image, as_pdf, scan

from .drawn import HEIGHT, LABEL, PART, TEXT, WIDTH, Paper, ask

READ = "Text was recognised on page 1. Check labels and marks there."


def paper() -> bytes:
    drawn = Paper().text(50, 40, "The total mark for this paper is 9.").text(LABEL, 80, "1")
    drawn.text(TEXT, 80, "Here is a figure of a house.")
    ask(drawn, 120, [(PART, "(a)")], "Draw its roof.", "[3]")
    ask(drawn, 260, [(PART, "(b)")], "Draw its door.", "[2]")
    return ask(drawn, 400, [(LABEL, "2")], "Explain what a house is.", "[4]").page().pdf()


def shown(found: Detection) -> list[tuple[str, int | None]]:
    return [(question.path, question.max_marks) for question in found.questions]


WANTED = [("1", None), ("1(a)", 3), ("1(b)", 2), ("2", 4)]


@pytest.mark.parametrize(("tilt", "noise"), [(0.0, 0.0), (1.2, 8.0)])
def test_a_scanned_paper_is_read_like_a_printed_one(tilt: float, noise: float) -> None:
    printed, scanned = detect(paper()), detect(as_pdf(scan(paper(), tilt=tilt, noise=noise)))
    assert shown(scanned) == shown(printed) == WANTED
    assert scanned.total_marks == 9
    assert scanned.warnings == (READ,)
    assert len(scanned.response_areas) == len(printed.response_areas)


def test_what_is_found_lies_where_the_tilted_page_shows_it() -> None:
    """Laid straight to be read, laid back to be shown: a label at the left goes down as the page turns."""
    straight = {row.label: row for row in detect(paper()).boundaries}
    tilted = {row.label: row for row in detect(as_pdf(scan(paper(), tilt=1.2))).boundaries}
    down = (WIDTH / 2 - LABEL) * 0.0209 / HEIGHT
    for label in ("1", "2"):
        assert tilted[label].y - straight[label].y == pytest.approx(down, abs=0.0025)


TURNED = "The text on page 1 lies on its side or upside down and was read as if turned."


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_on_its_side_or_upside_down_is_read_turned_and_told(turn: int) -> None:
    """D-01, D-03: what is found lies where the page shows it, and the cut lines are unsure."""
    straight = detect(paper())
    found = detect(as_pdf([scan(paper(), noise=6)[0].rotate(turn, expand=True)]))
    assert shown(found) == WANTED
    assert any(warning.startswith(TURNED) for warning in found.warnings)
    assert max(row.confidence for row in found.boundaries) <= 0.5 < straight.boundaries[0].confidence
    for before, after in zip(straight.boundaries, found.boundaries, strict=True):
        assert before.bounds is not None
        assert after.bounds is not None
        x, y = before.bounds.x + before.bounds.w / 2, before.bounds.y + before.bounds.h / 2
        x, y = {90: (y, 1 - x), 180: (1 - x, 1 - y), 270: (1 - y, x)}[turn]
        assert (after.bounds.x + after.bounds.w / 2, after.bounds.y + after.bounds.h / 2) == (
            pytest.approx(x, abs=0.006),
            pytest.approx(y, abs=0.006),
        )


def test_pages_with_little_text_stay_as_they_lie() -> None:
    sparse = Paper().text(300, 800, "7")
    for line in range(20):
        sparse.rule(60, 100 + 30 * line, 540)
    found = detect(as_pdf([*scan(paper()), *scan(sparse.page().pdf())]))
    assert shown(found) == WANTED
    assert not any("upside down" in warning for warning in found.warnings)


def test_a_garbled_text_layer_is_not_believed() -> None:
    out = BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT))
    canvas.drawImage(ImageReader(scan(paper())[0]), 0, 0, WIDTH, HEIGHT)
    hidden = canvas.beginText(50, 800)
    hidden.setTextRenderMode(3)
    for _ in range(30):
        hidden.textLine("Wkzxcqtk vjk mbxzk dqc tvz lbbp")
    canvas.drawText(hidden)
    canvas.save()
    assert shown(detect(out.getvalue())) == WANTED


def test_pages_told_as_done_are_never_fewer_than_before() -> None:
    """D-02"""
    mixed = BytesIO()
    with (
        pikepdf.open(BytesIO(paper())) as document,
        pikepdf.open(BytesIO(as_pdf(scan(paper()) * 2))) as scanned,
    ):
        document.pages.extend(scanned.pages)
        document.save(mixed)
    told: list[tuple[int, int]] = []
    detect(mixed.getvalue(), on_page=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (1, 3), (1, 3), (1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_paper_may_be_a_picture(kind: str) -> None:
    found = detect(as_image(scan(paper())[0], kind))
    assert shown(found) == WANTED
    assert found.page_count == 1


def test_a_torn_picture_is_refused() -> None:
    with pytest.raises(DamagedImage):
        detect(as_image(scan(paper())[0], "PNG")[:2000])


def test_pages_left_over_when_time_is_up_are_told_and_the_rest_is_kept() -> None:
    """D-03"""
    twice = as_pdf([*scan(paper()), *scan(paper())])
    answers = iter((True, False))
    found = detect(twice, go_on=lambda: next(answers))
    assert shown(found) == WANTED
    assert found.warnings[:2] == ("There was no time to read page 2.", READ)


def test_only_pages_without_text_are_recognised() -> None:
    mixed = BytesIO()
    import pikepdf

    with pikepdf.open(BytesIO(paper())) as document, pikepdf.open(BytesIO(as_pdf(scan(paper())))) as scanned:
        document.pages.extend(scanned.pages)
        document.save(mixed)
    asked = 0

    def go_on() -> bool:
        nonlocal asked
        asked += 1
        return False

    detect(mixed.getvalue(), go_on=go_on)
    assert asked == 1


def test_progress_waits_for_the_pages_to_be_recognised() -> None:
    told: list[tuple[int, int]] = []
    detect(as_pdf(scan(paper())), lambda done, total: told.append((done, total)), lambda: False)
    assert told[-1] == (1, 1)
    assert (0, 1) in told


def test_what_is_hard_to_read_is_less_sure() -> None:
    """D-03: few dots an inch and much grain."""
    clear = detect(as_pdf(scan(paper())))
    poor = detect(as_pdf(scan(paper(), dpi=60, noise=25), 60))
    assert min((q.confidence for q in poor.questions), default=0) < min(q.confidence for q in clear.questions)


def test_a_file_that_is_neither_is_refused() -> None:
    with pytest.raises(pdf.NotAPdf):
        detect(b"\x89PN")


def three_pages() -> bytes:
    drawn = Paper()
    for page, thing in enumerate(("house", "garden", "street"), 1):
        drawn.text(LABEL, 80, str(page)).text(TEXT, 80, f"Here is a figure of a {thing}.")
        ask(drawn, 100 + 40 * page, [(PART, "(a)")], f"Draw what is over the {thing}.", "[3]")
        ask(drawn, 300 + 40 * page, [(PART, "(b)")], f"Explain what a {thing} is.", "[2]").page()
    return drawn.pdf()


def test_what_is_read_so_far_is_there_while_other_pages_wait() -> None:
    """D-02: printed pages at once, pictured ones page by page, under the ids they keep."""
    mixed = BytesIO()
    pictured = BytesIO(as_pdf(scan(three_pages())))
    with pikepdf.open(BytesIO(three_pages())) as document, pikepdf.open(pictured) as pictures:
        document.pages[1:] = pictures.pages[1:]
        document.save(mixed)
    steps: dict[tuple[int, ...], set[str]] = {}

    def look(pages: Sequence[Page]) -> None:
        found, read = structure_so_far(pages, make_seed(mixed.getvalue()))
        steps[tuple(read)] = {question.id for question in found.questions}

    whole = detect(mixed.getvalue(), on_pages=look)
    ids = {question.path: question.id for question in whole.questions}
    assert set(ids) == {f"{page}{part}" for page in (1, 2, 3) for part in ("", "(a)", "(b)")}
    assert list(steps) == [(1,), (1, 2), (1, 2, 3)]
    for read, found in steps.items():
        assert found == {id_ for path, id_ in ids.items() if int(path[0]) in read}
