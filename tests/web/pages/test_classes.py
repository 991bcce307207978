from __future__ import annotations

import re
from uuid import uuid4

import pytest

from tests.school.classes import add_pupils, add_students, ask, id_of, look_at, make_class, put_in
from tests.scripts.stage import make_template
from tests.stage import School, Stage
from tests.web.browsing import open_tab, tab_of
from tests.web.pages.test_pupils import read_codes


async def test_a_teacher_makes_a_class_and_puts_its_students_in(stage: Stage, school: School) -> None:
    """C-05: found by search, and by a pasted list whose strangers become pupils without mail"""
    tab = tab_of(stage, school, "teacher")
    assert 'href="/classes"' in (await tab.see("/")).text
    assert "You teach no class yet" in (await tab.see("/classes")).text
    made = await tab.submit("/classes", name="11X/Sc1", subject="Science", year_group="11")
    url = made.headers["location"]
    assert "No students yet" in (await tab.see(url)).text
    found = (await tab.see(f"{url}?q=stud")).text
    student = str(id_of(school, "student"))
    assert f'value="{student}"' in found
    added = await tab.submit(url, add_student=student, q="stud")
    assert added.headers["location"] == f"{url}?q=stud#add"
    assert "No student outside this class matches" in (await tab.see(f"{url}?q=stud")).text
    page = await tab.submit(url, names="student\nPupil 01, 0101\n  Pupil 02 ")
    assert page.status_code == 200
    assert "0 added, 1 in it already." in page.text
    assert "Pupil 01, 0101\nPupil 02" in page.text
    entered = await tab.submit(url, new_pupils="Pupil 01, 0101\nPupil 02")
    assert entered.headers["location"] == url
    shown = (await tab.see(url)).text
    assert shown.index("Pupil 01") < shown.index("Pupil 02") < shown.index('<th scope="row">Student')
    class_id = url.removeprefix("/classes/")
    students = (await look_at(school["teacher"], class_id))["students"]
    assert [s["candidate_number"] for s in students] == ["0101", None, None]
    again = await tab.submit(url, names="0101\nPupil 02")
    assert again.headers["location"] == url


async def test_a_name_two_students_have_is_asked_about(stage: Stage, school: School) -> None:
    made = await make_class(school)
    other = await make_class(school, name="9B")
    await add_pupils(school, other["id"], "Pupil 01", "Pupil 01")
    tab = tab_of(stage, school, "teacher")
    url = f"/classes/{made['id']}"
    await tab.see(url)
    page = (await tab.submit(url, names="pupil 01")).text
    assert "Several students have this name" in page
    assert (await look_at(school["teacher"], made["id"]))["students"] == []


async def test_a_teacher_prints_the_codes_of_their_pupils(stage: Stage, school: School) -> None:
    """P-17"""
    made = await make_class(school)
    await add_pupils(school, made["id"], "Pupil 01", "Pupil 02")
    tab = tab_of(stage, school, "teacher")
    url = f"/classes/{made['id']}"
    ids = re.findall(r'name="ids" value="([\w-]+)"', (await tab.see(url)).text)
    sheet = await tab.post(f"{url}/codes.pdf", data={"csrf": tab.csrf, "ids": ids})
    assert (sheet.headers["content-type"], sheet.headers["cache-control"]) == ("application/pdf", "no-store")
    codes = read_codes(sheet.content)
    assert len(set(codes)) == 2
    pupil = open_tab(stage)
    await pupil.see("/sign-in")
    signed_in = await pupil.submit("/sign-in", code=codes[0], next="/classes")
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/classes")
    assert "11X/Sc1" in (await pupil.get("/classes")).text
    nobody = await tab.submit(f"{url}/codes.pdf", ids=str(uuid4()))
    assert nobody.status_code == 404
    colleague = tab_of(stage, school, "teacher_2")
    await colleague.see(url)
    assert (await colleague.submit(f"{url}/codes.pdf", ids=ids[0])).status_code == 403


async def test_a_request_is_asked_seen_decided_and_told(stage: Stage, school: School) -> None:
    """C-06, P-14: on the pages of the pupil and of the teacher"""
    made = await make_class(school, subject="Science")
    pupil, teacher = tab_of(stage, school, "student"), tab_of(stage, school, "teacher")
    assert "You are in no class yet" in (await pupil.see("/classes")).text
    assert "Ask to join" in (await pupil.see("/classes?q=sci")).text
    assert (await pupil.submit("/classes", ask=made["id"])).headers["location"] == "/classes"
    assert "Waits for the teacher" in (await pupil.see("/classes")).text
    today = (await teacher.see("/")).text
    assert "1 request to join" in today
    assert f'href="/classes/{made["id"]}' in today
    shown = (await teacher.see(f"/classes/{made['id']}")).text
    request_id = re.search(r'name="reject" value="([\w-]+)"', shown)
    assert request_id
    url = f"/classes/{made['id']}"
    await teacher.submit(url, reject=request_id[1], reason="The class is full.")
    assert "The class is full." in (await pupil.see("/classes")).text
    assert "request to join" not in (await teacher.see("/")).text
    await stage.finish_jobs()
    assert "You asked to join 11X/Sc1: not this time." in (await pupil.see("/notices")).text
    late = await teacher.submit(url, approve=request_id[1])
    assert (late.status_code, "somebody was first" in late.text) == (409, True)
    again = (await ask(school["student"], made["id"])).json()
    assert (await teacher.submit(url, approve=again["id"])).headers["location"] == url
    await stage.finish_jobs()
    assert "You are in 11X/Sc1 now." in (await pupil.see("/notices")).text
    assert "Teachers" in (await pupil.see(url)).text


async def test_a_pupil_takes_a_request_back(stage: Stage, school: School) -> None:
    made = await make_class(school)
    asked = (await ask(school["student"], made["id"])).json()
    pupil = tab_of(stage, school, "student")
    await pupil.see("/classes")
    assert (await pupil.submit("/classes", withdraw=asked["id"])).headers["location"] == "/classes"
    assert "Waits for the teacher" not in (await pupil.see("/classes")).text
    assert (await pupil.submit("/classes", withdraw=asked["id"])).status_code == 409
    for wrong in ({"ask": "garbage"}, {"ask": str(uuid4())}, {"withdraw": "garbage"}):
        assert (await pupil.submit("/classes", **wrong)).status_code == 404


async def test_a_pupils_page_shows_teachers_and_no_classmates(stage: Stage, school: School) -> None:
    """X-02"""
    made = await make_class(school)
    await add_pupils(school, made["id"], "Pupil 01")
    await put_in(school, made["id"], id_of(school, "student"))
    pupil = tab_of(stage, school, "student")
    page = (await pupil.see(f"/classes/{made['id']}")).text
    assert "<li>Teacher</li>" in page
    assert "Pupil 01" not in page
    assert (await pupil.submit(f"/classes/{made['id']}", archive="1")).status_code == 403
    other = await make_class(school, name="9B")
    assert (await pupil.get(f"/classes/{other['id']}")).status_code == 404
    made_by_pupil = await pupil.submit("/classes", name="9C")
    assert made_by_pupil.status_code == 403


async def test_a_class_is_renamed_taught_rolled_over_and_archived(stage: Stage, school: School) -> None:
    """C-05"""
    made = await make_class(school, academic_year="2026/27")
    url, tab = f"/classes/{made['id']}", tab_of(stage, school, "teacher")
    await tab.see(url)
    second = str(id_of(school, "teacher_2"))
    await tab.submit(url, add_teacher=second)
    assert "Teacher 2" in (await tab.see(url)).text
    assert (await tab.submit(url, remove_teacher=second)).headers["location"] == url
    alone = await tab.submit(url, remove_teacher=str(id_of(school, "teacher")))
    assert (alone.status_code, "A class keeps a teacher" in alone.text) == (409, True)
    saved = await tab.submit(url, version="1", name="11Y", academic_year="2026/27")
    assert saved.headers["location"] == url
    seen = (await look_at(school["teacher"], made["id"]))["class"]
    assert (seen["name"], seen["takes_requests"]) == ("11Y", False)
    stale = await tab.submit(url, version="1", name="11Z", academic_year="2026/27")
    assert (stale.status_code, "11Z" in stale.text) == (412, True)
    rolled = await tab.submit(url, new_academic_year="2027/28", new_name="12Y", new_year_group="12")
    assert rolled.headers["location"] not in (url, "/classes")
    await tab.submit(url, archive="1")
    assert "Restore" in (await tab.see(url)).text
    assert (await tab.submit(url, names="Student")).status_code == 409
    assert "12Y" in (await tab.see("/classes")).text
    assert "11Y" in (await tab.see("/classes?show=archived")).text
    await tab.submit(url, restore="1")
    assert "11Y" in (await tab.see("/classes?show=mine")).text


async def test_what_is_typed_wrongly_comes_back_with_the_reason(stage: Stage, school: School) -> None:
    tab = tab_of(stage, school, "school_admin")
    await tab.see("/classes")
    wrong = await tab.submit("/classes", name="x" * 101, subject="Art & <b>")
    assert wrong.status_code == 422
    assert "at most 100 characters" in wrong.text
    assert "Art &amp; &lt;b&gt;" in wrong.text


async def test_a_colleague_sees_a_class_and_changes_nothing(stage: Stage, school: School) -> None:
    made = await make_class(school)
    await put_in(school, made["id"], id_of(school, "student"))
    colleague = tab_of(stage, school, "teacher_2")
    page = (await colleague.see(f"/classes/{made['id']}")).text
    assert "Student" in page
    assert "Take out" not in page
    assert (await colleague.submit(f"/classes/{made['id']}", archive="1")).status_code == 403


async def test_a_batch_is_set_up_from_a_class(stage: Stage, school: School) -> None:
    """K-01"""
    made = await make_class(school)
    await add_students(stage, school, 1)
    await add_pupils(school, made["id"], "Pupil 01", "Pupil 02")
    template = await make_template(school["teacher"])
    tab = tab_of(stage, school, "teacher")
    form = (await tab.see(f"/batches/new?class_id={made['id']}")).text
    assert re.search(rf'value="{made["id"]}" checked', form)
    answer = await tab.submit(
        "/batches/new", template_id=template, title="Mock", class_ids=made["id"], blank_scripts="0"
    )
    batch = answer.headers["location"].removeprefix("/batches/")
    scripts = (await school["teacher"].get(f"/api/batches/{batch}/scripts")).json()["scripts"]
    assert [s["candidate"]["name"] for s in scripts] == ["Pupil 01", "Pupil 02"]
    unknown = await tab.submit(
        "/batches/new", template_id=template, title="Mock", class_ids=str(uuid4()), blank_scripts="0"
    )
    assert unknown.status_code == 404


@pytest.mark.parametrize("role", ["school_admin", "department_head"])
async def test_heads_see_all_classes_and_admins_the_schools_other_pages(
    stage: Stage, school: School, role: str
) -> None:
    await make_class(school)
    page = (await tab_of(stage, school, role).see("/classes")).text
    assert "11X/Sc1" in page
    assert ("/school?list=rooms" in page) == (role == "school_admin")
