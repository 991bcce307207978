"""X-09: what a school's admins read of what was done."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stage import School, Stage

URL = "/api/events"


async def read(school: School, **query: Any) -> dict[str, Any]:
    answer = await school["school_admin"].get(URL, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def change_role(school: School, of: str, role: str) -> str:
    user_id = str(school.people[of].user_id)
    answer = await school["school_admin"].patch(f"/api/users/{user_id}", json={"role": role})
    assert answer.status_code == 200
    return user_id


async def test_an_admin_reads_who_changed_whom(school: School) -> None:
    user_id = await change_role(school, "teacher_2", "student")
    event = (await read(school))["events"][0]
    told = {
        key: event[key] for key in ("kind", "user_name", "subject_id", "subject_name", "changed", "facts")
    }
    assert told == {
        "kind": "member_changed",
        "user_name": "School Admin",
        "subject_id": user_id,
        "subject_name": "Teacher 2",
        "changed": ["role"],
        "facts": {"role": "student"},
    }
    assert event["request_id"]


async def test_a_refused_change_is_on_the_trail(school: School) -> None:
    await school["teacher"].patch("/api/institutes/current", json={"urn": "123456"})
    event = (await read(school, kind="change_refused"))["events"][0]
    assert (event["user_name"], event["facts"]["code"]) == ("Teacher", "admin_required")


async def test_the_trail_is_filtered_before_it_is_paged(school: School) -> None:
    """X-06"""
    for role in ("student", "teacher", "student"):
        await change_role(school, "teacher_2", role)
    await change_role(school, "teacher", "student")
    subject = str(school.people["teacher_2"].user_id)
    first = await read(school, subject_id=subject, limit=2)
    second = await read(school, subject_id=subject, limit=2, cursor=first["next_cursor"])
    events = [*first["events"], *second["events"]]
    assert [event["facts"]["role"] for event in events] == ["student", "teacher", "student"]
    assert (first["total"], second["total"], second["next_cursor"]) == (3, 3, None)


async def test_the_trail_is_filtered_by_kind_person_and_time(school: School) -> None:
    await change_role(school, "teacher_2", "student")
    admin = str(school.people["school_admin"].user_id)
    changed = await read(school, kind="member_changed", user_id=admin)
    assert changed["total"] == 1
    at = changed["events"][0]["at"]
    assert (await read(school, kind="member_changed", **{"from": at}))["total"] == 1
    assert (await read(school, kind="member_changed", to=at))["total"] == 0
    assert (await read(school, user_id=str(school.people["teacher"].user_id)))["total"] == 0
    assert (await read(school, kind="nonsense"))["total"] == 0


@pytest.mark.parametrize("query", ["from=2027-02-03T09:00", "to=yesterday", "user_id=me", "limit=201"])
async def test_a_filter_that_means_nothing_is_refused(school: School, query: str) -> None:
    """X-13: a time without a zone is no time"""
    assert (await school["school_admin"].get(f"{URL}?{query}")).status_code == 422


@pytest.mark.parametrize("role", ["department_head", "teacher", "student"])
async def test_the_trail_is_the_admins_alone(school: School, role: str) -> None:
    """§14: 403 before 422"""
    assert (await school[role].get(f"{URL}?limit=0")).status_code == 403


async def test_a_stranger_finds_no_trail(school: School, other_school: School) -> None:
    """P-01, X-02"""
    await change_role(school, "teacher_2", "student")
    named = {"X-Institute-Id": str(school.institute_id)}
    assert (await other_school["school_admin"].get(URL, headers=named)).status_code == 404
    seen = (await other_school["school_admin"].get(URL)).json()["events"]
    assert "member_changed" not in {event["kind"] for event in seen}


async def test_who_is_no_member_has_no_name(stage: Stage, school: School) -> None:
    told = (await read(school, kind="institute_created"))["events"][0]
    assert (told["user_id"], told["user_name"], told["subject_name"]) == (None, None, None)
