"""Classes, who teaches them, who is in them and who asks to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.kit.db import Conn, execute, fetch_value

COLUMNS = ("name", "code", "subject", "year_group", "academic_year", "takes_requests")


async def insert_class(conn: Conn, institute_id: UUID, created_by: UUID, fields: Mapping[str, Any]) -> UUID:
    class_id: UUID = await fetch_value(
        conn,
        f"""insert into classes (institute_id, created_by, {", ".join(fields)})
            values (%s, %s{", %s" * len(fields)}) returning id""",
        [institute_id, created_by, *fields.values()],
    )
    return class_id


async def lock_class(conn: Conn, institute_id: UUID, class_id: UUID) -> None:
    """Keeps a class and its people from changing until the transaction ends."""
    sql = "select 1 from classes where institute_id = %s and id = %s for no key update"
    await execute(conn, sql, [institute_id, class_id])


async def update_class(conn: Conn, institute_id: UUID, class_id: UUID, fields: Mapping[str, Any]) -> None:
    assert set(fields) <= set(COLUMNS)
    await execute(
        conn,
        f"""update classes set {", ".join(f"{field} = %s" for field in fields)}, version = version + 1
             where institute_id = %s and id = %s""",
        [*fields.values(), institute_id, class_id],
    )


async def archive_class(conn: Conn, institute_id: UUID, class_id: UUID, *, archived: bool) -> bool:
    """Puts a class away or brings it back; False where it is so already."""
    return bool(
        await execute(
            conn,
            """update classes set archived_at = case when %s then now() end, version = version + 1
                where institute_id = %s and id = %s and (archived_at is null) = %s""",
            [archived, institute_id, class_id, archived],
        )
    )


async def roll_over_class(
    conn: Conn, institute_id: UUID, created_by: UUID, class_id: UUID, fields: Mapping[str, Any]
) -> UUID | None:
    """A class for another year like this one, without people; None where there is one already."""
    made: UUID | None = await fetch_value(
        conn,
        """insert into classes (institute_id, created_by, name, code, subject, year_group, academic_year,
                                takes_requests, previous_id)
           select institute_id, %s, %s, code, subject, %s, %s, takes_requests, id
             from classes where institute_id = %s and id = %s
           on conflict (institute_id, previous_id, lower(academic_year)) where archived_at is null do nothing
           returning id""",
        [created_by, fields["name"], fields["year_group"], fields["academic_year"], institute_id, class_id],
    )
    return made


async def copy_people(conn: Conn, institute_id: UUID, class_id: UUID, new_id: UUID) -> tuple[int, int]:
    """The teachers and students of one class become those of another; how many."""
    return await _copy(conn, "class_teachers", institute_id, class_id, new_id), await _copy(
        conn, "class_students", institute_id, class_id, new_id
    )


async def _copy(conn: Conn, table: str, institute_id: UUID, class_id: UUID, new_id: UUID) -> int:
    """Those still at the school, in the order they were added."""
    return await execute(
        conn,
        f"""insert into {table} (institute_id, class_id, user_id, added_at)
            select p.institute_id, %(new)s, p.user_id, p.added_at from {table} p
              join memberships m on m.institute_id = p.institute_id and m.user_id = p.user_id
             where p.institute_id = %(institute)s and m.institute_id = %(institute)s
               and p.class_id = %(class)s and m.state <> 'left'""",
        {"institute": institute_id, "class": class_id, "new": new_id},
    )


async def insert_teachers(
    conn: Conn, institute_id: UUID, class_id: UUID, user_ids: Sequence[UUID]
) -> list[UUID]:
    return await _insert_people(conn, "class_teachers", institute_id, class_id, user_ids)


async def insert_students(
    conn: Conn, institute_id: UUID, class_id: UUID, user_ids: Sequence[UUID]
) -> list[UUID]:
    return await _insert_people(conn, "class_students", institute_id, class_id, user_ids)


async def _insert_people(
    conn: Conn, table: str, institute_id: UUID, class_id: UUID, user_ids: Sequence[UUID]
) -> list[UUID]:
    """Those who were not there before."""
    cursor = await conn.execute(
        f"""insert into {table} (institute_id, class_id, user_id)
            select %s, %s, u from unnest(%s::uuid[]) u on conflict do nothing returning user_id""".encode(),
        [institute_id, class_id, list(user_ids)],
    )
    return [row[0] for row in await cursor.fetchall()]


async def delete_teacher(conn: Conn, institute_id: UUID, class_id: UUID, user_id: UUID) -> None:
    sql = "delete from class_teachers where institute_id = %s and class_id = %s and user_id = %s"
    await execute(conn, sql, [institute_id, class_id, user_id])


async def delete_students(
    conn: Conn, institute_id: UUID, class_id: UUID, user_ids: Sequence[UUID]
) -> list[UUID]:
    """Those who were there."""
    cursor = await conn.execute(
        """delete from class_students where institute_id = %s and class_id = %s and user_id = any(%s)
           returning user_id""",
        [institute_id, class_id, list(user_ids)],
    )
    return [row[0] for row in await cursor.fetchall()]


async def delete_places(
    conn: Conn, institute_id: UUID, user_id: UUID, *, taught: bool, attended: bool
) -> None:
    """Takes somebody out of all classes they teach, attend or ask to join."""
    params = [institute_id, user_id]
    if taught:
        sql = "delete from class_teachers where institute_id = %s and user_id = %s"
        await execute(conn, sql, params)
    if attended:
        sql = "delete from class_students where institute_id = %s and user_id = %s"
        await execute(conn, sql, params)
        await execute(
            conn,
            """update enrollment_requests set state = 'withdrawn', decided_at = now()
                where institute_id = %s and user_id = %s and state = 'pending'""",
            params,
        )


async def hand_places_on(conn: Conn, institute_id: UUID, user_id: UUID, to: UUID) -> None:
    """The classes and requests of one student become those of another, who has them not already."""
    params = {"institute": institute_id, "from": user_id, "to": to}
    await execute(
        conn,
        """update class_students s set user_id = m.user_id from memberships m
            where s.institute_id = %(institute)s and s.user_id = %(from)s
              and m.institute_id = %(institute)s and m.user_id = %(to)s and m.role = 'student'
              and not exists (select from class_students t where t.institute_id = %(institute)s
                               and t.class_id = s.class_id and t.user_id = %(to)s)""",
        params,
    )
    await execute(
        conn,
        """update enrollment_requests r set user_id = m.user_id from memberships m
            where r.institute_id = %(institute)s and r.user_id = %(from)s
              and m.institute_id = %(institute)s and m.user_id = %(to)s and m.role = 'student'
              and not exists (select from enrollment_requests t where t.institute_id = %(institute)s
                               and t.class_id = r.class_id and t.user_id = %(to)s and t.state = 'pending')""",
        params,
    )


async def insert_request(
    conn: Conn, institute_id: UUID, class_id: UUID, user_id: UUID, requested_by: UUID
) -> UUID | None:
    """None where one is pending already."""
    made: UUID | None = await fetch_value(
        conn,
        """insert into enrollment_requests (institute_id, class_id, user_id, requested_by)
           values (%s, %s, %s, %s)
           on conflict (institute_id, class_id, user_id) where state = 'pending' do nothing returning id""",
        [institute_id, class_id, user_id, requested_by],
    )
    return made


async def decide_request(
    conn: Conn, institute_id: UUID, request_id: UUID, state: str, reason: str | None, decided_by: UUID
) -> bool:
    """Ends a pending request; False where somebody was first."""
    return bool(
        await execute(
            conn,
            """update enrollment_requests set state = %s, reason = %s, decided_at = now(), decided_by = %s
                where institute_id = %s and id = %s and state = 'pending'""",
            [state, reason, decided_by, institute_id, request_id],
        )
    )


async def approve_pending(
    conn: Conn, institute_id: UUID, class_id: UUID, user_ids: Sequence[UUID], decided_by: UUID
) -> list[tuple[UUID, UUID]]:
    """Approves what students who are in the class now had asked for: the request and the student of each."""
    cursor = await conn.execute(
        """update enrollment_requests set state = 'approved', decided_at = now(), decided_by = %s
            where institute_id = %s and class_id = %s and user_id = any(%s) and state = 'pending'
           returning id, user_id""",
        [decided_by, institute_id, class_id, list(user_ids)],
    )
    return await cursor.fetchall()


async def add_pupils(
    conn: Conn, institute_id: UUID, class_id: UUID, names: list[str], details: list[dict[str, Any]]
) -> list[UUID]:
    """Users without an address, students of the class, in the order given."""
    cursor = await conn.execute(
        "select user_id from app.door_add_class_pupils(%s, %s, %s, %s)",
        [institute_id, class_id, names, Jsonb(details)],
    )
    return [row[0] for row in await cursor.fetchall()]
