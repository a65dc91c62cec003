"""The command ``assay``: its verbs, and how a problem is told."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from assay import __version__
from assay.cli.agreement import agreement
from assay.cli.demo import demo
from assay.cli.export import export
from assay.cli.import_ import import_
from assay.cli.serve import serve
from assay.cli.token import token
from assay.cli.user import user
from assay.kernel.errors import AssayError

app = typer.Typer(
    name="assay",
    help="Annotation that runs label quality like production infrastructure.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(serve)
app.command()(demo)
app.add_typer(user, name="user")
app.add_typer(token, name="token")
app.command("import")(import_)
app.command()(export)
app.command()(agreement)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def everything(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Annotation that runs label quality like production infrastructure."""


def main() -> None:
    """Run the command line. A problem is one sentence and what to do, never a stack trace; exit status 2."""
    try:
        app()
    except AssayError as problem:
        print(f"assay: {problem.message}\n{problem.action}", file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
