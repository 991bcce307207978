"""One member of the school: their role, suspending and removing them (P-11)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from fastapi.responses import HTMLResponse, Response

from markroom.identity.model import address_key
from markroom.institutes.addresses import actions as addresses
from markroom.institutes.addresses.model import AddressNotFound
from markroom.institutes.addresses.reads import find_given
from markroom.institutes.members import actions as members
from markroom.institutes.members import reads
from markroom.institutes.members.endpoints import get_member
from markroom.institutes.members.model import Member
from markroom.institutes.model import INVITABLE, MANAGE_MEMBERS, ROLE_WORDS, may_grant
from markroom.institutes.pupils import actions as pupils
from markroom.kit.access import requires
from markroom.kit.http import router
from markroom.kit.limits import limited
from markroom.web.pages.project.frame import read_id
from markroom.web.visits import Form, FormOf, Visit, VisitOf, attempt, go_to, say_fields

routes = router()
FIELD_OF_ERROR = {"unknown_role": "role", "role_above_own": "role", "address_needed": "role"}
ENDS = {
    "invitations": ("an invitation they sent", "{} invitations they sent"),
    "api_keys": ("an API key", "{} API keys"),
    "owned_projects": ("a project they own, which is passed on", "{} projects they own, which are passed on"),
}

MemberOf = Annotated[Member, Depends(get_member)]


@routes.get("/people/{user_id:uuid}", dependencies=[requires(MANAGE_MEMBERS)])
async def show_person(visit: VisitOf, member: MemberOf) -> HTMLResponse:
    return await _show(visit, member)


async def _show(visit: Visit, member: Member, *, code: int = 200, **context: Any) -> HTMLResponse:
    conn, school = visit.conn, visit.school.id
    ends = await reads.count_what_ends(conn, school, member.user_id)
    asked = None if member.email else await find_given(conn, school, member.user_id)
    has_it = asked and await reads.find_member_by_address(conn, school, address_key(asked.email))
    shown = {
        "person": vars(member) | {"role_word": _say(member.role)},
        "is_self": member.user_id == visit.actor.user_id,
        "may_change": may_grant(visit.actor.role, member.role),
        "roles": _list_roles(visit, member),
        "email": "",
        "name": member.name,
        "asked": asked,
        "has_it": has_it and {"name": has_it.name, "role": ROLE_WORDS[has_it.role]},
        "ends": [_count(what, number) for what, number in ends.items() if number],
    }
    return visit.page("person", code=code, **{**shown, **context})


def _list_roles(visit: Visit, member: Member) -> list[tuple[str, str]]:
    """Those one may give, beginning with the one they have where it cannot be given by hand."""
    may = [role for role in INVITABLE if may_grant(visit.actor.role, role)]
    return [(role, _say(role)) for role in ([] if member.role in may else [member.role]) + may]


def _say(role: str) -> str:
    words = ROLE_WORDS[role]
    return words[:1].upper() + words[1:]


def _count(what: str, number: int) -> str:
    one, many = ENDS[what]
    return one if number == 1 else many.format(number)


@routes.post(
    "/people/{user_id:uuid}", dependencies=[limited("institute_invitation"), requires(MANAGE_MEMBERS)]
)
async def change_person(visit: VisitOf, member: MemberOf, form: FormOf) -> Response:
    conn, actor, user_id = visit.conn, visit.actor, member.user_id
    if form.has("remove"):
        if error := await attempt(visit, members.remove_member(conn, actor, user_id)):
            return await _show(visit, member, code=error.status, errors={"": error.detail})
        return go_to("/people", f"{member.name} no longer belongs to the school.")
    if form.has("end_codes"):
        return await _end_codes(visit, member)
    if form.has("name"):
        return await _rename(visit, member, form.text("name"))
    if form.has("confirm_address") or form.has("refuse_address"):
        return await _decide_address(visit, member, form)
    if form.has("email"):
        return await _give_address(visit, member, form.text("email"))
    state = form.text("state") if form.text("state") in ("active", "suspended") else None
    change = members.change_member(conn, actor, user_id, form.text("role") or None, state)
    if error := await attempt(visit, change):
        errors = say_fields(error, FIELD_OF_ERROR)
        return await _show(visit, member, code=error.status, errors=errors)
    url = "/" if user_id == actor.user_id else f"/people/{user_id}"
    return go_to(url, SAID.get(state, "The role is changed."))


async def _end_codes(visit: Visit, member: Member) -> Response:
    if error := await attempt(visit, pupils.end_codes(visit.conn, visit.actor, member.user_id)):
        return await _show(visit, member, code=error.status, errors={"": error.detail})
    return go_to(f"/people/{member.user_id}", f"{member.name} is signed out everywhere. Print a new code.")


async def _rename(visit: Visit, member: Member, name: str) -> Response:
    if error := await attempt(visit, pupils.rename_pupil(visit.conn, visit.actor, member.user_id, name)):
        return await _show(visit, member, code=error.status, name=name, errors={"name": error.detail})
    return go_to(f"/people/{member.user_id}", "The name is changed, everywhere in the school.")


async def _give_address(visit: Visit, member: Member, email: str) -> Response:
    secret = visit.request.app.state.secret
    giving = addresses.give_address(visit.conn, visit.actor, secret, member.user_id, email)
    if error := await attempt(visit, giving):
        errors = {"email": error.detail}
        return await _show(visit, member, code=error.status, email=email, errors=errors)
    return go_to(f"/people/{member.user_id}", f"A mail is on its way to {email}.")


async def _decide_address(visit: Visit, member: Member, form: Form) -> Response:
    """Of the very address the page showed: another may have been given since."""
    agrees = form.has("confirm_address")
    decide = addresses.confirm_address if agrees else addresses.refuse_address
    address_id = read_id(form.text("confirm_address" if agrees else "refuse_address"), AddressNotFound)
    if error := await attempt(visit, decide(visit.conn, visit.actor, address_id)):
        return await _show(visit, member, code=error.status, errors={"": error.detail})
    said = "A mail is on its way to the address." if agrees else f"{member.name} sees that you said no."
    return go_to(f"/people/{member.user_id}", said)


SAID: dict[str | None, str] = {
    "active": "They can open the school again.",
    "suspended": "They are suspended.",
}
