"""The command ``assay``: its verbs, and how a problem is told."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from assay import __version__
from assay.kernel.errors import AssayError

# One line a verb: where its function, or its group of verbs, is.
VERBS = {
    "serve": "assay.cli.serve:serve",
    "worker": "assay.cli.worker:worker",
    "demo": "assay.cli.demo:demo",
    "user": "assay.cli.user:user",
    "token": "assay.cli.token:token",
    "import": "assay.cli.import_:import_",
    "export": "assay.cli.export:export",
    "backup": "assay.cli.backup:backup",
    "restore": "assay.cli.restore:restore",
    "move": "assay.cli.move:move",
    "agreement": "assay.cli.agreement:agreement",
    "aggregate": "assay.cli.aggregate:aggregate",
    "doctor": "assay.cli.doctor:doctor",
}


def load_verb(name: str) -> Any:
    """The command of a verb, read from its own file."""
    module, _, member = VERBS[name].partition(":")
    verb = getattr(import_module(module), member)
    if isinstance(verb, typer.Typer):
        command = typer.main.get_command(verb)
    else:
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
        alone.command(name)(verb)
        command = typer.main.get_command(alone)
    command.name = name
    return command


class Verbs(TyperGroup):
    """Reads a verb when it is asked for: computing agreement should not wait for the server's libraries."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names, in the order of the list."""
        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One verb."""
        return load_verb(cmd_name) if cmd_name in VERBS else None


app = typer.Typer(
    cls=Verbs,
    name="assay",
    help="Annotation that runs label quality like production infrastructure.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


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
