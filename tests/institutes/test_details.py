"""P-13: what a school says of itself, and its lists."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.institutes.model import BadWebsite, check_details
from tests.stage import School, Stage

URL = "/api/institutes/current"
LISTS = ("departments", "subjects", "year-groups", "rooms")


async def test_everybody_of_the_school_sees_its_details(school: School) -> None:
    for role in ("school_admin", "teacher", "student"):
        answer = await school[role].get(URL)
        assert answer.json()["name"] == "Hillside School"
        assert answer.json()["time_zone"] == "Europe/London"
        assert answer.headers["etag"] == '"1"'


async def test_details_change_field_by_field_and_null_empties(school: School, stage: Stage) -> None:
    """X-12"""
    admin = school["school_admin"]
    given = {"website": "www.hillside.example", "urn": "123456", "centre_number": "gb123", "kind": "college"}
    changed = (await admin.patch(URL, json=given)).json()
    assert changed["website"] == "https://www.hillside.example"
    assert changed["centre_number"] == "GB123"
    assert changed["name"] == "Hillside School"
    emptied = (await admin.patch(URL, json={"urn": None, "time_zone": "Asia/Dubai"})).json()
    assert emptied == {**changed, "urn": None, "time_zone": "Asia/Dubai"}
    assert (await admin.get(URL)).json() == emptied
    told = "select changed from events where institute_id = %s and kind = 'institute_changed' order by id"
    assert await stage.query(told, [school.institute_id]) == [
        (["kind", "website", "urn", "centre_number"],),
        (["time_zone", "urn"],),
    ]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "nothing_to_change"),
        ({"slug": "mine"}, 422, "unprocessable"),
        ({"name": None}, 422, "unprocessable"),
        ({"name": "  "}, 422, "bad_school_name"),
        ({"name": "x" * 201}, 422, "bad_school_name"),
        ({"kind": "castle"}, 422, "unknown_kind"),
        ({"time_zone": "Europe/Hillside"}, 422, "unknown_time_zone"),
        ({"time_zone": "../../etc/passwd"}, 422, "unknown_time_zone"),
        ({"website": "javascript://a.b/%0aalert(1)"}, 422, "bad_website"),
        ({"website": "http://[half"}, 422, "bad_website"),
        ({"urn": "12"}, 422, "bad_urn"),
        ({"urn": "١٢٣٤٥٦"}, 422, "bad_urn"),
        ({"centre_number": "12 345"}, 422, "bad_centre_number"),
    ],
)
async def test_a_bad_detail_changes_nothing(
    school: School, body: dict[str, Any], status: int, code: str
) -> None:
    before = (await school["school_admin"].get(URL)).json()
    answer = await school["school_admin"].patch(
        URL, json={**body, **({"urn": "654321"} if "name" in body else {})}
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await school["school_admin"].get(URL)).json() == before


@given(st.text(max_size=40))
def test_a_website_is_only_ever_an_address_of_the_web(text: str) -> None:
    try:
        website = check_details({"website": text})["website"]
    except BadWebsite:
        return
    assert website is None or website.startswith(("http://", "https://"))


@pytest.mark.parametrize("role", ["department_head", "teacher", "student"])
async def test_only_admins_change_the_school_and_permission_comes_before_the_rest(
    school: School, role: str
) -> None:
    """§14: 403 before 412 and 422"""
    for method, url in [("PATCH", URL), *(("PUT", f"{URL}/{which}") for which in LISTS)]:
        answer = await school[role].request(method, url, json={"nonsense": 1}, headers={"If-Match": '"77"'})
        assert (answer.status_code, answer.json()["code"]) == (403, "admin_required")


async def test_a_stranger_finds_no_school(school: School, other_school: School) -> None:
    """P-01"""
    stranger = other_school["school_admin"]
    named = {"X-Institute-Id": str(school.institute_id)}
    assert (await stranger.get(URL, headers=named)).status_code == 404
    assert (await stranger.patch(URL, json={"urn": "123456"}, headers=named)).status_code == 404
    assert (await stranger.put(f"{URL}/rooms", json={"terms": []}, headers=named)).status_code == 404


async def test_of_two_changes_from_one_version_the_second_is_refused(stage: Stage) -> None:
    """X-07: also at once"""
    for _ in range(5):
        school = await stage.make_school(roles=("school_admin", "school_admin_2"))
        seen = {"If-Match": '"1"'}
        answers = await asyncio.gather(
            school["school_admin"].patch(URL, json={"urn": "111111"}, headers=seen),
            school["school_admin_2"].put(f"{URL}/rooms", json={"terms": [{"name": "G1"}]}, headers=seen),
        )
        assert sorted(answer.status_code for answer in answers) == [200, 412]
