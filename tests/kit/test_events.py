"""X-09: a change and its telling are one."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from markroom.kit import events
from markroom.kit.db import Conn, execute
from markroom.kit.errors import Conflict
from markroom.kit.events import Event, emit, subscribe
from tests.stage import School, Stage


class InkDried(Event):
    """The ink is dry."""


class TooWet(Conflict):
    """The ink is too wet."""


@pytest.fixture(autouse=True)
def no_subscribers() -> Iterator[None]:
    yield
    events._subscribers.pop(InkDried, None)


async def count_told(stage: Stage, school: School) -> int:
    sql = "select count(*) from events where institute_id = %s and kind = 'ink_dried'"
    rows = await stage.query(sql, [school.institute_id])
    return int(rows[0][0])


async def name_school(conn: Conn, event: InkDried) -> None:
    await execute(conn, "update institutes set name = 'Dry' where id = %s", [event.institute_id])


async def test_an_event_and_its_subscribers_are_in_the_transaction(stage: Stage, school: School) -> None:
    subscribe(InkDried)(name_school)
    subscribe(InkDried)(name_school)
    async with stage.resources.database.service(school.institute_id) as conn:
        await emit(conn, InkDried(institute_id=school.institute_id, facts={"pages": 2}, changed=("name",)))
        assert await count_told(stage, school) == 0
    assert await count_told(stage, school) == 1
    assert await stage.query("select name from institutes where id = %s", [school.institute_id]) == [("Dry",)]


async def test_a_subscriber_that_refuses_takes_all_back(stage: Stage, school: School) -> None:
    subscribe(InkDried)(name_school)

    @subscribe(InkDried)
    async def refuse(conn: Conn, event: InkDried) -> None:
        raise TooWet

    with pytest.raises(TooWet):
        async with stage.resources.database.service(school.institute_id) as conn:
            await emit(conn, InkDried(institute_id=school.institute_id))
    assert await count_told(stage, school) == 0
    assert await stage.query("select name from institutes where id = %s", [school.institute_id]) == [
        (school.name,)
    ]


async def test_subscribers_run_in_the_order_they_came(stage: Stage, school: School) -> None:
    heard: list[str] = []
    for name in ("first", "second", "third"):

        @subscribe(InkDried)
        async def hear(conn: Conn, event: InkDried, name: str = name) -> None:
            heard.append(name)

    async with stage.resources.database.service(school.institute_id) as conn:
        await emit(conn, InkDried(institute_id=school.institute_id))
    assert heard == ["first", "second", "third"]


async def test_nobody_tells_in_anothers_name(stage: Stage, school: School) -> None:
    teacher, admin = school.people["teacher"].user_id, school.people["school_admin"].user_id
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with stage.resources.database.transaction() as conn:
            await conn.execute("select app.begin_as(%s, null, %s)", [teacher, school.institute_id])
            await conn.execute(
                "insert into events (institute_id, user_id, kind) values (%s, %s, 'forged')",
                [school.institute_id, admin],
            )


@pytest.mark.parametrize("change", ["update events set kind = 'x'", "delete from events", "truncate events"])
@pytest.mark.parametrize("who", ["app", "service"])
async def test_what_was_told_stays(stage: Stage, school: School, who: str, change: str) -> None:
    """Append-only, for requests and jobs alike."""
    database = stage.resources.database
    begin = database.transaction() if who == "app" else database.service(school.institute_id)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with begin as conn:
            await conn.execute(change.encode())
