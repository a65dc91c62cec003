"""Roles and what each may do. Deny is the default: what is not listed is not allowed."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache


class Role(StrEnum):
    """What somebody is in a workspace."""

    OWNER = "owner"
    LEAD = "lead"
    REVIEWER = "reviewer"
    ANNOTATOR = "annotator"


class Permission(StrEnum):
    """What an endpoint asks for. It stands in the endpoint's signature."""

    SIGNED_IN = "signed_in"  # anybody with a session or token
    ANNOTATE = "annotate"  # take and answer tasks, in projects where one has a seat
    READ_PROJECT = "read_project"  # see tasks, everybody's annotations, agreement
    EXPORT = "export"
    CHANGE_PROJECT = "change_project"  # create and change projects, import
    SEE_PEOPLE = "see_people"
    ADMINISTER = "administer"  # people, roles, invitations
    OWN_TOKENS = "own_tokens"  # make and end one's own API tokens


_EVERYBODY = frozenset({Permission.SIGNED_IN, Permission.ANNOTATE, Permission.OWN_TOKENS})
_REVIEWER = _EVERYBODY | {Permission.READ_PROJECT}
_LEAD = _REVIEWER | {Permission.EXPORT, Permission.CHANGE_PROJECT, Permission.SEE_PEOPLE}
ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.ANNOTATOR: _EVERYBODY,
    Role.REVIEWER: _REVIEWER,
    Role.LEAD: _LEAD,
    Role.OWNER: frozenset(Permission),
}

# What an API token may do, by its scopes; never more than its person's role.
SCOPES: dict[str, frozenset[Permission]] = {
    "annotate": frozenset({Permission.SIGNED_IN, Permission.ANNOTATE}),
    "read": frozenset({Permission.SIGNED_IN, Permission.READ_PROJECT, Permission.EXPORT, Permission.SEE_PEOPLE}),
    "write": frozenset({Permission.SIGNED_IN, Permission.CHANGE_PROJECT}),
    "admin": frozenset({Permission.SIGNED_IN, Permission.ADMINISTER, Permission.OWN_TOKENS}),
}


@lru_cache(maxsize=256)
def permissions(role: Role, scopes: tuple[str, ...] | None = None) -> frozenset[Permission]:
    """What somebody of that role may do, through a token of those scopes (None: in the browser).

    >>> Permission.EXPORT in permissions(Role.ANNOTATOR, ("read",))
    False
    """
    allowed = ALLOWED[role]
    if scopes is None:
        return allowed
    granted: frozenset[Permission] = frozenset()
    for scope in scopes:
        granted |= SCOPES.get(scope, frozenset())
    return allowed & granted
