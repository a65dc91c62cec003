"""Numbers from samples, and how they are shown."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any


def percentile(samples: Sequence[float], share: float) -> float | None:
    """The smallest sample that at least ``share`` of all samples do not exceed; None without samples.

    >>> percentile([4.0, 1.0, 3.0, 2.0], 0.5), percentile([1.0, 2.0], 0.95), percentile([], 0.5)
    (2.0, 2.0, None)
    """
    if not samples:
        return None
    return sorted(samples)[max(0, math.ceil(share * len(samples)) - 1)]


def rounded(value: float | None, digits: int = 2) -> float | None:
    """Rounded for people; None stays None."""
    return None if value is None else round(value, digits)


def ratio(above: float | None, below: float | None) -> float | None:
    """How many times; None when one side is not known or is zero."""
    return None if not above or not below else round(above / below, 2)


def show(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Rows as a table of text, numbers to the right.

    >>> print(show([{"tasks": 10000, "loops_per_s": 12.5}], ["tasks", "loops_per_s", "lost"]))
      tasks  loops_per_s  lost
     10,000         12.5     –
    """
    cells = [[_cell(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(column), *(len(row[place]) for row in cells)) for place, column in enumerate(columns)]
    lines = [list(columns), *cells]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)


def print_json(found: Mapping[str, Any]) -> None:
    """One JSON object on standard output."""
    print(json.dumps(found, ensure_ascii=False))
