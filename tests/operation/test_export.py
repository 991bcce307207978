"""P-15: a school is exported whole, and nothing of another with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from markroom.institutes.model import InstituteUnknown
from markroom.operation.archive import read_parts, verify_archive
from markroom.operation.export import export_institute
from tests.databases import Database
from tests.marking.sitting import lay_out
from tests.stage import School, Stage


async def _fill(stage: Stage, school: School) -> None:
    sitting = await lay_out(stage, school)
    body = {"marks": 2, "state": "awarded"}
    url = sitting.mark_url(1, "2")
    saved = await school["teacher"].put(url, json=body, headers={"If-Match": '"0"'})
    assert saved.status_code == 200
    invite = {"email": f"new@{school.institute_id}.example", "role": "teacher"}
    assert (await school["school_admin"].post("/api/users/invite", json=invite)).status_code == 200
    await stage.resources.storage.put(f"{school.institute_id}/files/paper", school.institute_id.bytes)


def _read(file: Path) -> dict[str, bytes]:
    return {name: source.read() for name, source in read_parts(file)}


def _rows(parts: dict[str, bytes], table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in parts[f"tables/{table}.jsonl"].splitlines()]


async def test_all_of_a_school_and_nothing_of_another_is_inside(
    stage: Stage, database: Database, school: School, other_school: School, tmp_path: Path
) -> None:
    """P-15, X-02"""
    for each in (school, other_school):
        await _fill(stage, each)
    made = export_institute(
        database.service_url, stage.resources.storage, school.institute_id, tmp_path / "school.tar"
    )
    assert verify_archive(tmp_path / "school.tar", "institute") == made
    parts = _read(tmp_path / "school.tar")
    assert str(other_school.institute_id).encode() not in b"".join(parts.values())
    assert parts[f"files/{school.institute_id}/files/paper"] == school.institute_id.bytes
    assert [row["name"] for row in _rows(parts, "institutes")] == [school.name]
    for table, count in made.rows.items():
        column = "id" if table == "institutes" else "institute_id"
        assert {row[column] for row in _rows(parts, table)} <= {str(school.institute_id)}
        there = await stage.query(f"select count(*) from {table} where {column} = %s", [school.institute_id])
        assert len(_rows(parts, table)) == count == there[0][0], table
    for table in ("memberships", "invitations", "exam_questions", "scripts", "mark_entries", "events"):
        assert made.rows[table] > 0, table


async def test_every_table_of_a_tenant_is_exported_or_named_as_left_out(
    stage: Stage, database: Database, school: School, tmp_path: Path
) -> None:
    file = tmp_path / "school.tar"
    made = export_institute(database.service_url, stage.resources.storage, school.institute_id, file)
    rows = await stage.query(
        "select distinct table_name from information_schema.columns join information_schema.tables"
        " using (table_schema, table_name)"
        " where table_schema = 'public' and table_type = 'BASE TABLE' and column_name = 'institute_id'"
    )
    tenants = {name for (name,) in rows}
    assert tenants - made.rows.keys() == {"idempotent_answers", "invitation_tokens", "memory_words"}


async def test_no_hash_of_a_secret_is_inside(
    stage: Stage, database: Database, school: School, tmp_path: Path
) -> None:
    await _fill(stage, school)
    export_institute(
        database.service_url, stage.resources.storage, school.institute_id, tmp_path / "school.tar"
    )
    parts = _read(tmp_path / "school.tar")
    keys = {key for table in parts if table.endswith("jsonl") for key in _keys(parts, table)}
    assert "hash" not in keys
    assert "id" in keys


def _keys(parts: dict[str, bytes], part: str) -> set[str]:
    return {key for line in parts[part].splitlines() for key in json.loads(line)}


async def test_a_school_that_is_not_there_is_said_so_and_leaves_no_file(
    stage: Stage, database: Database, tmp_path: Path
) -> None:
    with pytest.raises(InstituteUnknown):
        export_institute(database.service_url, stage.resources.storage, uuid4(), tmp_path / "none.tar")
    assert [path.name for path in tmp_path.iterdir()] == []  # noqa: ASYNC240
