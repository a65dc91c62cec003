"""How annotations made under one label config become annotations of the next: rename, merge, split, remove.

A mapping is a JSON document::

    {"controls": {"old name": "new name" or null},
     "labels": {"old control": {"Old label": rule, …}},
     "unmapped": "refuse" or "ask_again"}

What it does not name keeps its name. A rule is a new label (two old ones with the same new label are merged), null (the
label is taken out of the answer), or, to split one: ``{"ask_again": true}``, or
``{"by": "other control", "cases": {"its label": "New", …}, "else": "New" or null}``, which decides by what the same
annotation says for another control of the old config.

An answer that cannot be mapped (a rule says so; a label is gone and no rule names it; a required control stays without
an answer; more choices than the control takes) makes its annotation *unmapped*: with ``refuse`` the change is refused,
with ``ask_again`` the annotation is set aside and the task asks for another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from assay.kernel.errors import BadInput, TooLarge
from assay.labels.label_config import LabelConfig, label_type_of
from assay.labels.label_type import Control
from assay.labels.result import build_result, canonical, read_result

UNMAPPED = ("refuse", "ask_again")


@dataclass(frozen=True, slots=True)
class Mapped:
    """An answer under the new config, or why there is none."""

    answers: str | None
    result: str | None
    reason: str | None = None


def suggest(old: LabelConfig, new: LabelConfig) -> dict[str, Any]:
    """The mapping that names alone suggest: one control or label gone and one new means a rename.

    Labels that are gone and not renamed are left for people to decide.
    """
    controls = _paired([one.name for one in old.controls], [one.name for one in new.controls])
    labels: dict[str, dict[str, Any]] = {}
    for control in old.controls:
        target = new.controls_by_name.get(controls.get(control.name, control.name) or "")
        if target is not None:
            found = _paired(list(control.labels), list(target.labels))
            if found:
                labels[control.name] = dict(found)
    return {"controls": {name: to for name, to in controls.items() if name != to}, "labels": labels}


def _paired(old: list[str], new: list[str]) -> dict[str, str]:
    """Renames: the same but for case and blanks; else the only one gone is the only one that came."""
    gone, came = [one for one in old if one not in new], [one for one in new if one not in old]
    folded = {" ".join(one.casefold().split()): one for one in came}
    found = {one: folded[key] for one in gone if (key := " ".join(one.casefold().split())) in folded}
    gone, came = [one for one in gone if one not in found], [one for one in came if one not in found.values()]
    if len(gone) == len(came) == 1:
        found[gone[0]] = came[0]
    return found


def read_mapping(document: Any, old: LabelConfig, new: LabelConfig) -> dict[str, Any]:
    """The mapping, checked. Raises BadInput naming what does not exist in one of the configs."""
    if not isinstance(document, dict) or set(document) - {"controls", "labels", "unmapped"}:
        raise BadInput("A mapping has controls, labels and unmapped.", field="mapping")
    controls, labels = document.get("controls") or {}, document.get("labels") or {}
    unmapped = document.get("unmapped") or "refuse"
    if unmapped not in UNMAPPED:
        raise BadInput("unmapped is refuse or ask_again.", field="mapping.unmapped")
    if not isinstance(controls, dict) or not isinstance(labels, dict):
        raise BadInput("controls and labels are objects.", field="mapping")
    for name, target in controls.items():
        _known(name, old.controls_by_name, "mapping.controls", "a control of the label config in force")
        if target is not None:
            _known(target, new.controls_by_name, f"mapping.controls.{name}", "a control of the new label config")
    targets = [controls.get(control.name, control.name) for control in old.controls]
    twice = {name for name in targets if name is not None and targets.count(name) > 1}
    if twice:
        raise BadInput(f"Two controls become {sorted(twice)[0]!r}.", field="mapping.controls")
    for name, rules in labels.items():
        _known(name, old.controls_by_name, "mapping.labels", "a control of the label config in force")
        target = new.controls_by_name.get(controls.get(name, name) or "")
        if not isinstance(rules, dict):
            raise BadInput("The rules of a control are an object.", field=f"mapping.labels.{name}")
        for label, rule in rules.items():
            where = f"mapping.labels.{name}.{label}"
            _known(label, old.controls_by_name[name].labels, f"mapping.labels.{name}", "a label in force")
            _check_rule(rule, where, old, target)
    return {"controls": controls, "labels": labels, "unmapped": unmapped}


def _known(name: Any, among: Any, where: str, what: str) -> None:
    if not isinstance(name, str) or name not in among:
        raise BadInput(f"{str(name)[:100]!r} is not {what}.", field=where)


def _check_rule(rule: Any, where: str, old: LabelConfig, target: Control | None) -> None:
    if rule is None or rule == {"ask_again": True}:
        return
    if target is None:
        raise BadInput("The control of this label is gone, so its labels have no rule.", field=where)
    if isinstance(rule, str):
        _known(rule, target.labels, where, "a label of the new label config")
        return
    if not isinstance(rule, dict) or set(rule) - {"by", "cases", "else"} or not isinstance(rule.get("cases"), dict):
        raise BadInput(
            "A rule is a new label, null, ask_again, or by with cases.", field=where,
            action='For instance {"by": "topic", "cases": {"Delivery": "Late"}, "else": "Other"}.',
        )  # fmt: skip
    _known(rule.get("by"), old.controls_by_name, f"{where}.by", "a control of the label config in force")
    for case, label in rule["cases"].items():
        _known(case, old.controls_by_name[rule["by"]].labels, f"{where}.cases", "a label of that control")
        _known(label, target.labels, f"{where}.cases.{case}", "a label of the new label config")
    if rule.get("else") is not None:
        _known(rule["else"], target.labels, f"{where}.else", "a label of the new label config")


class LabelMapping:
    """A checked mapping between two label configs. Equal answers are mapped once."""

    def __init__(self, document: Mapping[str, Any], old: LabelConfig, new: LabelConfig) -> None:
        self._controls: Mapping[str, str | None] = document.get("controls") or {}
        self._labels: Mapping[str, Mapping[str, Any]] = document.get("labels") or {}
        self._old, self._new = old, new
        self.map = lru_cache(maxsize=10_000)(self._map)

    def _map(self, answers: str) -> Mapped:
        given = orjson.loads(answers)
        mapped: dict[str, Any] = {}
        try:
            for control in self._old.controls:
                said = given.get(control.name) or []
                name = self._controls.get(control.name, control.name)
                target = self._new.controls_by_name.get(name) if name is not None else None
                if target is not None:
                    mapped[target.name] = self._answer(control, target, said, given)
                elif said and control.name not in self._controls:
                    return Mapped(None, None, f"the control {control.name!r} is gone")
            result = build_result(self._new, mapped)
            return Mapped(canonical(read_result(self._new, result)), orjson.dumps(result).decode())
        except _AskAgain as why:
            return Mapped(None, None, str(why))
        except (BadInput, TooLarge) as problem:
            return Mapped(None, None, problem.message)

    def _answer(self, control: Control, target: Control, said: list[Any], given: Mapping[str, Any]) -> list[Any]:
        rules = self._labels.get(control.name) or {}
        nested = bool(getattr(target, "nested", False))
        chosen: list[Any] = []
        for label in label_type_of(control).labels_of(control, said):
            new = self._label(control, label, rules.get(label, label), given)
            if new is None:
                continue
            if new not in target.labels:
                raise _AskAgain(f"the label {label!r} is gone")
            value = new.split(" / ") if nested else new
            if value not in chosen:
                chosen.append(value)
        return chosen

    def _label(self, control: Control, label: str, rule: Any, given: Mapping[str, Any]) -> str | None:
        if rule is None or isinstance(rule, str):
            return rule
        if "by" not in rule:
            raise _AskAgain(f"the label {label!r} of {control.name!r} is to be asked again")
        other = self._old.control(rule["by"])
        for said in label_type_of(other).labels_of(other, given.get(other.name) or []):
            if said in rule["cases"]:
                return str(rule["cases"][said])
        found = rule.get("else")
        if "else" in rule:
            return None if found is None else str(found)
        raise _AskAgain(f"{other.name!r} does not say what {label!r} becomes")


class _AskAgain(Exception):
    """The answer has no place under the new config."""
