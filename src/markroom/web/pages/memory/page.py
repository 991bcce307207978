"""What a team knows: searched, narrowed down, and what programs wrote approved or taken back (M-01, M-02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BeforeValidator, Field

from markroom.kit.access import EntranceOf, requires
from markroom.kit.actor import permit
from markroom.kit.http import router
from markroom.kit.paging import PageQuery, paged
from markroom.memories import actions, reads
from markroom.memories.embedding import Vector, embed_query
from markroom.memories.errors import MemoryNotFound
from markroom.memories.model import (
    MEMORIES_APPROVE,
    MEMORIES_SEARCH,
    Filters,
    Kind,
    Links,
    ProjectRights,
    RolledBack,
)
from markroom.projects.model import Project, ProjectNotFound
from markroom.projects.reads import get_project, list_projects
from markroom.web.pages.memory.reads import count_pending_by_key, find_key_name, list_subjects, name_links
from markroom.web.pages.memory.words import KIND_CHOICES, describe, say_author
from markroom.web.pages.project.frame import MOST_SHOWN, read_id, shown
from markroom.web.visits import Form, FormOf, Visit, VisitOf, attempt, go_to, keep

routes = router()
Tab = Literal["kept", "pending"]
FOUND = 20
PROJECT_COOKIE, YEAR = "markroom_project", 365 * 24 * 3600
AUTHOR = r"^([uk]-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$"
"""Of a filter: a person, or a key of theirs."""


def _none_of_nothing(text: object) -> object:
    return text or None


Chosen = BeforeValidator(_none_of_nothing)
"""An empty field of a form is no choice."""
SchoolDay = Annotated[date, Field(ge=date(2000, 1, 1), le=date(9000, 1, 1))]
Day = Annotated[SchoolDay | None, Chosen]


class Wanted:
    """What is looked for, as the form sends it."""

    def __init__(
        self,
        q: Annotated[str, Query(max_length=1000)] = "",
        kind: Annotated[Kind | None, Chosen] = None,
        tag: Annotated[str, Query(max_length=50)] = "",
        author: Annotated[str, Query(pattern=AUTHOR)] = "",
        template: Annotated[UUID | None, Chosen] = None,
        question: Annotated[UUID | None, Chosen] = None,
        class_id: Annotated[UUID | None, Chosen] = None,
        since: Annotated[Day, Query(alias="from")] = None,
        until: Annotated[Day, Query(alias="to")] = None,
        tab: Tab = "kept",
        cursor: str = "",
    ) -> None:
        self.q, self.kind, self.tag, self.author = q.strip(), kind, tag.strip(), author
        self.links = Links(template, question, None, class_id)
        self.since, self.until, self.tab, self.cursor = since, until, tab, cursor

    @property
    def is_narrowed(self) -> bool:
        return any((self.kind, self.tag, self.author, *self.about.values(), self.since, self.until))

    @property
    def about(self) -> dict[str, UUID | None]:
        """What the memories are linked to, by the names of the fields."""
        links = self.links
        return {"template": links.template_id, "question": links.question_id, "class_id": links.class_id}

    @property
    def key_id(self) -> UUID | None:
        return UUID(self.author[2:]) if self.author.startswith("k-") else None

    def filters(self, zone: ZoneInfo) -> Filters:
        """Days are the school's own; the last one counts too."""
        return Filters(
            tags=(" ".join(self.tag.split()).casefold(),) if self.tag else (),
            kinds=(self.kind,) if self.kind else (),
            author_id=UUID(self.author[2:]) if self.author.startswith("u-") else None,
            key_id=self.key_id,
            links=self.links,
            since=datetime.combine(self.since, time(), zone) if self.since else None,
            until=datetime.combine(self.until + timedelta(days=1), time(), zone) if self.until else None,
            approval="pending" if self.tab == "pending" else "approved",
        )


async def query_vector(
    request: Request, entrance: EntranceOf, wanted: Annotated[Wanted, Depends()]
) -> Vector | None:
    """The query's meaning, worked out for somebody signed in, before the page's transaction is open."""
    if not wanted.q:
        return None
    if entrance.token:
        await request.app.state.limiter.count("memory_search", entrance.token)
    async with entrance.transaction():
        pass
    return await embed_query(wanted.q)


MeaningOf = Annotated[Vector | None, Depends(query_vector)]


@dataclass(frozen=True)
class Desk:
    """The project whose memory is looked at, and what the visitor may there."""

    project: Project
    projects: list[Project]
    rights: ProjectRights


async def chosen_project(visit: VisitOf, project: Annotated[UUID | None, Chosen] = None) -> Desk | None:
    """The project named, else the one looked at last or the newest; None for a visitor without any."""
    permit(visit.actor, MEMORIES_SEARCH)
    mine, _ = await list_projects(visit.conn, visit.actor, limit=MOST_SHOWN)
    if project is None and not mine:
        return None
    wanted = await get_project(visit.conn, visit.actor, project) if project else _find_last(visit, mine)
    return Desk(wanted, mine, await actions.get_rights(visit.conn, visit.actor, wanted.id))


def _find_last(visit: Visit, mine: list[Project]) -> Project:
    """The one this browser looked at last, else the newest."""
    last = visit.request.cookies.get(PROJECT_COOKIE)
    return next((one for one in mine if str(one.id) == last), mine[0])


DeskOf = Annotated[Desk | None, Depends(chosen_project)]
WantedOf = Annotated[Wanted, Depends()]


@routes.get("/memory")
async def show_memory(
    vector: MeaningOf, visit: VisitOf, desk: DeskOf, wanted: WantedOf, page: PageQuery
) -> HTMLResponse:
    if desk is None:
        return visit.page("memory", project=None, projects=[], may_write=False)
    answer = await _show(visit, desk, wanted, page, vector)
    keep(visit.request, answer, PROJECT_COOKIE, str(desk.project.id), seconds=YEAR, path="/memory")
    return answer


async def _show(
    visit: Visit,
    desk: Desk,
    wanted: Wanted,
    page: PageQuery,
    vector: Vector | None = None,
    *,
    code: int = 200,
    trouble: str = "",
) -> HTMLResponse:
    listed = await (_search if wanted.q else _list)(visit, desk, wanted, page, vector)
    return visit.page(
        "memory",
        code=code,
        trouble=trouble,
        project=shown(desk.project),
        projects=[(one.id, one.name) for one in desk.projects],
        may_write=desk.rights.takes_writing,
        may_manage=desk.rights.may_manage,
        wanted=vars(wanted) | wanted.about,
        tab=wanted.tab,
        is_narrowed=wanted.is_narrowed,
        cursor=wanted.cursor,
        **await _list_choices(visit, desk, wanted),
        **listed,
    )


async def _search(
    visit: Visit, desk: Desk, wanted: Wanted, _page: PageQuery, vector: Vector | None
) -> dict[str, Any]:
    filters = wanted.filters(ZoneInfo(visit.school.time_zone))
    found = await actions.search(visit.conn, visit.actor, desk.rights, wanted.q, filters, FOUND, vector)
    names = await name_links(visit.conn, visit.school.id, [hit.memory.links for hit in found.hits])
    rows = [describe(hit.memory, names, hit) for hit in found.hits]
    return {"rows": rows, "total": len(rows), "next_cursor": None, "note": found.note}


async def _list(
    visit: Visit, desk: Desk, wanted: Wanted, page: PageQuery, _vector: Vector | None
) -> dict[str, Any]:
    conn, school, filters = visit.conn, visit.school.id, wanted.filters(ZoneInfo(visit.school.time_zone))
    after = (datetime.fromisoformat(page.after[0]), UUID(page.after[1])) if page.after else None
    found = await reads.list_memories(conn, school, desk.project.id, filters, after, page.limit + 1)
    total = await reads.count_memories(conn, school, desk.project.id, filters)
    listed = paged(found, total, page, lambda memory: [memory.created_at, memory.id])
    names = await name_links(conn, school, [memory.links for memory in listed.rows])
    rows = [describe(memory, names) for memory in listed.rows]
    return {"rows": rows, "total": total, "next_cursor": listed.next_cursor, "note": None}


async def _list_choices(visit: Visit, desk: Desk, wanted: Wanted) -> dict[str, Any]:
    """What the search can be narrowed to, and what waits."""
    conn, school, project_id = visit.conn, visit.school.id, desk.project.id
    stats = await actions.read_stats(conn, visit.actor, desk.rights)
    key_name = await find_key_name(conn, school, project_id, wanted.key_id) if wanted.key_id else None
    return {
        "counts": {"kept": stats.total - stats.pending, "pending": stats.pending},
        "kinds": KIND_CHOICES,
        "tags": list(stats.by_tag),
        "authors": [_author_choice(one) for one in stats.by_author],
        **await list_subjects(conn, school, project_id, wanted.links.template_id),
        "by_key": await count_pending_by_key(conn, school, project_id) if wanted.tab == "pending" else [],
        "rolling": {"id": wanted.key_id, "name": key_name} if key_name and desk.rights.may_manage else None,
    }


def _author_choice(one: dict[str, Any]) -> tuple[str, str]:
    if one["key_id"]:
        return f"k-{one['key_id']}", say_author(one["name"], one["key_name"], by_key=True)
    return f"u-{one['author_id']}", say_author(one["name"])


@routes.post("/memory", dependencies=[requires(MEMORIES_APPROVE)])
async def decide(visit: VisitOf, desk: DeskOf, wanted: WantedOf, page: PageQuery, form: FormOf) -> Response:
    if desk is None:
        raise ProjectNotFound
    said: list[str] = []

    async def change() -> None:
        said.append(await _decide(visit, desk, form))

    if error := await attempt(visit, change()):
        return await _show(visit, desk, wanted, page, code=error.status, trouble=error.detail)
    tab = "&tab=pending" if wanted.tab == "pending" else ""
    return go_to(f"/memory?project={desk.project.id}{tab}", said[0])


async def _decide(visit: Visit, desk: Desk, form: Form) -> str:
    conn, actor = visit.conn, visit.actor
    if form.has("roll_back"):
        key_id = read_id(form.text("roll_back"), MemoryNotFound)
        return say_rolled_back(await actions.roll_back(conn, actor, desk.rights, key_id))
    approves = form.has("approve")
    memory_id = read_id(form.text("approve" if approves else "reject"), MemoryNotFound)
    # what is approved is what was read: a program may have changed it since
    if approves:
        memory = await actions.lock_changeable(conn, actor, memory_id, form.version)
        await actions.approve(conn, actor, memory)
        return "Approved: the team’s searches find it now."
    memory = await actions.lock_writable(conn, actor, memory_id, form.version)
    await actions.delete(conn, actor, memory)
    return "Rejected: it is gone."


def say_rolled_back(done: RolledBack) -> str:
    parts = [f"{done.deleted} taken back"]
    if done.reverted:
        parts.append(f"{done.reverted} put back as people had written them")
    if done.kept:
        parts.append(f"{len(done.kept)} left, as people have rewritten them since")
    return ", ".join(parts) + "."
