"""Who gets in at /mcp, and what the others are told (M-04, sec-M1, sec-M5, sec-M7)."""

from __future__ import annotations

from itertools import product
from typing import Any

import httpx
import pytest

from markroom.kit.limits import Limiter
from tests.projects.keys.keyring import ALL, Project, make_project
from tests.stage import BASE_URL, School, Stage

METADATA = f'resource_metadata="{BASE_URL}/.well-known/oauth-protected-resource/mcp"'
ACCEPT = {"Accept": "application/json, text/event-stream"}


@pytest.fixture
async def project(stage: Stage, school: School) -> Project:
    return await make_project(stage, school)


def call(tool: str, **arguments: Any) -> dict[str, Any]:
    params = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}


async def speak(stage: Stage, secret: str | None, message: Any = LIST, **headers: str) -> httpx.Response:
    async with stage.client(secret) as client:
        return await client.post("/mcp", json=message, headers=ACCEPT | headers)


async def test_without_a_key_nobody_gets_in(stage: Stage, school: School) -> None:
    """sec-M1: the challenge says where to read how"""
    answer = await speak(stage, None)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, f"Bearer {METADATA}")
    for token in ("mk_nonsense", "ms_nonsense", school.people["teacher"].token):
        answer = await speak(stage, token)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == f'Bearer error="invalid_token", {METADATA}'
        assert answer.json()["code"] == "key_required"


async def test_a_persons_session_is_no_programs_key(stage: Stage, school: School) -> None:
    """A page elsewhere that gets a browser to call brings a cookie, never a key."""
    cookie = {"Cookie": f"markroom_session={school.people['teacher'].token}", "Origin": BASE_URL}
    assert (await speak(stage, None, LIST, **cookie)).status_code == 401


@pytest.mark.parametrize("path", ["", "/mcp"])
async def test_the_resource_says_what_it_is(stage: Stage, path: str) -> None:
    """RFC 9728, at the address of the host and at that of the path"""
    async with stage.client() as client:
        told = await client.get(f"/.well-known/oauth-protected-resource{path}")
    assert told.status_code == 200
    assert told.json()["resource"] == f"{BASE_URL}/mcp"
    assert told.json()["bearer_methods_supported"] == ["header"]
    assert "read" in told.json()["scopes_supported"]


async def test_a_program_is_shown_the_tools_of_its_scopes(project: Project) -> None:
    """sec-M5"""
    names = {}
    for scopes in (("read",), ("read", "write")):
        secret = (await project.make_key(scopes=scopes))["secret"]
        tools = (await speak(project.stage, secret)).json()["result"]["tools"]
        names[scopes] = {tool["name"] for tool in tools}
    assert names["read",] == {"search_memories", "list_templates", "read_template", "batch_statistics"}
    assert names["read", "write"] == names["read",] | {"add_memory"}


async def test_a_tool_beyond_the_scope_is_refused_and_recorded(project: Project) -> None:
    """sec-M5: called anyway"""
    made = await project.make_key(scopes=("read",))
    answer = await speak(project.stage, made["secret"], call("add_memory", text="x", kind="note"))
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    challenge = f'Bearer error="insufficient_scope", scope="write", {METADATA}'
    assert answer.headers["WWW-Authenticate"] == challenge
    recorded = await project.stage.query(
        "select facts ->> 'route' from events where kind = 'change_refused' and credential = %s",
        [f"key:{made['id']}"],
    )
    assert recorded == [("/mcp",)]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Origin": BASE_URL}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": BASE_URL + ".evil.example"}, 403),
        ({"Host": "evil.example"}, 421),
        ({"Host": "localhost:8000"}, 200),
    ],
)
async def test_a_page_elsewhere_reaches_no_tool(
    project: Project, headers: dict[str, str], expected: int
) -> None:
    """DNS rebinding: a name of theirs that points at our number; sec-M7"""
    secret = (await project.make_key())["secret"]
    answer = await speak(project.stage, secret, LIST, **headers)
    assert answer.status_code == expected
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        [call("add_memory", text="x", kind="note")],
        {},
        {"method": "tools/call"},
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": ["add_memory"]}},
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": {"add_memory": 1}}},
        {"jsonrpc": "2.0", "id": 1, "method": "resources/list"},
    ],
)
async def test_nonsense_is_answered_and_changes_nothing(project: Project, message: Any) -> None:
    secret = (await project.make_key(scopes=ALL))["secret"]
    answer = await speak(project.stage, secret, message)
    assert 200 <= answer.status_code < 500
    assert "result" not in answer.json()


@pytest.mark.parametrize("version", ["2025-06-18", "2026-07-28"])
async def test_a_wish_to_be_told_of_changes_is_answered_at_once(project: Project, version: str) -> None:
    """Nothing is kept open: every request stands alone."""
    secret = (await project.make_key())["secret"]
    meta = {
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    wish = {"jsonrpc": "2.0", "id": 1, "method": "subscriptions/listen", "params": {"_meta": meta}}
    headers = {"MCP-Protocol-Version": version, "Mcp-Method": "subscriptions/listen"}
    answer = await speak(project.stage, secret, wish, **headers)
    assert "error" in answer.json()


async def test_tools_count_towards_the_keys_limits(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """X-11"""
    secret = (await project.make_key())["secret"]
    limiter = Limiter(project.stage.resources.database, {"memory_search": 2, "request": 4})
    monkeypatch.setitem(project.stage.app.state._state, "limiter", limiter)
    search = call("search_memories", query="units")
    answers = [await speak(project.stage, secret, search) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert [(await speak(project.stage, secret)).status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("origin", [BASE_URL, "https://evil.example", "null"])
async def test_no_other_origin_is_given_anything_to_read(project: Project, origin: str) -> None:
    """sec-M7: no route answers a page elsewhere, with a key or a cookie, asked first or not"""
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    key = {"Authorization": f"Bearer {(await project.make_key())['secret']}"}
    cookie = {"Cookie": f"markroom_session={project.school.people['teacher'].token}"}
    paths = ("/mcp", "/api/exam/templates", "/api/projects", "/.well-known/oauth-protected-resource")
    async with project.stage.client() as client:
        for path, method, credential in product(paths, ("OPTIONS", "GET", "POST"), (key, cookie)):
            answer = await client.request(method, path, headers=headers | credential)
            told = {name for name in answer.headers if name.startswith("access-control")}
            assert (method, path, told) == (method, path, set())
            if origin != BASE_URL and method == "POST" and credential is cookie:
                assert answer.status_code in {403, 405}
