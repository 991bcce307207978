from __future__ import annotations

from typing import Any
from uuid import UUID

from markroom.institutes.addresses.model import GivenAddress, Proof
from markroom.kit.db import Conn, fetch_all, fetch_one, fetch_value
from markroom.kit.tokens import hash_token

_GIVEN = """p.id, p.user_id, m.name, p.email, p.state, p.delivery, p.asked_at as given_at, p.decided_at,
    p.expires_at, c.name as code_by"""
# Only the newest of a person counts: what was given before it has ended.
_FROM = """address_proofs p
    join memberships m on m.institute_id = %(institute)s and m.user_id = p.user_id
    left join memberships c on c.institute_id = %(institute)s and c.user_id = p.code_issued_by
   where p.institute_id = %(institute)s and p.used_at is null and p.expires_at > now()
     and not exists (select 1 from address_proofs n
           where n.institute_id = %(institute)s and n.user_id = p.user_id and n.asked_at > p.asked_at)"""


async def find_whose(conn: Conn, institute_id: UUID, proof_id: UUID) -> UUID | None:
    """For whom an address was given, as far as the caller may see it."""
    user_id: UUID | None = await fetch_value(
        conn,
        "select user_id from address_proofs where institute_id = %s and id = %s",
        [institute_id, proof_id],
    )
    return user_id


async def list_admins(conn: Conn, institute_id: UUID) -> list[UUID]:
    cursor = await conn.execute(
        """select user_id from memberships
            where institute_id = %s and role = 'school_admin' and state = 'active'""",
        [institute_id],
    )
    return [row[0] for row in await cursor.fetchall()]


async def get_proof_mail(conn: Conn, institute_id: UUID, proof_id: UUID) -> tuple[str, str, bool]:
    """For the mail job: address, delivery, and whether the link can be used still."""
    cursor = await conn.execute(
        """select p.email, p.delivery,
                  p.state = 'asked' and p.used_at is null and p.expires_at > now() and s.closed_at is null
             from address_proofs p join institutes s on s.id = p.institute_id
            where p.institute_id = %s and p.id = %s""",
        [institute_id, proof_id],
    )
    row: tuple[str, str, bool] | None = await cursor.fetchone()
    assert row is not None, "proofs are never deleted"
    return row


async def find_given(conn: Conn, institute_id: UUID, user_id: UUID) -> GivenAddress | None:
    """The newest of a person, while something can become of it still, or its refusal is fresh."""
    sql = f"select {_GIVEN} from {_FROM} and p.user_id = %(user)s"
    return await fetch_one(conn, GivenAddress, sql, {"institute": institute_id, "user": user_id})


async def list_pending(
    conn: Conn, institute_id: UUID, after: Any, limit: int
) -> tuple[list[GivenAddress], int]:
    """What waits for the school's yes, by name, with how many there are. `after` is [name, user_id]."""
    waiting = f"{_FROM} and p.state = 'pending' and m.state = 'active'"
    name, user_id = after or (None, None)
    given = {"institute": institute_id, "name": name, "user": user_id, "limit": limit}
    rows = await fetch_all(
        conn,
        GivenAddress,
        f"""select {_GIVEN} from {waiting}
               and (%(name)s::text is null or (lower(m.name), p.user_id) > (lower(%(name)s), %(user)s::uuid))
             order by lower(m.name), p.user_id limit %(limit)s""",
        given,
    )
    total: int = await fetch_value(conn, f"select count(*) from {waiting}", given)
    return rows, total


async def find_proof(conn: Conn, token: str) -> Proof | None:
    return await fetch_one(
        conn,
        Proof,
        "select institute_name, name, email, has_account from app.door_address_proof(%s)",
        [hash_token(token)],
    )
