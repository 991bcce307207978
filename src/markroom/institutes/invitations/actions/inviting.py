"""Inviting people: one live invitation per address, a mail queued with it, a link that is never stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from markroom.identity.model import address_key, check_address
from markroom.identity.reads import get_own_user
from markroom.institutes.invitations import reads, writes
from markroom.institutes.invitations.model import (
    INVITATION_LIFE,
    INVITATION_PURPOSE,
    RESENDS_A_DAY,
    AlreadyMember,
    Invitation,
    InvitationAccepted,
    InvitationCancelled,
    InvitationDeclined,
    InvitationExtended,
    InvitationLinkShown,
    InvitationNotFound,
    InvitationReplaced,
    InvitationResent,
    InvitationSent,
    InvitationWithdrawn,
    Invited,
    Invitee,
    InvitingOneself,
    PendingInvitationNotFound,
    ProjectNotRun,
    TooManyResends,
)
from markroom.institutes.model import (
    INVITABLE,
    INVITE_PEOPLE,
    RoleAboveOwn,
    UnknownRole,
    check_metadata,
    may_grant,
)
from markroom.jobs.queue import start_jobs
from markroom.kit.actor import Actor, permit
from markroom.kit.db import Conn
from markroom.kit.events import emit, emit_all
from markroom.kit.tokens import derive_token, hash_token


async def invite(
    conn: Conn,
    actor: Actor,
    secret: bytes,
    *,
    email: str,
    role: str,
    metadata: Mapping[str, Any],
    projects: Mapping[UUID, str] | None = None,
) -> Invited:
    """Asks somebody to join; a new invitation brings `projects` of the caller's with roles there. Raises
    AdminRequired, UnknownRole, RoleAboveOwn, BadAddress, BadMetadata, InvitingOneself, AlreadyMember or
    ProjectNotRun."""
    permit(actor, INVITE_PEOPLE)
    if role in INVITABLE and not may_grant(actor.role, role):
        raise RoleAboveOwn
    if role not in INVITABLE:
        raise UnknownRole
    address, details = check_address(email), check_metadata(role, metadata)
    await _refuse_oneself_and_members(conn, actor, address_key(address))
    if not await reads.runs_projects(conn, list(projects or ())):
        raise ProjectNotRun
    invited = await issue_invitation(conn, actor.institute, secret, address, role, details, inviter_of(actor))
    if projects and invited.is_new:
        await writes.insert_assignments(conn, actor.institute, invited.invitation.id, projects, actor.user_id)
    return invited


def inviter_of(actor: Actor) -> UUID | None:
    """Who is told what became of an invitation: not a platform admin, who belongs to no school."""
    return actor.user_id if actor.role != "platform_admin" else None


async def _refuse_oneself_and_members(conn: Conn, actor: Actor, key: str) -> None:
    own = await get_own_user(conn, actor.user_id)
    if own.email and address_key(own.email) == key:
        raise InvitingOneself
    if await reads.is_member(conn, actor.institute, key):
        raise AlreadyMember


async def issue_invitation(
    conn: Conn,
    institute_id: UUID,
    secret: bytes,
    email: str,
    role: str,
    metadata: dict[str, Any],
    invited_by: UUID | None,
) -> Invited:
    """Asks one person; or finds the invitation already waiting for this address."""
    key = address_key(email)
    new = await issue_invitations(
        conn, institute_id, secret, [Invitee(email, key, role, metadata)], invited_by
    )
    if new:
        return Invited(new[0], is_new=True)
    waiting = await reads.find_pending(conn, institute_id, key)
    if waiting is None:  # it was answered in between
        return await issue_invitation(conn, institute_id, secret, email, role, metadata, invited_by)
    return Invited(waiting, is_new=False)


async def issue_invitations(
    conn: Conn,
    institute_id: UUID,
    secret: bytes,
    invitees: Sequence[Invitee],
    invited_by: UUID | None,
    *,
    life: timedelta = INVITATION_LIFE,
    project_id: UUID | None = None,
    brings: Sequence[UUID] = (),
) -> list[Invitation]:
    """The engine of every invitation: rows, hashes of their tokens and mails in the caller's transaction, in
    as many statements for hundreds as for one. None for an address that has a live one.

    Into the school, or with `project_id` into a project. Which projects one into the school `brings` besides
    is said here, and assigned by the caller before the transaction ends.
    """
    keys = [invitee.email_key for invitee in invitees]
    await writes.expire_old_invitations(conn, institute_id, project_id, keys)
    new = await writes.insert_invitations(
        conn, institute_id, invitees, invited_by, life, project_id=project_id, brings=brings
    )
    await _issue_links(conn, institute_id, secret, [invitation.id for invitation in new], 1)
    await emit_all(
        conn,
        [InvitationSent(institute_id=institute_id, subject_id=i.id, facts={"role": i.role}) for i in new],
    )
    return new


async def _issue_links(
    conn: Conn, institute_id: UUID, secret: bytes, invitation_ids: Sequence[UUID], generation: int
) -> None:
    hashes = {i: hash_token(derive_token(secret, INVITATION_PURPOSE, i, generation)) for i in invitation_ids}
    await writes.insert_invitation_tokens(conn, institute_id, generation, hashes)
    mails = {i: {"generation": generation} for i in invitation_ids}
    await start_jobs(conn, "send_invitation_mail", institute_id, mails)


async def cancel(conn: Conn, actor: Actor, invitation_id: UUID) -> Invitation:
    permit(actor, INVITE_PEOPLE)
    cancelled = await writes.cancel_invitation(conn, actor.institute, invitation_id)
    if cancelled is None:
        raise PendingInvitationNotFound
    await emit(
        conn, InvitationWithdrawn(institute_id=actor.institute, subject_id=invitation_id, changed=("status",))
    )
    return cancelled


async def _refuse_settled(conn: Conn, institute_id: UUID, invitation: Invitation, email_key: str) -> None:
    """An expired invitation is not renewed beside a newer one, nor into the school for somebody who belongs
    here by now."""
    if invitation.project_id is None and await reads.is_member(conn, institute_id, email_key):
        raise AlreadyMember
    waiting = await reads.find_pending(conn, institute_id, email_key, invitation.project_id)
    if waiting and waiting.id != invitation.id:
        raise InvitationReplaced


async def resend(conn: Conn, actor: Actor, secret: bytes, invitation_id: UUID) -> datetime:
    """A new link and a mail; the old link dies."""
    permit(actor, INVITE_PEOPLE)
    invitation = await reads.get_invitation(conn, actor.institute, invitation_id)
    if not may_grant(actor.role, invitation.granted_as):
        raise RoleAboveOwn
    return await send_again(conn, actor.institute, secret, invitation_id)


async def send_again(conn: Conn, institute_id: UUID, secret: bytes, invitation_id: UUID) -> datetime:
    """Gives an invitation a new link and its whole life again, and mails it. Locks it, so that a concurrent
    answer wins. Raises InvitationNotFound, InvitationAccepted and the like, TooManyResends."""
    locked = await writes.lock_invitation(conn, institute_id, invitation_id)
    if locked is None:
        raise InvitationNotFound
    status, email_key, generation = locked
    invitation = await reads.get_invitation(conn, institute_id, invitation_id)
    refusals = {
        "accepted": InvitationAccepted,
        "cancelled": InvitationCancelled,
        "declined": InvitationDeclined,
    }
    if status in refusals:
        raise refusals[status]
    await _refuse_settled(conn, institute_id, invitation, email_key)
    await refuse_flood(conn, institute_id, email_key)
    expires_at = await writes.renew_invitation(
        conn, institute_id, invitation_id, generation + 1, invitation.life
    )
    await _issue_links(conn, institute_id, secret, [invitation_id], generation + 1)
    await emit(
        conn, InvitationResent(institute_id=institute_id, subject_id=invitation_id, changed=("expires_at",))
    )
    return expires_at


async def extend(conn: Conn, institute_id: UUID, secret: bytes, invitation_id: UUID, life: timedelta) -> None:
    """Mails a pending invitation again that brings one project more: a new link, until the later of its end
    and now plus `life`. With the invitation locked. Raises TooManyResends."""
    locked = await writes.lock_invitation(conn, institute_id, invitation_id)
    assert locked is not None, "whoever assigned a project to it sees it"
    _, email_key, generation = locked
    await refuse_flood(conn, institute_id, email_key)
    await writes.extend_invitation(conn, institute_id, invitation_id, generation + 1, life)
    await _issue_links(conn, institute_id, secret, [invitation_id], generation + 1)
    event = InvitationExtended(institute_id=institute_id, subject_id=invitation_id, changed=("project_ids",))
    await emit(conn, event)


async def refuse_flood(conn: Conn, institute_id: UUID, email_key: str) -> None:
    """Raises TooManyResends for an address that was written to often enough today."""
    if await reads.count_recent_tokens(conn, institute_id, email_key) > RESENDS_A_DAY:
        raise TooManyResends(headers={"Retry-After": "86400"})


async def show_link(conn: Conn, actor: Actor, secret: bytes, invitation_id: UUID) -> tuple[str, datetime]:
    """The token of a new link, to be handed over because mail does not reach its addressee, and until when it
    is good. Links sent before die."""
    permit(actor, INVITE_PEOPLE)
    locked = await writes.lock_invitation(conn, actor.institute, invitation_id)
    if locked is None:
        raise PendingInvitationNotFound
    invitation = await reads.get_invitation(conn, actor.institute, invitation_id)
    if not may_grant(actor.role, invitation.granted_as):
        raise RoleAboveOwn
    generation = locked[2] + 1
    expires_at = await writes.show_generation(conn, actor.institute, invitation_id, generation)
    if expires_at is None:
        raise PendingInvitationNotFound
    token = derive_token(secret, INVITATION_PURPOSE, invitation_id, generation)
    hashes = {invitation_id: hash_token(token)}
    await writes.insert_invitation_tokens(conn, actor.institute, generation, hashes, is_shown=True)
    await emit(conn, InvitationLinkShown(institute_id=actor.institute, subject_id=invitation_id))
    return token, expires_at
