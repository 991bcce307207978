from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from fastapi import Response

from markroom.identity.endpoints import user_json
from markroom.identity.reads import get_own_user
from markroom.institutes.members import actions, reads
from markroom.institutes.members.model import Member, MemberNotFound
from markroom.institutes.model import FIND_COLLEAGUES, LIST_PEOPLE, MANAGE_MEMBERS
from markroom.kit.access import SESSION_COOKIE, Everywhere, InInstitute, open_to, requires
from markroom.kit.http import Body, router
from markroom.kit.paging import PageQuery, paged

routes = router("/api", tags=["people"])


def member_json(member: Member) -> dict[str, Any]:
    return {
        "profile_id": member.user_id,
        "email": member.email,
        "username": member.email.split("@")[0] if member.email else None,
        "display_name": member.name,
        "role": member.role,
        "state": member.state,
        "joined_at": member.joined_at,
    }


@routes.get("/auth/me", tags=["sign-in"])
async def get_me(caller: Everywhere) -> dict[str, Any]:
    user = await get_own_user(caller.conn, caller.actor.user_id)
    places = await reads.list_places(caller.conn, caller.actor.user_id)
    kind, _, credential_id = caller.actor.credential.partition(":")
    return {
        "user": user_json(user),
        "memberships": [vars(p) for p in places],
        "credential": {"kind": kind, "id": credential_id},
    }


@routes.get("/users/staff", dependencies=[requires(LIST_PEOPLE)])
async def list_staff(caller: InInstitute, page: PageQuery, q: str | None = None) -> dict[str, Any]:
    return await _list_members(caller, page, "staff", ["school_admin", "department_head", "teacher"], q)


@routes.get("/users/students", dependencies=[requires(LIST_PEOPLE)])
async def list_students(caller: InInstitute, page: PageQuery, q: str | None = None) -> dict[str, Any]:
    return await _list_members(caller, page, "students", ["student"], q)


@routes.get("/people", dependencies=[requires(FIND_COLLEAGUES)])
async def find_people(caller: InInstitute, page: PageQuery, q: str | None = None) -> dict[str, Any]:
    """Names and ids of colleagues, for adding them to a batch."""
    rows, total = await reads.list_members(
        caller.conn,
        caller.actor.institute,
        roles=["school_admin", "department_head", "teacher"],
        q=q,
        after=page.after,
        limit=page.limit + 1,
    )
    shown = paged(rows, total, page, lambda m: [m.name, m.user_id])
    people = [{"user_id": m.user_id, "name": m.name, "role": m.role} for m in shown.rows]
    return {"people": people, "total": total, "next_cursor": shown.next_cursor}


async def _list_members(
    caller: InInstitute, page: PageQuery, key: str, roles: list[str], q: str | None
) -> dict[str, Any]:
    rows, total = await reads.list_members(
        caller.conn, caller.actor.institute, roles=roles, q=q, after=page.after, limit=page.limit + 1
    )
    shown = paged(rows, total, page, lambda m: [m.name, m.user_id])
    return {
        "status": "ok",
        key: [member_json(m) for m in shown.rows],
        "total": total,
        "next_cursor": shown.next_cursor,
    }


class MemberBody(Body):
    role: str | None = None
    state: Literal["active", "suspended"] | None = None


async def get_member(caller: InInstitute, user_id: UUID) -> Member:
    member = await reads.find_member(caller.conn, caller.actor.institute, user_id)
    if member is None or member.state == "left":
        raise MemberNotFound
    return member


@routes.patch("/users/{user_id:uuid}", dependencies=[requires(MANAGE_MEMBERS)])
async def change_member(caller: InInstitute, user_id: UUID, body: MemberBody) -> dict[str, Any]:
    member = await actions.change_member(caller.conn, caller.actor, user_id, body.role, body.state)
    return {"status": "ok", "member": member_json(member)}


@routes.get("/users/{user_id:uuid}/removal", dependencies=[requires(MANAGE_MEMBERS)])
async def preview_removal(caller: InInstitute, user_id: UUID) -> dict[str, Any]:
    member = await get_member(caller, user_id)
    ends = await reads.count_what_ends(caller.conn, caller.actor.institute, user_id)
    return {"member": member_json(member), "ends": ends}


@routes.delete("/users/{user_id:uuid}", dependencies=[requires(MANAGE_MEMBERS)])
async def remove_member(caller: InInstitute, user_id: UUID) -> dict[str, Any]:
    left = await actions.remove_member(caller.conn, caller.actor, user_id)
    ended = {"invitations": left.invitations_cancelled, "sessions": left.sessions_ended}
    return {"status": "ok", "member": member_json(left.member), "ended": ended}


@routes.delete("/memberships/current", dependencies=[open_to("oneself")])
async def leave(caller: InInstitute) -> dict[str, str]:
    """Leaves the school the request acts in."""
    await actions.leave(caller.conn, caller.actor)
    return {"status": "ok"}


@routes.delete("/auth/me", dependencies=[open_to("oneself")], tags=["sign-in"])
async def delete_account(caller: Everywhere, response: Response) -> dict[str, str]:
    await actions.delete_account(caller.conn, caller.actor)
    response.delete_cookie(SESSION_COOKIE, path="/")
    return {"status": "ok"}
