from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Depends, Request

from markroom.institutes import addresses
from markroom.institutes.member_endpoints import get_member
from markroom.institutes.model import MANAGE_MEMBERS
from markroom.kit.access import InInstitute, open_to, requires
from markroom.kit.http import Body, router
from markroom.kit.limits import limited

routes = router("/api", tags=["people"])
ASKED = "A mail to this address asks whether it is theirs."


class AddressBody(Body):
    email: str


class ProofBody(Body):
    token: str


@routes.post("/auth/address", status_code=202, dependencies=[limited("sign_in"), open_to("oneself")])
async def give_own_address(request: Request, caller: InInstitute, body: AddressBody) -> dict[str, str]:
    """For whoever signs in by printed codes: the mail's link makes the address theirs."""
    await addresses.give_own_address(caller.conn, caller.actor, request.app.state.secret, body.email)
    return {"status": "ok", "message": ASKED}


@routes.post(
    "/users/{user_id:uuid}/address",
    status_code=202,
    dependencies=[limited("institute_invitation"), requires(MANAGE_MEMBERS), Depends(get_member)],
)
async def give_address(
    request: Request, caller: InInstitute, user_id: UUID, body: AddressBody
) -> dict[str, str]:
    """The same for a member without an address, by whoever manages people."""
    secret = request.app.state.secret
    await addresses.give_address(caller.conn, caller.actor, secret, user_id, body.email)
    return {"status": "ok", "message": ASKED}


@routes.post("/auth/address/proof", dependencies=[open_to("anyone")])
async def prove_address(request: Request, body: ProofBody) -> dict[str, Any]:
    """Uses such a link up. Signs nobody in."""
    async with request.app.state.database.transaction() as conn:
        proved = await addresses.prove(conn, body.token, request.state.request_id)
    return {"status": "ok", "outcome": "proved" if proved.account_id is None else "joining"}
