"""A project's team: its members, those invited, and adding to them (J-04 to J-06, J-11)."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from fastapi.responses import HTMLResponse, Response

from markroom.institutes.invitations.model import PendingInvitationNotFound
from markroom.institutes.members.reads import list_members as list_people
from markroom.institutes.model import FIND_COLLEAGUES, STAFF
from markroom.institutes.model import ROLE_WORDS as SCHOOL_WORDS
from markroom.kit.errors import MarkroomError
from markroom.kit.http import router
from markroom.kit.limits import limited
from markroom.projects import invitations, membership, reads
from markroom.projects.gates import ManagedProject, SeenProject
from markroom.projects.model import PersonNotFound, Project, ProjectMember, ProjectNotFound
from markroom.web.pages.project.frame import (
    MOST_SHOWN,
    ROLE_CHOICES,
    ROLE_WORDS,
    read_id,
    read_role,
    say_part,
    shown,
)
from markroom.web.visits import Form, FormOf, Visit, VisitOf, attempt, go_to, say_fields

routes = router()
Sought = Annotated[str, Query(max_length=200)]
FOUND, MOST_AT_ONCE = 8, 20
FIELD_OF_ERROR = {"bad_address": "email", "inviting_oneself": "email", "already_invited": "email"}


@routes.get("/projects/{project_id:uuid}")
async def show_team(visit: VisitOf, project: SeenProject, q: Sought = "") -> HTMLResponse:
    return await _show(visit, project, q.strip())


async def _show(
    visit: Visit, project: Project, q: str = "", *, code: int = 200, **context: Any
) -> HTMLResponse:
    members, _ = await reads.list_members(visit.conn, visit.school.id, project.id, limit=MOST_SHOWN)
    manages = project.role == "admin"
    fresh = {
        "project": shown(project),
        "mine": _say_mine(project),
        "may_manage": manages,
        "members": _rows(visit, members),
        "invitations": await _list_invitations(visit, project) if manages else [],
        "roles": ROLE_CHOICES,
        "colleagues": await _find_colleagues(visit, members, q) if manages else [],
        "q": q,
        "others": await _list_others(visit, project) if manages else [],
        "form": {"user_id": "", "email": "", "role": "editor", "also": []},
        "open_dialog": "",
        "trouble": "",
    }
    return visit.page("project", code=code, **{**fresh, **context})


def _say_mine(project: Project) -> str:
    if project.is_institute_admin and not project.is_owner:
        return "As an administrator of the school you may do what the project’s admins may."
    if project.is_owner:
        return "You own this project."
    part = say_part(project).lower()
    return f"You are {'an' if part[0] in 'ae' else 'a'} {part} of this project."


def _rows(visit: Visit, members: list[ProjectMember]) -> list[dict[str, Any]]:
    names = {member.user_id: member.name for member in members}
    return [
        vars(member)
        | {
            "role_word": ROLE_WORDS[member.role],
            "added_by_name": _name_adder(member, names),
            "is_self": member.user_id == visit.actor.user_id,
        }
        for member in members
    ]


def _name_adder(member: ProjectMember, names: Mapping[UUID, str]) -> str | None:
    return names.get(member.added_by) if member.added_by and member.added_by != member.user_id else None


async def _list_invitations(visit: Visit, project: Project) -> list[dict[str, Any]]:
    found, _ = await reads.list_invitations(visit.conn, visit.school.id, project.id, limit=MOST_SHOWN)
    return [vars(one) | {"role_word": ROLE_WORDS[one.role]} for one in found]


async def _find_colleagues(visit: Visit, members: list[ProjectMember], q: str) -> list[dict[str, Any]]:
    """Staff who are not in the project yet; for staff, as guests know nobody else."""
    if not FIND_COLLEAGUES.permits(visit.actor):
        return []
    inside = {member.user_id for member in members}
    people, _ = await list_people(
        visit.conn, visit.school.id, roles=list(STAFF), q=q or None, after=None, limit=FOUND + len(inside)
    )
    return [
        {"user_id": one.user_id, "name": one.name, "role_word": SCHOOL_WORDS[one.role]}
        for one in people
        if one.user_id not in inside and one.state == "active"
    ][:FOUND]


async def _list_others(visit: Visit, project: Project) -> list[dict[str, Any]]:
    """The other projects the visitor may invite into."""
    found, _ = await reads.list_projects(visit.conn, visit.actor, state="active", limit=MOST_SHOWN)
    return [{"id": one.id, "name": one.name} for one in found if one.role == "admin" and one.id != project.id]


@routes.post("/projects/{project_id:uuid}")
async def change_team(visit: VisitOf, project: ManagedProject, form: FormOf) -> Response:
    conn, actor = visit.conn, visit.actor
    if form.has("user_id"):
        return await _add(visit, project, form)
    if form.has("resend"):
        invitation_id = read_id(form.text("resend"), PendingInvitationNotFound)
        secret = visit.request.app.state.secret
        change: Awaitable[object] = invitations.resend_invitation(
            conn, actor, secret, project.id, invitation_id
        )
        said = "The invitation is sent again. The link sent before no longer works."
    else:
        invitation_id = read_id(form.text("cancel"), PendingInvitationNotFound)
        change = invitations.cancel_invitation(conn, actor, project.id, invitation_id)
        said = "The invitation to this project is withdrawn."
    if error := await attempt(visit, change):
        return await _show(visit, project, code=error.status, trouble=error.detail)
    return go_to(f"/projects/{project.id}", said)


async def _add(visit: Visit, project: Project, form: Form) -> Response:
    added: list[ProjectMember] = []

    async def add() -> None:
        role, user_id = read_role(form.text("role")), read_id(form.text("user_id"), PersonNotFound)
        added.append(await membership.add_member(visit.conn, visit.actor, project.id, user_id, role))

    if error := await attempt(visit, add()):
        return await _show_again(visit, project, form, "add", error)
    return go_to(f"/projects/{project.id}", f"{added[0].name} is in the project.")


@routes.post("/projects/{project_id:uuid}/invitations", dependencies=[limited("project_invitation")])
async def invite(visit: VisitOf, project: ManagedProject, form: FormOf) -> Response:
    """Into this project, and into those ticked beside it: all of them or none."""
    email, role, secret = form.text("email"), form.text("role"), visit.request.app.state.secret

    async def send() -> None:
        wanted = [project.id, *(read_id(one, ProjectNotFound) for one in form.texts("also"))]
        for project_id in wanted[:MOST_AT_ONCE]:
            await invitations.invite_to_project(
                visit.conn, visit.actor, secret, project_id, email, read_role(role)
            )

    if error := await attempt(visit, send()):
        return await _show_again(visit, project, form, "invite", error)
    return go_to(f"/projects/{project.id}", f"The invitation to {email} is on its way.")


async def _show_again(
    visit: Visit, project: Project, form: Form, dialog: str, error: MarkroomError
) -> Response:
    typed = {name: form.text(name) for name in ("user_id", "email", "role")} | {"also": form.texts("also")}
    errors = say_fields(error, FIELD_OF_ERROR if dialog == "invite" else {})
    return await _show(visit, project, code=error.status, form=typed, open_dialog=dialog, errors=errors)
