"""The audit trail: who did what, when, for the school's admins (X-09)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends, Query
from fastapi.responses import HTMLResponse

from markroom.institutes.model import READ_TRAIL, ROLE_WORDS
from markroom.institutes.trail.model import Filters, Trace
from markroom.institutes.trail.reads import list_traces
from markroom.kit.access import requires
from markroom.kit.errors import Invalid
from markroom.kit.events import Event
from markroom.kit.http import router
from markroom.kit.paging import PageQuery, paged
from markroom.web.reads import name_things
from markroom.web.visits import VisitOf

routes = router()
UUID_LENGTH = 36
FOR_PROGRAMS = ("version", "generation", "route", "method", "size", "media_type")
KIND_WORDS = {  # where the event's own line speaks of how it is built
    "detection_started": "Somebody had a paper read by the machine",
    "mark_entered": "A mark was given or changed",
    "project_purged": "A deleted project went for good",
    "structure_change": "A paper’s questions were about to change",
    "template_archived": "A paper was archived",
    "template_created": "A paper was added",
    "template_moved": "A paper went into a project, into another, or out of one",
    "template_replaced": "A paper’s canvas was saved, or read by the machine",
    "template_restored": "A paper was taken out of the archive",
    "template_shared": "A colleague or a department may now edit a paper",
    "template_status_changed": "A paper went on with its batches",
    "template_transferred": "A paper has another owner",
    "template_unshared": "A colleague or a department may no longer edit a paper",
}
VALUE_WORDS = {**ROLE_WORDS, "awarded": "mark given", "query": "query for a colleague"}
WITHOUT_CLASS = ("invitation_ended",)  # written by the database itself


class BadDay(Invalid):
    """A day is written like 2027-02-03."""


class Wanted:
    """What is looked for, as it was typed."""

    def __init__(
        self,
        kind: Annotated[str, Query(max_length=100)] = "",
        user_id: UUID | None = None,
        subject_id: UUID | None = None,
        since: Annotated[str, Query(alias="from", max_length=20)] = "",
        until: Annotated[str, Query(alias="to", max_length=20)] = "",
        cursor: str = "",
    ) -> None:
        self.kind, self.user_id, self.subject_id = kind, user_id, subject_id
        self.since, self.until, self.cursor = since, until, cursor

    def filters(self, zone: ZoneInfo) -> Filters:
        """Days are the school's own; the last one counts too."""
        since, until = _read_day(self.since), _read_day(self.until)
        return Filters(
            self.kind or None,
            self.subject_id,
            self.user_id,
            datetime.combine(since, time(), zone) if since else None,
            datetime.combine(until + timedelta(days=1), time(), zone) if until else None,
        )


def _read_day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadDay from error
    if not 2000 <= day.year <= 9000:
        raise BadDay
    return day


@routes.get("/audit", dependencies=[requires(READ_TRAIL)])
async def show_trail(visit: VisitOf, page: PageQuery, wanted: Annotated[Wanted, Depends()]) -> HTMLResponse:
    filters = wanted.filters(ZoneInfo(visit.school.time_zone))
    traces, total = await list_traces(
        visit.conn, visit.school.id, filters, after=page.after, limit=page.limit + 1
    )
    shown = paged(traces, total, page, lambda trace: trace.id)
    things = await name_things(visit.conn, visit.school.id, _list_things(shown.rows))
    return visit.page(
        "audit",
        rows=[_describe(trace, things) for trace in shown.rows],
        kinds=[
            ("", "Everything"),
            *((kind, say_kind(kind)) for kind in (*sorted(Event.kinds), *WITHOUT_CLASS)),
        ],
        wanted=vars(wanted),
        total=total,
        next_cursor=shown.next_cursor,
        cursor=wanted.cursor,
    )


def say_kind(kind: str) -> str:
    """What happened in the words of the event's own first line, without its facts."""
    if kind in KIND_WORDS:
        return KIND_WORDS[kind]
    event = Event.kinds.get(kind)
    words = " ".join((event.__doc__ or "").split()) if event else ""
    return re.split(r"[;.]", words)[0] if words else kind.replace("_", " ").capitalize()


def _list_things(traces: Sequence[Trace]) -> set[UUID]:
    """What the events are about, where it is no person, and the questions they name."""
    subjects = {trace.subject_id for trace in traces if trace.subject_id and not trace.subject_name}
    return subjects | {UUID(trace.facts["question_id"]) for trace in traces if "question_id" in trace.facts}


def _describe(trace: Trace, things: dict[UUID, str]) -> dict[str, Any]:
    named = [things.get(UUID(trace.facts["question_id"]), "")] if "question_id" in trace.facts else []
    return {
        "at": trace.at,
        "what": say_kind(trace.kind),
        "who": trace.user_name or _say_credential(trace),
        "user_id": trace.user_id,
        "whom": trace.subject_name or (things.get(trace.subject_id, "") if trace.subject_id else ""),
        "subject_id": trace.subject_id,
        "details": ", ".join(
            [*filter(None, named), *_say_facts(trace.facts), *(_say_word(field) for field in trace.changed)]
        ),
    }


def _say_credential(trace: Trace) -> str:
    if trace.user_id:
        return "Somebody outside this school"
    return "Markroom" if (trace.credential or "").startswith("job:") else "The operator"


def _say_facts(facts: dict[str, Any]) -> list[str]:
    """Counts, states and words; no ids, and not the numbers programs count versions by."""
    return [
        f"{_say_word(key)}: {_say_value(value)}"
        for key, value in facts.items()
        if isinstance(value, str | int | float) and len(str(value)) < UUID_LENGTH and key not in FOR_PROGRAMS
    ]


def _say_value(value: str | float) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return VALUE_WORDS.get(str(value)) or _say_word(str(value))


def _say_word(word: str) -> str:
    return word.replace("_", " ")
