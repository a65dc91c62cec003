"""Choices: pick one, or any number, from a list (``<Choices>`` with ``<Choice>`` in it).

Label Studio's rules. The stored value of a choice is its ``alias`` or, without one, its ``value``.
With ``allowNested="true"`` choices hold choices, and what is stored is the path from the top:
``[["Animals", "Cat"]]``. Only leaves are answers; where Label Studio also writes a parent because all
of its children are chosen, that parent is read and left out of the answer, as it says nothing more.

The answer lists the stored values (or paths) in the order of the label config. The distance of two
answers is Jaccard's: 1 − |both| / |either|, and 0 for two empty answers; for single choices that is
0 for the same and 1 for different.

Source: https://labelstud.io/tags/choices and https://labelstud.io/tags/choice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from assay.kernel.errors import BadInput
from assay.kernel.json_text import Json, quoted
from assay.labels.choices_tag import Choice, ChoicesControl, Path, read_choices_tag
from assay.labels.label_type import Answer, LabelTypeCard, ReadingContext, ResultItem
from assay.labels.xml_tree import Element

_NAMED_IN_MESSAGES: Final = 12


class ChoicesType:
    """The label type of Choices; see the top of this file for its rules."""

    id = "choices"
    card = LabelTypeCard(
        id="choices",
        title="Choices",
        control_tags=("Choices",),
        description="Pick one, or any number, from a list.",
        example="""<View>
  <Text name="text" value="$text"/>
  <Choices name="mood" toName="text" choice="multiple">
    <Choice value="Glad"/>
    <Choice value="Sad"/>
    <Choice value="Something else" alias="other" hotkey="x"/>
  </Choices>
</View>
""",
    )

    def read_control(self, element: Element, context: ReadingContext) -> ChoicesControl:
        """The control of a Choices tag. Raises BadLabelConfig."""
        return read_choices_tag(element, context)

    def answer(self, control: ChoicesControl, items: Sequence[ResultItem]) -> Answer:
        """Stored values in config order. One item at most; for a single choice one value at most."""
        if not items:
            return []
        if len(items) > 1:
            message = f"{items[1].path}: {quoted(control.name)} is answered twice; one result item is enough."
            raise BadInput(message, field=items[1].path)
        (item,) = items
        field_path = f"{item.path}.value"
        unknown = [key for key in item.value if key != "choices"]
        if unknown:
            message = f"{field_path}: {quoted(unknown[0])} is not part of a choices answer."
            raise BadInput(message, field=f"{field_path}.{unknown[0]}", action='Send {"choices": [...]} alone.')
        return self._canonical(control, item.value.get("choices"), f"{field_path}.choices")

    def items(self, control: ChoicesControl, answer: Json) -> list[dict[str, Json]]:
        """``[{"choices": [...]}]``, or nothing for an empty answer; a bare text stands for one choice."""
        chosen = self._canonical(control, [answer] if isinstance(answer, str) else answer, control.name)
        return [{"choices": chosen}] if chosen else []

    def labels_of(self, control: ChoicesControl, answer: Answer) -> tuple[str, ...]:
        """The stored values; for nested choices as ``Animals / Cat``."""
        return tuple(" / ".join(value) if control.nested else value for value in answer)

    def distance(self, control: ChoicesControl, first: Answer, second: Answer) -> float:
        """Jaccard's distance.

        >>> from assay.labels.label_config import parse_label_config
        >>> config = parse_label_config('''<View><Text name="t" value="$text"/><Choices name="c" toName="t"
        ... choice="multiple"><Choice value="a"/><Choice value="b"/><Choice value="c"/></Choices></View>''')
        >>> ChoicesType().distance(config.controls[0], ["a", "b"], ["b", "c"])
        0.6666666666666667
        """
        left = {_as_path(value) for value in first}
        right = {_as_path(value) for value in second}
        either = len(left | right)
        return 1 - len(left & right) / either if either else 0.0

    def samples(self, control: ChoicesControl) -> list[Answer]:
        """Each choice alone; where several may be chosen, also all of them together."""
        every: Answer = [list(path) if control.nested else path[0] for path in control.ranks]
        alone: list[Answer] = [[value] for value in every]
        return [*alone, every] if control.multiple and len(every) > 1 else alone

    def _canonical(self, control: ChoicesControl, values: Json, field_path: str) -> Answer:
        if not isinstance(values, list):
            raise BadInput(f"{field_path}: this must be a list of choices.", field=field_path)
        chosen: dict[Path, str] = {}
        for index, value in enumerate(values):
            where = f"{field_path}[{index}]"
            path = _read_path(control, value, where)
            if path in chosen:
                raise BadInput(f"{where}: {_shown(path)} is chosen twice.", field=where)
            if path not in control.ranks and path not in control.parents:
                raise _unknown(control, path, where)
            chosen[path] = where
        self._check_parents(control, chosen)
        leaves = sorted((path for path in chosen if path in control.ranks), key=control.ranks.__getitem__)
        if len(leaves) > 1 and not control.multiple:
            message = f"{field_path}: {quoted(control.name)} takes one choice, and {len(leaves)} are given."
            raise BadInput(message, field=field_path)
        return [list(path) if control.nested else path[0] for path in leaves]

    @staticmethod
    def _check_parents(control: ChoicesControl, chosen: Mapping[Path, str]) -> None:
        for path, where in chosen.items():
            if path in control.parents and not control.parents[path] <= chosen.keys():
                message = f"{where}: {_shown(path)} has choices inside it, and they are the answer."
                raise BadInput(message, field=where, action="Choose the innermost ones.")


def _as_path(value: Json) -> Path:
    return tuple(value) if isinstance(value, list) else (value,)


def _read_path(control: ChoicesControl, value: Json, where: str) -> Path:
    """The path that a value of a result names, by its JSON type alone."""
    if control.nested:
        if not isinstance(value, list) or not value or not all(isinstance(step, str) for step in value):
            raise BadInput(f'{where}: this must be a path of texts, as ["Animals", "Cat"].', field=where)
        return tuple(value)
    if not isinstance(value, str):
        raise BadInput(f"{where}: this must be a text, not {_json_type(value)}.", field=where)
    return (value,)


def _json_type(value: Json) -> str:
    names = {bool: "true or false", list: "a list", dict: "an object", type(None): "null"}
    return names.get(type(value), "a number")


def _shown(path: Path) -> str:
    return quoted(" / ".join(path))


def _unknown(control: ChoicesControl, path: Path, where: str) -> BadInput:
    allowed = [_shown(leaf) for leaf in control.ranks]
    more = len(allowed) - _NAMED_IN_MESSAGES
    listed = ", ".join(allowed[:_NAMED_IN_MESSAGES]) + (f" and {more} more" if more > 0 else "")
    hint = ""
    for leaf, choice in zip(control.ranks, _leaves(control.choices), strict=True):
        if choice.alias is not None and choice.label == path[-1]:
            hint = f" {quoted(choice.label)} is only shown; what is stored is {_shown(leaf)}."
            break
    message = f"{where}: {_shown(path)} is not a choice of {quoted(control.name)}.{hint}"
    return BadInput(message, field=where, action=f"Use one of: {listed}.", details={"allowed": allowed})


def _leaves(choices: Sequence[Choice]) -> Iterator[Choice]:
    for choice in choices:
        if choice.children:
            yield from _leaves(choice.children)
        else:
            yield choice
