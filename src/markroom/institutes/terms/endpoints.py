from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Response
from pydantic import Field

from markroom.institutes.model import EDIT_SCHOOL, SEE_SCHOOL
from markroom.institutes.reads import get_institute
from markroom.institutes.terms import actions, reads
from markroom.institutes.terms.model import MOST_TERMS, TERM_KINDS
from markroom.kit.access import InInstitute
from markroom.kit.actor import permit
from markroom.kit.http import Body, NoSuchPage, router
from markroom.kit.versions import IfMatch, check_version, read_version, set_etag

routes = router("/api/institutes/current", tags=["school"])


class TermBody(Body):
    id: UUID | None = None
    name: str


class TermsBody(Body):
    terms: list[TermBody] = Field(max_length=MOST_TERMS)


async def listed_kind(caller: InInstitute, terms: str) -> str:
    """The kind of term a list in the address holds."""
    permit(caller.actor, SEE_SCHOOL)
    if terms not in TERM_KINDS:
        raise NoSuchPage
    return TERM_KINDS[terms]


KindOf = Annotated[str, Depends(listed_kind)]


async def editable_kind(caller: InInstitute, kind: KindOf, if_match: IfMatch = None) -> str:
    permit(caller.actor, EDIT_SCHOOL)
    institute = await get_institute(caller.conn, caller.actor.institute, lock=True)
    if read_version(if_match) not in (None, institute.version):
        check_version(read_version(if_match), institute.version, await _list(caller, kind))
    return kind


setattr(editable_kind, "permission", EDIT_SCHOOL)  # noqa: B010 - functions have no such attribute by type


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
    await actions.replace_terms(caller.conn, caller.actor, kind, given)
    return await _answer_list(caller, kind, response)


async def _answer_list(caller: InInstitute, kind: str, response: Response) -> dict[str, Any]:
    institute = await get_institute(caller.conn, caller.actor.institute)
    set_etag(response, institute.version)
    return await _list(caller, kind)


async def _list(caller: InInstitute, kind: str) -> dict[str, Any]:
    terms = await reads.list_terms(caller.conn, caller.actor.institute, kind)
    return {"terms": [vars(term) for term in terms], "total": len(terms)}
