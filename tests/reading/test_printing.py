"""S-01: codes on every page where nothing is printed, the original content untouched."""

import io
import json
from itertools import pairwise

import numpy as np
import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from markroom.operation.demo.paper import PAGE_COUNT, demo_paper
from markroom.reading import pdf
from markroom.reading.codes import PageCode, find_codes
from markroom.reading.geometry import Bounds
from markroom.reading.printing import (
    CodePlaces,
    NoRoomForCodes,
    PagePlaces,
    PrintedScript,
    plan_codes,
    print_scripts,
)
from tests.reading.demo_scripts import BATCH, places, printed, sheet

ONE = [PrintedScript(1, "Pupil 07", "1007")]


def stamp(paper: bytes, scripts: list[PrintedScript] = ONE) -> bytes:
    out = io.BytesIO()
    print_scripts(paper, BATCH, scripts, plan_codes(paper), out)
    return out.getvalue()


def stamped_places(page: PagePlaces) -> list[Bounds]:
    return [*page.codes, *([page.label] if page.label else [])]


def hide(image: np.ndarray, areas: list[Bounds]) -> np.ndarray:
    hidden = image.copy()
    for area in areas:
        hidden[area.grown(0.004, 0.004).pixels(hidden)] = 255
    return hidden


def one_page(draw: str = "", size: tuple[float, float] = (595.28, 841.89)) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size)
    canvas.drawString(100, size[1] / 2, "1  What is 2 + 2?")
    if draw == "full":
        canvas.setFillGray(0.5)
        canvas.rect(0, 0, *size, fill=1)
    if draw == "top left":
        canvas.rect(0, size[1] - 90, 200, 90, fill=1)
    canvas.save()
    return out.getvalue()


def change(paper: bytes, **entries: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper)) as document:
        for name, value in entries.items():
            document.pages[0].obj[f"/{name}"] = value
        document.save(out)
    return out.getvalue()


def test_every_page_of_a_usual_paper_gets_four_codes_and_a_label() -> None:
    assert all(len(page.codes) == 4 and page.label for page in places().pages)


@pytest.mark.parametrize("page", range(1, PAGE_COUNT + 1))
def test_codes_and_labels_lie_where_nothing_is_printed(page: int) -> None:
    original = pdf.render(demo_paper(), page, 100)
    for area in stamped_places(places().pages[page - 1]):
        assert original[area.pixels(original)].min() == 255


@pytest.mark.parametrize("page", range(1, PAGE_COUNT + 1))
def test_the_original_content_is_untouched(page: int) -> None:
    original, stamped = pdf.render(demo_paper(), page, 100), pdf.render(printed(), page, 100)
    hidden = stamped_places(places().pages[page - 1])
    assert np.abs(hide(original, hidden).astype(int) - hide(stamped, hidden)).max() <= 8


def test_every_printed_page_says_its_script_and_page() -> None:
    for script in (1, 3):
        for page in (1, 8):
            assert {code.code for code in find_codes(sheet(page, script))} == {PageCode(BATCH, script, page)}


def test_a_code_slides_along_the_margin_when_its_corner_is_taken() -> None:
    (page,) = plan_codes(one_page("top left")).pages
    top_left = page.codes[0]
    assert len(page.codes) == 4
    assert top_left.y > 90 / 841.89
    assert top_left.right * page.width_mm <= 23


def test_response_areas_are_kept_clear() -> None:
    taken = Bounds(0, 0, 0.5, 0.5)
    (page,) = plan_codes(one_page(), {1: [taken]}).pages
    assert len(page.codes) == 3
    assert all(code.x >= 0.5 or code.y >= 0.5 for code in page.codes)


def test_a_page_without_free_paper_is_named() -> None:
    with pytest.raises(NoRoomForCodes, match="Page 1 "):
        plan_codes(one_page("full"))


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_rotated_pages_are_stamped_as_they_are_seen(rotation: int) -> None:
    paper = change(one_page("top left"), Rotate=rotation)
    original, stamped = pdf.render(paper, 1, 100), pdf.render(stamp(paper), 1, 100)
    hidden = stamped_places(plan_codes(paper).pages[0])
    assert original.shape == stamped.shape
    assert np.abs(hide(original, hidden).astype(int) - hide(stamped, hidden)).max() <= 8
    assert len(find_codes(pdf.render(stamp(paper), 1, 200))) == 4


def test_a_crop_box_is_the_page_people_see() -> None:
    paper = change(one_page(), CropBox=[30, 50, 560, 800], TrimBox=[60, 60, 500, 700])
    original, stamped = pdf.render(paper, 1, 100), pdf.render(stamp(paper), 1, 100)
    hidden = stamped_places(plan_codes(paper).pages[0])
    assert np.abs(hide(original, hidden).astype(int) - hide(stamped, hidden)).max() <= 8


def test_names_in_any_european_alphabet_are_printed() -> None:
    paper = one_page()
    label = plan_codes(paper).pages[0].label
    assert label is not None
    images = []
    for name in ("Łucja Śmigły", "Ελένη", "Ольга", None):
        image = pdf.render(stamp(paper, [PrintedScript(1, name)]), 1, 150)
        images.append(image[label.pixels(image)])
    inks = [int((image < 128).sum()) for image in images]
    assert min(inks[:3]) > 2 * inks[3]
    assert all((a != b).any() for a, b in pairwise(images))


def test_pages_are_shared_between_scripts() -> None:
    paper = demo_paper()
    assert len(stamp(paper, [PrintedScript(n) for n in range(1, 11)])) < 6 * len(stamp(paper))


def test_progress_is_told_after_each_script() -> None:
    told: list[tuple[int, int]] = []
    scripts = [PrintedScript(1), PrintedScript(2)]
    print_scripts(
        demo_paper(), BATCH, scripts, places(), io.BytesIO(), lambda done, total: told.append((done, total))
    )
    assert told == [(1, 2), (2, 2)]


def test_places_of_another_paper_are_refused() -> None:
    with pytest.raises(ValueError, match="another paper"):
        print_scripts(one_page(), BATCH, ONE, places(), io.BytesIO())


def test_places_survive_being_stored() -> None:
    assert CodePlaces.from_json(json.loads(json.dumps(places().to_json()))) == places()
