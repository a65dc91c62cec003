"""Versioned documents of a project, read once per process: a version never changes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, select

from assay.flow.policy import Policy
from assay.labels.label_config import LabelConfig, parse_label_config
from assay.store import tables as t


def as_json(value: Any) -> str:
    """Compact JSON text. Raises TypeError for what JSON cannot say."""
    return orjson.dumps(value).decode()


def from_json(text: str) -> Any:
    """Stored JSON, read."""
    return orjson.loads(text)


class VersionCache:
    """Parsed label configs and policies by (project, version); one for each store."""

    def __init__(self) -> None:
        self._configs: dict[tuple[int, int], LabelConfig] = {}
        self._policies: dict[tuple[int, int], Policy] = {}

    def label_config(self, connection: Connection, project_id: int, version: int) -> LabelConfig:
        """The label config of that version."""
        key = (project_id, version)
        if key not in self._configs:
            where = (t.label_config.c.project_id == project_id) & (t.label_config.c.version == version)
            xml = connection.execute(select(t.label_config.c.xml).where(where)).scalar_one()
            _bound(self._configs)[key] = _parsed(xml)
        return self._configs[key]

    def policy(self, connection: Connection, project_id: int, version: int) -> Policy:
        """The policy of that version."""
        key = (project_id, version)
        if key not in self._policies:
            where = (t.policy.c.project_id == project_id) & (t.policy.c.version == version)
            document = connection.execute(select(t.policy.c.document).where(where)).scalar_one()
            _bound(self._policies)[key] = Policy.from_document(from_json(document))
        return self._policies[key]


@lru_cache(maxsize=512)
def _parsed(xml: str) -> LabelConfig:
    return parse_label_config(xml)


def _bound(cache: dict[tuple[int, int], Any]) -> dict[tuple[int, int], Any]:
    if len(cache) > 2000:
        cache.clear()
    return cache
