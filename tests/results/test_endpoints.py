import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.marking.sitting import Sitting, lay_out, save
from tests.stage import School, Stage


async def mark_some(school: School, sitting: Sitting) -> None:
    await save(school["teacher"], sitting, 1, "1(a)", 2)
    await save(school["teacher"], sitting, 1, "1(b)", 1)
    await save(school["teacher"], sitting, 1, "2", 5)
    await save(school["teacher_2"], sitting, 2, "2", None, state="not_attempted")
    await save(school["teacher_2"], sitting, 3, "2", None, state="query", comment="Which method?")


async def test_results_hold_every_mark_total_and_facility(school: School, stage: Stage) -> None:
    """R-01"""
    sitting = await lay_out(stage, school, missing=[(3, "1(b)")])
    await mark_some(school, sitting)
    body = (await school["teacher"].get(f"{sitting.url}/results")).json()
    first, second, third = body["candidates"]
    assert (first["total"], first["max"], first["grade"], first["is_final"]) == (8, 10, None, True)
    assert (first["name"], first["number"], first["script_number"]) == ("Pupil 01", "4001", 1)
    assert first["by_container"] == {str(sitting.questions["1"]): 3}
    states = [cell["state"] for cell in third["by_question"].values()]
    assert states == ["unmarked", "missing", "query"]
    assert (second["total"], third["total"]) == (0, None)
    facilities = {q["path"]: q["facility"] for q in body["questions"]}
    assert facilities == {"1(a)": 1, "1(b)": pytest.approx(1 / 3), "2": 0.5}
    assert body["totals"]["mean"] == 8


async def test_the_csv_has_a_row_a_script_and_a_column_an_item(school: School, stage: Stage) -> None:
    """R-04"""
    sitting = await lay_out(stage, school)
    await mark_some(school, sitting)
    answer = await school["teacher"].get(f"{sitting.url}/results.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][3:6] == ["1(a)", "1(b)", "2"]
    assert [row[3:7] for row in rows[1:]] == [
        ["2", "1", "5", "8"],
        ["", "", "not attempted", "0"],
        ["", "", "query", ""],
    ]


async def test_a_blind_batch_shows_names_only_to_those_who_run_it(school: School, stage: Stage) -> None:
    """K-01"""
    sitting = await lay_out(stage, school, blind=True)
    for what in ("results", "results.csv"):
        assert "Pupil" not in (await school["teacher_2"].get(f"{sitting.url}/{what}")).text
        assert "Pupil 01" in (await school["teacher"].get(f"{sitting.url}/{what}")).text


async def test_results_are_released_with_an_embargo_and_withdrawn(school: School, stage: Stage) -> None:
    """R-03"""
    sitting = await lay_out(stage, school)
    await mark_some(school, sitting)
    released = await school["teacher"].post(
        f"{sitting.url}/release", json={"embargo_until": "2027-01-08T08:00:00Z"}
    )
    assert (released.status_code, released.json()["state"]) == (200, "released")
    body = (await school["teacher"].get(f"{sitting.url}/results")).json()
    assert body["release"]["embargo_until"].startswith("2027-01-08T08:00:00")
    assert (await save(school["teacher"], sitting, 2, "1(a)", 1)).status_code == 409
    withdrawn = await school["department_head"].post(f"{sitting.url}/withdraw")
    assert (withdrawn.status_code, withdrawn.json()["state"]) == (200, "moderation")
    assert (await school["teacher"].get(f"{sitting.url}/results")).json()["release"] is None
    assert (await save(school["teacher"], sitting, 2, "1(a)", 1)).status_code == 200
    kinds = await stage.query("select kind from events where subject_id = %s order by id", [sitting.batch_id])
    assert {"results_released", "results_withdrawn"} <= {kind for (kind,) in kinds}


async def test_releasing_and_withdrawing_twice_changes_nothing_more(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school)
    await mark_some(school, sitting)
    for verb in ("release", "release", "withdraw", "withdraw"):
        assert (await school["teacher"].post(f"{sitting.url}/{verb}")).status_code == 200
    releases = await stage.query(
        "select withdrawn_at is not null from releases where batch_id = %s", [sitting.batch_id]
    )
    assert releases == [(True,)]


@pytest.mark.parametrize(("who", "status"), [("teacher_2", 403), ("student", 404)])
async def test_only_its_maker_and_heads_release_results(
    school: School, stage: Stage, who: str, status: int
) -> None:
    sitting = await lay_out(stage, school)
    for verb in ("release", "withdraw"):
        assert (await school[who].post(f"{sitting.url}/{verb}")).status_code == status


async def test_strangers_find_no_results(school: School, other_school: School, stage: Stage) -> None:
    """sec-P4"""
    sitting = await lay_out(stage, school)
    for what in ("results", "results.csv"):
        assert (await other_school["school_admin"].get(f"{sitting.url}/{what}")).status_code == 404


ITEMS = {"1(a)": 2, "1(b)": 3, "2": 5}
SAVES = st.lists(
    st.sampled_from(sorted(ITEMS)).flatmap(
        lambda path: st.tuples(st.just(path), st.none() | st.integers(0, ITEMS[path]))
    ),
    max_size=8,
)


@given(st.lists(SAVES, min_size=1, max_size=4))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_total_is_the_sum_of_its_items_whatever_the_order_of_saves(
    school: School, stage: Stage, scripts: list[list[tuple[str, int | None]]]
) -> None:
    """R-01: of each item its last save counts."""
    sitting = await lay_out(stage, school, scripts=len(scripts))
    for number, saves in enumerate(scripts, start=1):
        for turn, (path, marks) in enumerate(saves):
            version = sum(earlier == path for earlier, _ in saves[:turn])
            state = "not_attempted" if marks is None else "awarded"
            answer = await save(school["teacher"], sitting, number, path, marks, state=state, version=version)
            assert answer.status_code == 200
    body = (await school["teacher"].get(f"{sitting.url}/results")).json()
    expected = [sum(marks or 0 for marks in dict(saves).values()) if saves else None for saves in scripts]
    assert [candidate["total"] for candidate in body["candidates"]] == expected


async def status_of(stage: Stage, sitting: Sitting) -> str:
    (row,) = await stage.query(
        "select t.status from exam_templates t join batches b on b.template_id = t.id where b.id = %s",
        [sitting.batch_id],
    )
    return str(row[0])


async def test_a_template_closes_with_the_last_of_its_batches(school: School, stage: Stage) -> None:
    """T-09, K-01"""
    sitting = await lay_out(stage, school)
    await mark_some(school, sitting)
    teacher = school["teacher"]
    assert (await teacher.post(f"{sitting.url}/close")).status_code == 409
    await teacher.post(f"{sitting.url}/release")
    assert (await teacher.post(f"{sitting.url}/close")).json()["state"] == "closed"
    assert await status_of(stage, sitting) == "closed"
    assert (await save(teacher, sitting, 2, "1(a)", 1)).status_code == 409
    assert (await teacher.get(f"{sitting.url}/results")).json()["release"] is not None


async def test_a_closed_batch_opens_again_as_it_was(school: School, stage: Stage) -> None:
    """T-09, K-01"""
    sitting = await lay_out(stage, school)
    teacher = school["teacher"]
    await teacher.post(f"{sitting.url}/close")
    assert (await teacher.post(f"{sitting.url}/reopen")).json()["state"] == "open"
    assert await status_of(stage, sitting) == "live"
    await mark_some(school, sitting)
    await teacher.post(f"{sitting.url}/release")
    await teacher.post(f"{sitting.url}/close")
    assert (await teacher.post(f"{sitting.url}/reopen")).json()["state"] == "released"
    assert (await teacher.post(f"{sitting.url}/reopen")).json()["state"] == "released"


async def test_a_template_stays_live_while_another_batch_is_at_work(school: School, stage: Stage) -> None:
    """T-09"""
    sitting = await lay_out(stage, school)
    teacher = school["teacher"]
    await stage.query(
        """insert into batches (institute_id, template_id, source_file_id, title, blind, created_by)
           select institute_id, template_id, source_file_id, 'Resit', false, created_by
             from batches where id = %s returning id""",
        [sitting.batch_id],
    )
    await teacher.post(f"{sitting.url}/close")
    assert await status_of(stage, sitting) == "live"


async def test_a_batch_of_an_archived_template_closes_too(school: School, stage: Stage) -> None:
    """T-07, T-09"""
    sitting = await lay_out(stage, school)
    batch = (await school["teacher"].get(sitting.url)).json()
    await school["teacher"].delete(f"/api/exam/templates/{batch['template_id']}")
    assert (await school["teacher"].post(f"{sitting.url}/close")).status_code == 200
    template = (await school["teacher"].get(f"/api/exam/templates/{batch['template_id']}")).json()
    assert template["status"] == "archived"


async def test_only_who_runs_a_batch_closes_it(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school)
    for deed in ("close", "reopen"):
        assert (await school["teacher_2"].post(f"{sitting.url}/{deed}")).status_code == 403
