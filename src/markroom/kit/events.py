"""State changes, told once: one row in `events` in the same transaction is the audit trail, the outbox and
the feed of every projection.

A room declares its events in `model.py`; rooms above subscribe in their `tasks.py`. A subscriber runs at once
on the same connection, lower floors first (see `order_subscribers`), and may write or refuse by raising.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from psycopg.types.json import Jsonb

from markroom.kit.db import Conn, in_transaction


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to one thing of one institute. `facts` holds ids, counts and states, never
    personal values."""

    institute_id: UUID
    subject_id: UUID | None = None
    changed: tuple[str, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    kinds: ClassVar[dict[str, type[Event]]] = {}

    def __init_subclass__(cls) -> None:
        Event.kinds[cls.kind()] = cls

    @classmethod
    def kind(cls) -> str:
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()


class ChangeRefused(Event):
    """Somebody tried to change something and was refused."""


E = TypeVar("E", bound=Event)
Subscriber = Callable[[Conn, E], Awaitable[None]]
_subscribers: dict[type[Event], list[Subscriber[Any]]] = defaultdict(list)


def subscribe(event: type[E]) -> Callable[[Subscriber[E]], Subscriber[E]]:
    """Registers a function to run inside the transaction of every such event."""

    def register(subscriber: Subscriber[E]) -> Subscriber[E]:
        if subscriber not in _subscribers[event]:
            _subscribers[event].append(subscriber)
        return subscriber

    return register


def order_subscribers(modules: Sequence[ModuleType]) -> None:
    """Lets the subscribers of every event run in the order of the modules they stand in; others come last."""
    order = {module.__name__: place for place, module in enumerate(modules)}
    for subscribers in _subscribers.values():
        subscribers.sort(key=lambda subscriber: order.get(subscriber.__module__, len(order)))


async def emit(conn: Conn, event: Event) -> None:
    """Writes the event and runs its subscribers, all on the caller's transaction."""
    await emit_all(conn, [event])


async def emit_all(conn: Conn, events: Sequence[Event]) -> None:
    """The same for many events, written by one statement."""
    in_transaction(conn)
    rows = [
        {
            "institute_id": str(event.institute_id),
            "kind": event.kind(),
            "subject_id": event.subject_id and str(event.subject_id),
            "changed": event.changed,
            "facts": event.facts,
        }
        for event in events
    ]
    await conn.execute(
        """insert into events
             (institute_id, user_id, credential, kind, subject_id, changed, facts, request_id)
           select r.institute_id, nullif(current_setting('app.user_id', true), '')::uuid,
                  nullif(current_setting('app.credential', true), ''), r.kind, r.subject_id, r.changed,
                  r.facts, nullif(current_setting('app.request_id', true), '')
             from jsonb_to_recordset(%s) as r
                  (institute_id uuid, kind text, subject_id uuid, changed text[], facts jsonb)""",
        [Jsonb(rows)],
    )
    await run_subscribers(conn, events)


async def run_subscribers(conn: Conn, events: Sequence[Event]) -> None:
    """For events that the database wrote itself."""
    for event in events:
        for subscriber in _subscribers[type(event)]:
            await subscriber(conn, event)
