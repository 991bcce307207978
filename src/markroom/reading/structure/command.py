"""Detection on the command line."""

import json
import sys
from pathlib import Path

from markroom.reading.structure import detect
from markroom.reading.structure.overlay import draw


def run(paper: Path, json_out: str | None = None, overlay_out: Path | None = None) -> None:
    """Read a paper and write what was found; `-` prints only the JSON. Raises pdf.Unreadable, OSError."""
    data = paper.read_bytes()
    found = detect(data)
    text = json.dumps(found.as_json(), ensure_ascii=False, indent=1)
    if json_out == "-":
        sys.stdout.write(text + "\n")
    elif json_out:
        Path(json_out).write_text(text + "\n", encoding="utf-8")
    if overlay_out:
        overlay_out.write_bytes(draw(data, found))
    if json_out != "-":
        sys.stdout.write(
            f"{found.page_count} pages, {len(found.questions)} questions, {len(found.response_areas)} areas, "
            f"total {found.total_marks if found.total_marks is not None else 'not printed'}\n"
        )
        sys.stdout.writelines(f"warning: {warning}\n" for warning in found.warnings)
