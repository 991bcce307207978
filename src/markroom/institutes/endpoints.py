from __future__ import annotations

from typing import Any

from fastapi import Depends, Response

from markroom.institutes import actions, reads
from markroom.institutes.model import EDIT_SCHOOL, SEE_SCHOOL, Institute
from markroom.kit.access import InInstitute, requires
from markroom.kit.actor import permit
from markroom.kit.http import Body, router
from markroom.kit.versions import IfMatch, check_version, read_version, set_etag

routes = router("/api/institutes/current", tags=["school"])


class DetailsBody(Body):
    """Absent fields stay as they are; null empties those a school may lack."""

    name: str = ""
    kind: str = ""
    time_zone: str = ""
    website: str | None = None
    urn: str | None = None
    centre_number: str | None = None


def institute_json(institute: Institute) -> dict[str, Any]:
    return {name: value for name, value in vars(institute).items() if name != "version"}


async def editable_institute(caller: InInstitute, if_match: IfMatch = None) -> Institute:
    """Locked, as the caller saw it last where they say so."""
    permit(caller.actor, EDIT_SCHOOL)
    institute = await reads.get_institute(caller.conn, caller.actor.institute, lock=True)
    check_version(read_version(if_match), institute.version, institute_json(institute))
    return institute


setattr(editable_institute, "permission", EDIT_SCHOOL)  # noqa: B010 - functions have no such attribute by type


@routes.get("", dependencies=[requires(SEE_SCHOOL)])
async def get_institute(caller: InInstitute, response: Response) -> dict[str, Any]:
    institute = await reads.get_institute(caller.conn, caller.actor.institute)
    set_etag(response, institute.version)
    return institute_json(institute)


@routes.patch("", dependencies=[Depends(editable_institute)])
async def change_institute(caller: InInstitute, body: DetailsBody, response: Response) -> dict[str, Any]:
    given = body.model_dump(exclude_unset=True)
    institute = await actions.change_details(caller.conn, caller.actor, given)
    set_etag(response, institute.version)
    return institute_json(institute)
