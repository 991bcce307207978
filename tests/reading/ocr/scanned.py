"""Papers as a copier sends them: pictures without a text layer."""

from io import BytesIO

import numpy as np
from PIL import Image

from markroom.reading import pdf


def scan(data: bytes, dpi: int = 150, tilt: float = 0.0, noise: float = 0.0) -> list[Image.Image]:
    """Every page as a gray picture, turned anticlockwise by `tilt` degrees, on grayish paper with grain."""
    grain = np.random.default_rng(7)
    pictures = []
    for number in range(1, pdf.inspect(data).page_count + 1):
        page = Image.fromarray(pdf.render(data, number, dpi)).rotate(
            tilt, Image.Resampling.BILINEAR, fillcolor=255
        )
        gray = np.asarray(page) * (0.94 if noise else 1.0) + grain.normal(0, noise or 1e-9, page.size[::-1])
        pictures.append(Image.fromarray(np.clip(gray, 0, 255).astype(np.uint8)))
    return pictures


def as_pdf(pictures: list[Image.Image], dpi: int = 150) -> bytes:
    out = BytesIO()
    pictures[0].save(out, "PDF", resolution=dpi, save_all=True, append_images=pictures[1:])
    return out.getvalue()


def as_image(picture: Image.Image, kind: str, dpi: int = 150) -> bytes:
    out = BytesIO()
    picture.save(out, kind, dpi=(dpi, dpi))
    return out.getvalue()
