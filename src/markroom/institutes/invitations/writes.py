from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.institutes.invitations.model import Invitation, Invitee
from markroom.institutes.invitations.reads import INVITATION
from markroom.kit.db import Conn, execute, fetch_all, fetch_one, fetch_value


async def expire_old_invitations(
    conn: Conn, institute_id: UUID, project_id: UUID | None, email_keys: list[str]
) -> None:
    await execute(
        conn,
        """update invitations set status = 'expired', version = version + 1
            where institute_id = %s and project_id is not distinct from %s and email_key = any(%s)
              and status = 'pending' and expires_at <= now()""",
        [institute_id, project_id, email_keys],
    )


async def insert_invitations(
    conn: Conn,
    institute_id: UUID,
    invitees: Sequence[Invitee],
    invited_by: UUID | None,
    life: timedelta,
    *,
    project_id: UUID | None,
    brings: Sequence[UUID],
) -> list[Invitation]:
    """The new ones; none for an address that has a pending one already."""
    return await fetch_all(
        conn,
        Invitation,
        f"""insert into invitations (institute_id, email, email_key, role, metadata, invited_by, expires_at,
                                     project_id, project_ids)
            select %s, r.email, r.email_key, r.role, r.metadata, %s, now() + %s, %s, %s::uuid[]
              from unnest(%s::text[], %s::text[], %s::text[], %s::jsonb[])
                   r (email, email_key, role, metadata)
             order by r.email_key
            on conflict (institute_id, project_id, email_key) where status = 'pending' do nothing
            returning {INVITATION}""",
        [
            institute_id,
            invited_by,
            life,
            project_id,
            list(brings),
            [invitee.email for invitee in invitees],
            [invitee.email_key for invitee in invitees],
            [invitee.role for invitee in invitees],
            [Jsonb(invitee.metadata) for invitee in invitees],
        ],
    )


async def insert_invitation_tokens(
    conn: Conn,
    institute_id: UUID,
    generation: int,
    hashes: Mapping[UUID, bytes],
    *,
    is_shown: bool = False,
) -> None:
    """The hash of one generation's token for each invitation."""
    await execute(
        conn,
        """insert into invitation_tokens (institute_id, invitation_id, generation, hash, is_shown)
           select %s, t.id, %s, t.hash, %s from unnest(%s::uuid[], %s::bytea[]) t (id, hash)""",
        [institute_id, generation, is_shown, list(hashes), list(hashes.values())],
    )


async def show_generation(
    conn: Conn, institute_id: UUID, invitation_id: UUID, generation: int
) -> datetime | None:
    """Makes a generation the live one without a mail; None where the invitation is not pending any more. A
    mail still on its way carries an older link and is not sent."""
    expires_at: datetime | None = await fetch_value(
        conn,
        """update invitations
              set generation = %s, version = version + 1,
                  delivery = case delivery when 'queued' then 'failed' else delivery end
            where institute_id = %s and id = %s and status = 'pending' and expires_at > now()
        returning expires_at""",
        [generation, institute_id, invitation_id],
    )
    return expires_at


async def cancel_invitation(conn: Conn, institute_id: UUID, invitation_id: UUID) -> Invitation | None:
    return await fetch_one(
        conn,
        Invitation,
        f"""update invitations set status = 'cancelled', decided_at = now(), version = version + 1
             where institute_id = %s and id = %s and status = 'pending' and expires_at > now()
         returning {INVITATION}""",
        [institute_id, invitation_id],
    )


async def lock_invitation(conn: Conn, institute_id: UUID, invitation_id: UUID) -> tuple[str, str, int] | None:
    """Stored status, compared address and generation, with the row locked."""
    cursor = await conn.execute(
        """select status, email_key, generation from invitations
            where institute_id = %s and id = %s for update""",
        [institute_id, invitation_id],
    )
    return await cursor.fetchone()


async def renew_invitation(
    conn: Conn, institute_id: UUID, invitation_id: UUID, generation: int, life: timedelta
) -> datetime:
    expires_at: datetime = await fetch_value(
        conn,
        """update invitations
              set status = 'pending', generation = %s, expires_at = now() + %s, delivery = 'queued',
                  version = version + 1
            where institute_id = %s and id = %s returning expires_at""",
        [generation, life, institute_id, invitation_id],
    )
    return expires_at


async def extend_invitation(
    conn: Conn, institute_id: UUID, invitation_id: UUID, generation: int, life: timedelta
) -> None:
    """The same, with the later of its end and now plus `life`."""
    await execute(
        conn,
        """update invitations
              set generation = %s, expires_at = greatest(expires_at, now() + %s), delivery = 'queued',
                  version = version + 1
            where institute_id = %s and id = %s""",
        [generation, life, institute_id, invitation_id],
    )


async def insert_assignments(
    conn: Conn, institute_id: UUID, invitation_id: UUID, roles: Mapping[UUID, str], granted_by: UUID
) -> int:
    """Projects that an invitation brings, with the role in each; how many it did not bring already."""
    return await execute(
        conn,
        """insert into invitation_assignments (institute_id, invitation_id, project_id, role, granted_by)
           select %s, %s, a.project_id, a.role, %s from unnest(%s::uuid[], %s::text[]) a (project_id, role)
           on conflict (institute_id, invitation_id, project_id) do nothing""",
        [institute_id, invitation_id, granted_by, list(roles), list(roles.values())],
    )


async def delete_assignment(conn: Conn, institute_id: UUID, invitation_id: UUID, project_id: UUID) -> int:
    return await execute(
        conn,
        """delete from invitation_assignments
            where institute_id = %s and invitation_id = %s and project_id = %s""",
        [institute_id, invitation_id, project_id],
    )


async def set_delivery(
    conn: Conn, institute_id: UUID, invitation_id: UUID, generation: int, delivery: str
) -> None:
    """Says what became of the mail, unless a newer link was made meanwhile."""
    await execute(
        conn,
        "update invitations set delivery = %s where institute_id = %s and id = %s and generation = %s",
        [delivery, institute_id, invitation_id, generation],
    )


async def accept(conn: Conn, token_hash: bytes, user_id: UUID) -> bool:
    return bool(await fetch_value(conn, "select app.door_accept_invitation(%s, %s)", [token_hash, user_id]))


async def end_offer(conn: Conn, token_hash: bytes, status: str) -> bool:
    return bool(await fetch_value(conn, "select app.door_end_invitation(%s, %s)", [token_hash, status]))


async def join(
    conn: Conn, token_hash: bytes, name: str, session_hash: bytes, life: timedelta, user_agent: str
) -> tuple[UUID, UUID, datetime] | None:
    """Makes the account of a new person holding the link and opens a session; None when the address has an
    account already."""
    cursor = await conn.execute(
        "select user_id, session_id, expires_at from app.door_join(%s, %s, %s, %s, %s)",
        [token_hash, name, session_hash, int(life.total_seconds()), user_agent[:300]],
    )
    return await cursor.fetchone()


async def cancel_invitations_by(conn: Conn, institute_id: UUID, user_id: UUID) -> int:
    return await execute(
        conn,
        """update invitations set status = 'cancelled', decided_at = now(), version = version + 1
            where institute_id = %s and invited_by = %s and status = 'pending'""",
        [institute_id, user_id],
    )


async def cancel_invitations(conn: Conn, institute_id: UUID) -> int:
    """All that wait for an answer."""
    return await execute(
        conn,
        """update invitations set status = 'cancelled', decided_at = now(), version = version + 1
            where institute_id = %s and status = 'pending'""",
        [institute_id],
    )


async def cancel_invitations_into(conn: Conn, institute_id: UUID, project_id: UUID, reason: str) -> int:
    """Ends the pending invitations into a project, and those into the institute that offer nothing else;
    takes it off all others. How many ended."""
    ended = await execute(
        conn,
        """update invitations set status = 'cancelled', decided_at = now(), ended_reason = %(reason)s,
                  version = version + 1
            where institute_id = %(institute)s and status = 'pending' and expires_at > now()
              and (project_id = %(project)s
                   or role = 'guest' and project_ids = array[%(project)s]::uuid[])""",
        {"reason": reason, "institute": institute_id, "project": project_id},
    )
    await execute(
        conn,
        """delete from invitation_assignments a using invitations i
            where a.institute_id = %(institute)s and a.project_id = %(project)s
              and i.institute_id = %(institute)s and i.id = a.invitation_id and i.status = 'pending'""",
        {"institute": institute_id, "project": project_id},
    )
    return ended


async def settle_invitation(conn: Conn, institute_id: UUID, project_id: UUID, email_key: str) -> int:
    """Ends the invitation of somebody who has come into the project without it."""
    return await execute(
        conn,
        """update invitations set status = 'cancelled', decided_at = now(), ended_reason = 'member_added',
                  version = version + 1
            where institute_id = %s and project_id = %s and email_key = %s and status = 'pending'""",
        [institute_id, project_id, email_key],
    )
