"""Sign-in, people, invitations and API tokens."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from assay.server.views.body import Email, Incoming, Outgoing, Password, PersonName, PublicId, example

Role = Literal["owner", "lead", "reviewer", "annotator"]
Scope = Literal["annotate", "read", "write", "admin"]


class PersonView(Outgoing):
    """A person, as colleagues see one."""

    id: str
    email: str | None = Field(description="Null for somebody who only came along in an imported file.")
    name: str


class WorkspaceView(Outgoing):
    """A workspace: the outer wall. Projects and people of two workspaces never see each other."""

    id: str
    name: str


class WorkspaceRoleView(WorkspaceView):
    """A workspace and what one is there."""

    role: Role


class SessionView(Outgoing):
    """Who is signed in, where, and the token that unsafe requests must carry."""

    person: PersonView
    workspace: WorkspaceView
    role: Role
    workspaces: list[WorkspaceRoleView]
    csrf_token: str = Field(description="Send it as the header X-CSRF-Token with every unsafe request of a browser.")
    has_password: bool
    version: str


class PasswordSignIn(Incoming):
    """Sign in by password."""

    model_config = example(email="ada@example.org", password="correct horse battery staple")  # noqa: S106 - shown, not used

    email: Email
    password: Password


class LinkSignIn(Incoming):
    """Sign in by a one-time link: its token."""

    model_config = example(token="the part of the link after #link=")  # noqa: S106 - shown, not used

    token: Annotated[str, Field(min_length=1, max_length=200)]


class SwitchWorkspace(Incoming):
    """Go over to another workspace of one's own."""

    model_config = example(workspace_id="bqx7c2wmzk4ydhn5tfoaij3ruv")

    workspace_id: PublicId


class ChangeMe(Incoming):
    """What people change of themselves."""

    model_config = example(name="Ada Lovelace")

    name: PersonName | None = None
    new_password: Password | None = None
    current_password: Password | None = Field(default=None, description="Needed when there is a password already.")


class MemberView(Outgoing):
    """A person of the workspace, for leads and owners."""

    id: str
    email: str | None
    name: str
    role: Role
    active: bool
    can_sign_in: bool
    project_count: int
    annotation_count: int
    created_at: str


class MemberList(Outgoing):
    """A page of people."""

    items: list[MemberView]
    next_cursor: str | None = None


class ChangeMember(Incoming):
    """Change somebody's role, or end or restore access. The person's work stays in any case."""

    model_config = example(role="lead")

    role: Role | None = None
    active: bool | None = None
    name: PersonName | None = None


class OneTimeLink(Outgoing):
    """A link that works once. It is shown now and never again."""

    url: str
    expires_at: str


class NewInvitation(Incoming):
    """Invite by link."""

    model_config = example(
        role="annotator", email="grace@example.org", project_ids=["bqx7c2wmzk4ydhn5tfoaij3ruv"], expires_in_days=7
    )

    role: Role
    email: Email | None = Field(default=None, description="When given, only this address can accept.")
    project_ids: list[PublicId] = Field(
        default_factory=list, max_length=200, description="Projects that the person joins."
    )
    expires_in_days: int = Field(default=7, ge=1, le=90)


class InvitationView(Outgoing):
    """An invitation, without its secret."""

    id: str
    role: Role
    email: str | None
    project_ids: list[str]
    created_at: str
    expires_at: str
    state: Literal["open", "used", "expired", "revoked"]


class InvitationList(Outgoing):
    """All invitations, newest first."""

    items: list[InvitationView]


class CreatedInvitation(Outgoing):
    """A new invitation with its link, shown once."""

    invitation: InvitationView
    link: OneTimeLink


class InvitationToken(Incoming):
    """The secret part of an invitation link."""

    model_config = example(token="the part of the link after #token=")  # noqa: S106 - shown, not used

    token: Annotated[str, Field(min_length=1, max_length=200)]


class InvitationPreview(Outgoing):
    """What one is invited to, before accepting."""

    workspace_name: str
    role: Role
    email: str | None
    needs_email: bool
    project_titles: list[str]


class AcceptInvitation(Incoming):
    """Accept an invitation."""

    model_config = example(token="the part of the link after #token=", name="Grace Hopper", email="grace@example.org")  # noqa: S106 - shown, not used

    token: Annotated[str, Field(min_length=1, max_length=200)]
    name: PersonName
    email: Email | None = None
    password: Password | None = Field(default=None, description="Optional: sign-in links work without one.")


class NewToken(Incoming):
    """Make an API token for oneself."""

    model_config = example(name="nightly export", scopes=["read"], expires_in_days=90)

    name: PersonName
    scopes: list[Scope] = Field(min_length=1, max_length=4)
    expires_in_days: int | None = Field(default=90, ge=1, le=3650)


class TokenView(Outgoing):
    """An API token, without its secret."""

    id: str
    name: str
    scopes: list[Scope]
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    state: Literal["open", "expired", "revoked"]


class TokenList(Outgoing):
    """One's own tokens, newest first."""

    items: list[TokenView]


class CreatedToken(Outgoing):
    """A new token with its secret, shown once."""

    token: TokenView
    secret: str
