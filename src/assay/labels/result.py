"""Label Studio result arrays into answers and back.

A result is ``[{"from_name", "to_name", "type", "value", …}, …]``; an answer is what one control
says, in canonical form (see :mod:`assay.labels.label_type`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from assay.kernel.errors import BadInput, TooLarge
from assay.kernel.json_text import Json, canonical_json, check_json, quoted, write_json
from assay.kernel.limits import RESULT_BYTES, RESULT_ITEMS
from assay.labels.label_config import LabelConfig, label_type_of
from assay.labels.label_type import Answer, Control, ResultItem

_ITEM_ID_CHARACTERS = 10


def read_result(config: LabelConfig, result: Json) -> dict[str, Answer]:
    """The answer of every control, in config order; a control without an item has the answer ``[]``.

    Refuses (BadInput naming ``result[0].value.choices`` and the like): what is not a list of objects,
    an unknown ``from_name``, ``to_name``, ``type`` or label, a required control without an answer, more
    answers than a control takes, NaN anywhere, too many items. Raises TooLarge for too many bytes.
    Other keys of an item (``id``, ``score``, ``meta`` …) are allowed and not read.

    >>> from assay.labels.templates import TEMPLATES
    >>> config = TEMPLATES.get("sentiment").parsed()
    >>> item = {"from_name": "sentiment", "to_name": "text", "type": "choices", "value": {"choices": ["Neutral"]}}
    >>> read_result(config, [item])
    {'sentiment': ['Neutral']}
    """
    if not isinstance(result, list):
        raise BadInput("The result must be a list of items.", field="result")
    if len(result) > RESULT_ITEMS:
        raise TooLarge(f"The result has {len(result):,} items; at most {RESULT_ITEMS:,} are allowed.", field="result")
    check_json(result, "result")
    size = len(write_json(result))
    if size > RESULT_BYTES:
        raise TooLarge(f"The result is {size:,} bytes; at most {RESULT_BYTES:,} are allowed.", field="result")
    items: dict[str, list[ResultItem]] = {control.name: [] for control in config.controls}
    for index, item in enumerate(result):
        name, read = _read_item(config, item, f"result[{index}]")
        items[name].append(read)
    answers = {}
    for control in config.controls:
        answer = label_type_of(control).answer(control, items[control.name])
        if control.required and not answer:
            action = "Answer it, or skip the task."
            raise BadInput(f"{quoted(control.name)} is required.", field=f"result.{control.name}", action=action)
        answers[control.name] = answer
    return answers


def build_result(config: LabelConfig, answers: Mapping[str, Json]) -> list[dict[str, Json]]:
    """Answers as a result array: what :func:`read_result` reads back as the same answers.

    For a single choice a bare text may stand for a list of one. Empty answers make no item. Item ids
    are made from their content, so that equal answers make equal results. Raises BadInput for a control
    or a label that the config does not have.

    >>> from assay.labels.templates import TEMPLATES
    >>> build_result(TEMPLATES.get("sentiment").parsed(), {"sentiment": "Neutral"})[0]["value"]
    {'choices': ['Neutral']}
    """
    for name in answers:
        config.control(name)
    result = []
    for control in config.controls:
        answer = answers.get(control.name)
        if answer is None:
            continue
        for number, value in enumerate(label_type_of(control).items(control, answer)):
            seed = canonical_json([control.name, number, value])
            item_id = hashlib.sha256(seed.encode()).hexdigest()[:_ITEM_ID_CHARACTERS]
            result.append(
                {
                    "id": item_id,
                    "from_name": control.name,
                    "to_name": control.to_name[0],
                    "type": control.type,
                    "value": value,
                }
            )
    return result


def canonical(answers: Mapping[str, Answer]) -> str:
    """Compact sorted JSON: equal answers are equal strings.

    >>> canonical({"b": ["x"], "a": []})
    '{"a":[],"b":["x"]}'
    """
    return canonical_json(dict(answers))


def _read_item(config: LabelConfig, item: Json, path: str) -> tuple[str, ResultItem]:
    if not isinstance(item, dict):
        raise BadInput(f"{path}: an item must be an object.", field=path)
    name = _text(item, "from_name", path)
    control = config.controls_by_name.get(name)
    if control is None:
        raise _not_one_of(f"{path}.from_name", name, "control", config.controls_by_name)
    to_name = _text(item, "to_name", path)
    if to_name not in control.to_name:
        raise _not_one_of(f"{path}.to_name", to_name, f"target of {quoted(name)}", control.to_name)
    _check_type(control, _text(item, "type", path), path)
    value = item.get("value")
    if not isinstance(value, dict):
        raise BadInput(f"{path}.value: this must be an object.", field=f"{path}.value")
    return name, ResultItem(path, to_name, value)


def _text(item: dict[str, Any], key: str, path: str) -> str:
    value = item.get(key)
    if not isinstance(value, str):
        what = "is missing" if key not in item else "must be a text"
        raise BadInput(f"{path}.{key}: this {what}.", field=f"{path}.{key}")
    return value


def _check_type(control: Control, written: str, path: str) -> None:
    if written != control.type:
        raise _not_one_of(f"{path}.type", written, f"type of {quoted(control.name)}", [control.type])


def _not_one_of(field: str, found: str, what: str, known: Any) -> BadInput:
    allowed = list(known)
    listed = ", ".join(quoted(name) for name in allowed) or "none"
    message = f"{field}: {quoted(found)} is not a {what}."
    return BadInput(message, field=field, action=f"Use one of: {listed}.", details={"allowed": allowed})
