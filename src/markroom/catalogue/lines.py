"""The lines of the catalogue's CSV files: what their columns hold."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from markroom.catalogue.model import make_id

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

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first_exam_year and self.last_exam_year and self.last_exam_year < self.first_exam_year:
            raise ValueError("last_exam_year is before first_exam_year")
        return self

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

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.weight_from is not None and self.weight_to is not None and self.weight_to < self.weight_from:
            raise ValueError("weight_to is less than weight_from")
        return self

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
