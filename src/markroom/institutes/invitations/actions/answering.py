"""Answering an invitation: by its link, by the person it names, with everything read from the row and checked
again (P-09)."""

from __future__ import annotations

from dataclasses import replace

from markroom.identity.model import SESSION_LIFE, SESSION_PREFIX, SignIn, address_key
from markroom.identity.reads import get_own_user
from markroom.identity.writes import record
from markroom.institutes.invitations import reads, writes
from markroom.institutes.invitations.model import (
    AccountExists,
    AddressUnproven,
    AnotherAddress,
    InvitationEnded,
    InvitationNotFound,
    InvitationTaken,
    MemberJoined,
    Offer,
)
from markroom.institutes.reads import begin_again
from markroom.kit.actor import Actor
from markroom.kit.db import Conn
from markroom.kit.events import emit
from markroom.kit.tokens import hash_token, random_token


async def show_offer(conn: Conn, token: str) -> Offer:
    offer = await reads.find_offer(conn, hash_token(token))
    if offer is None:
        raise InvitationNotFound
    return offer


async def accept(conn: Conn, actor: Actor, token: str, *, has_just_joined: bool = False) -> Offer:
    """Makes the membership the row offers. Who has just joined by this very link need not have proved their
    address: a link that was shown to somebody else proves none.

    The caller commits and then raises InvitationEnded when the offer comes back cancelled: its sender may no
    longer grant it, which stays recorded.
    """
    offer = await _lock_own_offer(conn, actor, token, is_proven=has_just_joined)
    if offer.status == "accepted" and offer.accepted_by == actor.user_id:
        if not await _begin_in(conn, actor, offer) or not await reads.is_in_project(conn, offer.project_id):
            raise InvitationEnded  # they left since
        return offer
    if offer.status != "pending":
        raise InvitationEnded
    if not offer.is_still_granted:
        return await _end(conn, token, offer, "cancelled")
    if not await writes.accept(conn, hash_token(token), actor.user_id):
        raise InvitationEnded
    await _begin_in(conn, actor, offer)
    if offer.project_id is None:
        facts = {"role": offer.role}
        joined = MemberJoined(institute_id=offer.institute_id, subject_id=actor.user_id, facts=facts)
        await emit(conn, joined)
    await emit(conn, InvitationTaken(institute_id=offer.institute_id, subject_id=offer.invitation_id))
    return offer


async def decline(conn: Conn, actor: Actor, token: str) -> Offer:
    offer = await _lock_own_offer(conn, actor, token)
    if offer.status != "pending":
        raise InvitationEnded
    return await _end(conn, token, offer, "declined")


async def join(conn: Conn, token: str, name: str, user_agent: str) -> SignIn:
    """Makes the account of a new person and signs them in. People who have one sign in first:
    AccountExists."""
    offer = await show_offer(conn, token)
    if offer.status != "pending":
        raise InvitationEnded
    access_token = random_token(SESSION_PREFIX)
    opened = await writes.join(
        conn, hash_token(token), name.strip(), hash_token(access_token), SESSION_LIFE, user_agent
    )
    if opened is None:
        raise AccountExists
    await record(conn, "account_made", opened[0])
    return SignIn(access_token, *opened)


async def _begin_in(conn: Conn, actor: Actor, offer: Offer) -> bool:
    """The context again, now with what the membership allows; False when there is none."""
    again = await begin_again(conn, replace(actor, key_id=None, institute_id=offer.institute_id))
    return again.role is not None


async def _lock_own_offer(conn: Conn, actor: Actor, token: str, *, is_proven: bool = False) -> Offer:
    offer = await reads.lock_offer(conn, hash_token(token))
    if offer is None:
        raise InvitationNotFound
    own = await get_own_user(conn, actor.user_id)
    if own.email is None or address_key(own.email) != offer.email_key:
        raise InvitationEnded if offer.status == "accepted" else AnotherAddress
    if not (own.is_verified or is_proven):
        raise AddressUnproven
    return offer


async def _end(conn: Conn, token: str, offer: Offer, status: str) -> Offer:
    """The database writes the event too: who declines never belonged to the institute."""
    await writes.end_offer(conn, hash_token(token), status)
    return replace(offer, status=status)
