from __future__ import annotations

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports


def test_a_room_imports_only_from_floors_below() -> None:
    """The contracts stand in pyproject.toml."""
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS
