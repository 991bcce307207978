from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from markroom.kit.db import Conn, fetch_all, fetch_value
from markroom.school.students.model import Pasted, SchoolStudent, StudentsWanted

# `offset 0`: the few classes of each student are looked up, instead of joining all of the school.
_CLASSES = """from class_students s cross join lateral
  (select id, name from classes where institute_id = %(institute)s and id = s.class_id
      and archived_at is null offset 0) c
  where s.institute_id = %(institute)s and s.user_id = m.user_id"""
_MATCHING = f"""m.institute_id = %(institute)s and m.role = 'student' and m.state <> 'left'
  and (not %(active)s or m.state = 'active')
  and (%(q)s::text is null or strpos(lower(m.name), lower(%(q)s)) > 0
       or strpos(m.email_key, lower(%(q)s)) > 0 or m.metadata ->> 'candidate_number' = %(q)s)
  and (%(year_group)s::text is null or lower(m.metadata ->> 'year_group') = lower(%(year_group)s))
  and (%(class_id)s::uuid is null or exists (select from class_students s
        where s.institute_id = %(institute)s and s.user_id = m.user_id and s.class_id = %(class_id)s))
  and (%(outside)s::uuid is null or not exists (select from class_students s
        where s.institute_id = %(institute)s and s.user_id = m.user_id and s.class_id = %(outside)s))
  and (not %(in_none)s or not exists (select {_CLASSES}))"""


async def list_school_students(
    conn: Conn, institute_id: UUID, wanted: StudentsWanted, after: Any, limit: int
) -> tuple[list[SchoolStudent], int]:
    """By name, with how many there are in all. `after` is [name, user_id]."""
    name, user_id = after or (None, None)
    params = {
        "institute": institute_id,
        "q": (wanted.q or "").strip() or None,
        "year_group": wanted.year_group,
        "class_id": wanted.class_id,
        "outside": wanted.not_in_class if isinstance(wanted.not_in_class, UUID) else None,
        "in_none": wanted.not_in_class is True,
        "active": wanted.active,
        "name": name,
        "user": user_id,
        "limit": limit,
    }
    rows = await fetch_all(
        conn,
        SchoolStudent,
        f"""select m.user_id, m.name, m.email, m.state, m.metadata ->> 'year_group' as year_group,
                   m.metadata ->> 'form_group' as form_group,
                   m.metadata ->> 'candidate_number' as candidate_number,
                   (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'name', c.name)
                                              order by lower(c.name), c.id), '[]') {_CLASSES}) as classes
              from memberships m where {_MATCHING}
               and (%(name)s::text is null or (lower(m.name), m.user_id) > (lower(%(name)s), %(user)s::uuid))
             order by lower(m.name), m.user_id limit %(limit)s""",
        params,
    )
    total: int = await fetch_value(conn, f"select count(*) from memberships m where {_MATCHING}", params)
    return rows, total


async def find_pasted(
    conn: Conn, institute_id: UUID, lines: Sequence[tuple[str, str | None]]
) -> list[Pasted]:
    """The active students whom names with numbers mean: by number or address, else by the whole name."""
    return await fetch_all(
        conn,
        Pasted,
        """select given.name, given.number,
                  coalesce(array_agg(m.user_id) filter (where m.email_key = given.key
                             or lower(m.metadata ->> 'candidate_number') in (given.key, lower(given.number))),
                           array_agg(m.user_id) filter (where m.user_id is not null), '{}') as user_ids
             from unnest(%(names)s::text[], %(numbers)s::text[], %(keys)s::text[]) with ordinality
                    as given (name, number, key, place)
             left join memberships m on m.institute_id = %(institute)s and m.role = 'student'
                   and m.state = 'active'
                   and (m.email_key = given.key or lower(m.name) = given.key
                     or lower(m.metadata ->> 'candidate_number') in (given.key, lower(given.number)))
            group by given.name, given.number, given.place order by given.place""",
        {
            "institute": institute_id,
            "names": [name for name, _ in lines],
            "numbers": [number for _, number in lines],
            "keys": [name.casefold() for name, _ in lines],
        },
    )
