"""A batch ready to be marked, laid straight into the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from psycopg.types.json import Jsonb

from tests.stage import School, Stage


@dataclass(frozen=True)
class Question:
    """A question to lay out; `parent` is the label path of the question above it."""

    path: str
    max_marks: int | None = None
    parent: str | None = None
    answer_type: str = "lines"
    mark_scheme: Any = None


PAPER = (
    Question("1"),
    Question("1(a)", 2, "1"),
    Question("1(b)", 3, "1"),
    Question("2", 5),
)
AREA = {"page": 2, "bounds": {"x": 0.1, "y": 0.1, "w": 0.8, "h": 0.2}, "image_key": "none", "is_blank": False}
MCQ = Question("3", 1, answer_type="mcq", mark_scheme={"correct": "B"})


@dataclass(frozen=True)
class Sitting:
    """`items` and `questions` by path, `scripts` by number from 1."""

    institute_id: UUID
    template_id: UUID
    batch_id: UUID
    questions: dict[str, UUID]
    items: dict[str, UUID]
    scripts: dict[int, UUID] = field(default_factory=dict)

    @property
    def claims_url(self) -> str:
        return f"/api/batches/{self.batch_id}/claims"

    @property
    def url(self) -> str:
        return f"/api/batches/{self.batch_id}"

    def mark_url(self, number: int, path: str) -> str:
        return f"/api/scripts/{self.scripts[number]}/marks/{self.questions[path]}"


async def lay_out(
    stage: Stage,
    school: School,
    *,
    paper: Sequence[Question] = PAPER,
    scripts: int = 3,
    blind: bool = False,
    maker: str = "teacher",
    markers: Sequence[str] = ("teacher", "teacher_2"),
    state: str = "open",
    missing: Sequence[tuple[int, str]] = (),
) -> Sitting:
    """A template of `maker` with one batch whose answers are all in, save those `missing` (script, path)."""
    institute, user = school.institute_id, school.people[maker].user_id
    template = await _lay_out_template(stage, institute, user, paper)
    rows = await stage.query(
        "select path, id, is_item from exam_questions where template_id = %s order by position", [template]
    )
    made = await stage.query(
        """insert into batches (institute_id, template_id, source_file_id, title, blind, state, created_by)
           select institute_id, %s, id, 'Mock 1', %s, %s, %s from source_files where institute_id = %s limit 1
           returning id""",
        [template, blind, state, user, institute],
    )
    batch: UUID = made[0][0]
    await stage.query(
        "insert into batch_markers (institute_id, batch_id, user_id) select %s, %s, unnest(%s::uuid[])",
        [institute, batch, [school.people[marker].user_id for marker in markers]],
    )
    await _lay_out_scripts(stage, institute, template, batch, scripts, [f"{n} {path}" for n, path in missing])
    found = await stage.query("select number, id from scripts where batch_id = %s", [batch])
    questions = {path: id_ for path, id_, _ in rows}
    items = {path: id_ for path, id_, is_item in rows if is_item}
    return Sitting(institute, template, batch, questions, items, dict(found))


async def _lay_out_scripts(
    stage: Stage, institute: UUID, template: UUID, batch: UUID, scripts: int, missing: Sequence[str]
) -> None:
    await stage.query(
        """with c as (
             insert into candidates (institute_id, batch_id, name, number)
             select %(i)s, %(b)s, 'Pupil ' || lpad(n::text, 2, '0'), (4000 + n)::text
               from generate_series(1, %(n)s) n returning id, number)
           insert into scripts (institute_id, batch_id, number, candidate_id, state)
             select %(i)s, %(b)s, c.number::int - 4000, c.id, 'complete' from c""",
        {"i": institute, "b": batch, "n": scripts},
    )
    await stage.query(
        """insert into answers (institute_id, batch_id, script_id, question_id, state, areas)
           select s.institute_id, s.batch_id, s.id, q.id, 'ready', %s
             from scripts s
             join exam_questions q on q.institute_id = s.institute_id and q.template_id = %s and q.is_item
            where s.batch_id = %s and not (s.number::text || ' ' || q.path) = any(%s)""",
        [Jsonb([AREA]), template, batch, missing],
    )


async def _lay_out_template(stage: Stage, institute: UUID, user: UUID, paper: Sequence[Question]) -> UUID:
    await stage.query(
        """insert into source_files (institute_id, sha256, name, media_type, size, page_count, page_sizes)
           values (%s, repeat('0', 64), 'paper.pdf', 'application/pdf', 1, 4, '[]') on conflict do nothing""",
        [institute],
    )
    made = await stage.query(
        """insert into exam_templates (institute_id, teacher_id, title, page_count, status)
           values (%s, %s, 'Mock', 4, 'live') returning id""",
        [institute, user],
    )
    template: UUID = made[0][0]
    parents = {q.parent for q in paper}
    for position, q in enumerate(paper):
        await stage.query(
            """insert into exam_questions (institute_id, template_id, parent_id, label, "order", max_marks,
                 answer_type, mark_scheme, path, position, is_container, is_item)
               values (%(i)s, %(t)s,
                 (select id from exam_questions where template_id = %(t)s and path = %(parent)s),
                 %(path)s, %(n)s, %(max)s, %(type)s, %(scheme)s::jsonb, %(path)s, array[%(n)s]::int[],
                 %(has_parts)s, %(is_item)s)""",
            {
                "i": institute, "t": template, "parent": q.parent, "path": q.path, "n": position,
                "max": q.max_marks, "type": None if q.max_marks is None else q.answer_type,
                "scheme": None if q.mark_scheme is None else Jsonb(q.mark_scheme),
                "has_parts": q.path in parents, "is_item": q.max_marks is not None and q.path not in parents,
            },
        )  # fmt: skip
    return template


async def save(
    client: httpx.AsyncClient,
    sitting: Sitting,
    number: int,
    path: str,
    marks: float | None = None,
    *,
    version: int = 0,
    **body: Any,
) -> httpx.Response:
    given = {"marks": marks, "state": "awarded", **body}
    return await client.put(sitting.mark_url(number, path), json=given, headers={"If-Match": f'"{version}"'})
