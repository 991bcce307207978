"""T-10: uploaded papers and their pages as images."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import AsyncIterator, Callable
from functools import partial
from io import BytesIO

import httpx
import pytest
from PIL import Image

from markroom.files import endpoints, uploads
from tests.papers import draw_image, draw_paper, encrypt
from tests.stage import School, Stage


async def upload(client: httpx.AsyncClient, data: bytes, name: str = "paper.pdf") -> httpx.Response:
    return await client.post("/api/files", files={"file": (name, data)})


async def test_a_paper_is_stored_once_by_its_hash(school: School, stage: Stage) -> None:
    data = draw_paper(3)
    first = await upload(school["teacher"], data)
    again = await upload(school["teacher_2"], data, "copy.pdf")
    assert (first.status_code, again.status_code) == (201, 200)
    body = first.json()
    assert again.json() == body
    assert body["sha256"] == hashlib.sha256(data).hexdigest()
    assert (body["media_type"], body["page_count"], body["size"]) == ("application/pdf", 3, len(data))
    assert body["page_sizes"][0] == pytest.approx([210, 297], abs=0.5)
    told = "select count(*) from events where kind = 'file_uploaded' and institute_id = %s"
    assert await stage.query(told, [school.institute_id]) == [(1,)]


async def test_the_content_comes_back_byte_for_byte(school: School) -> None:
    data = draw_paper()
    file_id = (await upload(school["teacher"], data, "Yëar 11\r\n mock.pdf")).json()["id"]
    answer = await school["teacher_2"].get(f"/api/files/{file_id}/content")
    assert answer.content == data
    assert answer.headers["content-type"] == "application/pdf"
    assert "\n" not in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("TIFF", "image/tiff")]
)
async def test_an_image_is_a_file_of_one_page(school: School, kind: str, media_type: str) -> None:
    answer = await upload(school["teacher"], draw_image(kind), f"sheet.{kind.lower()}")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["media_type"], body["page_count"]) == (media_type, 1)
    assert body["page_sizes"][0] == pytest.approx([600 / 150 * 25.4, 850 / 150 * 25.4], abs=0.2)


def raw_pdf(content: bytes, pages: int = 1, catalog: bytes = b"") -> bytes:
    """A PDF by hand: one page as often as wanted, its content packed."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, b"3 0 R " * pages),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content),
    ]
    body, places = b"%PDF-1.7\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 5\n0000000000 65535 f \n"
    return body + head + table + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)


def packed_spaces(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(b" " * 2**20) for _ in range(megabytes)), packer.flush()])


HOSTILE: list[tuple[str, Callable[[], bytes], int, str]] = [
    ("empty.pdf", lambda: b"", 422, "empty_file"),
    ("notes.pdf", lambda: b"just words, no paper", 422, "not_pdf"),
    ("program.exe", lambda: b"MZ\x90\x00" * 100, 422, "unsupported_type"),
    ("picture.pdf", lambda: draw_image("PNG"), 422, "misnamed"),
    ("locked.pdf", lambda: encrypt(draw_paper()), 422, "encrypted_pdf"),
    ("torn.pdf", lambda: b"%PDF-1.7\n" + b"\x00\xff" * 2000, 422, "damaged_file"),
    ("cut.pdf", lambda: draw_paper()[:300], 422, "damaged_file"),
    ("cut.png", lambda: draw_image("PNG")[:400], 422, "damaged_file"),
    ("torn.jpg", lambda: b"\xff\xd8\xff" + bytes(60), 422, "damaged_file"),
    ("thousands.pdf", lambda: raw_pdf(b"", pages=10_000), 422, "too_many_pages"),
    ("bomb.png", lambda: draw_image("PNG", 30_000, 4_000), 422, "page_too_large"),
    ("long.pdf", lambda: draw_paper(501), 422, "too_many_pages"),
]


@pytest.mark.parametrize(("name", "data", "status", "code"), HOSTILE, ids=[row[0] for row in HOSTILE])
async def test_a_file_that_cannot_be_read_is_refused_in_the_users_words(
    school: School, stage: Stage, name: str, data: Callable[[], bytes], status: int, code: str
) -> None:
    before = await stage.query("select count(*) from source_files")
    answer = await upload(school["teacher"], data(), name)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"]
    assert await stage.query("select count(*) from source_files") == before


async def test_a_page_that_unpacks_to_hundreds_of_megabytes_ends_in_an_answer(school: School) -> None:
    """T-10: bounded time and memory"""
    data = raw_pdf(packed_spaces(300))
    assert len(data) < 2 * 2**20
    answer = await upload(school["teacher"], data, "bomb.pdf")
    assert answer.status_code in (201, 422)
    if answer.status_code == 201:
        page = await school["teacher"].get(f"/api/files/{answer.json()['id']}/pages/1/image")
        assert page.status_code in (200, 422)


async def test_a_script_inside_a_paper_does_nothing(school: School) -> None:
    """T-10: it is looked at as a picture; nothing in it runs"""
    script = b"/OpenAction<</S/JavaScript/JS(while\\(true\\){})>>"
    answer = await upload(school["teacher"], raw_pdf(zlib.compress(b"0 0 100 100 re f"), 1, script), "a.pdf")
    assert answer.status_code == 201
    page = await school["teacher"].get(f"/api/files/{answer.json()['id']}/pages/1/image")
    assert (page.status_code, page.headers["content-type"]) == (200, "image/jpeg")


async def test_more_bytes_than_allowed_are_not_even_kept(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where the length is announced nor where it comes in chunks."""
    monkeypatch.setattr(endpoints, "receive_files", partial(uploads.receive_files, max_bytes=1000))
    announced = await upload(school["teacher"], b"x" * (uploads.FORM_OVERHEAD + 2000))
    assert (announced.status_code, announced.json()["code"]) == (413, "file_too_large")

    async def chunks() -> AsyncIterator[bytes]:
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        yield head
        for _ in range(10):
            yield b"x" * 10_000

    form = {"content-type": "multipart/form-data; boundary=b"}
    streamed = await school["teacher"].post("/api/files", content=chunks(), headers=form)
    assert (streamed.status_code, streamed.json()["code"]) == (413, "file_too_large")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--b--\r\n",
        b"garbage",
        b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n',
    ],
)
async def test_a_form_without_a_file_is_refused(school: School, body: bytes) -> None:
    form = {"content-type": "multipart/form-data; boundary=b"}
    answer = await school["teacher"].post("/api/files", content=body, headers=form)
    assert answer.status_code == 422
    assert answer.json()["code"] in {"file_missing", "bad_upload"}


async def test_only_staff_upload_and_read_files(school: School, other_school: School, stage: Stage) -> None:
    """X-02: a stranger finds nothing, and neither does a pupil."""
    assert (await upload(school["student"], draw_paper())).status_code == 403
    assert (await upload(stage.client(), draw_paper())).status_code == 401
    file_id = (await upload(school["teacher"], draw_paper())).json()["id"]
    for client in (school["student"], other_school["teacher"], other_school["school_admin"]):
        for path in ("", "/content", "/pages/1/image"):
            assert (await client.get(f"/api/files/{file_id}{path}")).status_code == 404


async def test_a_page_is_rendered_once_at_one_of_a_few_widths(school: School, stage: Stage) -> None:
    file = (await upload(school["teacher"], draw_paper())).json()
    address = f"/api/files/{file['id']}/pages/2/image"
    answer = await school["teacher"].get(address, params={"width": 500})
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    with Image.open(BytesIO(answer.content)) as image:
        assert image.width == 640
        assert image.height == pytest.approx(640 * 297 / 210, abs=2)
    key = f"{school.institute_id}/files/{file['sha256']}.pages/2-640.jpg"
    assert await stage.resources.storage.get(key) == answer.content
    await stage.resources.storage.put(key, b"kept")
    assert (await school["teacher"].get(address, params={"width": 640})).content == b"kept"


@pytest.mark.parametrize(("page", "status"), [(0, 404), (3, 404), ("x", 404), (2**40, 404)])
async def test_a_page_that_is_not_there_is_not_found(school: School, page: object, status: int) -> None:
    file_id = (await upload(school["teacher"], draw_paper(2))).json()["id"]
    assert (await school["teacher"].get(f"/api/files/{file_id}/pages/{page}/image")).status_code == status


async def test_an_image_turned_by_its_camera_is_shown_upright(school: School) -> None:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (800, 400), "white").save(out, "JPEG", exif=exif)
    file = (await upload(school["teacher"], out.getvalue(), "photo.jpg")).json()
    width_mm, height_mm = file["page_sizes"][0]
    assert height_mm == pytest.approx(2 * width_mm, rel=0.01)
    answer = await school["teacher"].get(f"/api/files/{file['id']}/pages/1/image?width=320")
    with Image.open(BytesIO(answer.content)) as image:
        assert image.size == (320, 640)
