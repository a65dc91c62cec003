"""``assay user``: people, from the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from assay.cli.place import DataFolder, address, opened, read_settings
from assay.flow.access import Role
from assay.kernel.clock import now_us
from assay.kernel.errors import BadInput
from assay.store import credentials, people

user = typer.Typer(help="Add people and make sign-in links.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The person's e-mail address.")]


@user.command()
def add(
    email: Email,
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.ANNOTATOR,
    name: Annotated[str, typer.Option(help="Shown to colleagues. Default: the address up to the @.")] = "",
    data: DataFolder = None,
) -> None:
    """Add a person to the workspace and print a one-time sign-in link.

    Works while the server runs. There is no default password: the link signs in once, and a password
    can be set under Account.
    """
    settings = read_settings(data)
    now = now_us()
    shown = name or email.split("@", 1)[0]
    if "@" not in email.strip("@") or len(email) > 254 or any(c.isspace() for c in email):
        raise BadInput(f"{email!r} is not an e-mail address.", field="EMAIL", action="Use the form name@host.")
    with opened(settings) as store:

        def work(connection):  # type: ignore[no-untyped-def]
            workspace_id = people.first_workspace(connection, now)
            member = people.add_person(connection, workspace_id, email=email, name=shown, role=role, now=now)
            return credentials.make_link(connection, member.person_id, now=now, minutes=settings.sign_in_link_minutes)

        secret, _ = store.write(work)
    minutes = settings.sign_in_link_minutes
    typer.echo(f"{email} is {_article(role)} now. This link signs in once, within {minutes} minutes:")
    typer.echo(f"{address(settings)}/sign-in#link={secret}")


@user.command()
def link(email: Email, data: DataFolder = None) -> None:
    """Print a one-time sign-in link for a person (the link alone)."""
    settings = read_settings(data)
    now = now_us()
    with opened(settings) as store:

        def work(connection):  # type: ignore[no-untyped-def]
            member = people.member_by_email(connection, email)
            return credentials.make_link(connection, member.person_id, now=now, minutes=settings.sign_in_link_minutes)

        secret, _ = store.write(work)
    typer.echo(f"{address(settings)}/sign-in#link={secret}")


def _article(role: Role) -> str:
    return f"an {role}" if role in (Role.OWNER, Role.ANNOTATOR) else f"a {role}"
