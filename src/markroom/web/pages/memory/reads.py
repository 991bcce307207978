"""The names of what memories are about, and what a project's memories can be about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from markroom.exam_templates.reads import VISIBLE
from markroom.kit.db import Conn, fetch_value
from markroom.memories.model import Links


@dataclass(frozen=True)
class Names:
    """By id as text: titles of papers, paths of questions, numbers of scripts, names of classes."""

    templates: dict[str, str]
    questions: dict[str, str]
    scripts: dict[str, int]
    classes: dict[str, str]


async def name_links(conn: Conn, institute_id: UUID, linked: Iterable[Links]) -> Names:
    """In one statement, whatever the memories are linked to; papers the caller may not see have no name."""
    links = list(linked)
    names: dict[str, Any] = await fetch_value(
        conn,
        f"""select json_build_object(
          'templates', (select coalesce(json_object_agg(t.id, t.title), '{{}}') from exam_templates t
                         where t.institute_id = %(institute)s and t.id = any(%(templates)s) and {VISIBLE}),
          'questions', (select coalesce(json_object_agg(q.id, q.path), '{{}}') from exam_questions q
                          join exam_templates t on t.institute_id = %(institute)s and t.id = q.template_id
                         where q.institute_id = %(institute)s and q.id = any(%(questions)s) and {VISIBLE}),
          'scripts', (select coalesce(json_object_agg(id, number), '{{}}') from scripts
                         where institute_id = %(institute)s and id = any(%(scripts)s)),
          'classes', (select coalesce(json_object_agg(id, name), '{{}}') from classes
                         where institute_id = %(institute)s and id = any(%(classes)s)))""",
        {
            "institute": institute_id,
            "templates": [one.template_id for one in links if one.template_id],
            "questions": [one.question_id for one in links if one.question_id],
            "scripts": [one.script_id for one in links if one.script_id],
            "classes": [one.class_id for one in links if one.class_id],
        },
    )
    return Names(**names)


async def list_subjects(
    conn: Conn, institute_id: UUID, project_id: UUID, template_id: UUID | None
) -> dict[str, list[tuple[str, str]]]:
    """What a memory can be about: the project's `papers` first, then the school's; the `questions` of one of
    them; `classes`. Each as (id, name)."""
    found: dict[str, list[list[str]]] = await fetch_value(
        conn,
        f"""select json_build_object(
          'papers', (select coalesce(json_agg(json_build_array(id, title)), '[]') from (
              select t.id, t.title from exam_templates t
               where t.institute_id = %(institute)s and (t.archived_at is null or t.id = %(template)s)
                 and {VISIBLE}
               order by (t.project_id = %(project)s) desc nulls last, t.updated_at desc limit 200) x),
          'questions', (
              select coalesce(json_agg(json_build_array(q.id, q.path) order by q.position, q.id), '[]')
                from exam_questions q
                join exam_templates t on t.institute_id = %(institute)s and t.id = q.template_id
               where q.institute_id = %(institute)s and q.template_id = %(template)s and {VISIBLE}),
          'classes', (select coalesce(json_agg(json_build_array(id, name) order by lower(name), id), '[]')
              from classes where institute_id = %(institute)s and archived_at is null))""",
        {"institute": institute_id, "project": project_id, "template": template_id},
    )
    return {what: [(each[0], each[1]) for each in rows] for what, rows in found.items()}


async def count_pending_by_key(conn: Conn, institute_id: UUID, project_id: UUID) -> list[dict[str, Any]]:
    """Who wrote what waits for approval: `{id, name, count}` of each key."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            """select k.id, k.name, count(*) as count from memories m
                 join api_keys k on k.institute_id = %(institute)s and k.id = m.key_id
                where m.institute_id = %(institute)s and m.project_id = %(project)s and m.approval = 'pending'
                group by k.id, k.name order by k.name, k.id""",
            {"institute": institute_id, "project": project_id},
        )
        return await cursor.fetchall()


async def list_waiting(conn: Conn, institute_id: UUID) -> list[dict[str, Any]]:
    """The projects in which memories wait for somebody who may approve them, the caller: `{id, name,
    count}`."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            """select p.id, p.name, count(*) as count from memories m
                 join projects p on p.institute_id = %(institute)s and p.id = m.project_id
                where m.institute_id = %(institute)s and m.approval = 'pending' and p.state = 'active'
                  and m.project_id = any(nullif(current_setting('app.p_write', true), '')::uuid[])
                group by p.id, p.name order by p.name, p.id""",
            {"institute": institute_id},
        )
        return await cursor.fetchall()


async def find_key_name(conn: Conn, institute_id: UUID, project_id: UUID, key_id: UUID) -> str | None:
    name: str | None = await fetch_value(
        conn,
        "select name from api_keys where institute_id = %s and project_id = %s and id = %s",
        [institute_id, project_id, key_id],
    )
    return name
