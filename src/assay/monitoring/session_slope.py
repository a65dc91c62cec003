"""Session slope: does accuracy (or speed) fall from the start to the end of a session, as it does in fatigue."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from assay.monitoring.arguments import Floats, check_open_share, same_length
from assay.monitoring.card import Monitor, MonitorCard

CARD = MonitorCard(
    id="session_slope",
    title="Change within sessions",
    summary="The mean change of correctness (or log seconds) per 100 answers of a session, with its interval.",
    evidence="correctness",
    looks="once",
    false_alarms="Without a change within sessions the interval excludes 0 with a chance of about 1 - level.",
    assumes="Sessions are independent; within one, tasks come in random order of difficulty.",
    reference="within-group least squares; delete-one-session jackknife (Bell, McCaffrey 2002)",
)
FEWEST_SESSIONS = 5


@dataclass(frozen=True, slots=True)
class SessionSlope:
    """``value`` is the change per 100 answers: -0.05 on correctness is five points of accuracy lost.

    None exactly when ``reason`` says why it is undefined; ``low`` and ``high`` are None too when only they are,
    and ``interval_reason`` says why. Sessions with one answer show no change; ``n_left_out`` counts them.
    """

    value: float | None
    low: float | None
    high: float | None
    level: float
    n_sessions: int
    n_answers: int
    n_left_out: int
    reason: str | None = None
    interval_reason: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def session_slope(
    sessions: Sequence[Hashable], positions: npt.ArrayLike, values: npt.ArrayLike, *, level: float = 0.95
) -> SessionSlope:
    """The slope of ``values`` on ``positions`` within sessions, pooled: 100 · Σ (x - x̄_s)(y - ȳ_s) / Σ (x - x̄_s)².

    ``sessions`` names each answer's session (of one person or of many), ``positions`` is 1, 2, ... within it, and
    ``values`` whether the answer was right (or the logarithm of its seconds). Each session has its own mean, so good
    and bad days and people do not count. The interval is the delete-one-session jackknife with Student's t on one
    degree of freedom less than sessions; it needs 5 sessions. Raises ValueError for columns of different length or
    values that are not finite.

    A falling slope is no proof of fatigue: it needs tasks in random order, and says nothing about the cause.

    >>> sessions = ["mon", "tue", "wed", "thu", "fri", "sat"]
    >>> names = [day for day in sessions for _ in range(50)]
    >>> positions = list(range(1, 51)) * 6
    >>> right = [(n * 7 + place) % 10 < 9 - place / 12 for n in range(6) for place in range(1, 51)]
    >>> found = session_slope(names, positions, right)
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (-0.82, -1.05, -0.6)
    """
    check_open_share(level, "level", "0.95")
    x, y = _finite(positions, "positions"), _finite(values, "values")
    same_length(len(y), sessions=sessions, positions=x)
    names = sorted(set(sessions), key=lambda name: (str(type(name)), str(name)))
    place = {name: code for code, name in enumerate(names)}
    code = np.array([place[name] for name in sessions], dtype=np.int64)
    n = np.bincount(code, minlength=len(names)).astype(np.float64)
    x = x - (np.bincount(code, weights=x, minlength=len(names)) / n)[code]
    y = y - (np.bincount(code, weights=y, minlength=len(names)) / n)[code]
    product: Floats = np.bincount(code, weights=x * y, minlength=len(names)).astype(np.float64)[n > 1]
    square: Floats = np.bincount(code, weights=x * x, minlength=len(names)).astype(np.float64)[n > 1]
    counted = (level, int((n > 1).sum()), int(n[n > 1].sum()), int((n == 1).sum()))
    if not square.sum() > 0.0:
        return SessionSlope(None, None, None, *counted, reason="No session has answers at two positions.")
    slope = float(product.sum() / square.sum())
    if len(square) < FEWEST_SESSIONS:
        few = f"{len(square)} sessions cannot show how much sessions differ; {FEWEST_SESSIONS} can"
        return SessionSlope(100.0 * slope, None, None, *counted, interval_reason=few)
    half = _half_width(slope, product, square, level)
    return SessionSlope(100.0 * slope, 100.0 * (slope - half), 100.0 * (slope + half), *counted)


def _half_width(slope: float, product: Floats, square: Floats, level: float) -> float:
    """Of the delete-one-session jackknife interval."""
    from scipy.stats import t

    n = len(square)
    rest = square.sum() - square
    without = np.divide(product.sum() - product, rest, out=np.full_like(rest, slope), where=rest > 0.0)
    variance = (n - 1.0) / n * float(((without - slope) ** 2).sum())
    return float(t.ppf(0.5 + level / 2.0, n - 1)) * float(np.sqrt(variance))


def _finite(column: npt.ArrayLike, argument: str) -> Floats:
    values = np.asarray(column, dtype=np.float64)
    if values.ndim != 1 or not bool(np.all(np.isfinite(values))):
        raise ValueError(f"{argument} has something that is not a finite number; give one column of numbers.")
    return values


MONITOR = Monitor(CARD)
