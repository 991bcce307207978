"""X-06"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.kit.paging import BadCursor, PageRequest, decode_cursor, encode_cursor, paged
from tests.stage import School, Stage

SEAL = b"a list's seal"
KEYS = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5)


@given(KEYS)
def test_a_cursor_carries_its_key(key: object) -> None:
    assert decode_cursor(encode_cursor(key, SEAL), SEAL) == key


@given(st.text(max_size=80))
def test_an_invented_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        decode_cursor(cursor, SEAL)


@given(KEYS, st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_cursor_is_refused(key: object, place: int, change: int) -> None:
    cursor = encode_cursor(key, SEAL)
    raw = bytearray(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    raw[place % len(raw)] ^= change
    with pytest.raises(BadCursor):
        decode_cursor(urlsafe_b64encode(raw).decode(), SEAL)


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(BadCursor):
        decode_cursor(encode_cursor(1, b"another"), SEAL)


@given(st.lists(st.integers(), unique=True), st.integers(1, 7))
def test_pages_partition_a_list(rows: list[int], limit: int) -> None:
    rows, cursor = sorted(rows), None
    seen: list[int] = []
    while True:
        request = PageRequest(limit, decode_cursor(cursor, SEAL) if cursor else None, SEAL)
        after = [row for row in rows if request.after is None or row > request.after]
        page = paged(after[: limit + 1], len(rows), request, lambda row: row)
        assert len(page.rows) <= limit
        assert page.total == len(rows)
        seen += page.rows
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert seen == rows


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
async def test_the_pages_of_people_partition_them(stage: Stage, school: School, limit: int) -> None:
    """Names whose small letters the database and Python do not agree upon, and one name twice."""
    names = [
        "Élodie",
        "élodie",
        "İpek",
        "Straße",
        "STRASSE",
        "Zoë",
        "zoë",
        "Ǆ",
        "Anna",
        "Anna",
        "_",
        "O'Neil",
    ]
    for name in names:
        person = await stage.make_person(school, "teacher")
        await stage.query(
            "update memberships set name = %s where institute_id = %s and user_id = %s",
            [name, school.institute_id, person.user_id],
        )
    seen, cursor = [], None
    while True:
        asked = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        answer = (await school["school_admin"].get("/api/users/staff", params=asked)).json()
        assert answer["total"] == len(names) + 4
        seen += [person["profile_id"] for person in answer["staff"]]
        if (cursor := answer["next_cursor"]) is None:
            break
    assert len(seen) == len(set(seen)) == len(names) + 4


@pytest.mark.parametrize("asked", ["limit=0", "limit=201", "limit=x", "cursor=x", "cursor=" + "0" * 32])
async def test_a_bad_page_is_refused(school: School, asked: str) -> None:
    answer = await school["school_admin"].get(f"/api/users/staff?{asked}")
    assert answer.status_code == 422


async def test_a_cursor_of_one_list_opens_no_other(stage: Stage, school: School) -> None:
    first = (await school["school_admin"].get("/api/users/staff?limit=1")).json()
    answer = await school["school_admin"].get(f"/api/people?cursor={first['next_cursor']}")
    assert answer.status_code == 422
    assert answer.json()["code"] == "bad_cursor"
