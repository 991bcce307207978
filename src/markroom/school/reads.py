"""Classes and their people. What staff read under their own rights, pupils read through one function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from markroom.kit.actor import Actor
from markroom.kit.db import Conn, fetch_all, fetch_one, fetch_value
from markroom.school.model import Class, ClassNotFound, EnrollmentRequest, RequestNotFound, Student

FIELDS = """c.id, c.name, c.code, c.subject, c.year_group, c.academic_year, c.takes_requests, c.previous_id,
  c.created_at, c.archived_at, c.version"""
# `offset 0`: a person is looked up for each teacher, instead of joining all members of the school.
CLASS = f"""{FIELDS},
  (select coalesce(jsonb_agg(jsonb_build_object('user_id', t.user_id, 'name', m.name)
                             order by t.added_at, t.user_id), '[]')
     from class_teachers t cross join lateral
          (select name from memberships where institute_id = %(institute)s and user_id = t.user_id
              and state <> 'left' offset 0) m
    where t.institute_id = %(institute)s and t.class_id = c.id) as teachers,
  (select count(*) from class_students s
    where s.institute_id = %(institute)s and s.class_id = c.id)::integer as student_count,
  false as is_own"""


@dataclass(frozen=True)
class Wanted:
    """Which classes of a list; None is any."""

    q: str | None = None
    subject: str | None = None
    year_group: str | None = None
    academic_year: str | None = None
    teacher_id: UUID | None = None
    archived: bool = False


MATCHING = """c.institute_id = %(institute)s and (c.archived_at is not null) = %(archived)s
  and (%(q)s::text is null or strpos(lower(c.name), lower(%(q)s)) > 0
       or strpos(lower(coalesce(c.code, '')), lower(%(q)s)) > 0)
  and (%(subject)s::text is null or lower(c.subject) = lower(%(subject)s))
  and (%(year_group)s::text is null or lower(c.year_group) = lower(%(year_group)s))
  and (%(academic_year)s::text is null or lower(c.academic_year) = lower(%(academic_year)s))
  and (%(teacher_id)s::uuid is null or exists (select from class_teachers t
        where t.institute_id = %(institute)s and t.class_id = c.id and t.user_id = %(teacher_id)s))"""


async def find_class(conn: Conn, institute_id: UUID, class_id: UUID) -> Class | None:
    """As staff see it."""
    sql = f"select {CLASS} from classes c where c.institute_id = %(institute)s and c.id = %(class)s"
    return await fetch_one(conn, Class, sql, {"institute": institute_id, "class": class_id})


async def get_class(conn: Conn, institute_id: UUID, class_id: UUID) -> Class:
    if found := await find_class(conn, institute_id, class_id):
        return found
    raise ClassNotFound


async def list_classes(
    conn: Conn, institute_id: UUID, wanted: Wanted, after: Any, limit: int
) -> tuple[list[Class], int]:
    """By name, as staff see them, with how many there are in all. `after` is [name, id]."""
    name, class_id = after or (None, None)
    params = {
        "institute": institute_id,
        **vars(wanted),
        "q": wanted.q or None,
        "name": name,
        "id": class_id,
        "limit": limit,
    }
    rows = await fetch_all(
        conn,
        Class,
        f"""select {CLASS} from classes c where {MATCHING}
               and (%(name)s::text is null or (lower(c.name), c.id) > (lower(%(name)s), %(id)s::uuid))
             order by lower(c.name), c.id limit %(limit)s""",
        params,
    )
    total: int = await fetch_value(conn, f"select count(*) from classes c where {MATCHING}", params)
    return rows, total


async def list_pupil_classes(
    conn: Conn, institute_id: UUID, *, own: bool, class_id: UUID | None = None, q: str | None = None
) -> list[Class]:
    """A pupil's own classes by name; or those too which they asked or could ask to join."""
    return await fetch_all(
        conn,
        Class,
        """select * from app.list_pupil_classes(%s, %s, %s) c
            where %s::text is null or strpos(lower(c.name), lower(%s)) > 0
               or strpos(lower(coalesce(c.code, '')), lower(%s)) > 0 order by lower(c.name), c.id""",
        [institute_id, own, class_id, q or None, q, q],
    )


async def list_classes_by_id(conn: Conn, institute_id: UUID, class_ids: list[UUID]) -> list[Class]:
    """Those of the classes that there are, as staff see them."""
    sql = f"select {CLASS} from classes c where c.institute_id = %(institute)s and c.id = any(%(ids)s)"
    return await fetch_all(conn, Class, sql, {"institute": institute_id, "ids": class_ids})


async def list_students(conn: Conn, institute_id: UUID, class_ids: list[UUID]) -> dict[UUID, list[Student]]:
    """The students of classes by name; a pupil finds themselves alone."""
    found: dict[UUID, list[Student]] = {class_id: [] for class_id in class_ids}
    cursor = await conn.execute(
        """select s.class_id, m.user_id, m.name, m.metadata ->> 'year_group',
                  m.metadata ->> 'candidate_number', m.email_key is not null, m.state = 'active',
                  s.added_at
             from class_students s
             join memberships m on m.institute_id = s.institute_id and m.user_id = s.user_id
            where s.institute_id = %(institute)s and m.institute_id = %(institute)s
              and s.class_id = any(%(classes)s) and m.state <> 'left'
            order by lower(m.name), m.user_id""",
        {"institute": institute_id, "classes": class_ids},
    )
    for class_id, *student in await cursor.fetchall():
        found[class_id].append(Student(*student))
    return found


async def find_teacher_place(conn: Conn, institute_id: UUID, class_id: UUID, user_id: UUID) -> bool:
    """Whether somebody stands among the teachers of a class, also when they left the school since."""
    sql = "select true from class_teachers where institute_id = %s and class_id = %s and user_id = %s"
    return bool(await fetch_value(conn, sql, [institute_id, class_id, user_id]))


async def is_in_class(conn: Conn, institute_id: UUID, class_id: UUID, user_id: UUID) -> bool:
    sql = "select true from class_students where institute_id = %s and class_id = %s and user_id = %s"
    return bool(await fetch_value(conn, sql, [institute_id, class_id, user_id]))


# ── requests to join ────────────────────────────────────────────────────────────────────────────


def _request(actor: Actor) -> str:
    """Of what a request is read: pupils see a class's name through their function."""
    classes = "app.list_pupil_classes(%(institute)s, false, null)" if actor.role == "student" else "classes"
    tenant = "" if actor.role == "student" else "and c.institute_id = %(institute)s"
    return f"""select r.id, r.class_id, c.name as class_name, r.user_id, m.name, r.requested_by, r.state,
                      r.reason, r.created_at, r.decided_at, r.decided_by
                 from enrollment_requests r
                 join {classes} c on c.id = r.class_id {tenant}
                 join memberships m on m.institute_id = r.institute_id and m.user_id = r.user_id
                where r.institute_id = %(institute)s and m.institute_id = %(institute)s"""


async def get_request(conn: Conn, actor: Actor, request_id: UUID) -> EnrollmentRequest:
    """Raises RequestNotFound where the caller sees none."""
    found = await fetch_one(
        conn,
        EnrollmentRequest,
        f"{_request(actor)} and r.id = %(id)s",
        {"institute": actor.institute, "id": request_id},
    )
    if found is None:
        raise RequestNotFound
    return found


async def list_class_requests(
    conn: Conn, actor: Actor, class_id: UUID, state: str | None = None
) -> list[EnrollmentRequest]:
    """Oldest first; a pupil sees their own."""
    return await fetch_all(
        conn,
        EnrollmentRequest,
        f"""{_request(actor)} and r.class_id = %(class)s and (%(state)s::text is null or r.state = %(state)s)
             order by r.id limit 500""",
        {"institute": actor.institute, "class": class_id, "state": state},
    )


async def list_requests(
    conn: Conn, actor: Actor, *, state: str | None, all_classes: bool, after: Any, limit: int
) -> tuple[list[EnrollmentRequest], int]:
    """Newest first, with how many there are: a pupil's own; else those of the classes one teaches, or of all.
    Archived classes wait for nobody."""
    taught = """and c.archived_at is null and (%(all)s or exists (select from class_teachers t
        where t.institute_id = %(institute)s and t.class_id = r.class_id and t.user_id = %(me)s))"""
    mine = "" if actor.role == "student" else taught
    base = f"{_request(actor)} {mine} and (%(state)s::text is null or r.state = %(state)s)"
    params = {
        "institute": actor.institute,
        "me": actor.user_id,
        "all": all_classes,
        "state": state,
        "after": after,
        "limit": limit,
    }
    rows = await fetch_all(
        conn,
        EnrollmentRequest,
        f"{base} and (%(after)s::uuid is null or r.id < %(after)s) order by r.id desc limit %(limit)s",
        params,
    )
    total: int = await fetch_value(conn, f"select count(*) from ({base}) found", params)
    return rows, total
