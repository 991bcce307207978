from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from markroom.institutes.addresses.model import Proved
from markroom.kit.db import Conn, execute, fetch_one


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


async def set_proof_delivery(conn: Conn, institute_id: UUID, proof_id: UUID, delivery: str) -> None:
    await execute(
        conn,
        "update address_proofs set delivery = %s where institute_id = %s and id = %s",
        [delivery, institute_id, proof_id],
    )


async def prove(conn: Conn, token_hash: bytes, request_id: str) -> Proved | None:
    return await fetch_one(
        conn,
        Proved,
        "select institute_id, user_id, account_id, job_id from app.door_prove_address(%s, %s)",
        [token_hash, request_id],
    )
