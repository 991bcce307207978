from __future__ import annotations

import pytest

from markroom.web.pages.today.pace import say_time
from tests.marking.sitting import Sitting, lay_out
from tests.stage import School, Stage
from tests.web.browsing import open_tab, tab_of


async def mark_with_gaps(stage: Stage, school: School, sitting: Sitting, gaps: list[int]) -> None:
    """One answer after another by the teacher, so many seconds apart."""
    places = [(number, path) for number in sitting.scripts for path in sitting.items]
    for (number, path), at in zip(places, [sum(gaps[:n]) for n in range(len(gaps) + 1)], strict=False):
        answer = await school["teacher"].put(
            sitting.mark_url(number, path), json={"marks": 1, "state": "awarded"}, headers={"If-Match": '"0"'}
        )
        assert answer.is_success, answer.text
        await stage.query(
            """update mark_entries set version = version + 1,
                      created_at = timestamptz '2026-11-02 09:00Z' + make_interval(secs => %s)
                where script_id = %s and question_id = %s""",
            [at, sitting.scripts[number], sitting.items[path]],
        )


@pytest.mark.parametrize(
    ("gaps", "said"),
    [
        ([30, 20, 3000, 40, 30, 30], ", about 8 minutes"),  # 17 left; a long pause is no marking
        ([30, 30, 30, 30], ""),  # too few to say
        ([30, 0, 30, 1, 30, 0, 30, 30], ", about 8 minutes"),  # 15 left; nobody reads two answers in a second
        ([0, 0, 1, 0, 1, 0], ""),
    ],
)
async def test_today_says_how_long_marking_usually_takes(
    stage: Stage, school: School, gaps: list[int], said: str
) -> None:
    sitting = await lay_out(stage, school, scripts=8)
    await mark_with_gaps(stage, school, sitting, gaps)
    page = (await tab_of(stage, school, "teacher").see("/")).text
    assert f"{24 - len(gaps) - 1} answers to mark" in page
    assert f"Mock 1{said}</p>" in page


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "about 1 minute"),
        (560, "about 9 minutes"),
        (26 * 60, "about 25 minutes"),
        (58 * 60, "about 1 hour"),
        (95 * 60, "about 1½ hours"),
        (130 * 60, "about 2 hours"),
        (20 * 3600, "about 20 hours"),
    ],
)
def test_time_is_told_as_people_round(seconds: float, words: str) -> None:
    assert say_time(seconds) == words


async def test_somebody_who_begins_is_told_where(stage: Stage, school: School) -> None:
    teacher = tab_of(stage, school, "teacher")
    begun = (await teacher.see("/")).text
    assert "Where to begin" in begun
    assert begun.index("Add a paper") < begun.index("Set up a batch")
    assert "Invite your colleagues" not in begun
    assert "Where to begin" not in (await tab_of(stage, school, "student").see("/")).text


async def test_the_first_admin_invites_first_and_a_school_at_work_is_told_nothing(stage: Stage) -> None:
    school = await stage.make_school()
    for role in ("department_head", "teacher", "teacher_2"):
        await stage.query("delete from memberships where user_id = %s", [school.people[role].user_id])
    admin = tab_of(stage, school, "school_admin")
    begun = (await admin.see("/")).text
    assert begun.index("Invite your colleagues") < begun.index("Add a paper")


async def test_a_school_at_work_is_not_told_how_to_begin(stage: Stage, school: School) -> None:
    await lay_out(stage, school, scripts=1)
    await stage.query("update batches set state = 'closed' where institute_id = %s", [school.institute_id])
    idle = (await tab_of(stage, school, "teacher_2").see("/")).text
    assert "Where to begin" not in idle
    assert "Nothing waits for you" in idle


async def test_a_guest_is_promised_no_answers_to_mark(stage: Stage, school: School) -> None:
    guest = school.people["student"]
    await stage.query("update memberships set role = 'guest' where user_id = %s", [guest.user_id])
    page = (await open_tab(stage, guest, school.institute_id).see("/")).text
    assert "Nothing waits for you" in page
    assert "Answers to mark" not in page
