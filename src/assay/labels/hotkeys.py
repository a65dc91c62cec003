"""Which key answers what: the keys that the label config gives, and number keys for the rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from assay.labels.xml_tree import Element, bad_config

NUMBER_KEYS: Final = "1234567890"

RESERVED_KEYS: Final = frozenset({"enter", "escape", "esc", "tab", "backspace", "space", "?", "g"})
"""Keys of the labeling page itself; a label config cannot take them."""

_MODIFIERS: Final = {"ctrl": "ctrl", "control": "ctrl", "alt": "alt", "shift": "shift", "meta": "meta", "cmd": "meta"}
_KEY: Final = re.compile(r"[!-~]|f[1-9]|f1[0-2]|left|right|up|down|home|end|insert|delete|space|enter|tab|esc(?:ape)?")


def normalized(hotkey: str) -> str | None:
    """One spelling for a key: lower case, modifiers in a fixed order; None when it is not a key.

    >>> normalized("Shift+Ctrl+A"), normalized("++"), normalized("ab")
    ('ctrl+shift+a', None, None)
    """
    text = hotkey.strip().lower()
    *modifiers, key = text.split("+") if text != "+" else ["+"]
    names = {_MODIFIERS.get(modifier.strip()) for modifier in modifiers}
    key = key.strip()
    if None in names or not _KEY.fullmatch(key):
        return None
    return "+".join([*(name for name in ("ctrl", "alt", "shift", "meta") if name in names), key])


class Hotkeys:
    """Hands out the keys of one label config.

    Keys written in the config come first, wherever they stand: a key used twice is refused, a
    reserved or unreadable one is dropped with a warning. What has no key then gets the free number
    keys 1 … 9, 0 in the order of the config; when these are used up, none.
    """

    def __init__(self, root: Element, warn: Callable[[str], None]) -> None:
        self._given: dict[int, str] = {}
        lines: dict[str, int] = {}
        for element in root.walk():
            written = element.attrs.get("hotkey", "").strip()
            if element.kind != "choice" or not written:
                continue
            key = normalized(written)
            if key is None or key in RESERVED_KEYS:
                why = "is not a key that Assay knows" if key is None else "belongs to the labeling page"
                warn(f'The hotkey "{written[:40]}" {why} and was left out.')
            elif key in lines:
                message = f'The hotkey "{key}" is used twice, here and in line {lines[key]}.'
                raise bad_config(message, element.line, "Give each choice its own key.")
            else:
                lines[key] = element.line
                self._given[id(element)] = key
        self._free = [key for key in NUMBER_KEYS if key not in lines]

    def take(self, element: Element) -> str | None:
        """The key of this element: its own, or the next free number key, or none."""
        given = self._given.get(id(element))
        if given is not None:
            return given
        return self._free.pop(0) if self._free else None
