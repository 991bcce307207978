"""The rows of addresses that wait for the school's yes or for their proof, and of the places that accounts
take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from markroom.kit.db import Conn, execute, fetch_all, fetch_one, fetch_value


@dataclass(frozen=True)
class GivenAddress:
    """An address given for somebody without one.

    `state`: pending waits for the school's yes, asked was mailed for its proof, refused got a no. `code_by`
    printed the code it was given with; only those who see colleagues read it.
    """

    id: UUID
    user_id: UUID
    name: str
    email: str
    state: str
    delivery: str
    given_at: datetime
    decided_at: datetime | None
    expires_at: datetime
    code_by: str | None

    @property
    def is_by_school(self) -> bool:
        """Given by whoever manages people, so mailed at once."""
        return self.decided_at == self.given_at


_GIVEN = """p.id, p.user_id, m.name, p.email, p.state, p.delivery, p.asked_at as given_at, p.decided_at,
    p.expires_at, c.name as code_by"""
# Only the newest of a person counts: what was given before it has ended.
_FROM = """address_proofs p
    join memberships m on m.institute_id = %(institute)s and m.user_id = p.user_id
    left join memberships c on c.institute_id = %(institute)s and c.user_id = p.code_issued_by
   where p.institute_id = %(institute)s and p.used_at is null and p.expires_at > now()
     and not exists (select 1 from address_proofs n
           where n.institute_id = %(institute)s and n.user_id = p.user_id and n.asked_at > p.asked_at)"""


async def insert_given(
    conn: Conn,
    institute_id: UUID,
    proof_id: UUID,
    user_id: UUID,
    email: str,
    email_key: str,
    token_hash: bytes,
    life: timedelta,
    *,
    decided_by: UUID | None = None,
    session_id: UUID | None = None,
) -> None:
    """Mailed at once where somebody who may has `decided_by` giving it, else waiting; `session_id` is the
    caller's own."""
    await execute(
        conn,
        """insert into address_proofs
             (institute_id, id, user_id, email, email_key, hash, expires_at, state, decided_by, decided_at,
              code_issued_by)
           values (%(institute)s, %(id)s, %(user)s, %(email)s, %(key)s, %(hash)s, now() + %(life)s,
             case when %(by)s::uuid is null then 'pending' else 'asked' end, %(by)s,
             case when %(by)s::uuid is not null then now() end,
             (select code_issued_by from sessions where id = %(session)s))""",
        {
            "institute": institute_id, "id": proof_id, "user": user_id, "email": email, "key": email_key,
            "hash": token_hash, "life": life, "by": decided_by, "session": session_id,
        },
    )  # fmt: skip


async def find_whose(conn: Conn, institute_id: UUID, proof_id: UUID) -> UUID | None:
    """For whom an address was given, as far as the caller may see it."""
    user_id: UUID | None = await fetch_value(
        conn,
        "select user_id from address_proofs where institute_id = %s and id = %s",
        [institute_id, proof_id],
    )
    return user_id


async def decide_given(
    conn: Conn, institute_id: UUID, proof_id: UUID, state: str, by: UUID, life: timedelta | None
) -> int:
    """0 where it does not wait any more, or is not the newest. With the institute locked."""
    return await execute(
        conn,
        """update address_proofs p
              set state = %(state)s, decided_by = %(by)s, decided_at = now(),
                  expires_at = coalesce(now() + %(life)s::interval, p.expires_at)
            where p.institute_id = %(institute)s and p.id = %(id)s and p.state = 'pending'
              and p.expires_at > now()
              and not exists (select 1 from address_proofs n
                    where n.institute_id = %(institute)s and n.user_id = p.user_id
                      and n.asked_at > p.asked_at)""",
        {"institute": institute_id, "id": proof_id, "state": state, "by": by, "life": life},
    )


async def lock_account(conn: Conn, institute_id: UUID, pupil_id: UUID, account_id: UUID) -> bool:
    """As the service: keeps an account as it is, while it has an address that the pupil proved."""
    return bool(
        await execute(
            conn,
            """select 1 from users u where u.id = %s
                  and u.email_key in (select p.email_key from address_proofs p
                        where p.institute_id = %s and p.user_id = %s and p.used_at is not null)
                  for no key update of u""",
            [account_id, institute_id, pupil_id],
        )
    )


async def list_admins(conn: Conn, institute_id: UUID) -> list[UUID]:
    cursor = await conn.execute(
        """select user_id from memberships
            where institute_id = %s and role = 'school_admin' and state = 'active'""",
        [institute_id],
    )
    return [row[0] for row in await cursor.fetchall()]


async def take_place(conn: Conn, institute_id: UUID, pupil_id: UUID, account_id: UUID) -> None:
    """As the service: a membership for the account like the pupil's, unless it belongs there by itself."""
    await execute(
        conn,
        """insert into memberships as m (institute_id, user_id, role, state, name, email, email_key, metadata)
           select %(institute)s, u.id, p.role, p.state, u.name, u.email, u.email_key, p.metadata
             from memberships p, users u
            where p.institute_id = %(institute)s and p.user_id = %(pupil)s and u.id = %(account)s
           on conflict (institute_id, user_id) do update
             set role = excluded.role, state = excluded.state, name = excluded.name, email = excluded.email,
                 email_key = excluded.email_key, metadata = excluded.metadata, joined_at = now(),
                 ended_at = null, version = m.version + 1
           where m.state = 'left'""",
        {"institute": institute_id, "pupil": pupil_id, "account": account_id},
    )


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


async def set_proof_delivery(conn: Conn, institute_id: UUID, proof_id: UUID, delivery: str) -> None:
    await execute(
        conn,
        "update address_proofs set delivery = %s where institute_id = %s and id = %s",
        [delivery, institute_id, proof_id],
    )


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
