"""C-05: classes, who teaches them and who is in them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from markroom.school.model import next_academic_year
from tests.school.classes import add_pupils, add_students, id_of, look_at, make_class, put_in
from tests.stage import School, Stage


async def test_a_class_has_its_teachers_students_and_what_one_may_do(school: School) -> None:
    """C-05"""
    made = await make_class(school, name=" 11X / Sc1 ", subject="Science", year_group="11", code="")
    assert (made["name"], made["subject"], made["code"], made["takes_requests"]) == (
        "11X / Sc1",
        "Science",
        None,
        True,
    )
    assert (await put_in(school, made["id"], id_of(school, "student"))).status_code == 200
    seen = await look_at(school["teacher"], made["id"])
    assert seen.keys() == {
        "class",
        "teachers",
        "students",
        "enrollment_requests",
        "next_lessons",
        "permissions",
    }
    assert [teacher["name"] for teacher in seen["teachers"]] == ["Teacher"]
    assert [student["user_id"] for student in seen["students"]] == [str(id_of(school, "student"))]
    assert (seen["class"]["student_count"], seen["next_lessons"]) == (1, [])
    assert set(seen["permissions"].values()) == {True}
    others = (await look_at(school["teacher_2"], made["id"]))["permissions"]
    assert others == {
        "can_edit": False,
        "can_decide": False,
        "can_print_codes": False,
        "can_request": True,
    }


async def test_an_admin_names_the_teachers_of_a_class(school: School) -> None:
    teachers = [str(id_of(school, role)) for role in ("teacher_2", "teacher")]
    made = await make_class(school, "school_admin", teacher_ids=teachers)
    assert {teacher["user_id"] for teacher in made["teachers"]} == set(teachers)
    for stranger in (id_of(school, "student"), uuid4()):
        body = {"name": "9A", "teacher_ids": [str(stranger)]}
        refused = await school["school_admin"].post("/api/classes", json=body)
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_teacher")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": " "},
        {"name": "x" * 101},
        {"name": "9A", "code": "x" * 41},
        {"name": "9A", "color": "red"},
        {"name": "9A", "takes_requests": "yes"},
        {"name": "9A", "teacher_ids": []},
    ],
    ids=str,
)
async def test_what_is_no_class_is_refused(school: School, body: Any) -> None:
    assert (await school["teacher"].post("/api/classes", json=body)).status_code == 422


@pytest.mark.parametrize("role", ["student"])
async def test_a_student_makes_no_class(school: School, role: str) -> None:
    assert (await school[role].post("/api/classes", json={"name": "9A"})).status_code == 403


async def test_classes_are_listed_by_name_in_pages(school: School) -> None:
    """X-06"""
    for name in ("9b", "9A", "10C"):
        await make_class(school, name=name, subject="Maths" if name == "9A" else "Art", year_group=name[:-1])
    first = (await school["teacher_2"].get("/api/classes?limit=2")).json()
    assert ([c["name"] for c in first["classes"]], first["total"]) == (["10C", "9A"], 3)
    rest = (await school["teacher_2"].get(f"/api/classes?limit=2&cursor={first['next_cursor']}")).json()
    assert ([c["name"] for c in rest["classes"]], rest["next_cursor"]) == (["9b"], None)
    for query, names in {
        "q=9": ["9A", "9b"],
        "subject=maths": ["9A"],
        "year_group=10": ["10C"],
        "archived=true": [],
        f"teacher_id={id_of(school, 'teacher_2')}": [],
        f"teacher_id={id_of(school, 'teacher')}": ["10C", "9A", "9b"],
    }.items():
        found = (await school["school_admin"].get(f"/api/classes?{query}")).json()
        assert ([c["name"] for c in found["classes"]], found["total"]) == (names, len(names)), query


async def test_a_change_names_its_fields_alone(school: School) -> None:
    """X-12"""
    made = await make_class(school, subject="Science", code="S1")
    url = f"/api/classes/{made['id']}"
    changed = await school["teacher"].patch(url, json={"subject": None, "name": "11Y"})
    assert changed.status_code == 200, changed.text
    assert [changed.json()[field] for field in ("name", "subject", "code")] == ["11Y", None, "S1"]
    json_type = {"Content-Type": "application/json"}
    ways: list[dict[str, Any]] = [{"json": {}}, {}, {"content": b"", "headers": json_type}]
    for nothing in ways:
        empty = await school["teacher"].patch(url, **nothing)
        assert (empty.status_code, empty.json()["detail"]) == (400, "No fields to update")
    wrong: list[Any] = [{"name": None}, {"name": ""}, {"teacher_ids": []}, {"takes_requests": None}]
    for body in wrong:
        assert (await school["teacher"].patch(url, json=body)).status_code == 422


async def test_a_change_made_from_an_older_version_is_refused(school: School) -> None:
    """X-07"""
    made = await make_class(school)
    url = f"/api/classes/{made['id']}"
    etag = (await school["teacher"].get(url)).headers["ETag"]
    first = await school["teacher"].patch(url, json={"name": "11Y"}, headers={"If-Match": etag})
    late = await school["teacher"].patch(url, json={"name": "11Z"}, headers={"If-Match": etag})
    assert (first.status_code, late.status_code) == (200, 412)
    assert late.json()["current"]["name"] == "11Y"
    assert first.headers["ETag"] == late.headers["ETag"] == (await school["teacher"].get(url)).headers["ETag"]


async def test_a_class_is_changed_by_its_teachers_and_heads_alone(school: School) -> None:
    """C-05: 403 for a colleague, 404 for a pupil who is not in it"""
    made = await make_class(school)
    student = {"user_ids": [str(id_of(school, "student"))]}
    url = f"/api/classes/{made['id']}"
    changes: list[tuple[str, str, Any]] = [
        ("PATCH", "", {"name": "11Y"}),
        ("POST", "/archive", None),
        ("POST", "/restore", None),
        ("POST", "/roll-over", {"academic_year": "2027/28"}),
        ("POST", "/teachers", {"user_ids": [str(id_of(school, "teacher_2"))]}),
        ("DELETE", f"/teachers/{id_of(school, 'teacher_2')}", None),
        ("POST", "/students", student),
        ("POST", "/students/remove", student),
        ("POST", "/pupils", {"pupils": [{"name": "Pupil 07"}]}),
        ("POST", "/codes", {}),
    ]
    for method, path, body in changes:
        refused = await school["teacher_2"].request(method, url + path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_your_class"), path
        hidden = await school["student"].request(method, url + path, json=body)
        assert (hidden.status_code, hidden.json()["code"]) == (404, "class_not_found"), path
    for method, path, body in changes:
        answer = await school["department_head"].request(method, url + path, json=body)
        assert answer.status_code in (200, 201), (path, answer.text)
    assert (await school["student"].patch(url, json={"name": "11Y"})).status_code == 404


async def test_a_student_in_a_class_sees_it_and_changes_nothing(school: School) -> None:
    """X-02: readable, so 403"""
    made = await make_class(school)
    await put_in(school, made["id"], id_of(school, "student"))
    refused = await school["student"].patch(f"/api/classes/{made['id']}", json={"name": "11Y"})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_class")


async def test_students_see_the_classes_they_are_in_and_no_classmates(stage: Stage, school: School) -> None:
    """X-02, C-05"""
    mine, other = await make_class(school, name="9A"), await make_class(school, name="9B")
    classmates = await add_students(stage, school, 2)
    me = id_of(school, "student")
    await put_in(school, mine["id"], me, *[student.user_id for student in classmates])
    await put_in(school, other["id"], classmates[0].user_id)
    listed = (await school["student"].get("/api/classes")).json()
    assert ([c["name"] for c in listed["classes"]], listed["total"]) == (["9A"], 1)
    assert listed["classes"][0]["student_count"] is None
    seen = await look_at(school["student"], mine["id"])
    assert [student["user_id"] for student in seen["students"]] == [str(me)]
    assert [teacher["name"] for teacher in seen["teachers"]] == ["Teacher"]
    assert set(seen["permissions"].values()) == {False}
    assert (await school["student"].get(f"/api/classes/{other['id']}")).status_code == 404


async def test_the_database_shows_a_student_their_own_rows_alone(stage: Stage, school: School) -> None:
    """X-02: whatever statement a request of theirs would run"""
    made = await make_class(school)
    [classmate] = await add_students(stage, school, 1)
    me = id_of(school, "student")
    await put_in(school, made["id"], me, classmate.user_id)
    async with stage.resources.database.transaction() as conn:
        await conn.execute("select app.begin_as(%s, null, %s)", [me, school.institute_id])
        for table, count in {"classes": 0, "class_teachers": 0, "class_students": 1}.items():
            cursor = await conn.execute(f"select * from {table}".encode())
            assert len(await cursor.fetchall()) == count, table
        forged = [
            "insert into class_students (institute_id, class_id, user_id) values (%s, %s, %s)",
            """insert into enrollment_requests (institute_id, class_id, user_id, requested_by, state)
               values (%s, %s, %s, uuidv7(), 'approved')""",
        ]
        for sql in forged:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                async with conn.transaction():
                    await conn.execute(sql.encode(), [school.institute_id, made["id"], me])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with conn.transaction():
                await conn.execute(
                    "select app.door_add_class_pupils(%s, %s, '{Pupil 07}', '[{}]')",
                    [school.institute_id, made["id"]],
                )


async def test_a_class_keeps_a_teacher(school: School) -> None:
    made = await make_class(school)
    url = f"/api/classes/{made['id']}/teachers"
    alone = await school["teacher"].delete(f"{url}/{id_of(school, 'teacher')}")
    assert (alone.status_code, alone.json()["code"]) == (409, "last_teacher")
    added = await school["teacher"].post(url, json={"user_ids": [str(id_of(school, "teacher_2"))] * 2})
    assert added.json()["added"] == [str(id_of(school, "teacher_2"))]
    assert (await school["teacher_2"].delete(f"{url}/{id_of(school, 'teacher')}")).status_code == 200
    assert (
        await school["teacher"].patch(f"/api/classes/{made['id']}", json={"name": "9"})
    ).status_code == 403
    again = await school["teacher_2"].delete(f"{url}/{id_of(school, 'teacher')}")
    assert (again.status_code, again.json()["code"]) == (404, "not_in_class")


async def test_students_come_and_go_many_at_once(stage: Stage, school: School) -> None:
    made = await make_class(school)
    ids = [student.user_id for student in await add_students(stage, school, 3)]
    assert len((await put_in(school, made["id"], *ids, ids[0])).json()["added"]) == 3
    assert (await put_in(school, made["id"], *ids)).json()["added"] == []
    url = f"/api/classes/{made['id']}/students"
    gone = await school["teacher"].post(f"{url}/remove", json={"user_ids": [str(i) for i in ids[:2]]})
    assert set(gone.json()["removed"]) == {str(i) for i in ids[:2]}
    assert (await school["teacher"].delete(f"{url}/{ids[2]}")).status_code == 200
    assert (await school["teacher"].delete(f"{url}/{ids[2]}")).status_code == 404
    assert (await look_at(school["teacher"], made["id"]))["students"] == []


async def test_only_active_students_of_the_school_join_a_class(
    stage: Stage, school: School, other_school: School
) -> None:
    made = await make_class(school)
    me = id_of(school, "student")
    strangers = [uuid4(), id_of(school, "teacher_2"), id_of(other_school, "student")]
    for stranger in strangers:
        refused = await put_in(school, made["id"], me, stranger)
        assert (refused.status_code, refused.json()["code"]) == (422, "unknown_student")
    assert (await look_at(school["teacher"], made["id"]))["students"] == []


async def test_an_archived_class_is_read_only_until_it_is_restored(school: School) -> None:
    """C-05"""
    made = await make_class(school)
    url = f"/api/classes/{made['id']}"
    for _ in range(2):
        assert (await school["teacher"].post(f"{url}/archive")).json()["archived_at"] is not None
    refused = await school["teacher"].patch(url, json={"nonsense": 1})
    assert (refused.status_code, refused.json()["code"]) == (409, "class_archived")
    assert (await put_in(school, made["id"], id_of(school, "student"))).status_code == 409
    assert (await school["teacher"].get("/api/classes")).json()["total"] == 0
    assert (await school["teacher"].get("/api/classes?archived=true")).json()["total"] == 1
    assert (await look_at(school["teacher"], made["id"]))["class"]["name"] == "11X/Sc1"
    assert (await school["teacher"].post(f"{url}/restore")).json()["archived_at"] is None
    assert (await school["teacher"].patch(url, json={"name": "11Y"})).status_code == 200


async def test_a_class_rolls_over_with_its_people_once_a_year(stage: Stage, school: School) -> None:
    """C-05"""
    made = await make_class(school, name="10X", year_group="10", academic_year="2026/27", subject="Science")
    students = await add_students(stage, school, 2)
    await put_in(school, made["id"], *[student.user_id for student in students])
    url = f"/api/classes/{made['id']}/roll-over"
    body = {"name": "11X", "academic_year": "2027/28", "year_group": "11"}
    rolled = await school["teacher"].post(url, json=body)
    assert rolled.status_code == 201, rolled.text
    new = rolled.json()
    assert [new[f] for f in ("name", "academic_year", "year_group", "subject", "previous_id")] == [
        "11X",
        "2027/28",
        "11",
        "Science",
        made["id"],
    ]
    assert new["id"] != made["id"]
    seen = await look_at(school["teacher"], new["id"])
    assert {s["user_id"] for s in seen["students"]} == {str(s.user_id) for s in students}
    assert [t["name"] for t in seen["teachers"]] == ["Teacher"]
    for again in ("2027/28", "2026/27"):
        refused = await school["teacher"].post(url, json={"academic_year": again})
        assert (refused.status_code, refused.json()["code"]) == (409, "rolled_over_already")
    assert (await look_at(school["teacher"], made["id"]))["class"]["student_count"] == 2


@pytest.mark.parametrize("year", ["next year", "27/28", "", "20278"])
async def test_a_class_rolls_over_only_into_a_year(school: School, year: str) -> None:
    """C-05"""
    made = await make_class(school)
    url = f"/api/classes/{made['id']}/roll-over"
    answer = await school["teacher"].post(url, json={"academic_year": year})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_class_field")
    assert answer.json()["detail"] == "Write the academic year like 2027/28."


@pytest.mark.parametrize(
    ("year", "following"),
    [
        ("2026/27", "2027/28"),
        ("2099-2100", "2100-2101"),
        ("2099/00", "2100/01"),
        ("2026", "2027"),
        ("spring", ""),
        (None, ""),
    ],
)
def test_the_year_after_is_written_as_the_one_before(year: str | None, following: str) -> None:
    assert next_academic_year(year) == following


async def test_who_leaves_the_school_leaves_its_classes(stage: Stage, school: School) -> None:
    """C-05, P-11, I-07: by themselves or removed; a class may be left without a teacher"""
    made = await make_class(school)
    students = await add_students(stage, school, 3)
    await put_in(school, made["id"], *[student.user_id for student in students])
    assert (await students[0].client.delete("/api/memberships/current")).status_code == 200
    assert (await students[2].client.delete("/api/auth/me")).status_code == 200
    admin = school["school_admin"]
    assert (await admin.delete(f"/api/users/{students[1].user_id}")).status_code == 200
    assert (await admin.delete(f"/api/users/{id_of(school, 'teacher')}")).status_code == 200
    seen = await look_at(admin, made["id"])
    assert (seen["students"], seen["teachers"], seen["class"]["student_count"]) == ([], [], 0)
    left = await stage.query(
        """select 1 from class_students where class_id = %s
           union all select 1 from class_teachers where class_id = %s""",
        [made["id"], made["id"]],
    )
    assert left == []


async def test_another_role_ends_the_places_of_the_old_one(stage: Stage, school: School) -> None:
    made = await make_class(school, teacher_ids=[str(id_of(school, r)) for r in ("teacher", "teacher_2")])
    [student] = await add_students(stage, school, 1)
    await put_in(school, made["id"], student.user_id)
    admin = school["school_admin"]
    await admin.patch(f"/api/users/{id_of(school, 'teacher_2')}", json={"role": "department_head"})
    assert len((await look_at(admin, made["id"]))["teachers"]) == 2
    await admin.patch(f"/api/users/{id_of(school, 'teacher_2')}", json={"role": "student"})
    await admin.patch(f"/api/users/{student.user_id}", json={"role": "teacher"})
    seen = await look_at(admin, made["id"])
    assert ([t["name"] for t in seen["teachers"]], seen["students"]) == (["Teacher"], [])


async def test_every_change_of_a_class_is_told_once_without_names(stage: Stage, school: School) -> None:
    """X-09"""
    made = await make_class(school, academic_year="2026/27")
    [student] = await add_students(stage, school, 1)
    await put_in(school, made["id"], student.user_id)
    await put_in(school, made["id"], student.user_id)
    await school["teacher"].patch(f"/api/classes/{made['id']}", json={"name": "11Y", "subject": None})
    await school["teacher"].post(f"/api/classes/{made['id']}/archive")
    rows = await stage.query(
        "select kind, changed, facts from events where subject_id = %s order by id", [made["id"]]
    )
    teacher = str(id_of(school, "teacher"))
    assert rows == [
        ("class_created", [], {"user_ids": [teacher]}),
        ("students_added", [], {"user_ids": [str(student.user_id)]}),
        ("class_changed", ["name"], {}),
        ("class_put_away", ["archived_at"], {}),
    ]


async def test_admins_find_students_by_class_year_and_name(stage: Stage, school: School) -> None:
    """C-07"""
    made = await make_class(school, name="9A")
    await add_pupils(school, made["id"], "Pupil 01", "Pupil 02", year_group="9")
    student = id_of(school, "student")

    async def find(query: str) -> list[str]:
        answer = await school["school_admin"].get(f"/api/school/students?{query}")
        assert answer.status_code == 200, answer.text
        assert answer.json()["total"] == len(answer.json()["students"])
        return [one["name"] for one in answer.json()["students"]]

    assert await find("") == ["Pupil 01", "Pupil 02", "Student"]
    assert await find("q=pupil%2002") == ["Pupil 02"]
    assert await find("year_group=9") == ["Pupil 01", "Pupil 02"]
    assert await find(f"class={made['id']}") == ["Pupil 01", "Pupil 02"]
    assert await find(f"not_in_class={made['id']}") == ["Student"]
    assert await find("not_in_class=true") == ["Student"]
    assert await find(f"not_in_class={uuid4()}") == ["Pupil 01", "Pupil 02", "Student"]
    await put_in(school, made["id"], student)
    assert await find("not_in_class=true") == []
    rows = (await school["department_head"].get("/api/school/students?limit=1")).json()
    assert rows["students"][0]["classes"] == [{"id": made["id"], "name": "9A"}]
    assert rows["total"] == 3
    rest = await school["department_head"].get(f"/api/school/students?cursor={rows['next_cursor']}")
    assert [one["name"] for one in rest.json()["students"]] == ["Pupil 02", "Student"]
    for role in ("teacher", "student"):
        assert (await school[role].get("/api/school/students")).status_code == 403
