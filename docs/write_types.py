"""Writes the TypeScript types of what pages fetch from the API's own description.

`python -m docs.write_types`; with `--check` it writes nothing and says where the file differs.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from markroom.kit.resources import make_resources
from markroom.kit.settings import Settings

FILE = Path(__file__).parents[1] / "src/markroom/web/elements/answers.ts"
FETCHED = ("ExamTemplate",)  # with all they are made of
OPENING = """\
/** What the API answers. Written by docs/write_types.py from its description: change the code, run that. */
"""
SIMPLE = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
Schema = Mapping[str, Any]


def write_types() -> str:
    with tempfile.TemporaryDirectory() as folder:
        resources = make_resources(Settings(data_dir=folder), "", "", b"no secret at all, only long enough")
        app = import_module("markroom.main").make_app(resources, with_worker=False)
    schemas = app.openapi()["components"]["schemas"]
    return "\n".join([OPENING, *(write_type(name, schemas[name]) for name in sorted(find_needed(schemas)))])


def find_needed(schemas: Schema) -> set[str]:
    needed: set[str] = set()
    waiting = list(FETCHED)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += re.findall(r"#/components/schemas/(\w+)", str(schemas[name]))
    return needed


def write_type(name: str, schema: Schema) -> str:
    return "\n".join([f"export interface {name} {{", *write_fields(schema), "}", ""])


def write_fields(schema: Schema) -> Iterator[str]:
    for name, field in schema["properties"].items():
        optional = "" if name in schema.get("required", ()) else "?"
        yield f"  {name}{optional}: {write_value(field)};"


def write_value(schema: Schema) -> str:
    """As TypeScript says it. Raises KeyError for what no answer of a page uses."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(map(write_value, schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(f'"{value}"' for value in schema["enum"])
    if schema.get("type") == "array":
        item = write_value(schema["items"])
        return f"({item})[]" if " | " in item else f"{item}[]"
    return SIMPLE[schema["type"]] if "type" in schema else "unknown"


def main() -> int:
    text = write_types()
    if "--check" not in sys.argv:
        FILE.write_text(text, encoding="utf-8")
        return 0
    if FILE.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{FILE.name} is not what the API says: run `python -m docs.write_types`.\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
