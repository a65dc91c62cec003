"""What a label type is: the promises that every file in ``LABEL_TYPES`` keeps.

An **answer** is the canonical, JSON-ready form of what one control was answered: always a list,
empty when it was not answered, in an order that does not depend on how it was clicked, so that equal
answers are equal values. For Choices: the stored values in the order of the label config.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, TypeVar

from assay.kernel.json_text import Json
from assay.labels.hotkeys import Hotkeys
from assay.labels.xml_tree import Element

Answer: TypeAlias = list[Json]

Scale: TypeAlias = Literal["nominal", "set"]
"""What the distances mean: ``nominal`` is same or different, ``set`` is overlap of two sets."""


@dataclass(frozen=True, slots=True)
class LabelTypeCard:
    """The identity of a label type, which pages and routers ask instead of its name.

    ``id`` is also the ``type`` of its result items; ``control_tags`` are the tags that make it; ``example`` is a
    whole label config that uses it.
    """

    id: str
    title: str
    control_tags: tuple[str, ...]
    description: str
    example: str


@dataclass(frozen=True, slots=True)
class ResultItem:
    """One item of a result array, already checked for its outer shape.

    ``path`` says where it was, as ``result[2]``, for messages about its value.
    """

    path: str
    to_name: str
    value: Mapping[str, Json]


class ReadingContext(Protocol):
    """What a label type may use while it reads its control out of the label config."""

    @property
    def hotkeys(self) -> Hotkeys:
        """Gives each choice its key."""
        ...

    def warn(self, message: str) -> None:
        """Add a sentence to the config's ``problems``; the same sentence is kept once."""
        ...


class Control(Protocol):
    """A control of a label config: one question that an annotator answers."""

    @property
    def name(self) -> str: ...
    @property
    def to_name(self) -> tuple[str, ...]: ...
    @property
    def type(self) -> str:
        """The id of its label type."""
        ...

    @property
    def required(self) -> bool: ...
    @property
    def scale(self) -> Scale: ...
    @property
    def labels(self) -> tuple[str, ...]:
        """The names of what can be answered, in config order; guidelines and reports use them."""
        ...

    def as_json(self) -> dict[str, Json]:
        """What the web editor needs; keys that have no value are left out."""
        ...


AnyControl = TypeVar("AnyControl", bound=Control)


class LabelType(Protocol[AnyControl]):
    """One way of answering. Stateless; one object a type, in the list ``LABEL_TYPES``."""

    @property
    def id(self) -> str: ...
    @property
    def card(self) -> LabelTypeCard: ...

    def read_control(self, element: Element, context: ReadingContext) -> AnyControl:
        """The control that a tag describes. Raises BadLabelConfig."""
        ...

    def answer(self, control: AnyControl, items: Sequence[ResultItem]) -> Answer:
        """The canonical answer in the items of this control. Raises BadInput with the item's path.

        No items is the empty answer; that it is required is checked by ``read_result``.
        """
        ...

    def items(self, control: AnyControl, answer: Json) -> list[dict[str, Json]]:
        """The ``value`` objects that :meth:`answer` reads back as this answer. Raises BadInput."""
        ...

    def labels_of(self, control: AnyControl, answer: Answer) -> tuple[str, ...]:
        """Which of ``control.labels`` an answer holds."""
        ...

    def distance(self, control: AnyControl, first: Answer, second: Answer) -> float:
        """How far two answers are apart: 0 the same, 1 nothing in common; symmetric."""
        ...

    def samples(self, control: AnyControl) -> list[Answer]:
        """Some answers, the empty one left out, each different from the others: for previews and tests."""
        ...
