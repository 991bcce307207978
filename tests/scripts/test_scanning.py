"""From printed scripts to pages in their places (S-01, S-02, S-04)."""

from collections import Counter

import pytest_asyncio

from markroom.operation.demo.bad_scanner import Faults, ScannedClass
from tests.scripts.stage import StagedBatch, make_batch, scan_class, send_and_read
from tests.stage import School, Stage

FAULTS = Faults(missing=1, duplicates=1, blanks=1, foreign=1, codeless=1)


class Sitting:
    def __init__(self, batch: StagedBatch, scanned: ScannedClass, scan_id: str) -> None:
        self.batch, self.scanned, self.scan_id = batch, scanned, scan_id


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sitting(stage: Stage, school: School) -> Sitting:
    batch = await make_batch(school["teacher"], pupils=3)
    scanned = await scan_class(stage, batch, pupils=3, faults=FAULTS)
    return Sitting(batch, scanned, await send_and_read(stage, batch, scanned.pdf))


async def test_every_scanned_page_ends_in_exactly_one_place(sitting: Sitting) -> None:
    """S-02"""
    scan = (await sitting.batch.client.get(f"/api/scans/{sitting.scan_id}")).json()
    pages = await sitting.batch.pages()
    assert sorted(page["scan_page"] for page in pages) == list(range(1, len(sitting.scanned.sheets) + 1))
    counts = Counter(page["state"] for page in pages)
    assert scan["state"] == "done"
    assert scan["pages"] == {
        "total": len(sitting.scanned.sheets),
        "placed": counts["placed"],
        "blank": counts["blank"],
        "exceptions": counts["exception"],
        "discarded": 0,
    }


async def test_each_sheet_lies_where_it_was_printed_for_or_has_its_reason(sitting: Sitting) -> None:
    """S-02, S-04"""
    numbers = {script["id"]: script["number"] for script in await sitting.batch.scripts()}
    pages = {page["scan_page"]: page for page in await sitting.batch.pages()}
    seen_twice = Counter(
        (s.script_number, s.page) for s in sitting.scanned.sheets if s.kind in ("page", "duplicate")
    )
    for number, sheet in enumerate(sitting.scanned.sheets, start=1):
        page = pages[number]
        place = (numbers.get(page["script_id"]), page["page"])
        if sheet.kind == "blank":
            assert page["state"] == "blank"
        elif sheet.kind in ("foreign", "codeless"):
            assert (page["state"], page["reason"]) in {
                ("exception", "foreign_code"),
                ("exception", "no_code"),
                ("exception", "other_batch"),
            }
        elif seen_twice[sheet.script_number, sheet.page] == 1:
            assert page["state"] == "placed"
            assert place == (sheet.script_number, sheet.page)
            assert page["residual_mm"] < 0.6
        else:
            assert place == (sheet.script_number, sheet.page)
            assert (page["state"], page["reason"]) in {("placed", None), ("exception", "duplicate")}


async def test_a_script_is_complete_when_all_pages_with_answers_are_there(sitting: Sitting) -> None:
    wanted = set(sitting.scanned.missing) | {
        (s.script_number, s.page) for s in sitting.scanned.sheets if s.kind == "codeless"
    }
    for script in await sitting.batch.scripts():
        missing = sorted(
            page for number, page in wanted if page and number == script["number"] and page not in (1, 6)
        )
        assert script["pages_missing"] == missing
        assert script["state"] == ("incomplete" if missing else "complete")


async def test_choices_are_read_and_blank_answers_flagged(stage: Stage, sitting: Sitting) -> None:
    """S-04"""
    rows = await stage.query(
        """select s.number, q.path, a.choice, a.is_blank, a.state from answers a
             join scripts s on s.id = a.script_id join exam_questions q
               on q.id = a.question_id where a.batch_id = %s""",
        [sitting.batch.id],
    )
    read = {
        (number, path): (choice, blank) for number, path, choice, blank, state in rows if state == "ready"
    }
    assert len(read) > 30
    for (number, path), (choice, blank) in read.items():
        pupil = sitting.scanned.answers[number]
        crossed = pupil.choices.get(path)
        assert blank is not (path in pupil.attempts or bool(crossed and crossed.mark)), (number, path)
        assert choice is None or (crossed and choice == crossed.label)


async def test_a_file_sent_again_changes_nothing(sitting: Sitting) -> None:
    """S-02"""
    before = await sitting.batch.pages()
    again = await sitting.batch.send(sitting.scanned.pdf)
    assert again.status_code == 200
    assert again.json()["scan"]["id"] == sitting.scan_id
    assert await sitting.batch.pages() == before


async def test_the_crop_of_an_answer_is_a_jpeg(stage: Stage, sitting: Sitting) -> None:
    rows = await stage.query(
        "select script_id, question_id from answers where batch_id = %s limit 1", [sitting.batch.id]
    )
    image = await sitting.batch.client.get(f"/api/answers/{rows[0][0]}/{rows[0][1]}/1/image")
    assert image.status_code == 200
    assert image.content.startswith(b"\xff\xd8")


async def test_a_page_is_shown_at_the_width_asked_for(sitting: Sitting) -> None:
    page = (await sitting.batch.pages("placed"))[0]
    image = await sitting.batch.client.get(f"/api/pages/{page['id']}/image?width=400")
    assert image.headers["content-type"] == "image/jpeg"
    assert jpeg_width(image.content) == 400


def jpeg_width(data: bytes) -> int:
    from io import BytesIO

    from PIL import Image

    with Image.open(BytesIO(data)) as image:
        return image.width


async def test_a_stranger_sees_neither_scan_nor_page_nor_answer(stage: Stage, sitting: Sitting) -> None:
    """X-02, sec-P4"""
    stranger = (await stage.make_school("Valley School", ("teacher",)))["teacher"]
    page = (await sitting.batch.pages("placed"))[0]
    rows = await stage.query(
        "select script_id, question_id from answers where batch_id = %s limit 1", [sitting.batch.id]
    )
    paths = [
        f"/api/scans/{sitting.scan_id}",
        f"/api/pages/{page['id']}/image",
        f"/api/scripts/{page['script_id']}/pages/{page['page']}/image",
        f"/api/answers/{rows[0][0]}/{rows[0][1]}/1/image",
    ]
    assert [(await stranger.get(path)).status_code for path in paths] == [404] * len(paths)
    assert (await stranger.patch(f"/api/pages/{page['id']}", json={"state": "discarded"})).status_code == 404


async def test_a_blind_marker_sees_placed_pages_without_the_name_and_no_others(
    stage: Stage, school: School, sitting: Sitting
) -> None:
    """K-01"""
    marker = school.people["teacher_2"]
    await stage.query("update batches set blind = true where id = %s", [sitting.batch.id])
    await stage.query(
        "insert into batch_markers (institute_id, batch_id, user_id) values (%s, %s, %s)",
        [school.institute_id, sitting.batch.id, marker.user_id],
    )
    placed = next(page for page in await sitting.batch.pages("placed") if page["page"] == 1)
    own = await sitting.batch.client.get(f"/api/pages/{placed['id']}/image")
    seen = await marker.client.get(f"/api/pages/{placed['id']}/image")
    x, y, w, h = 0.23, 0.15, 0.65, 0.07  # the name field of the cover
    assert darkest(own.content, x, y, w, h) < 100
    assert darkest(seen.content, x, y, w, h) > 200
    other = (await sitting.batch.pages("exception"))[0]
    assert (await marker.client.get(f"/api/pages/{other['id']}/image")).status_code == 403
    assert (await marker.client.patch(f"/api/pages/{placed['id']}", json={"rotation": 90})).status_code == 403


def darkest(image: bytes, x: float, y: float, w: float, h: float) -> int:
    from io import BytesIO

    from PIL import Image

    with Image.open(BytesIO(image)) as page:
        part = page.convert("L").crop(
            (int(x * page.width), int(y * page.height), int((x + w) * page.width), int((y + h) * page.height))
        )
        return min(part.tobytes())
