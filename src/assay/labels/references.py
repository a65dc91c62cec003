"""``value="$key"``: how a label config points into the task's data.

A value may be one reference (``$text``), text with references in it (``Sent by $author``), or text
alone. A reference reaches inside with dots and indexes: ``$a.b``, ``$a[0]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from typing_extensions import TypedDict

from assay.kernel.json_text import Json
from assay.labels.xml_tree import bad_config

Path: TypeAlias = tuple[str | int, ...]

_REFERENCE: Final = re.compile(r"\$([^\W\d][\w-]*(?:\.[\w-]+|\[\d{1,4}\])*)")
_STEP: Final = re.compile(r"\[(\d+)\]|[\w-]+")


class ValuePart(TypedDict, total=False):
    """A piece of a shown value: either ``text``, or the ``path`` of what to show from the task's data."""

    text: str
    path: list[str | int]


def parse_value(value: str, line: int | None = None) -> list[ValuePart]:
    """The pieces of a ``value`` attribute.

    >>> parse_value("Sent by $mail.author[0]!")
    [{'text': 'Sent by '}, {'path': ['mail', 'author', 0]}, {'text': '!'}]

    A value that starts with ``$`` and is no reference at all is refused: it is a typing mistake.
    """
    parts: list[ValuePart] = []
    end = 0
    for match in _REFERENCE.finditer(value):
        if match.start() > end:
            parts.append({"text": value[end : match.start()]})
        parts.append({"path": [_step(step) for step in _STEP.finditer(match.group(1))]})
        end = match.end()
    if end < len(value):
        parts.append({"text": value[end:]})
    if value.startswith("$") and "path" not in parts[0] and not value[1:2].isdigit():
        raise bad_config(f'"{value[:80]}" is not a reference.', line, 'Write the data key after the $, as "$text".')
    return parts


def _step(match: re.Match[str]) -> str | int:
    return int(match[1]) if match[1] is not None else match[0]


def paths_of(parts: Iterable[ValuePart]) -> list[Path]:
    """The references among the pieces."""
    return [tuple(part["path"]) for part in parts if "path" in part]


def written(path: Path) -> str:
    """The path as people write it.

    >>> written(("a", "b", 0))
    'a.b[0]'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


class Missing(LookupError):
    """The data has nothing at this path; ``path`` is the part that fails, as people write it."""

    def __init__(self, path: Path) -> None:
        super().__init__(written(path))
        self.path = written(path)


def look_up(data: Mapping[str, Json], path: Path) -> Json:
    """What the data holds at the path. Raises Missing, naming the first step that is not there."""
    value: Json = data
    for depth, step in enumerate(path):
        if isinstance(step, int):
            if not isinstance(value, list) or step >= len(value):
                raise Missing(path[: depth + 1])
            value = value[step]
        elif isinstance(value, Mapping) and step in value:
            value = value[step]
        else:
            raise Missing(path[: depth + 1])
    return value


def only_paths(data: Mapping[str, Json], paths: Sequence[Path]) -> dict[str, Json]:
    """A copy of the data that holds nothing but what the paths reach; they still work on it.

    Elements of a list that are not reached become None, so that indexes keep their meaning.
    Paths with nothing at their end are left out.

    >>> only_paths({"a": {"b": 1, "secret": 2}, "x": [7, 8]}, [("a", "b"), ("x", 1)])
    {'a': {'b': 1}, 'x': [None, 8]}
    """
    kept: Json = {}
    for path in paths:
        try:
            value = look_up(data, path)
        except Missing:
            continue
        kept = _put(kept, path, value)
    return dict(kept)


def _put(tree: Json, path: Path, value: Json) -> Json:
    """The tree with the value at the path; new lists and dicts are made on the way."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        grown = list(tree) if isinstance(tree, list) else []
        grown.extend([None] * (step + 1 - len(grown)))
        grown[step] = _put(grown[step], rest, value)
        return grown
    branch = dict(tree) if isinstance(tree, dict) else {}
    branch[step] = _put(branch.get(step), rest, value)
    return branch


def sample_data(paths: Sequence[Path]) -> dict[str, Json]:
    """Data that satisfies the paths, with a sentence at the end of each.

    >>> sample_data([("text",), ("who", "name")])
    {'text': 'An example of text.', 'who': {'name': 'An example of name.'}}
    """
    data: Json = {}
    for path in sorted(paths, key=len, reverse=True):
        name = next((step for step in reversed(path) if isinstance(step, str)), "text")
        try:
            look_up(data, path)
        except Missing:
            data = _put(data, path, f"An example of {name}.")
    return {key: data[key] for key in dict.fromkeys(str(path[0]) for path in paths)}
