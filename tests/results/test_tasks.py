"""P-14: who is told that results are out."""

from tests.marking.sitting import lay_out
from tests.stage import School, Stage


async def test_markers_are_told_and_who_releases_is_not(school: School, stage: Stage) -> None:
    sitting = await lay_out(stage, school, scripts=1, state="marking")
    for _ in range(2):
        released = await school["teacher"].post(f"{sitting.url}/release", json={})
        assert released.status_code == 200, released.text
        await stage.finish_jobs()
    for role, count in (("teacher", 0), ("teacher_2", 1), ("student", 0)):
        told = (await school[role].get("/api/notices")).json()
        assert told["total"] == count
    notice = (await school["teacher_2"].get("/api/notices")).json()["notices"][0]
    assert notice["kind"] == "results_released"
    assert sitting.url.endswith(notice["subject_id"])
