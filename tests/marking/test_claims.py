import asyncio
from collections import Counter

import httpx
import pytest

from tests.marking.sitting import Sitting, lay_out, save
from tests.stage import School, Stage
from tests.statements import statements


async def claim(client: httpx.AsyncClient, sitting: Sitting, **wish: object) -> httpx.Response:
    return await client.post(sitting.claims_url, json=wish)


def answer_of(response: httpx.Response) -> tuple[str, str]:
    item = response.json()["item"]
    return item["script_id"], item["question_id"]


async def expire(stage: Stage, sitting: Sitting) -> None:
    await stage.query(
        "update claims set expires_at = now() - interval '1 second' where batch_id = %s", [sitting.batch_id]
    )


async def test_a_marker_is_handed_an_answer_with_all_the_desk_needs(school: School, stage: Stage) -> None:
    """K-02, K-03"""
    sitting = await lay_out(stage, school)
    answer = await claim(school["teacher"], sitting, question_id=str(sitting.items["1(b)"]))
    assert answer.status_code == 200
    body = answer.json()
    assert body["progress"] == {"total": 3, "marked": 0}
    item = body["item"]
    assert (item["path"], item["max_marks"], item["version"], item["entry"]) == ("1(b)", 3, 0, None)
    assert item["script_id"] == str(sitting.scripts[1])
    assert item["script_number"] == 1
    assert item["candidate"] == "Pupil 01"
    assert [area["page"] for area in item["areas"]] == [2]
    assert item["areas"][0]["image_url"].startswith("/api/")


async def test_a_blind_batch_hides_names_from_its_markers(school: School, stage: Stage) -> None:
    """K-01"""
    sitting = await lay_out(stage, school, blind=True)
    answer = await claim(school["teacher_2"], sitting)
    assert answer.json()["item"]["script_number"] == 1
    assert "Pupil" not in answer.text
    assert "4001" not in answer.text


async def test_a_blind_batch_hides_names_at_the_desk_of_heads_too(school: School, stage: Stage) -> None:
    """K-01"""
    sitting = await lay_out(stage, school, blind=True)
    answer = await claim(school["school_admin"], sitting)
    assert answer.status_code == 200
    assert "Pupil" not in answer.text


async def test_asking_again_gives_the_same_claim_until_it_is_skipped(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school)
    first = (await claim(school["teacher"], sitting)).json()
    again = (await claim(school["teacher"], sitting)).json()
    ahead = (await claim(school["teacher"], sitting, skip=[first["claim_id"]])).json()
    assert again["claim_id"] == first["claim_id"]
    assert ahead["claim_id"] != first["claim_id"]
    assert ahead["item"]["script_id"] == str(sitting.scripts[2])


async def test_only_so_many_answers_can_be_held(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school)
    wish = {"skip": [str(sitting.batch_id)] * 3}
    assert (await claim(school["teacher"], sitting, **wish)).status_code == 422


async def test_two_markers_get_different_answers(school: School, stage: Stage) -> None:
    """K-03"""
    sitting = await lay_out(stage, school)
    first, second = await claim(school["teacher"], sitting), await claim(school["teacher_2"], sitting)
    assert answer_of(first) != answer_of(second)


async def test_nothing_left_is_204(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school, scripts=1)
    question = str(sitting.items["2"])
    assert (await claim(school["teacher"], sitting, question_id=question)).status_code == 200
    assert (await claim(school["teacher_2"], sitting, question_id=question)).status_code == 204


async def test_a_question_that_is_no_item_cannot_be_claimed(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school)
    answer = await claim(school["teacher"], sitting, question_id=str(sitting.questions["1"]))
    assert (answer.status_code, answer.json()["code"]) == (422, "not_an_item")


async def test_an_answer_whose_pages_are_not_in_is_not_handed_out(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school, scripts=2)
    await stage.query("update answers set state = 'incomplete' where script_id = %s", [sitting.scripts[1]])
    assert answer_of(await claim(school["teacher"], sitting))[0] == str(sitting.scripts[2])


async def test_a_lease_that_ran_out_is_taken_over(school: School, stage: Stage) -> None:
    """K-03"""
    sitting = await lay_out(stage, school, scripts=1)
    question = str(sitting.items["2"])
    first = await claim(school["teacher"], sitting, question_id=question)
    await expire(stage, sitting)
    second = await claim(school["teacher_2"], sitting, question_id=question)
    assert answer_of(first) == answer_of(second)
    assert first.json()["claim_id"] != second.json()["claim_id"]
    lost = await school["teacher"].put(f"/api/claims/{first.json()['claim_id']}")
    assert lost.status_code == 404


async def test_a_lease_is_renewed_by_its_marker(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school)
    made = (await claim(school["teacher"], sitting)).json()
    await expire(stage, sitting)
    answer = await school["teacher"].put(f"/api/claims/{made['claim_id']}")
    assert answer.status_code == 200
    assert answer.json()["expires_at"] > made["expires_at"]


async def test_another_markers_claim_can_be_neither_renewed_nor_handed_back(
    school: School, stage: Stage
) -> None:
    sitting = await lay_out(stage, school)
    url = f"/api/claims/{(await claim(school['teacher'], sitting)).json()['claim_id']}"
    assert (await school["teacher_2"].put(url)).status_code == 403
    assert (await school["teacher_2"].delete(url)).status_code == 403


@pytest.mark.parametrize("who", ["teacher_2", "department_head"])
async def test_its_marker_or_a_head_hands_an_answer_back(school: School, stage: Stage, who: str) -> None:
    sitting = await lay_out(stage, school, scripts=1)
    wish = {"question_id": str(sitting.items["2"])}
    made = (await claim(school["teacher_2"], sitting, **wish)).json()
    assert (await school[who].delete(f"/api/claims/{made['claim_id']}")).status_code == 204
    assert (await claim(school["teacher"], sitting, **wish)).status_code == 200


async def test_a_marked_answer_is_not_handed_out_again(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school, scripts=2)
    question = str(sitting.items["2"])
    first = await claim(school["teacher"], sitting, question_id=question)
    await save(school["teacher"], sitting, 1, "2", 4)
    second = await claim(school["teacher"], sitting, question_id=question)
    assert answer_of(first) != answer_of(second)
    assert second.json()["progress"] == {"total": 2, "marked": 1}


async def test_a_colleague_who_does_not_mark_the_batch_gets_no_answer(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school, markers=[])
    answer = await claim(school["teacher_2"], sitting)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_marker")


@pytest.mark.parametrize("role", ["teacher", "department_head", "school_admin"])
async def test_its_maker_and_heads_may_mark(school: School, stage: Stage, role: str) -> None:
    sitting = await lay_out(stage, school, markers=[])
    assert (await claim(school[role], sitting)).status_code == 200


async def test_strangers_and_students_find_no_batch(
    school: School, other_school: School, stage: Stage
) -> None:
    """X-02, sec-P4"""
    sitting = await lay_out(stage, school)
    for client in (other_school["school_admin"], school["student"]):
        assert (await claim(client, sitting)).status_code == 404
        assert (await client.get(sitting.url)).status_code == 404


async def test_released_batches_hand_out_nothing(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school, state="released")
    answer = await claim(school["teacher"], sitting)
    assert (answer.status_code, answer.json()["code"]) == (409, "marking_ended")


async def race_for_answers(school: School, stage: Stage, scripts: int, clients: int) -> None:
    sitting = await lay_out(stage, school, scripts=scripts, markers=[])
    people = [await stage.make_person(school, "department_head") for _ in range(clients)]
    wish = {"question_id": str(sitting.items["2"])}
    answers = await asyncio.gather(*(claim(person.client, sitting, **wish) for person in people))
    handed_out = Counter(answer_of(a) for a in answers if a.status_code == 200)
    assert {a.status_code for a in answers} <= {200, 204}
    assert len(handed_out) == min(scripts, clients)
    assert max(handed_out.values()) == 1


async def test_twenty_markers_at_once_get_twenty_answers(school: School, stage: Stage) -> None:
    """K-03"""
    await race_for_answers(school, stage, scripts=20, clients=20)


@pytest.mark.races
async def test_markers_racing_for_few_answers_never_share_one(
    school: School, stage: Stage, race_rounds: int
) -> None:
    """K-03"""
    for _ in range(race_rounds):
        await race_for_answers(school, stage, scripts=3, clients=5)


async def test_two_markers_who_mark_all_never_meet(school: School, stage: Stage) -> None:
    """Each claims and saves until nothing is left: every answer is marked once, by one of them (K-03)."""
    sitting = await lay_out(stage, school, scripts=8)
    marked: list[tuple[str, str]] = []

    async def mark_all(client: httpx.AsyncClient) -> None:
        while (answer := await claim(client, sitting)).status_code == 200:
            script, question = answer_of(answer)
            url = f"/api/scripts/{script}/marks/{question}"
            saved = await client.put(url, json={"marks": 1, "state": "awarded"}, headers={"If-Match": '"0"'})
            assert saved.status_code == 200, saved.text
            marked.append((script, question))

    await asyncio.gather(
        mark_all(school["teacher"]), mark_all(school["teacher_2"]), mark_all(school["school_admin"])
    )
    assert len(marked) == len(set(marked)) == 8 * 3


async def test_a_claim_costs_the_same_number_of_statements_whatever_the_batch(
    school: School, stage: Stage
) -> None:
    counts = []
    for scripts in (2, 40):
        sitting = await lay_out(stage, school, scripts=scripts)
        with statements() as asked:
            await claim(school["teacher"], sitting)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 6
