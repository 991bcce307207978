"""The tools, used by the official client against a server on a port (M-04)."""

from __future__ import annotations

import json
from uuid import uuid4

import httpx2
import pytest
from mcp.shared.exceptions import MCPError
from mcp.types import TextContent

from tests.marking.sitting import Sitting, lay_out, save
from tests.mcp.programs import Site, content
from tests.projects.keys.keyring import ALL, Project, make_project, set_right

READING = {"list_templates", "read_template", "batch_statistics"}


async def sit(project: Project) -> Sitting:
    """A sitting of a paper of the project, with marks for two of three scripts."""
    sitting = await lay_out(project.stage, project.school)
    place = [project.id, sitting.template_id]
    for table, column in (("exam_templates", "id"), ("exam_questions", "template_id")):
        await project.stage.query(f"update {table} set project_id = %s where {column} = %s", place)
    for table in ("batches", "batch_markers", "scripts", "candidates", "answers"):
        column = "id" if table == "batches" else "batch_id"
        await project.stage.query(
            f"update {table} set project_id = %s where {column} = %s", [project.id, sitting.batch_id]
        )
    for number, marks in ((1, 2), (2, 1)):
        answer = await save(project.school["teacher"], sitting, number, "1(a)", marks)
        assert answer.status_code == 200, answer.text
    return sitting


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_program_reads_its_projects_papers(site: Site, project: Project, mode: str) -> None:
    """M-04: in the newest manner of the protocol and in the one before"""
    sitting = await sit(project)
    secret = (await project.make_key("department_head", ("read",)))["secret"]
    async with site.program(secret, mode) as program:
        listed = content(await program.call_tool("list_templates", {}))
        assert [(row["id"], row["title"]) for row in listed["templates"]] == [
            (str(sitting.template_id), "Mock")
        ]
        read = content(await program.call_tool("read_template", {"template_id": str(sitting.template_id)}))
        assert [question["path"] for question in read["questions"]] == ["1", "1(a)", "1(b)", "2"]
        assert [batch["id"] for batch in read["batches"]] == [str(sitting.batch_id)]


async def test_statistics_name_no_pupil(site: Site, project: Project) -> None:
    sitting = await sit(project)
    secret = (await project.make_key(scopes=("read",)))["secret"]
    async with site.program(secret) as program:
        result = await program.call_tool("batch_statistics", {"batch_id": str(sitting.batch_id)})
    told = content(result)
    by_path = {question["path"]: question for question in told["questions"]}
    assert by_path["1(a)"]["facility"] == 0.75
    assert told["scripts"] == {"total": 3, "final": 0}
    [said] = result.content
    assert isinstance(said, TextContent)
    assert "Pupil" not in said.text
    assert json.loads(said.text) == told


async def test_a_program_sees_nothing_of_another_project(site: Site, project: Project) -> None:
    """sec-P7"""
    sitting = await sit(project)
    other = await make_project(site.stage, project.school, "Chemistry")
    secret = (await other.make_key(scopes=ALL))["secret"]
    async with site.program(secret) as program:
        assert content(await program.call_tool("list_templates", {}))["total"] == 0
        for tool, given in (
            ("read_template", {"template_id": str(sitting.template_id)}),
            ("batch_statistics", {"batch_id": str(sitting.batch_id)}),
        ):
            result = await program.call_tool(tool, given)
            assert result.is_error
            assert result.structured_content["code"] in {"template_not_found", "batch_not_found"}


async def test_a_list_goes_on_where_it_stopped(site: Site, project: Project) -> None:
    for number in range(3):
        given = {"title": f"Mock {number}", "project_id": str(project.id)}
        assert (await project.school["teacher"].post("/api/exam/templates", json=given)).status_code == 201
    secret = (await project.make_key(scopes=("read",)))["secret"]
    async with site.program(secret) as program:
        first = content(await program.call_tool("list_templates", {"limit": 2}))
        rest = content(await program.call_tool("list_templates", {"limit": 2, "after": first["next"]}))
    assert [row["title"] for page in (first, rest) for row in page["templates"]] == [
        "Mock 2",
        "Mock 1",
        "Mock 0",
    ]
    assert (first["total"], rest["next"]) == (3, None)


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("read_template", {}),
        ("read_template", {"template_id": "x"}),
        ("read_template", {"template_id": str(uuid4()), "user_id": str(uuid4())}),
        ("list_templates", {"limit": 0}),
        ("list_templates", {"project_id": str(uuid4())}),
    ],
)
async def test_wrong_arguments_are_told_in_the_result(
    site: Site, project: Project, tool: str, given: dict[str, object]
) -> None:
    secret = (await project.make_key(scopes=("read",)))["secret"]
    async with site.program(secret) as program:
        result = await program.call_tool(tool, given)
    assert result.is_error
    assert result.structured_content["code"] == "unprocessable"
    assert result.structured_content["errors"]


async def test_of_many_wrong_arguments_the_first_are_told(site: Site, project: Project) -> None:
    secret = (await project.make_key(scopes=("read",)))["secret"]
    async with site.program(secret) as program:
        result = await program.call_tool("list_templates", {f"field {number}": 1 for number in range(5000)})
    assert len(result.structured_content["errors"]) == 20


async def test_a_tool_that_is_none_is_refused(site: Site, project: Project) -> None:
    secret = (await project.make_key(scopes=ALL))["secret"]
    async with site.program(secret) as program:
        with pytest.raises(MCPError, match="Unknown tool"):
            await program.call_tool("delete_all_memories", {})


async def test_a_revoked_key_stops_at_the_next_call(site: Site, project: Project) -> None:
    """sec-P2"""
    made = await project.make_key()
    async with site.program(made["secret"]) as program:
        await program.call_tool("list_templates", {})
        await project.school["teacher"].delete(f"{project.keys}/{made['id']}")
        with pytest.raises((MCPError, httpx2.HTTPStatusError)):
            await program.call_tool("list_templates", {})


async def test_a_program_shrinks_with_its_persons_rights(site: Site, project: Project) -> None:
    """sec-P7: while it is connected"""
    async with site.program((await project.make_key("teacher_2"))["secret"]) as program:
        await set_right(project, "teacher_2", "viewer")
        assert {tool.name for tool in (await program.list_tools()).tools} >= READING
        await set_right(project, "teacher_2", None)
        with pytest.raises((MCPError, httpx2.HTTPStatusError)):
            await program.list_tools()


async def test_tools_say_what_they_do_to_the_school(site: Site, project: Project) -> None:
    secret = (await project.make_key(scopes=ALL))["secret"]
    async with site.program(secret) as program:
        tools = (await program.list_tools()).tools
    assert {tool.name for tool in tools} >= READING
    for tool in tools:
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint == (tool.name != "add_memory")
        assert tool.input_schema["additionalProperties"] is False
