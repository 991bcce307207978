"""The lists of a school's people, for admins; and names, for colleagues."""

from __future__ import annotations

from tests.stage import School


async def test_staff_and_students_are_listed_apart(school: School) -> None:
    """P-10"""
    staff = (await school["school_admin"].get("/api/users/staff")).json()
    students = (await school["school_admin"].get("/api/users/students")).json()
    assert (staff["total"], students["total"]) == (4, 1)
    [student] = students["students"]
    person = school.people["student"]
    assert student["profile_id"] == str(person.user_id)
    assert (student["email"], student["display_name"], student["role"]) == (
        person.email,
        person.name,
        "student",
    )
    assert student["username"] == person.email.split("@")[0]
    found = (await school["school_admin"].get("/api/users/staff?q=TEACHER 2")).json()
    assert [each["display_name"] for each in found["staff"]] == ["Teacher 2"]
    assert (await school["school_admin"].get("/api/users/staff?q=%25")).json()["total"] == 0


async def test_colleagues_find_each_other_by_name_alone(school: School) -> None:
    """P-16"""
    found = (await school["teacher"].get("/api/people?q=head")).json()
    assert [person.keys() for person in found["people"]] == [{"user_id", "name", "role"}]
    assert (await school["student"].get("/api/people")).status_code == 403
