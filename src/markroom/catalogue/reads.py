from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from markroom.catalogue.model import Board, Objective, Paper, Reference, Specification, SpecPoint
from markroom.kit.db import Conn, fetch_all, fetch_one, fetch_value

Row = TypeVar("Row")

_SPECIFICATIONS = """catalogue_specifications s join catalogue_boards b on b.id = s.board_id
    join catalogue_qualifications q on q.id = s.qualification_id"""
_PAPER = """p.id, p.code, p.title, p.tier, p.minutes, p.marks, p.weight::float as weight,
    s.id as specification_id, s.code as specification, s.subject, b.code as board, q.name as qualification"""
_PAPERS = f"catalogue_papers p join ({_SPECIFICATIONS}) on s.id = p.specification_id"


@dataclass(frozen=True)
class Filters:
    """`q`: words that all occur. A board and a qualification by their codes."""

    q: str | None = None
    board: str | None = None
    qualification: str | None = None
    specification_id: UUID | None = None


_OF_SPECIFICATION = """(%(board)s::text is null or lower(b.code) = lower(%(board)s))
    and (%(qualification)s::text is null or lower(q.code) = lower(%(qualification)s))
    and (%(specification_id)s::uuid is null or s.id = %(specification_id)s)"""


def _has_words(*columns: str) -> str:
    return f"""(%(q)s::text is null or (
        select bool_and(strpos(lower(concat_ws(' ', {", ".join(columns)})), word) > 0)
          from regexp_split_to_table(lower(btrim(%(q)s)), '\\s+') word))"""


# What each list reads, from where, in which order.
_LISTS: dict[type, tuple[str, str, str]] = {
    Board: (
        "b.id, b.code, b.name",
        f"""catalogue_boards b where {_has_words("b.code", "b.name")}
            and (%(board)s::text is null or lower(b.code) = lower(%(board)s))""",
        "b.code, b.id",
    ),
    Specification: (
        """s.id, s.code, s.title, s.subject, b.code as board, q.name as qualification, s.first_exam_year,
           s.last_exam_year""",
        f"""{_SPECIFICATIONS} where {_OF_SPECIFICATION}
            and {_has_words("b.code", "b.name", "q.name", "s.code", "s.title", "s.subject")}""",
        "s.subject, q.name, b.code, s.code, s.id",
    ),
    Paper: (
        _PAPER,
        f"""{_PAPERS} where {_OF_SPECIFICATION} and {
            _has_words(
                "b.code", "b.name", "q.name", "s.code", "s.title", "s.subject", "p.code", "p.title", "p.tier"
            )
        }""",
        "s.subject, q.name, b.code, p.code, p.id",
    ),
    Objective: (
        """o.id, o.specification_id, o.code, o.description, o.weight_from::float as weight_from,
           o.weight_to::float as weight_to""",
        f"""catalogue_objectives o join ({_SPECIFICATIONS}) on s.id = o.specification_id
            where {_OF_SPECIFICATION} and {_has_words("o.code", "o.description")}""",
        "b.code, s.code, o.code, o.id",
    ),
    SpecPoint: (
        "k.id, k.specification_id, k.parent_id, k.ref, k.title",
        f"""catalogue_spec_points k join ({_SPECIFICATIONS}) on s.id = k.specification_id
            where {_OF_SPECIFICATION} and {_has_words("k.ref", "k.title")}""",
        "b.code, s.code, s.id, k.place, k.id",
    ),
}


async def list_rows(conn: Conn, kind: type[Row], filters: Filters, offset: int, limit: int) -> list[Row]:
    """Boards, specifications, papers, objectives or spec points, in their order."""
    columns, rows, order = _LISTS[kind]
    sql = f"select {columns} from {rows} order by {order} offset %(offset)s limit %(limit)s"
    return await fetch_all(conn, kind, sql, {**vars(filters), "offset": offset, "limit": limit})


async def count_rows(conn: Conn, kind: type[Row], filters: Filters) -> int:
    count: int = await fetch_value(conn, f"select count(*) from {_LISTS[kind][1]}", vars(filters))
    return count


async def find_paper(conn: Conn, paper_id: UUID) -> Paper | None:
    return await fetch_one(conn, Paper, f"select {_PAPER} from {_PAPERS} where p.id = %s", [paper_id])


_REFERENCES = """(select k.ref as value, concat_ws(' ', k.ref, k.title) as label, 1 as kind, k.place
      from catalogue_spec_points k
      join catalogue_papers p on p.specification_id = k.specification_id where p.id = %(paper)s
    union all
    select o.code, concat_ws(' ', o.code, o.description), 2, 0
      from catalogue_objectives o
      join catalogue_papers p on p.specification_id = o.specification_id where p.id = %(paper)s) r"""


async def list_references(conn: Conn, paper_id: UUID, q: str | None, limit: int) -> list[Reference]:
    """What the questions of a paper can refer to, spec points first; those that begin with `q` before others
    in which it occurs."""
    return await fetch_all(
        conn,
        Reference,
        f"""select r.value, r.label from {_REFERENCES}
             where %(q)s::text is null or strpos(lower(r.label), lower(%(q)s)) > 0
             order by strpos(lower(r.label), lower(%(q)s)) > 1, r.kind, r.place, r.value limit %(limit)s""",
        {"paper": paper_id, "q": q, "limit": limit},
    )


async def find_unknown_refs(conn: Conn, paper_id: UUID, refs: Collection[str]) -> set[str]:
    """Those that are neither a spec point nor an objective of the paper's specification. A specification
    whose points the catalogue does not have leaves references free: then none."""
    if not refs:
        return set()
    cursor = await conn.execute(
        f"""select g.ref from unnest(%(refs)s::text[]) g (ref)
             where not exists (select from {_REFERENCES} where lower(r.value) = lower(g.ref))
               and exists (select from {_REFERENCES} where r.kind = 1)""",
        {"paper": paper_id, "refs": list(refs)},
    )
    return {row[0] for row in await cursor.fetchall()}


async def find_version(conn: Conn) -> str | None:
    """The newest load's."""
    version: str | None = await fetch_value(
        conn, "select version from catalogue_loads order by loaded_at desc, version desc limit 1"
    )
    return version


async def list_parent_ids(conn: Conn) -> set[UUID]:
    """Of all rows that others refer to."""
    cursor = await conn.execute(
        """select id from catalogue_boards union all select id from catalogue_qualifications
           union all select id from catalogue_specifications union all select id from catalogue_spec_points"""
    )
    return {row[0] for row in await cursor.fetchall()}
