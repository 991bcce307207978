"""P-13: a school's own lists of departments, subjects, year groups and rooms."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stage import School, Stage

URL = "/api/institutes/current"
LISTS = ("departments", "subjects", "year-groups", "rooms")


async def put(school: School, which: str, *terms: Any, **more: Any) -> Any:
    body = {"terms": [term if isinstance(term, dict) else {"name": term} for term in terms]}
    return await school["school_admin"].put(f"{URL}/{which}", json=body, **more)


def names(answer: Any) -> list[str]:
    return [term["name"] for term in answer.json()["terms"]]


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


async def test_a_version_seen_before_is_refused_with_what_is_there_now(school: School) -> None:
    """X-07"""
    admin = school["school_admin"]
    await admin.patch(URL, json={"urn": "123456"}, headers={"If-Match": '"1"'})
    stale = await admin.patch(URL, json={"urn": "999999"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert stale.json()["current"]["urn"] == "123456"
    assert (await put(school, "rooms", "G1", headers={"If-Match": '"1"'})).status_code == 412
    assert names(await put(school, "rooms", "G1", headers={"If-Match": '"2"'})) == ["G1"]
