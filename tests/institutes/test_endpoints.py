from tests.stage import School, Stage


async def test_an_admin_invites_a_teacher_and_the_mail_is_queued(school: School, stage: Stage) -> None:
    """P-03"""
    answer = await school["school_admin"].post(
        "/api/users/invite", json={"email": "Teacher.2@school.example", "role": "teacher"}
    )
    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "ok" and body["magic_link_sent"] is True
    assert body["invitation"]["email"] == "Teacher.2@school.example"
    assert "token" not in answer.text
    await stage.finish_jobs()
    listed = (await school["school_admin"].get("/api/users/invitations")).json()
    assert listed["invitations"][0]["delivery"] == "sent"
