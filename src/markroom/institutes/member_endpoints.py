from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from fastapi import Response

from markroom.institutes import membership, reads
from markroom.institutes.endpoints import member_json
from markroom.institutes.model import MANAGE_MEMBERS, Member, MemberNotFound
from markroom.kit.access import SESSION_COOKIE, Everywhere, InInstitute, open_to, requires
from markroom.kit.http import Body, router

routes = router("/api", tags=["people"])


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
    member = await membership.change_member(caller.conn, caller.actor, user_id, body.role, body.state)
    return {"status": "ok", "member": member_json(member)}


@routes.get("/users/{user_id:uuid}/removal", dependencies=[requires(MANAGE_MEMBERS)])
async def preview_removal(caller: InInstitute, user_id: UUID) -> dict[str, Any]:
    member = await get_member(caller, user_id)
    ends = await reads.count_what_ends(caller.conn, caller.actor.institute, user_id)
    return {"member": member_json(member), "ends": ends}


@routes.delete("/users/{user_id:uuid}", dependencies=[requires(MANAGE_MEMBERS)])
async def remove_member(caller: InInstitute, user_id: UUID) -> dict[str, Any]:
    left = await membership.remove_member(caller.conn, caller.actor, user_id)
    ended = {"invitations": left.invitations_cancelled, "sessions": left.sessions_ended}
    return {"status": "ok", "member": member_json(left.member), "ended": ended}


@routes.delete("/memberships/current", dependencies=[open_to("oneself")])
async def leave(caller: InInstitute) -> dict[str, str]:
    """Leaves the school the request acts in."""
    await membership.leave(caller.conn, caller.actor)
    return {"status": "ok"}


@routes.delete("/auth/me", dependencies=[open_to("oneself")], tags=["sign-in"])
async def delete_account(caller: Everywhere, response: Response) -> dict[str, str]:
    await membership.delete_account(caller.conn, caller.actor)
    response.delete_cookie(SESSION_COOKIE, path="/")
    return {"status": "ok"}
