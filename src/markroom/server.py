"""Serves pages and API until it is stopped."""

from __future__ import annotations

import asyncio
import errno
import socket

import typer
import uvicorn
from fastapi import FastAPI

from markroom.identity.actions import issue_link_for
from markroom.kit.resources import Resources
from markroom.main import make_app
from markroom.operation.demo.school import HEAD, SCHOOL, open_demo_school


def serve(resources: Resources, host: str, port: int, *, with_worker: bool) -> None:
    """Says so and exits where another program listens there."""
    if not _is_free(host, port):
        told = f"Port {port} is taken, perhaps by a Markroom that runs. Name another: --port {port + 1}"
        typer.echo(f"markroom: {told}", err=True)
        raise typer.Exit(1)
    typer.echo(f"Markroom is at {resources.settings.base_url}. Stop with Ctrl+C.")
    _server(make_app(resources, with_worker=with_worker), host, port).run()


async def serve_demo(resources: Resources, host: str, port: int) -> None:
    """Makes the demo school where there is none, prints where it is and how to get in, and serves it."""
    web = make_app(resources, with_worker=True)
    server = _server(web, host, port)
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn offers no event
        await asyncio.sleep(0.05)
    await open_demo_school(web, resources, typer.echo)
    async with resources.database.service() as conn:
        token = await issue_link_for(conn, resources.secret, HEAD)
    typer.echo(f"\nMarkroom serves {SCHOOL} at {resources.settings.base_url}")
    typer.echo(f"Sign in as Teacher 1:  {resources.settings.base_url}/sign-in/{token}")
    typer.echo("Stop with Ctrl+C. The school stays in the data directory; another run prints a new link.")
    await serving


def _is_free(host: str, port: int) -> bool:
    """Whatever else is wrong with an address is said by who listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        return error.errno != errno.EADDRINUSE
    return True


def free_port(host: str, port: int) -> int:
    """The port, or any free one where it is taken."""
    if _is_free(host, port):
        return port
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _server(web: FastAPI, host: str, port: int) -> uvicorn.Server:
    config = uvicorn.Config(
        web,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    return uvicorn.Server(config)
