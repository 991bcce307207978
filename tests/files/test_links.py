"""T-10: links to files that are signed and do not last."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.files.links import LIVES, LinkInvalid, read_link, sign_link
from markroom.files.model import SourceFile
from tests.files.test_endpoints import upload
from tests.papers import draw_paper
from tests.stage import School, Stage

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SECRET = b"a secret of the tests, 32 bytes."
FILE = SourceFile(uuid4(), "a" * 64, "Übung.pdf", "application/pdf", 10, 1, [(210.0, 297.0)], NOW)


async def test_a_link_opens_its_file_without_signing_in(school: School, stage: Stage) -> None:
    """T-10"""
    data = draw_paper()
    file = (await upload(school["teacher"], data)).json()
    link = (await school["teacher"].post(f"/api/files/{file['id']}/link")).json()
    answer = await stage.client().get(link["url"])
    assert (answer.status_code, answer.content) == (200, data)
    assert answer.headers["cache-control"] == "private, no-store"


async def test_only_who_may_read_a_file_makes_a_link_to_it(school: School, other_school: School) -> None:
    """X-02: to anybody else it is absent"""
    file = (await upload(school["teacher"], draw_paper())).json()
    for stranger in (school["student"], other_school["teacher"]):
        assert (await stranger.post(f"/api/files/{file['id']}/link")).status_code == 404


async def test_a_link_that_was_bent_opens_nothing(school: School, stage: Stage) -> None:
    file = (await upload(school["teacher"], draw_paper())).json()
    url = (await school["teacher"].post(f"/api/files/{file['id']}/link")).json()["url"]
    bent = url[:-3] + ("AAA" if not url.endswith("AAA") else "BBB")
    answer = await stage.client().get(bent)
    assert (answer.status_code, answer.json()["code"]) == (401, "link_invalid")


async def test_a_link_opens_nothing_of_a_closed_school(stage: Stage) -> None:
    """P-15, T-10"""
    school = await stage.make_school("Closing School")
    file = (await upload(school["teacher"], draw_paper())).json()
    url = (await school["teacher"].post(f"/api/files/{file['id']}/link")).json()["url"]
    closed = await school["school_admin"].post("/api/institutes/current/close", json={"confirm": school.name})
    assert closed.status_code == 200
    answer = await stage.client().get(url)
    assert (answer.status_code, answer.json()["code"]) == (401, "link_invalid")


def test_a_link_ends_after_its_minutes_and_not_before() -> None:
    token, until = sign_link(SECRET, uuid4(), FILE, NOW)
    assert until == NOW + LIVES
    assert read_link(SECRET, token, until - timedelta(seconds=1)).name == "Übung.pdf"
    with pytest.raises(LinkInvalid):
        read_link(SECRET, token, until)


def test_a_link_of_another_server_is_none_here() -> None:
    token, _ = sign_link(b"another secret of 32 bytes, or so", uuid4(), FILE, NOW)
    with pytest.raises(LinkInvalid):
        read_link(SECRET, token, NOW)


@given(st.text(max_size=200))
def test_no_text_is_a_link(text: str) -> None:
    with pytest.raises(LinkInvalid):
        read_link(SECRET, text, NOW)
