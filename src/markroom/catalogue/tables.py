"""The catalogue's CSV files: which there are, what their columns hold, and what is wrong in which line."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from markroom.catalogue.model import CatalogueInvalid, make_id

MAX_BYTES = 20 * 2**20
SHOWN_FAULTS = 20
Text = Annotated[str, Field(min_length=1, max_length=500)]
Year = Annotated[int, Field(ge=1900, le=2200)]
Percent = Annotated[float, Field(ge=0, le=100)]


class Line(BaseModel):
    """A line of a file. `key` is what its id follows from; `parents` are the keys of rows it refers to."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    kind: ClassVar[str]

    def key(self) -> tuple[str, ...]:
        raise NotImplementedError

    def parents(self) -> dict[str, tuple[str, ...]]:
        return {}

    def columns(self) -> dict[str, Any]:
        return self.model_dump()

    def row(self) -> dict[str, Any]:
        """As the database has it, with ids in place of codes."""
        ids = {f"{name}_id": str(make_id(*key)) for name, key in self.parents().items()}
        return {"id": str(make_id(*self.key())), **ids, **self.columns()}


class BoardLine(Line):
    kind = "boards"
    board: Text
    name: Text

    def key(self) -> tuple[str, ...]:
        return "boards", self.board

    def columns(self) -> dict[str, Any]:
        return {"code": self.board, "name": self.name}


class QualificationLine(Line):
    kind = "qualifications"
    qualification: Text
    name: Text

    def key(self) -> tuple[str, ...]:
        return "qualifications", self.qualification

    def columns(self) -> dict[str, Any]:
        return {"code": self.qualification, "name": self.name}


class SpecificationLine(Line):
    kind = "specifications"
    board: Text
    specification: Text
    qualification: Text
    title: Text
    subject: Text
    first_exam_year: Year | None = None
    last_exam_year: Year | None = None

    def key(self) -> tuple[str, ...]:
        return "specifications", self.board, self.specification

    def parents(self) -> dict[str, tuple[str, ...]]:
        return {
            "board": ("boards", self.board),
            "qualification": ("qualifications", self.qualification),
        }

    def columns(self) -> dict[str, Any]:
        given = self.model_dump(exclude={"board", "qualification", "specification"})
        return {"code": self.specification, **given}


class PartLine(Line):
    """Of a specification."""

    board: Text
    specification: Text

    def parents(self) -> dict[str, tuple[str, ...]]:
        return {"specification": ("specifications", self.board, self.specification)}


class PaperLine(PartLine):
    kind = "papers"
    paper: Text
    title: Text
    tier: Text | None = None
    minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    marks: Annotated[int, Field(ge=1, le=1000)] | None = None
    weight: Annotated[float, Field(gt=0, le=100)] | None = None

    def key(self) -> tuple[str, ...]:
        return "papers", self.board, self.specification, self.paper

    def columns(self) -> dict[str, Any]:
        return {"code": self.paper, **self.model_dump(exclude={"board", "specification", "paper"})}


class ObjectiveLine(PartLine):
    kind = "objectives"
    objective: Annotated[Text, Field(pattern=r"^[^,]+$")]
    description: Text
    weight_from: Percent | None = None
    weight_to: Percent | None = None

    def key(self) -> tuple[str, ...]:
        return "objectives", self.board, self.specification, self.objective

    def columns(self) -> dict[str, Any]:
        return {"code": self.objective, **self.model_dump(exclude={"board", "specification", "objective"})}


class SpecPointLine(PartLine):
    kind = "spec_points"
    ref: Annotated[Text, Field(pattern=r"^[^,]+$")]
    parent: Text | None = None
    title: Text

    def key(self) -> tuple[str, ...]:
        return "spec_points", self.board, self.specification, self.ref

    def parents(self) -> dict[str, tuple[str, ...]]:
        above = (
            {"parent": ("spec_points", self.board, self.specification, self.parent)} if self.parent else {}
        )
        return super().parents() | above

    def columns(self) -> dict[str, Any]:
        return {"ref": self.ref, "title": self.title}


KINDS: tuple[type[Line], ...] = (
    BoardLine,
    QualificationLine,
    SpecificationLine,
    PaperLine,
    ObjectiveLine,
    SpecPointLine,
)


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
    refuse_faults(faults)
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
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
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
            column = ".".join(map(str, each["loc"]))
            faults.append(Fault(name, number, f"{column}: {_in_words(each)}"))
    return None


def _in_words(error: Any) -> str:
    words = {"missing": "it is empty", "extra_forbidden": "there is no such column"}
    return words.get(error["type"]) or str(error["msg"]).replace("Input should be", "it should be")
