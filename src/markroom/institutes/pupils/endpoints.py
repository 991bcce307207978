from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request, Response
from pydantic import Field

from markroom.institutes.members.endpoints import get_member
from markroom.institutes.model import ADD_PUPILS, ISSUE_CODES
from markroom.institutes.pupils import actions
from markroom.institutes.pupils.model import NewPupil
from markroom.kit.access import InInstitute, requires
from markroom.kit.http import Body, router

routes = router("/api/users", tags=["people"])


class PupilBody(Body):
    name: str
    year_group: str | None = None
    candidate_number: str | None = None

    def entered(self) -> NewPupil:
        given = {"year_group": self.year_group, "candidate_number": self.candidate_number}
        return NewPupil(self.name, {name: text for name, text in given.items() if text})


class PupilsBody(Body):
    pupils: Annotated[list[PupilBody], Field(min_length=1, max_length=500)]


@routes.post("/pupils", status_code=201, dependencies=[requires(ADD_PUPILS)])
async def add_pupils(caller: InInstitute, body: PupilsBody) -> dict[str, Any]:
    """Users without an address, as students; in the order given."""
    entered = [pupil.entered() for pupil in body.pupils]
    made = await actions.add_pupils(caller.conn, caller.actor, entered)
    shown = [
        {"user_id": user_id, "name": " ".join(pupil.name.split())}
        for user_id, pupil in zip(made, entered, strict=True)
    ]
    return {"status": "ok", "pupils": shown}


class NameBody(Body):
    name: str


@routes.put("/{user_id:uuid}/name", dependencies=[requires(ADD_PUPILS), Depends(get_member)])
async def rename_pupil(caller: InInstitute, user_id: UUID, body: NameBody) -> dict[str, str]:
    """Of a pupil without an address; whoever has one gives their name themselves."""
    await actions.rename_pupil(caller.conn, caller.actor, user_id, body.name)
    return {"status": "ok"}


@routes.delete("/{user_id:uuid}/code", dependencies=[requires(ISSUE_CODES), Depends(get_member)])
async def end_codes(caller: InInstitute, user_id: UUID) -> dict[str, Any]:
    """Ends a pupil's codes, and the sessions opened by them."""
    ended = await actions.end_codes(caller.conn, caller.actor, user_id)
    return {"status": "ok", "ended": {"sessions": ended}}


@routes.post("/{user_id:uuid}/code", dependencies=[requires(ISSUE_CODES)])
async def issue_code(
    request: Request, response: Response, caller: InInstitute, user_id: UUID
) -> dict[str, Any]:
    """A one-time sign-in code for a pupil without an address, shown this once. One issued before and not used
    ends."""
    request.state.answer_is_secret = True
    response.headers["Cache-Control"] = "no-store"
    [issued] = await actions.issue_codes(caller.conn, caller.actor, request.app.state.secret, [user_id])
    return {"status": "ok", "name": issued.name, "code": issued.code, "expires_at": issued.expires_at}
