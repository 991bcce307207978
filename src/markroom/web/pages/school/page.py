"""What a school says of itself, and its lists of departments, subjects, year groups and rooms (P-13)."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from fastapi.responses import HTMLResponse, Response

from markroom.institutes.actions import change_details
from markroom.institutes.model import EDIT_SCHOOL, KINDS, time_zones
from markroom.institutes.reads import get_institute
from markroom.institutes.terms.actions import replace_terms
from markroom.institutes.terms.model import TERM_KINDS, UnknownTerm
from markroom.institutes.terms.reads import list_terms
from markroom.kit.access import requires
from markroom.kit.actor import Actor
from markroom.kit.http import router
from markroom.kit.versions import check_version
from markroom.web.visits import Form, FormOf, Visit, VisitOf, attempt, go_to, say_fields

routes = router()

List = Annotated[Literal["", "departments", "subjects", "year-groups", "rooms"], Query(alias="list")]
FIELDS = ("name", "kind", "website", "time_zone", "urn", "centre_number")
FIELD_OF_ERROR = {
    "bad_school_name": "name",
    "unknown_kind": "kind",
    "bad_website": "website",
    "unknown_time_zone": "time_zone",
    "bad_urn": "urn",
    "bad_centre_number": "centre_number",
}


@routes.get("/school", dependencies=[requires(EDIT_SCHOOL)])
async def show_school(visit: VisitOf, which: List = "") -> HTMLResponse:
    return await _show(visit, which)


async def _show(visit: Visit, which: str, *, code: int = 200, **context: Any) -> HTMLResponse:
    institute = await get_institute(visit.conn, visit.school.id)
    terms = await list_terms(visit.conn, visit.school.id, TERM_KINDS[which]) if which else []
    shown = {
        "list": which,
        "label": _say(which),
        "tabs_of_school": school_tabs(visit.actor, which),
        "form": {field: getattr(institute, field) for field in FIELDS},
        "kinds": [(kind, _say(kind)) for kind in KINDS],
        "zones": [(zone, zone.replace("_", " ")) for zone in time_zones()],
        "terms": [{"id": term.id, "name": term.name} for term in terms],
        "more": "",
        "version": institute.version,
    }
    return visit.page("school", code=code, **{**shown, **context})


def school_tabs(actor: Actor, current: str) -> list[dict[str, Any]]:
    """The pages about the school that the caller may open."""
    tabs = [("classes", "Classes", "/classes")]
    if EDIT_SCHOOL.permits(actor):
        tabs.append(("", "Details", "/school"))
        tabs += [(key, _say(key), f"/school?list={key}") for key in TERM_KINDS]
    return [{"label": label, "url": url, "current": key == current} for key, label, url in tabs]


def _say(key: str) -> str:
    return key.replace("-", " ").capitalize()


@routes.post("/school", dependencies=[requires(EDIT_SCHOOL)])
async def change_school(visit: VisitOf, form: FormOf, which: List = "") -> Response:
    if which:
        return await _change_list(visit, form, which)
    typed = {field: form.text(field) for field in FIELDS}

    async def change() -> None:
        await _check_seen(visit, form)
        await change_details(visit.conn, visit.actor, typed)

    if error := await attempt(visit, change()):
        errors = say_fields(error, FIELD_OF_ERROR)
        return await _show(visit, which, code=error.status, form=typed, errors=errors)
    return go_to("/school", "The details are saved.")


async def _change_list(visit: Visit, form: Form, which: str) -> Response:
    """An emptied name is off the list; new names follow what is there."""
    rows = list(zip(form.texts("id"), form.texts("name"), strict=False))
    more = [line.strip() for line in form.text("more").splitlines() if line.strip()]

    async def change() -> None:
        await _check_seen(visit, form)
        kept = [(_id_of(term_id), name) for term_id, name in rows if name.strip()]
        given = [*kept, *((None, name) for name in more)]
        await replace_terms(visit.conn, visit.actor, TERM_KINDS[which], given)

    if error := await attempt(visit, change()):
        typed = {"terms": [{"id": i, "name": name} for i, name in rows], "more": "\n".join(more)}
        return await _show(visit, which, code=error.status, errors={"": error.detail}, **typed)
    return go_to(f"/school?list={which}", "The list is saved.")


async def _check_seen(visit: Visit, form: Form) -> None:
    """Raises VersionStale where somebody else saved since this form was opened."""
    institute = await get_institute(visit.conn, visit.school.id, lock=True)
    sent = form.text("version")
    check_version(int(sent) if sent.isdecimal() else None, institute.version, None)


def _id_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise UnknownTerm from error
