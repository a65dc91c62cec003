"""``assay token``: API tokens, from the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from assay.cli.place import DataFolder, opened, read_settings
from assay.flow.access import SCOPES
from assay.kernel.clock import now_us
from assay.kernel.errors import BadInput
from assay.store import credentials, people

token = typer.Typer(help="Make API tokens.", no_args_is_help=True)


@token.callback()
def tokens() -> None:
    """Make API tokens."""


@token.command()
def create(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Whose token it is.")],
    scope: Annotated[list[str] | None, typer.Option(help=f"{', '.join(SCOPES)}; repeat it. Default: all.")] = None,
    name: Annotated[str, typer.Option(help="To tell tokens apart.")] = "command line",
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days until it ends.")] = 90,
    data: DataFolder = None,
) -> None:
    """Make an API token and print it, alone. It is shown this once; only its digest is kept.

    It may do what its scopes and its person's role both allow. Works while the server runs.
    """
    scopes = scope or list(SCOPES)
    for one in scopes:
        if one not in SCOPES:
            raise BadInput(f"There is no scope {one!r}.", field="--scope", action=f"Use: {', '.join(SCOPES)}.")
    now = now_us()
    with opened(read_settings(data)) as store:

        def work(connection):  # type: ignore[no-untyped-def]
            owner = people.member_by_email(connection, email)
            return credentials.make_token(connection, owner, name=name, scopes=scopes, days=days, now=now)

        _, secret = store.write(work)
    typer.echo(secret)
