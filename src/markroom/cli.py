"""The markroom command: what an operator does without a browser."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, TypeVar
from uuid import UUID

import psycopg
import typer

from markroom.identity.actions import issue_link_for, make_platform_admin
from markroom.identity.model import check_address
from markroom.institutes.actions import create_institute
from markroom.institutes.closing.actions import close_by_command, reopen
from markroom.institutes.invitations.actions import issue_invitation
from markroom.jobs.queue import run_worker
from markroom.kit.db import Conn
from markroom.kit.errors import MarkroomError
from markroom.kit.logs import configure_logs
from markroom.kit.migrations import MigrationRefused
from markroom.kit.postgres import ClusterError
from markroom.kit.resources import Resources, make_resources
from markroom.kit.settings import Settings
from markroom.kit.storage import Storage
from markroom.kit.tokens import read_or_make_secret
from markroom.launch import launch, open_admin, open_resources
from markroom.operation.archive import verify_archive
from markroom.operation.doctor import examine
from markroom.reading.commands import app as reading_app

T = TypeVar("T")
app = typer.Typer(
    help="The room where a school's exams are run and marked.", no_args_is_help=True, add_completion=False
)
institute_app = typer.Typer(help="Schools on this server.", no_args_is_help=True)
user_app = typer.Typer(help="People on this server.", no_args_is_help=True)
catalogue_app = typer.Typer(help="The boards' exams.", no_args_is_help=True)
graph_app = typer.Typer(help="The graphs of the schools on this server.", no_args_is_help=True)
app.add_typer(reading_app)
app.add_typer(institute_app, name="institute")
app.add_typer(user_app, name="user")
app.add_typer(catalogue_app, name="catalogue")
app.add_typer(graph_app, name="graph")

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="Port to listen on.")]


@contextmanager
def _plain_errors() -> Iterator[None]:
    """What went wrong, in a line, instead of a trace."""
    try:
        yield
    except (MarkroomError, ClusterError, MigrationRefused) as error:
        typer.echo(f"markroom: {_in_words(error)}", err=True)
        raise typer.Exit(1) from error
    except psycopg.OperationalError as error:
        typer.echo(f"markroom: The database does not answer: {error}", err=True)
        raise typer.Exit(1) from error


def _in_words(error: Exception) -> str:
    return str(error) or " ".join((type(error).__doc__ or "").split())


def _act(resources: Resources, act: Callable[[Conn], Awaitable[T]], institute_id: UUID | None = None) -> T:
    """One transaction of the service, in an institute or outside of all."""

    async def run() -> T:
        async with resources.database.opened(), resources.database.service(institute_id) as conn:
            return await act(conn)

    return asyncio.run(run())


def _settings(*, level: int = logging.INFO) -> Settings:
    configure_logs(json=not sys.stderr.isatty(), level=level)
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
    from markroom import server

    with _plain_errors(), open_resources(_at_port(_settings(), port)) as resources:
        server.serve(resources, host, port, with_worker=not no_worker)


def _at_port(settings: Settings, port: int) -> Settings:
    if os.environ.get("MARKROOM_BASE_URL"):
        return settings
    return replace(settings, base_url=f"http://127.0.0.1:{port}")


@app.command()
def demo(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serve a demo school, made on the first run, and print a link that signs you in."""
    from markroom import server

    port = server.free_port(host, port)
    quiet = _settings(level=logging.WARNING)  # a line for each request would hide the link
    with _plain_errors(), open_resources(_at_port(quiet, port)) as resources:
        asyncio.run(server.serve_demo(resources, host, port))


@app.command()
def worker(concurrency: Annotated[int, typer.Option(help="Jobs at a time.")] = 2) -> None:
    """Run jobs, on this host or any other that shares the database, the files and the secret."""
    from markroom.worker import work_until_stopped

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


@institute_app.command("export")
def institute_export(
    institute_id: Annotated[UUID, typer.Option("--id", help="The school.")],
    file: Annotated[Path, typer.Argument(help="The archive to write.")],
) -> None:
    """Write all of one school, and nothing of another, into one archive: tables as JSON lines, files."""
    from markroom.operation.export import export_institute

    with _plain_errors():
        settings = _settings()
        storage = Storage.from_settings(settings.storage_url, settings.data_path)
        with launch(settings) as found:
            made = export_institute(found.service_url, storage, institute_id, file.resolve())
        typer.echo(f"{file}: {sum(made.rows.values())} rows and {made.file_count} files.")


@institute_app.command("close")
def institute_close(
    institute_id: Annotated[UUID, typer.Option("--id", help="The school.")],
    confirm: Annotated[str, typer.Option(help="Its name, typed in full.")],
) -> None:
    """Close a school: nothing opens it any more, everything in it is kept."""
    with _plain_errors(), open_resources(_settings()) as resources:
        ended = _act(resources, lambda conn: close_by_command(conn, institute_id, confirm), institute_id)
        typer.echo(
            f"Closed. Ended with it: invitations {ended.invitations}, keys {ended.api_keys}, "
            f"jobs {ended.jobs}, sessions {ended.sessions}."
        )


@institute_app.command("reopen")
def institute_reopen(institute_id: Annotated[UUID, typer.Option("--id", help="The school.")]) -> None:
    """Open a closed school again. Invitations and keys that ended with it stay ended."""
    with _plain_errors(), open_resources(_settings()) as resources:
        _act(resources, lambda conn: reopen(conn, institute_id), institute_id)
        typer.echo("It is open again.")


@app.command("sign-in-link")
def sign_in_link(email: str) -> None:
    """Print a one-time sign-in link for somebody, when mail does not reach them."""
    with _plain_errors(), open_resources(_settings()) as resources:
        token = _act(resources, lambda conn: issue_link_for(conn, resources.secret, email))
        typer.echo(f"{resources.settings.base_url}/sign-in/{token}")


@user_app.command("make-platform-admin")
def user_make_platform_admin(email: str) -> None:
    """Let somebody administer every school on this server."""
    with _plain_errors(), open_resources(_settings()) as resources:
        _act(resources, lambda conn: make_platform_admin(conn, email))
        typer.echo(f"{email} administers this server now.")


@catalogue_app.command("load")
def catalogue_load(
    place: Annotated[Path, typer.Argument(help="A CSV file, or a folder of them.", exists=True)],
    version: Annotated[str, typer.Option(help="What this content is called, like 2026-09.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Load boards, specifications, papers, objectives and spec points: all of it, or nothing."""
    from markroom.catalogue.command import load

    with _plain_errors(), launch(_settings()) as found:
        for line in load(found.service_url, place, version, dry_run=dry_run):
            typer.echo(line)


@graph_app.command("rebuild")
def graph_rebuild(institute_id: Annotated[UUID, typer.Option("--institute", help="The school.")]) -> None:
    """Make a school's graph anew, beside the old one until it is ready."""
    from markroom.graph.command import rebuild

    with _plain_errors(), open_resources(_settings()) as resources:
        for line in asyncio.run(rebuild(resources, institute_id)):
            typer.echo(line)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The archive to write.")],
    with_secret: Annotated[
        bool,
        typer.Option(
            "--with-secret",
            help="Put the server's secret inside. Links and database logins follow from it, so whoever has "
            "the archive could make them; without it, keep the secret elsewhere.",
        ),
    ] = False,
) -> None:
    """Write database and files into one archive. The server may run meanwhile."""
    from markroom.operation.backup import back_up

    with _plain_errors():
        settings = _settings()
        secret = (
            (settings.secret.encode() or read_or_make_secret(settings.data_path)) if with_secret else None
        )
        storage = Storage.from_settings(settings.storage_url, settings.data_path)
        with open_admin(settings) as admin_url:
            made = back_up(admin_url, storage, file.resolve(), secret)
        typer.echo(f"{file}: {sum(made.rows.values())} rows and {made.file_count} files.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="The archive to read.", exists=True, dir_okay=False)],
) -> None:
    """Put an archive of `markroom backup` into an empty database and file store, and bring it up to date."""
    from markroom.operation import backup

    with _plain_errors():
        settings = _settings()
        verify_archive(file, "backup")  # before a data directory is made
        storage = Storage.from_settings(settings.storage_url, settings.data_path)
        secret_path = None if settings.secret else settings.data_path / "secret"
        with open_admin(settings) as admin_url:
            made = backup.restore(admin_url, storage, file.resolve(), secret_path)
            with launch(settings) as found:
                found.migrate()
        typer.echo(f"{sum(made.rows.values())} rows and {made.file_count} files are back.")
        if not made.has_secret:
            typer.echo(
                "The archive holds no secret: links sent before work only with the secret of that server."
            )


@app.command()
def doctor() -> None:
    """Say what is wrong with this installation and what to do about it."""
    with _plain_errors():
        settings = _settings()
        with launch(settings) as found:
            resources = make_resources(settings, found.app_url, found.service_url, found.secret)
            if not asyncio.run(_examine(resources, found.admin_url)):
                raise typer.Exit(1)


async def _examine(resources: Resources, admin_url: str | None) -> bool:
    findings = [finding async for finding in examine(resources, admin_url)]
    for finding in findings:
        typer.echo(f"{finding.what}: {'well' if finding.is_well else finding.advice}")
    return all(finding.is_well for finding in findings)
