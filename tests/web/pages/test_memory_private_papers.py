"""M-01, T-09: what a memory is about names no paper that its reader may not see."""

from __future__ import annotations

from typing import Any

from tests.exam_templates.canvases import make_with_canvas, small_canvas
from tests.projects.team import PROJECTS, make_team
from tests.stage import School, Stage
from tests.web.browsing import tab_of

TITLE = "Mock nobody has sat"


async def make_private(stage: Stage, school: School) -> dict[str, Any]:
    """A paper of one teacher alone."""
    template: dict[str, Any] = await make_with_canvas(school["teacher"], small_canvas())
    private = "update exam_templates set visibility = 'private', title = %s where id = %s"
    await stage.query(private, [TITLE, template["id"]])
    return template


async def test_questions_of_a_private_paper_are_offered_to_nobody_else(stage: Stage, school: School) -> None:
    template = await make_private(stage, school)
    found = f"/memory/questions?template_id={template['id']}"
    answers = [(await tab_of(stage, school, who).get(found)).status_code for who in ("teacher", "teacher_2")]
    assert answers == [200, 404]


async def test_a_form_opened_for_a_private_paper_offers_its_owner_alone_its_questions(
    stage: Stage, school: School
) -> None:
    template = await make_private(stage, school)
    question = template["questions"][0]["id"]
    for who, is_offered in (("teacher", True), ("teacher_2", False)):
        project = (await school[who].post(PROJECTS, json={"name": f"Of {who}"})).json()["id"]
        for page in ("/memory/new", "/memory"):
            shown = await tab_of(stage, school, who).get(
                f"{page}?project={project}&template={template['id']}"
            )
            assert shown.status_code == 200
            assert (question in shown.text) == is_offered, (who, page)


async def test_a_memory_about_a_private_paper_does_not_name_it(stage: Stage, school: School) -> None:
    template, team = await make_private(stage, school), await make_team(stage, school, "viewer")
    about = {"template_id": template["id"], "question_id": template["questions"][0]["id"]}
    kept = await school["teacher"].post(
        "/api/memories", json={"project_id": team.id, "text": "Watch out.", "links": about}
    )
    assert kept.status_code == 201, kept.text
    for page in (
        f"/memory/{kept.json()['id']}",
        f"/memory?project={team.id}",
        f"/memory?project={team.id}&q=watch",
    ):
        own, other = (await school["teacher"].get(page)).text, (await team["viewer"].get(page)).text
        assert TITLE in own
        assert "Watch out." in other
        assert "A paper you may not see" in other
        assert TITLE not in other
