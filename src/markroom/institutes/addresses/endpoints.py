from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request

from markroom.institutes.addresses import actions, reads
from markroom.institutes.members.endpoints import get_member
from markroom.institutes.model import MANAGE_MEMBERS
from markroom.kit.access import InInstitute, open_to, requires
from markroom.kit.http import Body, router
from markroom.kit.limits import limited
from markroom.kit.paging import PageQuery, paged

routes = router("/api", tags=["people"])
ASKED = "A mail to this address asks whether it is theirs."
WAITS = "Your school is asked first. Once it says yes, a mail to this address asks whether it is yours."


class AddressBody(Body):
    email: str


class ProofBody(Body):
    token: str


@routes.post("/auth/address", status_code=202, dependencies=[limited("sign_in"), open_to("oneself")])
async def give_own_address(request: Request, caller: InInstitute, body: AddressBody) -> dict[str, str]:
    """For whoever signs in by printed codes: it waits until their school says yes, then for the proof by a
    mail's link."""
    await actions.give_own_address(caller.conn, caller.actor, request.app.state.secret, body.email)
    return {"status": "ok", "message": WAITS}


@routes.get("/users/addresses", dependencies=[requires(MANAGE_MEMBERS)])
async def list_pending(caller: InInstitute, page: PageQuery) -> dict[str, Any]:
    """Addresses pupils gave that wait for the school's yes, by name; `code_by` printed the code by which each
    was given."""
    rows, total = await reads.list_pending(caller.conn, caller.actor.institute, page.after, page.limit + 1)
    shown = paged(rows, total, page, lambda one: [one.name, one.user_id])
    return {
        "addresses": [vars(one) for one in shown.rows],
        "total": total,
        "next_cursor": shown.next_cursor,
    }


async def given_address(caller: InInstitute, address_id: UUID) -> UUID:
    await actions.get_whose(caller.conn, caller.actor, address_id)
    return address_id


GivenAddressId = Annotated[UUID, Depends(given_address)]


@routes.post(
    "/users/addresses/{address_id:uuid}/confirm",
    dependencies=[limited("institute_invitation"), requires(MANAGE_MEMBERS)],
)
async def confirm_address(caller: InInstitute, address_id: GivenAddressId) -> dict[str, str]:
    await actions.confirm_address(caller.conn, caller.actor, address_id)
    return {"status": "ok", "message": ASKED}


@routes.post("/users/addresses/{address_id:uuid}/refuse", dependencies=[requires(MANAGE_MEMBERS)])
async def refuse_address(caller: InInstitute, address_id: GivenAddressId) -> dict[str, str]:
    await actions.refuse_address(caller.conn, caller.actor, address_id)
    return {"status": "ok"}


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
    await actions.give_address(caller.conn, caller.actor, secret, user_id, body.email)
    return {"status": "ok", "message": ASKED}


@routes.post("/auth/address/proof", dependencies=[open_to("anyone")])
async def prove_address(request: Request, body: ProofBody) -> dict[str, Any]:
    """Uses such a link up. Signs nobody in."""
    async with request.app.state.database.transaction() as conn:
        proved = await actions.prove(conn, body.token, request.state.request_id)
    return {"status": "ok", "outcome": "proved" if proved.account_id is None else "joining"}
