"""X-07"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markroom.kit.versions import (
    BadVersion,
    VersionMissing,
    VersionStale,
    check_version,
    read_version,
    require_version,
)


@given(st.integers(0, 999_999_999), st.sampled_from(['"{}"', 'W/"{}"', ' "{}" ']))
def test_a_version_is_read_from_its_etag(version: int, form: str) -> None:
    assert require_version(form.format(version)) == version


@given(st.text().filter(lambda text: text.strip() != "*" and '"' not in text))
def test_what_is_no_etag_is_refused(text: str) -> None:
    with pytest.raises(BadVersion):
        read_version(text)


@pytest.mark.parametrize("if_match", [None, "*", " * "])
def test_a_required_version_must_be_named(if_match: str | None) -> None:
    assert read_version(if_match) is None
    with pytest.raises(VersionMissing) as refused:
        require_version(if_match)
    assert refused.value.status == 428


@given(st.none() | st.integers(0, 50), st.integers(0, 50))
def test_another_version_is_stale_and_the_answer_holds_the_current_one(
    wanted: int | None, version: int
) -> None:
    if wanted in (None, version):
        check_version(wanted, version, "now")
        return
    with pytest.raises(VersionStale) as refused:
        check_version(wanted, version, "now")
    assert refused.value.status == 412
    assert refused.value.facts == {"current": "now"}
    assert refused.value.headers == {"ETag": f'"{version}"'}
