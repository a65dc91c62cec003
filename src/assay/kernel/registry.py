"""A plug-in list: what is built in, in one visible tuple, and what other packages add by entry point."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.metadata import entry_points
from typing import Generic, Protocol, TypeVar

from assay.kernel.errors import NotFound


class HasId(Protocol):
    """Anything with an id that is unique in its list."""

    @property
    def id(self) -> str: ...


Member = TypeVar("Member", bound=HasId)


class Registry(Generic[Member]):
    """Members by id, in the order of the list.

    Built-ins and third parties come in by the same door: ``entry_point_group`` names the
    entry points whose objects are members too. An id used twice is refused at start.
    """

    def __init__(self, kind: str, members: Iterable[Member], entry_point_group: str | None = None) -> None:
        self.kind = kind
        self._members: dict[str, Member] = {}
        self._group = entry_point_group
        self._loaded = entry_point_group is None
        for member in members:
            self._add(member)

    def _add(self, member: Member) -> None:
        if member.id in self._members:
            raise ValueError(f"two members of {self.kind} have the id {member.id!r}")
        self._members[member.id] = member

    def _load(self) -> None:
        if not self._loaded:
            self._loaded = True
            for point in entry_points(group=self._group or ""):
                self._add(point.load())

    def get(self, member_id: str) -> Member:
        """The member of that id. Raises NotFound naming the ids that exist."""
        self._load()
        found = self._members.get(member_id)
        if found is None:
            known = ", ".join(self._members)
            raise NotFound(f"There is no {self.kind} {member_id!r}.", action=f"Use one of: {known}.")
        return found

    def ids(self) -> tuple[str, ...]:
        """The ids, in the order of the list."""
        self._load()
        return tuple(self._members)

    def __iter__(self) -> Iterator[Member]:
        self._load()
        return iter(self._members.values())

    def __len__(self) -> int:
        self._load()
        return len(self._members)
