"""Today: what needs me."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi.responses import Response

from markroom.institutes.invitations.reads import list_invitations
from markroom.institutes.model import INVITE_PEOPLE, LIST_PEOPLE, MANAGERS, STAFF
from markroom.institutes.notices.reads import list_notices
from markroom.jobs.model import JobRow
from markroom.jobs.reads import list_jobs
from markroom.kit.http import router
from markroom.marking.model import MARKABLE_STATES
from markroom.marking.reads import measure_paces
from markroom.school.reads import list_requests
from markroom.web.pages.memory.reads import list_waiting
from markroom.web.pages.notices.page import say_all
from markroom.web.pages.notices.words import FAILED_WORK
from markroom.web.pages.today.pace import say_time
from markroom.web.reads import list_batches, look_at_beginnings
from markroom.web.visits import Visit, VisitOf

routes = router()
LOOKED_AT = 50
NOTICES_SHOWN = 10
FAILURES_SHOWN_FOR = timedelta(days=7)


@routes.get("/")
async def show_today(visit: VisitOf) -> Response:
    waiting: list[dict[str, str]] = []
    unread, _, _ = await list_notices(visit.conn, visit.actor, unread=True, after=None, limit=NOTICES_SHOWN)
    if visit.actor.role in STAFF:
        batches = await list_batches(visit.conn, visit.school.id, limit=LOOKED_AT)
        in_hand = [batch for batch in batches if batch["state"] in MARKABLE_STATES]
        ready = [UUID(batch["id"]) for batch in in_hand if batch["items"]["ready"]]
        paces = await measure_paces(visit.conn, visit.school.id, ready)
        waiting += [
            item for batch in in_hand for item in _look_at_batch(visit, batch, paces.get(UUID(batch["id"])))
        ]
        told = {notice.subject_id for notice in unread if notice.kind == "job_failed"}
        waiting += _look_at_failures([job for job in await _list_failed(visit) if job.id not in told])
        waiting += await _look_at_requests(visit)
    waiting += await _look_at_memories(visit)
    if LIST_PEOPLE.permits(visit.actor):
        waiting += await _look_at_invitations(visit)
    steps = await _list_first_steps(visit) if visit.actor.role in STAFF else []
    news = await say_all(visit, unread)
    return visit.page("today", waiting=waiting, steps=steps, role=visit.actor.role, told=news)


async def _list_first_steps(visit: Visit) -> list[dict[str, str]]:
    """What of the main job nobody has begun yet, in its order; nothing from the first batch on."""
    begun = await look_at_beginnings(visit.conn, visit.school.id)
    if begun.has_batches:
        return []
    steps = []
    if INVITE_PEOPLE.permits(visit.actor) and not begun.has_colleagues:
        detail = "They join by a link in a mail; there are no passwords."
        steps.append(_item("step", "Invite your colleagues", detail, "/people", "Invite"))
    if not begun.has_papers:
        detail = "From its PDF, Markroom proposes the questions, marks and answer areas."
        steps.append(_item("step", "Add a paper", detail, "/exams", "Add a paper"))
    detail = "Name who sits the paper, print their scripts, and scan them when they come back."
    return [*steps, _item("step", "Set up a batch", detail, "/batches/new", "Set up a batch")]


def _look_at_batch(visit: Visit, batch: dict[str, Any], pace: float | None) -> Iterator[dict[str, str]]:
    """`pace`: how many seconds an answer of it usually takes, where that is known."""
    me, items, pages, url = (
        str(visit.actor.user_id),
        batch["items"],
        batch["pages"],
        f"/batches/{batch['id']}",
    )
    is_run = me == batch["created_by"] or visit.actor.role in MANAGERS
    if items["ready"] and (is_run or me in batch["markers"]):
        title = f"{_count(items['ready'], 'answer')} to mark"
        time = f", {say_time(items['ready'] * pace)}" if pace is not None else ""
        yield _item("mark", title, batch["title"] + time, f"/marking/{batch['id']}", "Mark")
    if is_run and pages["exceptions"]:
        title = f"{_count(pages['exceptions'], 'page')} to repair"
        yield _item("repair", title, batch["title"], f"{url}/repair", "Repair")
    if is_run and items["queries"]:
        title = f"{_count(items['queries'], 'query', 'queries')} to decide"
        yield _item("query", title, batch["title"], f"/results/{batch['id']}", "Look")
    if is_run and 0 < items["total"] <= items["marked"]:
        yield _item(
            "release", "Results ready to release", batch["title"], f"/results/{batch['id']}", "Check results"
        )


async def _list_failed(visit: Visit) -> list[JobRow]:
    jobs = await list_jobs(
        visit.conn, visit.school.id, state="failed", subject_id=None, before=None, limit=LOOKED_AT
    )
    since = datetime.now(UTC) - FAILURES_SHOWN_FOR
    return [job for job in jobs if job.kind in FAILED_WORK and job.created_at > since]


def _look_at_failures(jobs: list[JobRow]) -> list[dict[str, str]]:
    return [
        _item(
            "failed",
            FAILED_WORK[job.kind][0],
            job.error or "",
            FAILED_WORK[job.kind][1].format(job.subject_id),
            "Look",
        )
        for job in jobs
    ]


async def _look_at_memories(visit: Visit) -> list[dict[str, str]]:
    """What programs wrote into the memory of a project, until somebody has read it."""
    return [
        _item(
            "memories",
            f"{_count(one['count'], 'memory', 'memories')} to approve",
            one["name"],
            f"/memory?project={one['id']}&tab=pending",
            "Read",
        )
        for one in await list_waiting(visit.conn, visit.school.id)
    ]


async def _look_at_requests(visit: Visit) -> list[dict[str, str]]:
    """Pupils who ask to join a class: for its teachers, and for heads those of all classes."""
    rows, _ = await list_requests(
        visit.conn,
        visit.actor,
        state="pending",
        all_classes=visit.actor.role in MANAGERS,
        after=None,
        limit=LOOKED_AT,
    )
    asked = Counter((row.class_id, row.class_name) for row in rows)
    return [
        _item(
            "requests",
            f"{_count(number, 'request')} to join",
            name,
            f"/classes/{class_id}#requests",
            "Decide",
        )
        for (class_id, name), number in asked.items()
    ]


async def _look_at_invitations(visit: Visit) -> list[dict[str, str]]:
    rows, total = await list_invitations(
        visit.conn, visit.school.id, role=None, status="pending", after=None, limit=LOOKED_AT
    )
    if not total:
        return []
    failed = sum(row.delivery in ("failed", "unknown") for row in rows)
    detail = f"{_count(failed, 'mail')} may not have arrived." if failed else "Nothing to do but to wait."
    title = f"{_count(total, 'invitation')} without an answer"
    return [_item("invitations", title, detail, "/people?tab=invitations", "See invitations")]


def _item(kind: str, title: str, detail: str, url: str, action: str) -> dict[str, str]:
    return {"kind": kind, "title": title, "detail": detail, "url": url, "action": action}


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
