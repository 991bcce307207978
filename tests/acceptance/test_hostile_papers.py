"""T-10: what hostile or broken files meet, over HTTP: an answer in a teacher's words, and nothing kept."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from tests.exam_templates.canvases import make_template
from tests.files.test_endpoints import packed_spaces, upload
from tests.papers import draw_image, draw_paper
from tests.stage import School, Stage

CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"


def pdf_of(*objects: bytes) -> bytes:
    """A PDF by hand, its objects numbered from 1."""
    body, places = b"%PDF-1.7\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(body))
    return body + head + table + trailer


def one_page(page: bytes, *more: bytes) -> bytes:
    return pdf_of(CATALOG, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, *more)


def boxed(box: bytes) -> bytes:
    """A page with a paper's box."""
    return one_page(b"<</Type/Page/Parent 2 0 R/MediaBox[%s]>>" % box)


def pages_of(count: int, kids: bytes, *more: bytes) -> bytes:
    """A page tree that may not be one."""
    return pdf_of(CATALOG, b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids), PAGE, *more)


def picture(width: int, height: int, kind: str = "PNG", frames: int = 1) -> bytes:
    out, image = BytesIO(), Image.new("1", (width, height))
    more = {"save_all": True, "append_images": [image] * (frames - 1)} if frames > 1 else {}
    image.save(out, kind, **more)
    return out.getvalue()


def with_packed_text() -> bytes:
    """A PNG whose comment unpacks to 200 MB."""
    data = draw_image("PNG")
    chunk = b"zTXt" + b"key\0\0" + packed_spaces(200)
    length, sum_ = struct.pack(">I", len(chunk) - 4), struct.pack(">I", zlib.crc32(chunk))
    return data[:33] + length + chunk + sum_ + data[33:]


def claims_to_be_huge() -> bytes:
    """A JPEG whose header says 65,535 by 65,535."""
    data = bytearray(draw_image("JPEG"))
    frame = data.find(b"\xff\xc0")
    data[frame + 5 : frame + 9] = b"\xff" * 4
    return bytes(data)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED: list[tuple[str, Callable[[], bytes], str]] = [
    ("svg.png", lambda: SVG, "unsupported_type"),
    ("svg.svg", lambda: SVG, "unsupported_type"),
    ("page.html", lambda: b"<html></html>", "unsupported_type"),
    ("gif.jpg", lambda: picture(9, 9, "GIF"), "unsupported_type"),
    ("paper.png", draw_paper, "misnamed"),
    ("photo.tiff", lambda: draw_image("JPEG"), "misnamed"),
    ("late.pdf", lambda: b" " * 2000 + draw_paper(), "not_pdf"),
    ("as_a_field.pdf", lambda: boxed(b"0 0 1000000 1000000"), "page_too_large"),
    ("as_a_hair.pdf", lambda: boxed(b"0 0 4000 0.001"), "page_too_small"),
    ("as_a_dot.pdf", lambda: boxed(b"0 0 1 1"), "page_too_small"),
    ("own_parent.pdf", lambda: pages_of(3, b"2 0 R 2 0 R 3 0 R"), "damaged_file"),
    (
        "each_others.pdf",
        lambda: pages_of(400, b"4 0 R", b"<</Type/Pages/Count 400/Kids[2 0 R]>>"),
        "damaged_file",
    ),
    ("a_million.pdf", lambda: pages_of(1_000_000, b"3 0 R"), "too_many_pages"),
    ("says_400.pdf", lambda: pages_of(400, b"3 0 R"), "damaged_file"),
    ("field.png", lambda: picture(30_000, 30_000), "page_too_large"),
    ("field.tiff", lambda: picture(20_000, 20_000, "TIFF"), "page_too_large"),
    ("field.jpg", claims_to_be_huge, "page_too_large"),
    ("dot.png", lambda: picture(1, 1), "page_too_small"),
    ("hair.png", lambda: picture(20_000, 16), "page_too_small"),
    ("chatty.png", with_packed_text, "damaged_file"),
    ("pile.tiff", lambda: picture(64, 64, "TIFF", frames=501), "too_many_pages"),
]


@pytest.mark.parametrize(("name", "data", "code"), REFUSED, ids=[row[0] for row in REFUSED])
async def test_a_file_that_is_no_paper_is_refused_and_not_kept(
    school: School, stage: Stage, name: str, data: Callable[[], bytes], code: str
) -> None:
    """T-10"""
    before = await stage.query("select count(*) from source_files")
    answer = await upload(school["teacher"], data(), name)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert len(answer.json()["detail"]) > 10
    assert await stage.query("select count(*) from source_files") == before


def picture_inside() -> bytes:
    """A page with a picture of 900 million dots in 100 kB."""
    packer, row = zlib.compressobj(9), bytes(30_000 // 8)
    data = b"".join([*(packer.compress(row * 1000) for _ in range(30)), packer.flush()])
    about = b"/Width 30000/Height 30000/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/FlateDecode"
    return one_page(
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length 28>>stream\nq 595 0 0 842 0 0 cm /I Do Q\nendstream",
        b"<</Type/XObject/Subtype/Image%s/Length %d>>stream\n%s\nendstream" % (about, len(data), data),
    )


BENT: list[tuple[str, Callable[[], bytes]]] = [
    ("no_box.pdf", lambda: boxed(b"")),
    ("box_of_nothing.pdf", lambda: boxed(b"0 0 0 0")),
    ("box_without_end.pdf", lambda: boxed(b"0 0 1e38 1e38")),
    ("fewer_than_none.pdf", lambda: pages_of(-1, b"3 0 R")),
    ("nested.pdf", lambda: pages_of(1, b"3 0 R", b"[" * 200_000 + b"]" * 200_000)),
    ("picture.pdf", picture_inside),
]


@pytest.mark.parametrize(("name", "data"), BENT, ids=[row[0] for row in BENT])
async def test_a_bent_file_is_shown_or_refused_in_words(
    school: School, name: str, data: Callable[[], bytes]
) -> None:
    """T-10"""
    answer = await upload(school["teacher"], data(), name)
    assert answer.status_code in (201, 422), answer.text
    if answer.status_code == 201:
        shown = await school["teacher"].get(f"/api/files/{answer.json()['id']}/pages/1/image")
        assert shown.status_code in (200, 422), shown.text


async def test_a_page_of_the_web_that_is_a_paper_too_is_never_a_page_of_the_web(school: School) -> None:
    """T-10: a file that is two things is given back as the one it was taken for"""
    both = b"<html><script>alert(1)</script>\n" + draw_paper()
    file = (await upload(school["teacher"], both, "both.html")).json()
    content = await school["teacher"].get(f"/api/files/{file['id']}/content")
    assert content.headers["content-type"] == "application/pdf"
    assert content.headers["x-content-type-options"] == "nosniff"


async def test_a_paper_that_only_its_author_may_change_is_taken(school: School) -> None:
    """T-10: it opens without a password"""
    out = BytesIO()
    with pikepdf.open(BytesIO(draw_paper(2))) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="owner", user=""))
    answer = await upload(school["teacher"], out.getvalue())
    assert (answer.status_code, answer.json()["page_count"]) == (201, 2)


@pytest.mark.parametrize(
    ("sent", "kept"), [("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\papers\\mock.pdf", "mock.pdf")]
)
async def test_a_name_leads_nowhere(school: School, sent: str, kept: str) -> None:
    answer = await upload(school["teacher"], draw_paper(), sent)
    assert answer.json()["name"] == kept


async def test_every_page_of_a_tiff_is_one(school: School) -> None:
    """T-10"""
    file = (await upload(school["teacher"], picture(600, 850, "TIFF", frames=3), "scan.tiff")).json()
    assert file["page_count"] == 3
    for page, status in ((1, 200), (3, 200), (4, 404)):
        shown = await school["teacher"].get(f"/api/files/{file['id']}/pages/{page}/image?width=320")
        assert shown.status_code == status


async def test_one_school_s_paper_tells_another_nothing(
    school: School, other_school: School, stage: Stage
) -> None:
    """T-10, sec-R9: stored by its hash, but once for each of them"""
    data = draw_paper(2, "The same paper")
    mine, theirs = [await upload(each["teacher"], data) for each in (school, other_school)]
    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert mine.json()["id"] != theirs.json()["id"]
    sha256 = mine.json()["sha256"]
    keys = sorted(key for key in stage.resources.storage.list_keys() if key.endswith(sha256))
    assert keys == sorted(f"{each.institute_id}/files/{sha256}" for each in (school, other_school))
    foreign = await make_template(
        other_school["teacher"], source_file_id=theirs.json()["id"], page_count=None
    )
    assert (
        await school["teacher"].get(f"/api/exam/templates/{foreign['id']}/pages/1/image")
    ).status_code == 404
