"""What is asked of a stranger's bytes: what they are, how large their pages are, what a page looks like.

Pure functions, light to import: they run in a process of their own. Raise `markroom.reading.pdf.Unreadable`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from markroom.reading import pdf

MM_PER_INCH = 25.4
A4_LONG_MM = 297.0
MIN_SIDE_MM, MIN_SIDE_PX = 10.0, 8
MAX_RENDERED_PIXELS = 25_000_000
JPEG_QUALITY = 82
PDF = "application/pdf"
FORMATS = {"image/png": ["PNG"], "image/jpeg": ["JPEG"], "image/tiff": ["TIFF"]}
_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
}


class DamagedImage(pdf.Unreadable):
    """This image is damaged and cannot be opened."""


class PageTooSmall(pdf.Unreadable):
    """A page of this file is too small."""


def find_media_type(head: bytes) -> str | None:
    """What a file is by its first kilobyte, whatever its name says."""
    for signature, media_type in _SIGNATURES.items():
        if head.startswith(signature):
            return media_type
    return PDF if b"%PDF-" in head[:1024] else None


def read_page_sizes(path: str, media_type: str) -> tuple[tuple[float, float], ...]:
    """Width and height of every page in mm, as seen. Decodes images whole, so that a torn one is found."""
    sizes = _measure_pages(Path(path).read_bytes(), media_type)
    if min(map(min, sizes)) < MIN_SIDE_MM:
        raise PageTooSmall
    return sizes


def _measure_pages(data: bytes, media_type: str) -> tuple[tuple[float, float], ...]:
    if media_type == PDF:
        return pdf.inspect(data).page_sizes_mm
    with _open_image(data, media_type) as image:
        count = getattr(image, "n_frames", 1) if media_type == "image/tiff" else 1
        if count > pdf.MAX_PAGES:
            raise pdf.TooManyPages
        return tuple(_page_size(_load(image, index)) for index in range(count))


def render_jpeg(data: bytes, media_type: str, page: int, width_px: int) -> bytes:
    """A page (1-based) as JPEG in colour, `width_px` wide unless that would make it enormous."""
    with _page_picture(data, media_type, page, width_px) as picture:
        out = BytesIO()
        picture.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
        return out.getvalue()


@contextmanager
def _page_picture(data: bytes, media_type: str, page: int, width_px: int) -> Iterator[Image.Image]:
    if media_type == PDF:
        with pdf.open_pdf(data) as document:
            loaded = pdf.load_page(document, page)
            width, height = loaded.get_size()
            scale = min(width_px / width, math.sqrt(MAX_RENDERED_PIXELS / (width * height)))
            yield Image.fromarray(pdf.render_page(loaded, scale * 72, rgb=True))
        return
    with _open_image(data, media_type) as image:
        picture = _on_white(_load(image, page - 1))
        width, height = picture.size
        scale = min(width_px / width, math.sqrt(MAX_RENDERED_PIXELS / (width * height)))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        yield picture.resize(size, Image.Resampling.LANCZOS)


@contextmanager
def _open_image(data: bytes, media_type: str) -> Iterator[Image.Image]:
    try:
        with Image.open(BytesIO(data), formats=FORMATS[media_type]) as image:
            yield image
    except Image.DecompressionBombError as error:
        raise pdf.PageTooLarge from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise DamagedImage from error


def _load(image: Image.Image, index: int) -> Image.Image:
    image.seek(index)
    if image.width * image.height > pdf.MAX_PIXELS:
        raise pdf.PageTooLarge
    if min(image.size) < MIN_SIDE_PX:
        raise PageTooSmall
    image.load()
    return ImageOps.exif_transpose(image)


def _page_size(image: Image.Image) -> tuple[float, float]:
    """By the stated resolution where a sheet of paper could have it, else as if the long side were A4's."""
    dpi = float(image.info.get("dpi", (0, 0))[0])
    mm_per_px = MM_PER_INCH / dpi if 50 <= dpi <= 1300 else A4_LONG_MM / max(image.size)
    return image.width * mm_per_px, image.height * mm_per_px


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")
