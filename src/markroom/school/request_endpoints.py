from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends
from pydantic import Field

from markroom.institutes.model import MANAGERS
from markroom.kit.access import InInstitute, requires
from markroom.kit.http import Body, router
from markroom.kit.paging import PageQuery, paged
from markroom.school import actions, enrollment, reads
from markroom.school.model import (
    ASK_TO_JOIN,
    RUN_CLASSES,
    SEE_CLASSES,
    Class,
    EnrollmentRequest,
    RequestDecided,
    RequestState,
    tidy,
)

class_routes = router("/api/classes/{class_id:uuid}/enrollment-requests", tags=["classes"])
routes = router("/api/enrollment-requests", tags=["classes"])
STATES: dict[str, RequestState] = {"approve": "approved", "reject": "rejected"}


class AskBody(Body):
    user_id: UUID | None = None


class DecisionBody(Body):
    action: Literal["approve", "reject"]
    reason: Annotated[str | None, Field(max_length=500)] = None


async def askable_class(class_id: UUID, caller: InInstitute) -> Class:
    class_ = await enrollment.get_askable_class(caller.conn, caller.actor, class_id)
    enrollment.permit_ask(caller.actor, class_)
    return class_


async def decidable_request(request_id: UUID, caller: InInstitute) -> EnrollmentRequest:
    request = await reads.get_request(caller.conn, caller.actor, request_id)
    class_ = await enrollment.get_askable_class(caller.conn, caller.actor, request.class_id)
    actions.permit_run(caller.actor, class_)
    actions.refuse_archived(class_)
    return _pending(request)


async def withdrawable_request(request_id: UUID, caller: InInstitute) -> EnrollmentRequest:
    request = await reads.get_request(caller.conn, caller.actor, request_id)
    enrollment.permit_withdraw(caller.actor, request)
    return _pending(request)


def _pending(request: EnrollmentRequest) -> EnrollmentRequest:
    if request.state != "pending":
        raise RequestDecided(state=request.state)
    return request


askable_class.permission = ASK_TO_JOIN  # type: ignore[attr-defined]
decidable_request.permission = RUN_CLASSES  # type: ignore[attr-defined]
withdrawable_request.permission = ASK_TO_JOIN  # type: ignore[attr-defined]


@class_routes.post("", status_code=201)
async def request_enrollment(
    class_: Annotated[Class, Depends(askable_class)], caller: InInstitute, body: AskBody | None = None
) -> dict[str, Any]:
    """A student asks for themselves; staff name the student."""
    user_id = body.user_id if body else None
    return vars(await enrollment.request_enrollment(caller.conn, caller.actor, class_, user_id))


@routes.get("", dependencies=[requires(SEE_CLASSES)])
async def list_requests(
    caller: InInstitute, page: PageQuery, state: RequestState | None = None
) -> dict[str, Any]:
    """Newest first: a student's own; a teacher's, of the classes they teach; all for heads."""
    rows, total = await reads.list_requests(
        caller.conn,
        caller.actor,
        state=state,
        all_classes=caller.actor.role in MANAGERS,
        after=page.after,
        limit=page.limit + 1,
    )
    shown = paged(rows, total, page, lambda request: request.id)
    return {
        "enrollment_requests": [vars(request) for request in shown.rows],
        "total": total,
        "next_cursor": shown.next_cursor,
    }


@routes.patch("/{request_id:uuid}")
async def decide(
    body: DecisionBody,
    request: Annotated[EnrollmentRequest, Depends(decidable_request)],
    caller: InInstitute,
) -> dict[str, Any]:
    """Approving enrols at once. A request is decided once."""
    reason = tidy(body.reason or "") or None
    return vars(await enrollment.decide(caller.conn, caller.actor, request, STATES[body.action], reason))


@routes.delete("/{request_id:uuid}")
async def withdraw(
    request: Annotated[EnrollmentRequest, Depends(withdrawable_request)], caller: InInstitute
) -> dict[str, Any]:
    return vars(await enrollment.withdraw(caller.conn, caller.actor, request))
