"""How a pupil without an address comes to one: given by themselves, with the school's yes, or for them;
proved by a mail's link, and joined to the account that has it already (P-17)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from markroom.identity.model import address_key, check_address
from markroom.identity.reads import get_own_user
from markroom.institutes.addresses import reads, writes
from markroom.institutes.addresses.model import (
    PROOF_LIFE,
    PROOF_PURPOSE,
    WAITING_LIFE,
    AccountJoined,
    AddressConfirmed,
    AddressGiven,
    AddressKnown,
    AddressMailed,
    AddressNotFound,
    AddressNotWaiting,
    AddressRefused,
    ProofUsed,
    Proved,
)
from markroom.institutes.members.actions import lock_member
from markroom.institutes.members.model import MemberLeft, MemberNotFound
from markroom.institutes.members.reads import find_member
from markroom.institutes.members.writes import update_member
from markroom.institutes.model import MANAGE_MEMBERS, RoleAboveOwn, may_grant
from markroom.institutes.notices.actions import tell
from markroom.institutes.notices.writes import write_notices
from markroom.institutes.writes import lock_institute
from markroom.jobs.queue import defer_run, start_job
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn
from markroom.kit.events import emit
from markroom.kit.tokens import derive_token, hash_token


async def give_own_address(conn: Conn, actor: Actor, secret: bytes, email: str) -> None:
    """Keeps it until the school says yes: whoever holds a code can type an address. Nothing is mailed.

    Raises BadAddress, AddressKnown, or AddressMailed while one the school gave waits for its proof. Answers
    alike whether somebody has the address or not.
    """
    if (await get_own_user(conn, actor.user_id)).email is not None:
        raise AddressKnown
    before = await reads.find_given(conn, actor.institute, actor.user_id)
    if before and before.state == "asked" and before.is_by_school:
        raise AddressMailed
    await _keep(conn, actor, secret, actor.user_id, email, is_agreed=False)
    await start_job(conn, "tell_address_given", actor.institute, actor.user_id)


async def give_address(conn: Conn, actor: Actor, secret: bytes, user_id: UUID, email: str) -> None:
    """For a member without one, who is mailed at once. Raises MemberNotFound, AdminRequired, RoleAboveOwn,
    AddressKnown or BadAddress."""
    permit(actor, MANAGE_MEMBERS)
    member = await find_member(conn, actor.institute, user_id)
    if member is None or member.state != "active":
        raise MemberNotFound
    if not may_grant(actor.role, member.role):
        raise RoleAboveOwn
    if member.email is not None:
        raise AddressKnown
    proof_id = await _keep(conn, actor, secret, user_id, email, is_agreed=True)
    await start_job(conn, "send_address_mail", actor.institute, proof_id)


async def _keep(
    conn: Conn, actor: Actor, secret: bytes, user_id: UUID, email: str, *, is_agreed: bool
) -> UUID:
    """What was given before ends."""
    address, proof_id = check_address(email), uuid4()
    await writes.insert_given(
        conn,
        actor.institute,
        proof_id,
        user_id,
        address,
        address_key(address),
        hash_token(derive_token(secret, PROOF_PURPOSE, proof_id)),
        PROOF_LIFE if is_agreed else WAITING_LIFE,
        decided_by=actor.user_id if is_agreed else None,
        session_id=actor.session_id,
    )
    await emit(conn, AddressGiven(institute_id=actor.institute, subject_id=user_id))
    return proof_id


async def get_whose(conn: Conn, actor: Actor, address_id: UUID) -> UUID:
    """For whom an address was given. Raises AddressNotFound."""
    user_id = await reads.find_whose(conn, actor.institute, address_id)
    if user_id is None:
        raise AddressNotFound
    return user_id


async def confirm_address(conn: Conn, actor: Actor, address_id: UUID) -> UUID:
    """Says yes to the very address that was looked at, and has it mailed for its proof. Returns whose it is.
    Locks the institute.

    Raises AddressNotFound, AddressNotWaiting, MemberNotFound, AdminRequired or RoleAboveOwn.
    """
    user_id = await _decide(conn, actor, address_id, "asked", PROOF_LIFE)
    await start_job(conn, "send_address_mail", actor.institute, address_id)
    await emit(conn, AddressConfirmed(institute_id=actor.institute, subject_id=user_id))
    return user_id


async def refuse_address(conn: Conn, actor: Actor, address_id: UUID) -> UUID:
    """Says no to it. Nobody is mailed. Raises as `confirm_address` does."""
    user_id = await _decide(conn, actor, address_id, "refused", None)
    await emit(conn, AddressRefused(institute_id=actor.institute, subject_id=user_id))
    return user_id


async def _decide(conn: Conn, actor: Actor, address_id: UUID, state: str, life: timedelta | None) -> UUID:
    user_id = await get_whose(conn, actor, address_id)
    actor, member = await lock_member(conn, actor, user_id)
    if member.state != "active" or not await writes.decide_given(
        conn, actor.institute, address_id, state, actor.user_id, life
    ):
        raise AddressNotWaiting
    await tell(conn, actor.institute, [user_id], "address_decided", address_id, agreed=state == "asked")
    return user_id


async def prove(conn: Conn, token: str, request_id: str) -> Proved:
    """Uses a link up. Signs nobody in. Raises ProofUsed, alike for used, replaced, expired and never sent."""
    proved = await writes.prove(conn, hash_token(token), request_id)
    if proved is None:
        raise ProofUsed
    if proved.job_id:
        await defer_run(conn, proved.institute_id, proved.job_id, "join_account")
    return proved


async def join_account(conn: Conn, institute_id: UUID, pupil_id: UUID, account_id: UUID) -> None:
    """As the service: the account takes the pupil's place, with their role unless it has one, and the
    pupil's membership ends. Once only, however often it is asked; not where the account has given the address
    up since, and the pupil proves it anew. Locks the institute, then the account."""
    await lock_institute(conn, institute_id)
    pupil = await find_member(conn, institute_id, pupil_id)
    if pupil is None or pupil.state == "left":
        return
    if not await writes.lock_account(conn, institute_id, pupil_id, account_id):
        return
    await writes.take_place(conn, institute_id, pupil_id, account_id)
    facts = {"pupil_id": str(pupil_id)}
    await emit(conn, AccountJoined(institute_id=institute_id, subject_id=account_id, facts=facts))
    await update_member(conn, institute_id, pupil_id, pupil.role, "left")
    left = MemberLeft(
        institute_id=institute_id, subject_id=pupil_id, changed=("state",), facts={"by": "joining"}
    )
    await emit(conn, left)
    await tell_admins(conn, institute_id, pupil_id, account_id)


async def tell_admins(conn: Conn, institute_id: UUID, pupil_id: UUID, account_id: UUID | None = None) -> None:
    """As the service: that a pupil gave an address, or came to an account; whoever held one of their codes
    could."""
    admins = await reads.list_admins(conn, institute_id)
    facts = {"user_id": str(pupil_id), "joined": account_id is not None}
    subject_id = account_id or pupil_id
    await write_notices(conn, institute_id, admins, "pupil_address_given", subject_id, facts)
