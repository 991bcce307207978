"""The rows of addresses still to be proved, and of the places that accounts take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from markroom.kit.db import Conn, execute, fetch_one


@dataclass(frozen=True)
class Asked:
    """An address that was asked for its proof and has not answered; `delivery` is that of the mail."""

    email: str
    delivery: str
    asked_at: datetime


async def insert_proof(
    conn: Conn,
    institute_id: UUID,
    proof_id: UUID,
    user_id: UUID,
    email: str,
    email_key: str,
    token_hash: bytes,
    life: timedelta,
) -> None:
    await execute(
        conn,
        """insert into address_proofs (institute_id, id, user_id, email, email_key, hash, expires_at)
           values (%s, %s, %s, %s, %s, %s, now() + %s)""",
        [institute_id, proof_id, user_id, email, email_key, token_hash, life],
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
        """select p.email, p.delivery, p.used_at is null and p.expires_at > now() and s.closed_at is null
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


async def find_asked(conn: Conn, institute_id: UUID, user_id: UUID) -> Asked | None:
    """The newest, while its link can be used."""
    return await fetch_one(
        conn,
        Asked,
        """select email, delivery, asked_at from address_proofs
            where institute_id = %s and user_id = %s and used_at is null and expires_at > now()
            order by asked_at desc limit 1""",
        [institute_id, user_id],
    )
