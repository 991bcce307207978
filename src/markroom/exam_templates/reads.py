from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from markroom.exam_templates.errors import TemplateNotFound
from markroom.exam_templates.model import Template
from markroom.kit.db import Conn, fetch_all, fetch_one, fetch_value

STATUS = "case when t.archived_at is null then t.status else 'archived' end"
TEMPLATE = f"""t.institute_id, t.id, t.project_id, t.teacher_id, t.title, t.subject, t.exam_id,
    t.exam_code, t.source_file_id, t.page_count, t.visibility, {STATUS} as status, t.version,
    t.created_at, t.updated_at"""
# Beyond row security: a private template is its owner's and its project's.
_USER = "(select nullif(current_setting('app.user_id', true), '')::uuid)"


def _among(setting: str) -> str:
    return f"any((select nullif(current_setting('app.{setting}', true), '')::uuid[])::uuid[])"


SHARED = f"""exists (select from template_shares s
    where s.institute_id = t.institute_id and s.template_id = t.id and t.institute_id = {_among("i_staff")}
      and (s.user_id = {_USER} or lower(s.department) = (
        select lower(m.metadata ->> 'department') from memberships m
         where m.institute_id = t.institute_id and m.user_id = {_USER} and m.state = 'active')))"""
VISIBLE = f"""(t.visibility = 'institute' or t.teacher_id = {_USER} or t.project_id = {_among("p_read")}
    or {SHARED})"""
# A key never acts as the owner, only as far as its project reaches.
MAY_EDIT = f"""(coalesce((t.teacher_id = {_USER} and t.institute_id = {_among("i_staff")})
    or t.project_id = {_among("p_write")}, false) or {SHARED})"""
QUESTION = """q.id, q.parent_id, q.label, q."order", q.max_marks, q.answer_type, q.mcq_options, q.mark_scheme,
    q.is_container, q.spec_ref, q.source, q.confirmed, q.confidence, q.path"""
AREA = "a.id, a.question_id, a.page, a.bounds, a.kind, a.response_form, a.source, a.confirmed, a.confidence"
BOUNDARY = "b.id, b.question_id, b.label, b.page, b.y, b.bounds, b.source, b.confirmed, b.confidence"

# The three lists of a canvas, as columns of a statement about `t`.
CANVAS = f"""(select coalesce(json_agg(row), '[]') from (
               select {QUESTION} from exam_questions q
                where q.institute_id = %(institute)s
                  and q.template_id = t.id
                order by q."order", q.position, q.id) row) as questions,
            (select coalesce(json_agg(row), '[]') from (
               select {AREA} from response_areas a
                where a.institute_id = %(institute)s
                  and a.template_id = t.id and a.retired_at is null
                order by a.page, (a.bounds ->> 'y')::float, a.id) row) as response_areas,
            (select coalesce(json_agg(row), '[]') from (
               select {BOUNDARY} from exam_boundaries b
                where b.institute_id = %(institute)s
                  and b.template_id = t.id
                order by b.page, b.y, b.id) row) as boundaries"""


async def find_template(conn: Conn, institute_id: UUID, template_id: UUID) -> Template | None:
    """For the rooms above and for jobs: whoever works with a template's batch reads it, private or not."""
    sql = f"select {TEMPLATE} from exam_templates t where t.institute_id = %s and t.id = %s"
    return await fetch_one(conn, Template, sql, [institute_id, template_id])


async def get_template(conn: Conn, institute_id: UUID, template_id: UUID) -> Template:
    template = await find_template(conn, institute_id, template_id)
    if template is None:
        raise TemplateNotFound
    return template


async def get_visible_template(conn: Conn, institute_id: UUID, template_id: UUID) -> Template:
    """For the caller of a request, with `may_edit`."""
    sql = f"""select {TEMPLATE}, {MAY_EDIT} as may_edit from exam_templates t
               where t.institute_id = %s and t.id = %s and {VISIBLE}"""
    template = await fetch_one(conn, Template, sql, [institute_id, template_id])
    if template is None:
        raise TemplateNotFound
    return template


@dataclass(frozen=True)
class Snapshot:
    """A whole template as JSON text, built by one statement."""

    version: int
    json: str


async def find_snapshot(conn: Conn, institute_id: UUID, template_id: UUID) -> Snapshot | None:
    """Template, questions, areas and boundaries as they were at one moment, for a caller who may see them."""
    sql = f"""
        select t.version, (select row_to_json(whole) from (
          select {TEMPLATE}, t.detection, t.warnings, {MAY_EDIT} as can_edit,
            (select sum(q.max_marks) from exam_questions q
              where q.institute_id = %(institute)s and q.template_id = t.id and q.is_item) as total_marks,
            {CANVAS}
        ) whole)::text as json
        from exam_templates t where t.institute_id = %(institute)s and t.id = %(template)s and {VISIBLE}"""
    return await fetch_one(conn, Snapshot, sql, {"institute": institute_id, "template": template_id})


async def get_snapshot(conn: Conn, institute_id: UUID, template_id: UUID) -> Snapshot:
    snapshot = await find_snapshot(conn, institute_id, template_id)
    if snapshot is None:
        raise TemplateNotFound
    return snapshot


@dataclass(frozen=True)
class Filters:
    include_archived: bool = False
    subject: str | None = None
    owner: UUID | None = None
    status: str | None = None
    q: str | None = None


_MATCHES = f"""(%(institute)s::uuid is null or t.institute_id = %(institute)s) and {VISIBLE}
    and (%(include_archived)s or t.archived_at is null or %(status)s::text = 'archived')
    and (%(subject)s::text is null or lower(t.subject) = lower(%(subject)s))
    and (%(owner)s::uuid is null or t.teacher_id = %(owner)s)
    and (%(status)s::text is null or {STATUS} = %(status)s)
    and (%(q)s::text is null
         or strpos(lower(concat_ws(' ', t.title, t.subject, t.exam_code)), lower(%(q)s)) > 0)"""


async def list_templates(
    conn: Conn, institute_id: UUID | None, filters: Filters, after: tuple[datetime, UUID] | None, limit: int
) -> list[Template]:
    """Last changed first; `after`: the place of the last one seen. Without an institute: all the caller's."""
    sql = f"""select {TEMPLATE} from exam_templates t where {_MATCHES}
                and (%(at)s::timestamptz is null or (t.updated_at, t.id) < (%(at)s, %(id)s))
              order by t.updated_at desc, t.id desc limit %(limit)s"""
    at, id_ = after or (None, None)
    given = {"institute": institute_id, **vars(filters), "at": at, "id": id_, "limit": limit}
    return await fetch_all(conn, Template, sql, given)


async def count_templates(conn: Conn, institute_id: UUID | None, filters: Filters) -> int:
    sql = f"select count(*) from exam_templates t where {_MATCHES}"
    count: int = await fetch_value(conn, sql, {"institute": institute_id, **vars(filters)})
    return count


async def find_project_right(conn: Conn, project_id: UUID) -> str | None:
    """`write`, `read` or None: what the caller may in a project, as worked out when the transaction began."""
    right: str | None = await fetch_value(
        conn,
        f"""select case when %(id)s = {_among("p_write")} then 'write'
                        when %(id)s = {_among("p_read")} then 'read' end""",
        {"id": project_id},
    )
    return right


async def is_owner_gone(conn: Conn, template: Template) -> bool:
    state: str | None = await fetch_value(
        conn,
        "select state from memberships where institute_id = %s and user_id = %s",
        [template.institute_id, template.teacher_id],
    )
    return state != "active"
