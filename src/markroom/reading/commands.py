"""What the markroom command reads without a server: papers and mark schemes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from markroom.reading import pdf

app = typer.Typer()
ToJson = Annotated[
    str | None, typer.Option("--json", help="Write what was found to this file; - for standard output.")
]


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except pdf.Unreadable as error:
        said = str(error) or " ".join((type(error).__doc__ or "").split())
        typer.echo(f"markroom: {said}", err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        typer.echo(f"markroom: {error.filename}: {error.strerror}", err=True)
        raise typer.Exit(1) from error


@app.command()
def detect(
    paper: Annotated[Path, typer.Argument(help="The exam paper.", exists=True, dir_okay=False)],
    json: ToJson = None,
    overlay: Annotated[
        Path | None, typer.Option("--overlay", help="Write the paper with its structure drawn on it.")
    ] = None,
) -> None:
    """Propose a paper's questions, marks and answer areas from its PDF. Needs no server."""
    from markroom.reading.structure.command import run

    with _plain_errors():
        run(paper, json, overlay)


@app.command()
def scheme(
    scheme: Annotated[Path, typer.Argument(help="The mark scheme.", exists=True, dir_okay=False)],
    json: ToJson = None,
) -> None:
    """Read the points of each question from a mark scheme's PDF. Needs no server."""
    from markroom.reading.scheme.command import run

    with _plain_errors():
        run(scheme, json)
