"""P-13: what a school says of itself, and its lists."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.institutes.details import BadWebsite, check_details
from tests.stage import School, Stage

URL = "/api/institutes/current"
LISTS = ("departments", "subjects", "year-groups", "rooms")


async def put(school: School, which: str, *terms: Any, **more: Any) -> Any:
    body = {"terms": [term if isinstance(term, dict) else {"name": term} for term in terms]}
    return await school["school_admin"].put(f"{URL}/{which}", json=body, **more)


def names(answer: Any) -> list[str]:
    return [term["name"] for term in answer.json()["terms"]]


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


async def test_a_version_seen_before_is_refused_with_what_is_there_now(school: School) -> None:
    """X-07"""
    admin = school["school_admin"]
    await admin.patch(URL, json={"urn": "123456"}, headers={"If-Match": '"1"'})
    stale = await admin.patch(URL, json={"urn": "999999"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert stale.json()["current"]["urn"] == "123456"
    assert (await put(school, "rooms", "G1", headers={"If-Match": '"1"'})).status_code == 412
    assert names(await put(school, "rooms", "G1", headers={"If-Match": '"2"'})) == ["G1"]


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


async def test_a_list_of_another_name_is_not_there(school: School) -> None:
    assert (await school["teacher"].get(f"{URL}/cupboards")).status_code == 404
    assert (await put(school, "cupboards", "A")).status_code == 404


@pytest.mark.parametrize("which", LISTS)
async def test_a_list_is_kept_in_its_own_order(school: School, which: str) -> None:
    assert names(await put(school, which, " Zoology ", "Art", "Modern  Languages")) == [
        "Zoology",
        "Art",
        "Modern Languages",
    ]
    assert names(await school["student"].get(f"{URL}/{which}")) == ["Zoology", "Art", "Modern Languages"]
    assert names(await put(school, which)) == []


async def test_a_term_keeps_its_id_through_renaming_swapping_and_coming_back(school: School) -> None:
    first = (await put(school, "rooms", "G1", "G2")).json()["terms"]
    one, two = (term["id"] for term in first)
    swapped = (await put(school, "rooms", {"id": one, "name": "G2"}, {"id": two, "name": "G1"})).json()[
        "terms"
    ]
    assert [(term["id"], term["name"]) for term in swapped] == [(one, "G2"), (two, "G1")]
    assert names(await put(school, "rooms", "g1")) == ["g1"]
    again = (await put(school, "rooms", "G1", "G2")).json()["terms"]
    assert [term["id"] for term in again] == [two, one]


async def test_a_new_term_may_take_the_name_of_a_renamed_one(school: School) -> None:
    one = (await put(school, "rooms", "G1")).json()["terms"][0]["id"]
    both = (await put(school, "rooms", {"id": one, "name": "Hall"}, "G1")).json()["terms"]
    assert [term["name"] for term in both] == ["Hall", "G1"]
    assert both[0]["id"] == one != both[1]["id"]


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (["Art", "ART"], "term_twice"),
        ([" "], "bad_term_name"),
        (["x" * 101], "bad_term_name"),
        ([{"id": "0198c7f0-0000-7000-8000-000000000000", "name": "Art"}], "unknown_term"),
        ([str(number) for number in range(501)], "unprocessable"),
    ],
)
async def test_a_bad_list_changes_nothing(school: School, terms: list[Any], code: str) -> None:
    await put(school, "subjects", "Physics")
    answer = await put(school, "subjects", *terms)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert names(await school["teacher"].get(f"{URL}/subjects")) == ["Physics"]


async def test_a_term_of_another_list_or_school_is_unknown(school: School, other_school: School) -> None:
    """X-04"""
    here = (await put(school, "rooms", "G1")).json()["terms"][0]["id"]
    for place, which in ((school, "subjects"), (other_school, "rooms")):
        answer = await put(place, which, {"id": here, "name": "Mine"})
        assert answer.json()["code"] == "unknown_term"


async def test_the_same_list_again_is_no_change(school: School, stage: Stage) -> None:
    for _ in range(2):
        await put(school, "subjects", "Physics", "Art")
    told = "select facts from events where institute_id = %s and kind = 'institute_terms_changed'"
    assert await stage.query(told, [school.institute_id]) == [({"list": "subject", "count": 2},)]


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
