import asyncio
from typing import Any

import pytest

from tests.marking.sitting import MCQ, Question, Sitting, lay_out, save
from tests.stage import School, Stage


async def entries_of(stage: Stage, sitting: Sitting) -> list[Any]:
    return await stage.query(
        "select state, marks, version, marker_id from mark_entries where batch_id = %s order by script_id",
        [sitting.batch_id],
    )


async def test_a_mark_is_saved_and_the_batch_is_being_marked(school: School, stage: Stage) -> None:
    """K-01, K-03"""
    sitting = await lay_out(stage, school)
    answer = await save(
        school["teacher"],
        sitting,
        1,
        "1(b)",
        2,
        points=[0],
        comment="Unit missing",
        annotations=[{"kind": "tick"}],
    )
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"1"'
    entry = answer.json()
    assert (entry["marks"], entry["state"], entry["version"], entry["source"], entry["path"]) == (
        2,
        "awarded",
        1,
        "human",
        "1(b)",
    )
    assert entry["marker_id"] == str(school.people["teacher"].user_id)
    listed = (await school["teacher_2"].get(f"/api/scripts/{sitting.scripts[1]}/marks")).json()["entries"]
    assert listed == [entry]
    batch = (await school["teacher"].get(sitting.url)).json()
    assert (batch["state"], batch["items"]["marked"], batch["items"]["total"]) == ("marking", 1, 9)


async def test_a_stale_save_is_refused_with_what_is_there(school: School, stage: Stage) -> None:
    """X-07, K-03"""
    sitting = await lay_out(stage, school)
    first = await save(school["teacher"], sitting, 1, "2", 4)
    answer = await save(school["teacher_2"], sitting, 1, "2", 1)
    assert (answer.status_code, answer.json()["code"]) == (412, "version_stale")
    assert answer.json()["current"] == first.json()
    assert answer.headers["etag"] == '"1"'


async def test_a_version_nobody_made_is_stale(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school)
    answer = await save(school["teacher"], sitting, 1, "2", 4, version=3)
    assert (answer.status_code, answer.json()["current"]) == (412, None)


async def test_a_save_without_a_version_is_refused(school: School, stage: Stage) -> None:
    """X-07"""
    sitting = await lay_out(stage, school)
    answer = await school["teacher"].put(sitting.mark_url(1, "2"), json={"marks": 1, "state": "awarded"})
    assert answer.status_code == 428


async def test_the_same_save_sent_again_answers_what_the_first_made(school: School, stage: Stage) -> None:
    """A lost answer is no lost mark (K-03)."""
    sitting = await lay_out(stage, school)
    body: dict[str, Any] = {"points": [1], "comment": "Good", "annotations": [{"kind": "cross", "x": 0.25}]}
    first = await save(school["teacher"], sitting, 1, "2", 4, **body)
    again = await save(school["teacher"], sitting, 1, "2", 4, **body)
    assert again.status_code == 200
    assert again.json() == first.json()


async def test_the_same_save_by_a_colleague_is_stale(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school)
    await save(school["teacher"], sitting, 1, "2", 4)
    assert (await save(school["teacher_2"], sitting, 1, "2", 4)).status_code == 412


async def test_saving_under_a_colleagues_live_claim_is_refused(school: School, stage: Stage) -> None:
    """K-03"""
    sitting = await lay_out(stage, school, scripts=1)
    await school["teacher_2"].post(sitting.claims_url, json={"question_id": str(sitting.items["2"])})
    answer = await save(school["teacher"], sitting, 1, "2", 4)
    assert (answer.status_code, answer.json()["code"]) == (409, "claim_lost")
    assert await entries_of(stage, sitting) == []


async def test_a_claim_that_ran_out_still_saves_where_nobody_took_it(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school, scripts=1)
    await school["teacher"].post(sitting.claims_url, json={"question_id": str(sitting.items["2"])})
    await stage.query(
        "update claims set expires_at = now() - interval '1 hour' where batch_id = %s", [sitting.batch_id]
    )
    assert (await save(school["teacher"], sitting, 1, "2", 4)).status_code == 200
    assert await stage.query("select 1 from claims where batch_id = %s", [sitting.batch_id]) == []


@pytest.mark.parametrize(
    ("marks", "state", "more", "words"),
    [
        (6, "awarded", {}, "Question 2 has 0 to 5 marks."),
        (2.5, "awarded", {}, "Question 2 is given in whole marks."),
        (None, "awarded", {}, "Give 0 to 5 marks, or say that it was not attempted."),
        (0, "not_attempted", {}, "Not attempted carries no marks. To give 0 marks, award 0."),
        (None, "query", {}, "Say in a comment what a colleague should decide."),
    ],
)
async def test_a_mark_that_does_not_fit_is_refused_in_words(
    school: School, stage: Stage, marks: float | None, state: str, more: dict[str, Any], words: str
) -> None:
    sitting = await lay_out(stage, school)
    answer = await save(school["teacher"], sitting, 1, "2", marks, state=state, **more)
    assert (answer.status_code, answer.json()["detail"]) == (422, words)
    assert await entries_of(stage, sitting) == []


@pytest.mark.parametrize("marks", ["3", True, -1, 1e400, [1]])
async def test_marks_are_numbers(school: School, stage: Stage, marks: Any) -> None:
    sitting = await lay_out(stage, school)
    headers = {"If-Match": '"0"', "Content-Type": "application/json"}
    shown = {"3": '"3"', "True": "true", "inf": "1e400"}.get(str(marks), str(marks))
    content = f'{{"marks": {shown}, "state": "awarded"}}'
    answer = await school["teacher"].put(sitting.mark_url(1, "2"), content=content, headers=headers)
    assert answer.status_code == 422


async def test_half_marks_are_given_where_the_question_allows_them(school: School, stage: Stage) -> None:
    """K-02"""
    halves = {"allow_half_marks": True, "points": []}
    sitting = await lay_out(stage, school, paper=[Question("1", 4, mark_scheme=halves)])
    assert (await save(school["teacher"], sitting, 1, "1", 2.5)).json()["marks"] == 2.5
    assert (await save(school["teacher"], sitting, 2, "1", 2.25)).status_code == 422


async def test_not_attempted_is_not_zero(school: School, stage: Stage) -> None:
    """K-02"""
    sitting = await lay_out(stage, school)
    not_attempted = (await save(school["teacher"], sitting, 1, "2", None, state="not_attempted")).json()
    zero = (await save(school["teacher"], sitting, 2, "2", 0)).json()
    assert (not_attempted["marks"], not_attempted["state"]) == (None, "not_attempted")
    assert (zero["marks"], zero["state"]) == (0, "awarded")


async def test_a_query_waits_for_a_colleague_and_counts_as_unmarked(school: School, stage: Stage) -> None:
    """K-02"""
    sitting = await lay_out(stage, school)
    await save(school["teacher"], sitting, 1, "2", None, state="query", comment="Is 4.9 within tolerance?")
    items = (await school["teacher"].get(f"{sitting.url}/items")).json()["items"]
    second = next(item for item in items if item["path"] == "2")
    assert (second["total"], second["marked"], second["queries"], second["mine"]) == (3, 0, 1, 1)


async def test_every_change_of_a_mark_is_kept(school: School, stage: Stage) -> None:
    """K-07"""
    sitting = await lay_out(stage, school)
    await save(school["teacher"], sitting, 1, "2", 4, comment="Nearly")
    await save(school["department_head"], sitting, 1, "2", 5, version=1, why="The diagram is right")
    changes = (await school["teacher"].get(f"{sitting.mark_url(1, '2')}/changes")).json()["changes"]
    assert [(c["from_marks"], c["to_marks"], c["why"]) for c in changes] == [
        (None, 4, None),
        (4, 5, "The diagram is right"),
    ]
    people = [str(school.people[who].user_id) for who in ("teacher", "department_head")]
    assert [c["marker_id"] for c in changes] == people
    assert changes[1]["replaced"]["comment"] == "Nearly"


async def test_kept_changes_can_be_neither_changed_nor_deleted(school: School, stage: Stage) -> None:
    """K-07: the roles that run the product have no right to."""
    rights = await stage.query(
        """select r, p from unnest(array['markroom_app', 'markroom_service']) r,
                  unnest(array['INSERT', 'UPDATE', 'DELETE']) p
            where has_table_privilege(r, 'mark_changes', p)
           union all select r, 'DELETE' from unnest(array['markroom_app', 'markroom_service']) r
            where has_table_privilege(r, 'mark_entries', 'DELETE')"""
    )
    assert rights == []


async def test_a_mark_cannot_be_given_in_anothers_name(school: School, stage: Stage) -> None:
    """X-02: the database itself refuses."""
    checks = await stage.query(
        """select with_check from pg_policies
            where tablename = 'mark_entries' and policyname in ('app_insert', 'app_update')"""
    )
    assert len(checks) == 2
    assert all("marker_id" in check and "app.user_id" in check for (check,) in checks)


@pytest.mark.parametrize(("who", "status"), [("teacher_2", 403), ("student", 404)])
async def test_who_does_not_mark_the_batch_saves_nothing(
    school: School, stage: Stage, who: str, status: int
) -> None:
    sitting = await lay_out(stage, school, markers=[])
    assert (await save(school[who], sitting, 1, "2", 4)).status_code == status


async def test_strangers_find_no_script(school: School, other_school: School, stage: Stage) -> None:
    """sec-P4"""
    sitting = await lay_out(stage, school)
    assert (await save(other_school["school_admin"], sitting, 1, "2", 4)).status_code == 404
    assert (
        await other_school["school_admin"].get(f"/api/scripts/{sitting.scripts[1]}/marks")
    ).status_code == 404


async def test_permission_comes_before_input(school: School, stage: Stage) -> None:
    """§14"""
    sitting = await lay_out(stage, school, markers=[])
    answer = await school["teacher_2"].put(
        sitting.mark_url(1, "2"), content="{", headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 403


async def test_a_container_has_no_mark(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school)
    answer = await save(school["teacher"], sitting, 1, "1", 1)
    assert (answer.status_code, answer.json()["code"]) == (404, "item_not_found")


async def test_marks_of_released_results_do_not_change(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school, state="released")
    answer = await save(school["teacher"], sitting, 1, "2", 4)
    assert (answer.status_code, answer.json()["code"]) == (409, "marking_ended")


async def test_marks_under_an_older_scheme_are_listed_for_review(school: School, stage: Stage) -> None:
    """T-06"""
    sitting = await lay_out(stage, school)
    await save(school["teacher"], sitting, 1, "2", 4)
    await save(school["teacher"], sitting, 2, "2", 3)
    await stage.query("update exam_questions set mark_scheme_version = 2 where id = %s", [sitting.items["2"]])
    first = (await school["teacher"].get(f"{sitting.url}/to-review?limit=1")).json()
    rest = (await school["teacher"].get(f"{sitting.url}/to-review?cursor={first['next_cursor']}")).json()
    assert (first["total"], first["entries"][0]["entry"]["marks"], rest["entries"][0]["entry"]["marks"]) == (
        2,
        4,
        3,
    )
    await save(school["teacher"], sitting, 1, "2", 4, version=1)
    assert (await school["teacher"].get(f"{sitting.url}/to-review")).json()["total"] == 1


async def test_of_saves_at_once_over_one_version_one_wins(
    school: School, stage: Stage, race_rounds: int
) -> None:
    """K-03"""
    sitting = await lay_out(stage, school, scripts=race_rounds)
    for number in sitting.scripts:
        answers = await asyncio.gather(
            *(
                save(school[who], sitting, number, "2", m)
                for m, who in enumerate(["teacher", "teacher_2", "school_admin"])
            )
        )
        assert sorted(a.status_code for a in answers) == [200, 412, 412]
        won = next(a.json() for a in answers if a.status_code == 200)
        assert all(a.json()["current"] == won for a in answers if a.status_code == 412)


async def test_the_same_save_twice_at_once_makes_one_entry(
    school: School, stage: Stage, race_rounds: int
) -> None:
    sitting = await lay_out(stage, school, scripts=race_rounds)
    for number in sitting.scripts:
        answers = await asyncio.gather(*(save(school["teacher"], sitting, number, "2", 3) for _ in range(3)))
        assert [a.status_code for a in answers] == [200, 200, 200]
        assert {a.json()["version"] for a in answers} == {1}


async def test_batches_are_listed_with_their_progress(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school, paper=[Question("1", 4), MCQ])
    await save(school["teacher"], sitting, 1, "1", 4)
    answer = (await school["department_head"].get("/api/batches")).json()
    assert answer["total"] == 1
    [batch] = answer["batches"]
    assert (batch["id"], batch["items"]["marked"], batch["scripts"]["total"]) == (str(sitting.batch_id), 1, 3)


async def test_scripts_are_listed_with_what_is_marked(school: School, stage: Stage) -> None:
    """§15"""
    sitting = await lay_out(stage, school)
    await save(school["teacher"], sitting, 1, "2", 4)
    await save(school["teacher"], sitting, 1, "1(a)", None, state="query", comment="?")
    body = (await school["teacher"].get(f"{sitting.url}/scripts")).json()
    assert [(script["number"], script["items_marked"]) for script in body["scripts"]] == [
        (1, 1),
        (2, 0),
        (3, 0),
    ]
