"""The markroom command: what an operator does without a browser."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
import uvicorn
from fastapi import FastAPI

from markroom.identity.actions import issue_sign_in_link, make_platform_admin, may_sign_in
from markroom.identity.model import address_key, check_address
from markroom.institutes.actions import create_institute, issue_invitation
from markroom.jobs.queue import run_worker
from markroom.kit.errors import MarkroomError
from markroom.kit.logs import configure_logs
from markroom.kit.migrations import MigrationRefused
from markroom.kit.postgres import ClusterError
from markroom.kit.settings import Settings
from markroom.launch import launch, open_resources
from markroom.main import Resources, make_app
from markroom.operation.demo.school import HEAD, SCHOOL, open_demo_school
from markroom.reading.pdf import Unreadable
from markroom.worker import work_until_stopped

app = typer.Typer(
    help="The room where a school's exams are run and marked.", no_args_is_help=True, add_completion=False
)
institute_app = typer.Typer(help="Schools on this server.", no_args_is_help=True)
user_app = typer.Typer(help="People on this server.", no_args_is_help=True)
app.add_typer(institute_app, name="institute")
app.add_typer(user_app, name="user")

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="Port to listen on.")]


class NobodyToSignIn(MarkroomError):
    """Nobody with this address has an account or an invitation here."""


@contextmanager
def _plain_errors() -> Iterator[None]:
    """What went wrong, in a line, instead of a trace."""
    try:
        yield
    except (MarkroomError, ClusterError, MigrationRefused, Unreadable) as error:
        text = str(error) or " ".join((type(error).__doc__ or "").split())
        typer.echo(f"markroom: {text}", err=True)
        raise typer.Exit(1) from error


def _settings() -> Settings:
    configure_logs(json=not sys.stderr.isatty())
    return Settings.from_environment()


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="Leave jobs to `markroom worker` processes.")
    ] = False,
) -> None:
    """Serve pages and API, with a worker inside."""
    with _plain_errors(), open_resources(_at_port(_settings(), port)) as resources:
        _serve(resources, host, port, with_worker=not no_worker)


def _at_port(settings: Settings, port: int) -> Settings:
    return (
        settings
        if os.environ.get("MARKROOM_BASE_URL")
        else replace(settings, base_url=f"http://127.0.0.1:{port}")
    )


def _serve(resources: Resources, host: str, port: int, *, with_worker: bool) -> None:
    web = make_app(resources, with_worker=with_worker)
    uvicorn.Server(_uvicorn_config(web, host, port)).run()


def _uvicorn_config(web: FastAPI, host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        web,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )


@app.command()
def demo(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serve a demo school, made on the first run, and print a link that signs you in."""
    with _plain_errors():
        port = _free_port(host, port)
        with open_resources(_at_port(_settings(), port)) as resources:
            asyncio.run(_demo(resources, host, port))


def _free_port(host: str, port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            probe.bind((host, 0))
        return int(probe.getsockname()[1])


async def _demo(resources: Resources, host: str, port: int) -> None:
    web = make_app(resources, with_worker=True)
    server = uvicorn.Server(_uvicorn_config(web, host, port))
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn offers no event
        await asyncio.sleep(0.05)
    await open_demo_school(web, resources, typer.echo)
    typer.echo(f"\nMarkroom serves {SCHOOL} at {resources.settings.base_url}")
    typer.echo(f"Sign in as Teacher 1:  {await _issue_link(resources, HEAD)}")
    typer.echo("Stop with Ctrl+C. The school stays in the data directory; another run prints a new link.")
    await serving


@app.command()
def worker(concurrency: Annotated[int, typer.Option(help="Jobs at a time.")] = 2) -> None:
    """Run jobs, on this host or any other that shares the database, the files and the secret."""
    with _plain_errors(), open_resources(_settings()) as resources:
        asyncio.run(work_until_stopped(resources, concurrency))


@app.command(name="migrate")
def migrate_database() -> None:
    """Bring the database up to date."""
    with _plain_errors(), launch(_settings()) as found:
        applied = found.migrate()
        typer.echo(f"{len(applied)} migrations applied." if applied else "The database is up to date.")


@institute_app.command("create")
def institute_create(
    name: Annotated[str, typer.Option(help="Name of the school.")],
    admin_email: Annotated[str, typer.Option(help="Who is invited to be its first admin.")],
    time_zone: Annotated[str, typer.Option(help="Its IANA time zone.")] = "Europe/London",
) -> None:
    """Make a school, print its id and mail its first admin an invitation."""
    with _plain_errors(), open_resources(_settings()) as resources:
        typer.echo(asyncio.run(_create_institute(resources, name, admin_email, time_zone)))


async def _create_institute(resources: Resources, name: str, admin_email: str, time_zone: str) -> str:
    address = check_address(admin_email)
    async with resources.database.opened():
        async with resources.database.service() as conn:
            institute_id = await create_institute(conn, name, time_zone)
            await issue_invitation(conn, institute_id, resources.secret, address, "school_admin", {}, None)
        await run_worker(resources.database, resources, queues=["mail"], wait=False)
    return str(institute_id)


@app.command("sign-in-link")
def sign_in_link(email: str) -> None:
    """Print a one-time sign-in link for somebody, when mail does not reach them."""
    with _plain_errors(), open_resources(_settings()) as resources:
        typer.echo(asyncio.run(make_sign_in_link(resources, email)))


async def make_sign_in_link(resources: Resources, email: str) -> str:
    async with resources.database.opened():
        return await _issue_link(resources, email)


async def _issue_link(resources: Resources, email: str) -> str:
    address = check_address(email)
    async with resources.database.service() as conn:
        if not await may_sign_in(conn, address_key(address), sign_up_open=False):
            raise NobodyToSignIn
        token = await issue_sign_in_link(conn, resources.secret, uuid4(), address)
    return f"{resources.settings.base_url}/sign-in/{token}"


@user_app.command("make-platform-admin")
def user_make_platform_admin(email: str) -> None:
    """Let somebody administer every school on this server."""
    with _plain_errors(), open_resources(_settings()) as resources:
        asyncio.run(_make_platform_admin(resources, email))
        typer.echo(f"{email} administers this server now.")


async def _make_platform_admin(resources: Resources, email: str) -> None:
    async with resources.database.opened(), resources.database.service() as conn:
        await make_platform_admin(conn, email)


@app.command()
def detect(
    paper: Annotated[Path, typer.Argument(help="The exam paper.", exists=True, dir_okay=False)],
    json: Annotated[
        str | None, typer.Option("--json", help="Write the structure to this file; - for standard output.")
    ] = None,
    overlay: Annotated[
        Path | None, typer.Option("--overlay", help="Write the paper with its structure drawn on it.")
    ] = None,
) -> None:
    """Propose a paper's questions, marks and answer areas from its PDF. Needs no server."""
    from markroom.reading.structure.command import run

    with _plain_errors():
        run(paper, json, overlay)
