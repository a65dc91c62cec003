"""Task data against a label config: is it usable, and which part of it may an annotator see?"""

from __future__ import annotations

from collections.abc import Mapping

from assay.kernel.errors import BadInput, TooLarge
from assay.kernel.json_text import Json, check_json, quoted, write_json
from assay.kernel.limits import TASK_BYTES, TASK_DATA_KEYS
from assay.labels.label_config import LabelConfig
from assay.labels.references import Missing, look_up, only_paths, written


def check_task_data(config: LabelConfig, data: Json) -> None:
    """Refuse data that this label config can't show.

    Everything the config shows must be there; what objects show must be text, and not all of it
    blank; what headers show must be text or a number. Any other keys may be there too. Limits: ``TASK_BYTES``
    as JSON, ``TASK_DATA_KEYS`` keys, depth, no NaN, no lone surrogates, no NUL. Raises BadInput (or TooLarge)
    whose field is the path inside the data.

    >>> from assay.labels.templates import TEMPLATES
    >>> config = TEMPLATES.get("sentiment").parsed()
    >>> check_task_data(config, {"text": 5})
    Traceback (most recent call last):
    ...
    assay.kernel.errors.BadInput: "text" must be text, and it is a number.
    """
    if not isinstance(data, dict):
        raise BadInput(f"Task data must be an object with keys, and it is {_kind(data)}.", field="data")
    if len(data) > TASK_DATA_KEYS:
        raise TooLarge(f"The task has {len(data):,} keys; at most {TASK_DATA_KEYS:,} are allowed.", field="data")
    check_json(data, "", allow_nul=False)
    _check_size(data)
    texts = [_text_at(config, data, path) for path in config.object_paths]
    if texts and not any(text.strip() for text in texts):
        field = written(config.object_paths[0])
        raise BadInput(f"{quoted(field)} is blank, so there is nothing to label.", field=field)
    for path in config.shown_paths:
        if path not in config.object_paths:
            value = _value_at(config, data, path)
            if not isinstance(value, str | int | float) or isinstance(value, bool):
                field = written(path)
                raise BadInput(f"{quoted(field)} must be text or a number, and it is {_kind(value)}.", field=field)


def visible_data(config: LabelConfig, data: Mapping[str, Json]) -> dict[str, Json]:
    """A copy with only what the label config shows: the allow-list of what annotators receive.

    >>> from assay.labels.templates import TEMPLATES
    >>> visible_data(TEMPLATES.get("sentiment").parsed(), {"text": "Fine.", "gold": "Positive"})
    {'text': 'Fine.'}
    """
    return only_paths(data, config.shown_paths)


def _check_size(data: dict[str, Json]) -> None:
    size = len(write_json(data))
    if size > TASK_BYTES:
        message = f"The task's data is {size:,} bytes as JSON; at most {TASK_BYTES:,} are allowed."
        raise TooLarge(message, field="data", action="Split the text into several tasks.")


def _value_at(config: LabelConfig, data: dict[str, Json], path: tuple[str | int, ...]) -> Json:
    try:
        return look_up(data, path)
    except Missing as missing:
        needed = ", ".join(quoted(key) for key in config.data_keys)
        message = f"{quoted(missing.path)} is missing."
        raise BadInput(message, field=missing.path, action=f"The label config shows {needed}; add it.") from None


def _text_at(config: LabelConfig, data: dict[str, Json], path: tuple[str | int, ...]) -> str:
    value = _value_at(config, data, path)
    if not isinstance(value, str):
        field = written(path)
        raise BadInput(f"{quoted(field)} must be text, and it is {_kind(value)}.", field=field)
    return value


def _kind(value: Json) -> str:
    if value is None:
        return "empty (null)"
    names = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list", dict: "an object"}
    return names.get(type(value), "something else")
