"""X-09: what happens in a room is heard by those above it, the lower ones first."""

import tomllib
from pathlib import Path

from markroom import rooms
from markroom.kit import events

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())


def find_floors() -> dict[str, int]:
    """Of each room, the lowest 0."""
    layers = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    names = [
        layer.replace("(", " ").replace(")", " ").replace("|", " ").split() for layer in reversed(layers)
    ]
    return {name: floor for floor, rooms_there in enumerate(names) for name in rooms_there}


def test_an_event_is_heard_on_the_lower_floors_first() -> None:
    floors = find_floors()
    heard = {
        event.__name__: [floors[subscriber.__module__.split(".")[1]] for subscriber in subscribers]
        for event, subscribers in events._subscribers.items()
        if event.__module__.startswith("markroom.")
    }
    assert max(map(len, heard.values())) > 2
    assert heard == {name: sorted(order) for name, order in heard.items()}


def test_every_room_that_listens_is_named() -> None:
    named = {module.__name__ for module in rooms.TASKS}
    listening = {
        subscriber.__module__
        for event, subscribers in events._subscribers.items()
        if event.__module__.startswith("markroom.")
        for subscriber in subscribers
    }
    assert listening <= named
