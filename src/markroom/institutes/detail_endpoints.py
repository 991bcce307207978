from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field

from markroom.institutes import closing, details
from markroom.institutes.closing import CLOSE_SCHOOL
from markroom.institutes.details import EDIT_SCHOOL, MOST_TERMS, SEE_SCHOOL, TERM_KINDS, Institute
from markroom.kit.access import InInstitute, requires
from markroom.kit.actor import permit
from markroom.kit.http import Body, NoSuchPage, router
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


class ClosingBody(Body):
    """The school's name, typed."""

    confirm: str = ""


class TermBody(Body):
    id: UUID | None = None
    name: str


class TermsBody(Body):
    terms: list[TermBody] = Field(max_length=MOST_TERMS)


def institute_json(institute: Institute) -> dict[str, Any]:
    return {name: value for name, value in vars(institute).items() if name != "version"}


async def listed_kind(caller: InInstitute, terms: str) -> str:
    """The kind of term a list in the address holds."""
    permit(caller.actor, SEE_SCHOOL)
    if terms not in TERM_KINDS:
        raise NoSuchPage
    return TERM_KINDS[terms]


KindOf = Annotated[str, Depends(listed_kind)]


async def editable_institute(caller: InInstitute, if_match: IfMatch = None) -> Institute:
    """Locked, as the caller saw it last where they say so."""
    permit(caller.actor, EDIT_SCHOOL)
    institute = await details.get_institute(caller.conn, caller.actor.institute, lock=True)
    check_version(read_version(if_match), institute.version, institute_json(institute))
    return institute


async def editable_kind(caller: InInstitute, kind: KindOf, if_match: IfMatch = None) -> str:
    permit(caller.actor, EDIT_SCHOOL)
    institute = await details.get_institute(caller.conn, caller.actor.institute, lock=True)
    if read_version(if_match) not in (None, institute.version):
        check_version(read_version(if_match), institute.version, await _list(caller, kind))
    return kind


for gate in (editable_institute, editable_kind):
    setattr(gate, "permission", EDIT_SCHOOL)  # noqa: B010 - functions have no such attribute by type


@routes.get("", dependencies=[requires(SEE_SCHOOL)])
async def get_institute(caller: InInstitute, response: Response) -> dict[str, Any]:
    institute = await details.get_institute(caller.conn, caller.actor.institute)
    set_etag(response, institute.version)
    return institute_json(institute)


@routes.patch("", dependencies=[Depends(editable_institute)])
async def change_institute(caller: InInstitute, body: DetailsBody, response: Response) -> dict[str, Any]:
    given = body.model_dump(exclude_unset=True)
    institute = await details.change_details(caller.conn, caller.actor, given)
    set_etag(response, institute.version)
    return institute_json(institute)


@routes.post("/close", dependencies=[requires(CLOSE_SCHOOL)])
async def close_institute(caller: InInstitute, body: ClosingBody) -> dict[str, Any]:
    """Closes the school for everybody, at once. All of it is kept; only the operator opens it again."""
    ended = await closing.close(caller.conn, caller.actor, body.confirm)
    return {"status": "closed", "ended": vars(ended)}


@routes.get("/{terms}")
async def list_terms(caller: InInstitute, kind: KindOf, response: Response) -> dict[str, Any]:
    """The list as it stands; its version is the school's."""
    return await _answer_list(caller, kind, response)


@routes.put("/{terms}")
async def replace_terms(
    caller: InInstitute, kind: Annotated[str, Depends(editable_kind)], body: TermsBody, response: Response
) -> dict[str, Any]:
    """Makes the list exactly this. An id renames; what is missing is archived, and comes back by its
    name."""
    given = [(term.id, term.name) for term in body.terms]
    await details.replace_terms(caller.conn, caller.actor, kind, given)
    return await _answer_list(caller, kind, response)


async def _answer_list(caller: InInstitute, kind: str, response: Response) -> dict[str, Any]:
    institute = await details.get_institute(caller.conn, caller.actor.institute)
    set_etag(response, institute.version)
    return await _list(caller, kind)


async def _list(caller: InInstitute, kind: str) -> dict[str, Any]:
    terms = await details.list_terms(caller.conn, caller.actor.institute, kind)
    return {"terms": [vars(term) for term in terms], "total": len(terms)}
