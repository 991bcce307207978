"""The catalogue's CSV files: which there are, and what is wrong in which line."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from markroom.catalogue.lines import KINDS, Line
from markroom.catalogue.model import CatalogueInvalid, make_id

MAX_BYTES = 20 * 2**20
SHOWN_FAULTS = 20


@dataclass(frozen=True)
class Fault:
    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.message}"


@dataclass
class Tables:
    """What files hold, by kind, each row with where it stands."""

    sha256: str
    lines: dict[str, list[tuple[Line, str, int]]] = field(default_factory=dict)

    def rows(self, kind: str) -> list[dict[str, Any]]:
        rows = [line.row() for line, _, _ in self.lines.get(kind, ())]
        if kind == "spec_points":
            return [{"parent_id": None} | row | {"place": i} for i, row in enumerate(rows)]
        return rows

    def find_unknown_parents(self, known: Collection[UUID]) -> Iterator[Fault]:
        """Rows that refer to what is neither in the files nor, as `known` says, loaded before."""
        here = {make_id(*line.key()) for lines in self.lines.values() for line, _, _ in lines}
        for lines in self.lines.values():
            for line, file, number in lines:
                for name, key in line.parents().items():
                    if (parent := make_id(*key)) not in here and parent not in known:
                        yield Fault(file, number, f"{name} {' '.join(key[1:])} is not known")

    def find_loops(self) -> Iterator[Fault]:
        """Spec points that are parts of themselves, and what hangs on them."""
        points = [
            (make_id(*line.key()), line.parents(), file, n)
            for line, file, n in self.lines.get("spec_points", ())
        ]
        above = {id_: make_id(*parents["parent"]) for id_, parents, _, _ in points if "parent" in parents}
        for id_, _, file, number in points:
            seen: set[UUID] = set()
            while id_ in above and id_ not in seen:
                seen.add(id_)
                id_ = above[id_]  # noqa: PLW2901 - one step up
            if id_ in seen:
                yield Fault(file, number, "it is a part of itself")


def refuse_faults(faults: list[Fault]) -> None:
    """Raises CatalogueInvalid with every mistake, the first of them in words."""
    if faults:
        shown = [str(fault) for fault in faults[:SHOWN_FAULTS]]
        more = [f"… and {len(faults) - len(shown)} more."] if len(faults) > len(shown) else []
        raise CatalogueInvalid(
            "\n".join(["Nothing was loaded.", *shown, *more]), errors=[vars(fault) for fault in faults[:200]]
        )


def read_tables(place: Path) -> Tables:
    """Reads one CSV file, or those of a folder, named for what they hold. Raises CatalogueInvalid."""
    kinds = {kind.kind: kind for kind in KINDS}
    files = sorted(place.glob("*.csv")) if place.is_dir() else [place]
    strange = [file.name for file in files if file.stem not in kinds]
    if strange or not files:
        what = f"{', '.join(strange)}: not" if strange else f"There is nothing in {place} that is"
        names = ", ".join(f"{name}.csv" for name in kinds)
        raise CatalogueInvalid(f"{what} a file of a catalogue. They are named {names}.")
    digest, faults = hashlib.sha256(), list[Fault]()
    tables = Tables("")
    for file in sorted(files, key=lambda file: [*kinds].index(file.stem)):
        data = _read_bytes(file)
        digest.update(file.name.encode() + b"\0" + data + b"\0")
        tables.lines[file.stem] = list(_read_lines(file.name, data, kinds[file.stem], faults))
    refuse_faults([*faults, *tables.find_loops()])
    tables.sha256 = digest.hexdigest()
    return tables


def _read_bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise CatalogueInvalid(f"{file.name} is larger than {MAX_BYTES // 2**20} MB.")
        return file.read_bytes()
    except OSError as error:
        raise CatalogueInvalid(f"{file} cannot be read: {error.strerror}.") from error


def _read_lines(
    name: str, data: bytes, kind: type[Line], faults: list[Fault]
) -> Iterator[tuple[Line, str, int]]:
    """The good lines; what is wrong with the others is added to `faults`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.append(Fault(name, data[: error.start].count(b"\n") + 1, "it is not UTF-8 text"))
        return
    if "\0" in text:
        faults.append(Fault(name, text.partition("\0")[0].count("\n") + 1, "it holds what is no text"))
        return
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    heads = Counter(reader.fieldnames or ())
    if twice := [head for head, times in heads.items() if times > 1]:
        faults.append(Fault(name, 1, f"the column {' and '.join(twice)} is there twice"))
        return
    if missing := [
        n for n, f in kind.model_fields.items() if f.is_required() and n not in (reader.fieldnames or ())
    ]:
        faults.append(Fault(name, 1, f"the column {' and '.join(missing)} is missing"))
        return
    seen: dict[UUID, int] = {}
    try:
        for cells in reader:
            if (line := _read_line(name, reader.line_num, cells, kind, faults)) is None:
                continue
            first = seen.setdefault(make_id(*line.key()), reader.line_num)
            if first != reader.line_num:
                faults.append(Fault(name, reader.line_num, f"it is there already, in line {first}"))
            yield line, name, reader.line_num
    except csv.Error as error:
        faults.append(Fault(name, reader.line_num, f"it is not CSV: {error}"))


def _read_line(
    name: str, number: int, cells: dict[str | None, Any], kind: type[Line], faults: list[Fault]
) -> Line | None:
    if None in cells or None in cells.values():
        faults.append(Fault(name, number, "it has another number of cells than the first line"))
        return None
    given = {column: cell for column, cell in cells.items() if cell.strip()}
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        for each in error.errors():
            column = "".join(f"{part}: " for part in each["loc"])
            faults.append(Fault(name, number, f"{column}{_in_words(each)}"))
    return None


def _in_words(error: Any) -> str:
    words = {"missing": "it is empty", "extra_forbidden": "there is no such column"}
    said = str(error["msg"]).removeprefix("Value error, ")
    return words.get(error["type"]) or said.replace("Input should be", "it should be")
