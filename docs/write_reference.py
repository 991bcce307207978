"""Writes the pages of docs/reference that follow from the code: `make reference`.

With `--check` it writes nothing and names the pages that are not what the code says.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import typer
from typer.core import TyperArgument, TyperGroup

import markroom
from markroom.files import model as files
from markroom.kit import http
from markroom.kit.actor import PERMISSIONS, Permission
from markroom.kit.errors import MarkroomError, every_error
from markroom.kit.events import Event
from markroom.kit.limits import LIMITS
from markroom.kit.resources import make_resources
from markroom.kit.settings import Settings
from markroom.reach import KEY_REACH
from markroom.reading import pdf
from markroom.scripts import model as scripts
from markroom.scripts.endpoints import scans
from tests.architecture.routes import Way, list_ways
from tests.architecture.test_routes import PUBLIC

FOLDER = Path(__file__).parent / "reference"
WRITTEN = "<!-- Written by docs/write_reference.py from the code: change the code, then `make reference`. -->"

STATUSES = {
    400: "Refused",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not there, or not to be seen",
    405: "Not done at this address",
    409: "Does not fit what is there now",
    410: "No longer valid",
    412: "Changed meanwhile",
    413: "Too large",
    422: "Not valid",
    428: "Version missing",
    429: "Too often",
    500: "Told by commands, jobs and logs",
    502: "Another system failed",
    503: "Not available right now",
}
COUNTED = {
    "institute_invitation": "inviting people to a school, by credential",
    "project_invitation": "inviting people to a project, by credential",
    "accept": "accepting invitations, by credential",
    "sign_in": "asking for sign-in links, by e-mail address",
    "sign_in_network": "asking for sign-in links, by network address",
    "memory_write": "writing memories, by credential",
    "memory_search": "searching memories, by credential",
    "request": "everything else, by credential, or by network address where there is none",
}
PROGRAMS = ("/mcp", "/.well-known")
NEARBY = {"GET /metrics", "GET /mailbox"}  # answered to a loopback address, or on one, alone


def import_rooms() -> None:
    """Everything that registers itself when it is imported."""
    for found in walk_packages(markroom.__path__, "markroom."):
        if not found.name.endswith("__main__"):
            import_module(found.name)


def page(title: str, opening: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", WRITTEN, opening, *parts]) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell(value) for value in line) + " |" for line in lines)


def cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def code(text: object) -> str:
    return f"`{text}`" if str(text) else ""


def docstring(kind: type) -> str:
    """Its first paragraph, on one line."""
    return " ".join((kind.__doc__ or "").partition("\n\n")[0].split())


def room(kind: type) -> str:
    return kind.__module__.split(".")[1]


def write_settings() -> str:
    rows = [(code(f.metadata["variable"]), f.metadata["meaning"], code(f.default)) for f in fields(Settings)]
    opening = "Everything an operator can set, as environment variables. An empty one counts as unset."
    return page("Settings", opening, table(["Variable", "Meaning", "Default"], rows))


def write_commands() -> str:
    command = typer.main.get_command(import_module("markroom.cli").app)
    opening = "What an operator does without a browser. Each command also works while a server runs."
    return page("Commands", opening, *describe_command(command, "markroom"))


def describe_command(command: Any, name: str) -> list[str]:
    if isinstance(command, TyperGroup):
        parts = (describe_command(sub, f"{name} {key}") for key, sub in sorted(command.commands.items()))
        return [text for part in parts for text in part]
    told = [describe_parameter(p) for p in command.params]
    listed = [table(["Option", "Meaning", "Default"], told)] if told else []
    return [f"## {name}", " ".join((command.help or "").split()), *listed]


def describe_parameter(parameter: Any) -> tuple[str, str, str]:
    is_plain = isinstance(parameter, TyperArgument)
    names = str(parameter.name).upper() if is_plain else ", ".join(parameter.opts)
    default = "" if parameter.default in (None, False) else code(parameter.default)
    return code(names), parameter.help or "", "required" if parameter.required else default


def write_permissions(ways: list[Way]) -> str:
    opening = (
        "Who may do what. A role comes first; where the meaning names people, the row then decides among "
        "them. What the caller may not see at all answers as absent."
    )
    rows = [
        (code(p.name), p.meaning, ", ".join(p.roles), "yes" if p.by_key else "no", p.refusal().detail)
        for _, p in sorted(PERMISSIONS.items())
    ]
    by_row = {marker for way in ways for marker in way.permissions if isinstance(marker, str)}
    decided = [
        (code(marker), ", ".join(code(w.name) for w in ways if marker in w.permissions))
        for marker in sorted(by_row)
    ]
    return page(
        "Permissions",
        opening,
        table(["Permission", "What it allows", "Roles", "By a project's key", "Refusal"], rows),
        "## Decided by the row alone",
        "`anyone` holds a token or asks for one; `oneself` acts on what is the caller's own.",
        table(["Marker", "Routes"], decided),
    )


def write_events() -> str:
    opening = (
        "Every change of state writes one of these in its own transaction: who, by which credential, what, "
        "which fields, when, and the request. None holds a personal value."
    )
    known = sorted((kind, event) for kind, event in Event.kinds.items() if is_ours(event))
    rows = [(code(kind), room(event), docstring(event)) for kind, event in known]
    return page("Events", opening, table(["Event", "Room", "What happened"], rows))


def is_ours(kind: type) -> bool:
    return kind.__module__.startswith("markroom.")


def write_errors() -> str:
    opening = (
        "Every refusal is a problem document (RFC 9457): `title`, `status`, `detail` for people, `code` for "
        "programs, and the request's id. Some messages say more than stands here."
    )
    errors = sorted({e for e in every_error() if is_ours(e)}, key=lambda e: (e.status, name_code(e), room(e)))
    parts = []
    for status in sorted({e.status for e in errors}):
        rows = [(code(name_code(e)), room(e), docstring(e)) for e in errors if e.status == status]
        parts += [f"## {status}: {STATUSES[status]}", table(["Code", "Room", "Message"], rows)]
    return page("Errors", opening, *parts)


def name_code(error: type[MarkroomError]) -> str:
    return error.code.fget(error.__new__(error))  # type: ignore[attr-defined, no-any-return]


def write_routes(ways: list[Way]) -> str:
    opening = (
        "Every address, what it answers when all is well, and who may ask. What goes wrong is said in one "
        "order: not signed in (401), no school named (400), not to be seen (404), not allowed (403), does "
        "not fit what is there (409, 412, 428), not valid (422). Too many requests answer 429. The fields "
        "of it all stand in `/api/openapi.json`. A project's key reaches what names a scope, nothing else."
    )
    heads = ["Method", "Address", "Answers", "Who", "Key's scope"]
    groups = {
        "API": [w for w in ways if w.path.startswith("/api")],
        "Programs": [w for w in ways if w.path.startswith(PROGRAMS)],
        "Pages": [w for w in ways if not w.path.startswith(("/api", "/health", "/metrics", *PROGRAMS))],
        "Health": [w for w in ways if w.path.startswith(("/health", "/metrics"))],
    }
    parts = [[f"## {name}", table(heads, map(describe_way, group))] for name, group in groups.items()]
    return page("Routes", opening, *(text for part in parts for text in part))


def describe_way(way: Way) -> tuple[str, str, str, str, str]:
    path = re.sub(r":(uuid|int)}", "}", way.path)
    declared = {int(status) for status in way.route.responses if 200 <= int(status) < 300}
    statuses = sorted({way.route.status_code or 200, *declared})
    scope = code(KEY_REACH.get(way.name, ""))
    return way.method, code(path), ", ".join(map(str, statuses)), name_who(way), scope


def name_who(way: Way) -> str:
    if way.permissions and "anyone" not in way.permissions:
        named = {p.name if isinstance(p, Permission) else p for p in way.permissions}
        return ", ".join(code(name) for name in sorted(named))
    if way.name in NEARBY:
        return "this machine"
    return "everybody" if way.name in PUBLIC else "signed in"


def write_limits() -> str:
    opening = (
        "How much and how often. The named rates are counted in the database by all servers together, "
        "`request` by each process for itself. Images, files and health are free. "
        "`MARKROOM_RATE_LIMITS` changes or ends the rates; sizes are fixed."
    )
    rates = [(code(name), f"{count} a minute", COUNTED[name]) for name, count in LIMITS.items()]
    return page(
        "Limits",
        opening,
        "## Rates",
        table(["Name", "At most", "Counts"], rates),
        "## Sizes",
        table(["What", "At most"], list_sizes()),
    )


def list_sizes() -> list[tuple[str, str]]:
    return [
        ("JSON of a request", megabytes(http.MAX_JSON_BYTES)),
        ("a paper", f"{megabytes(files.MAX_BYTES)}, {pdf.MAX_PAGES} pages"),
        ("a page of a paper", f"{pdf.MAX_SIDE_MM:,.0f} mm a side, {pdf.MAX_PIXELS:,} pixels"),
        ("a file of scans", megabytes(scripts.MAX_SCAN_BYTES)),
        ("one upload of scans", f"{scans.MAX_FILES} files, {megabytes(scans.MAX_UPLOAD_BYTES)} together"),
        ("scripts of a batch", f"{scripts.MAX_SCRIPTS:,}"),
    ]


def megabytes(count: int) -> str:
    return f"{count / 2**20:,.0f} MB"


def make_pages() -> dict[str, str]:
    """The text of every page by its file name."""
    import_rooms()
    with tempfile.TemporaryDirectory() as folder:
        ways = read_ways(folder)
    writers: dict[str, Callable[[], str]] = {
        "settings.md": write_settings,
        "commands.md": write_commands,
        "permissions.md": lambda: write_permissions(ways),
        "events.md": write_events,
        "errors.md": write_errors,
        "routes.md": lambda: write_routes(ways),
        "limits.md": write_limits,
    }
    return {name: write() for name, write in writers.items()}


def read_ways(folder: str) -> list[Way]:
    """The application's routes; nothing is opened, but files must be able to lie somewhere."""
    resources = make_resources(Settings(data_dir=folder), "", "", b"no secret at all, only long enough")
    app = import_module("markroom.main").make_app(resources, with_worker=False)
    return sorted(list_ways(app), key=lambda way: (way.path, way.method))


def main() -> int:
    pages = make_pages()
    if "--check" not in sys.argv:
        for name, text in pages.items():
            (FOLDER / name).write_text(text, encoding="utf-8")
        return 0
    stale = [name for name, text in pages.items() if _read(FOLDER / name) != text]
    if stale:
        print("Not what the code says, run `make reference`:", ", ".join(stale))
    return len(stale)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    raise SystemExit(main())
