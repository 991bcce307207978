"""X-14, sec-I1: no token and no address in a log line."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog

from markroom.kit.logs import configure_logs, log
from markroom.kit.tokens import random_token

ADDRESS = "teacher.2+exams@school.example"


@contextmanager
def configured() -> Iterator[None]:
    """As in the server, on the standard error of this moment."""
    before = structlog.get_config(), logging.getLogger().handlers[:], logging.getLogger().level
    configure_logs()
    yield
    structlog.configure(**before[0])
    logging.getLogger().handlers[:] = before[1]
    logging.getLogger().setLevel(before[2])


@pytest.mark.parametrize("wrap", [lambda s: s, lambda s: {"deep": [s]}, lambda s: f"/invitations/{s}/accept"])
def test_a_log_line_is_json_without_secrets(capsys: pytest.CaptureFixture[str], wrap: object) -> None:
    token = random_token("ms_")
    with configured():
        log.info("tried", value=wrap(token), to=wrap(ADDRESS))  # type: ignore[operator]
    line = capsys.readouterr().err
    assert token not in line
    assert ADDRESS not in line
    assert json.loads(line)["event"] == "tried"


def test_the_text_of_an_exception_is_masked(capsys: pytest.CaptureFixture[str]) -> None:
    token = random_token()
    try:
        raise ValueError(f"550 <{ADDRESS}> refused {token}")
    except ValueError as error:
        with configured():
            log.error("failed", exc_info=error)
            logging.getLogger("library").exception("failed with %s", {"email": ADDRESS})
    written = capsys.readouterr().err
    assert written.count("ValueError") >= 2
    assert token not in written
    assert ADDRESS not in written
