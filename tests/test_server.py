"""What an operator sees who starts a server."""

import socket

import pytest
import typer

from markroom.server import free_port, serve
from tests.stage import Stage


def take_port() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


async def test_a_port_that_is_taken_is_said_in_a_line(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    with take_port() as taken:
        port = int(taken.getsockname()[1])
        with pytest.raises(typer.Exit) as refused:
            serve(stage.resources, "127.0.0.1", port, with_worker=False)
    said = capsys.readouterr()
    assert refused.value.exit_code == 1
    assert said.err.startswith(f"markroom: Port {port} is taken")
    assert "Markroom is at" not in said.out


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "nowhere.invalid"])
def test_a_port_is_taken_only_where_something_listens(host: str) -> None:
    """Serving on an address of the newer kind was refused as if its port were taken."""
    with take_port() as taken:
        port = int(taken.getsockname()[1])
    assert free_port(host, port) == port
