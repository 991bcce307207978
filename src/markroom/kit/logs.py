"""Structured logs: one JSON object a line, with the request id, without personal data, tokens masked."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import structlog

from markroom.kit.tokens import mask_tokens

_ADDRESS = re.compile(r"[^\s@<>,;:\"'(){}=]+@[^\s@<>,;:\"'(){}=]+")


def configure_logs(*, json: bool = True, level: int = logging.INFO) -> None:
    """Sends our lines and those of the libraries to stderr, both without tokens and addresses."""
    render = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            render if json else structlog.dev.ConsoleRenderer(colors=False),
            _mask_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(MaskedFormatter(logging.BASIC_FORMAT))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class MaskedFormatter(logging.Formatter):
    """For lines of libraries: an exception's text may name an address, a failed job its arguments."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))


def mask(text: str) -> str:
    """`text` without what looks like a token or an e-mail address."""
    return _ADDRESS.sub("…@…", mask_tokens(text))


def _mask_line(_logger: Any, _name: str, line: Any) -> str:
    return mask(str(line))


log = structlog.get_logger("markroom")
