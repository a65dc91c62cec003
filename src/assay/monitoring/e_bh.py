"""e-BH: which of many people to name, with a bound on the share named wrongly."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np

from assay.monitoring.arguments import check_open_share
from assay.monitoring.card import Monitor, MonitorCard

CARD = MonitorCard(
    id="e_bh",
    title="Who stands out among many",
    summary="Picks people out of many e-values so that few of those picked are picked wrongly.",
    evidence="e-values",
    looks="every",
    false_alarms="Of the people named the expected share named wrongly is at most alpha, however their evidence "
    "depends on each other.",
    assumes="Each number is an e-value: an expectation of at most 1 for somebody with nothing to be found.",
    reference="Wang, Ramdas 2022; Benjamini, Hochberg 1995",
)


@dataclass(frozen=True, slots=True)
class Named:
    """``names`` are those picked, strongest evidence first (ties in the order of their text).

    ``threshold`` is the e-value (or p-value) that the weakest of them had to reach; None when nobody was picked.
    """

    names: tuple[Hashable, ...]
    threshold: float | None
    n: int


def e_bh(e_values: Mapping[Hashable, float], alpha: float = 0.05) -> Named:
    """The largest k people whose e-values all reach n / (k · alpha), out of n.

    The expected share of false ones among those named (the false discovery rate) is at most ``alpha`` under any
    dependence: people may share tasks, days and guideline changes. With e-processes one may look at any time, and
    different people at different times. Raises ValueError for a negative or missing e-value; infinity is allowed.

    >>> e_bh({"ann": 400.0, "ben": 30.0, "cem": 0.2, "dee": 45.0}, alpha=0.1)
    Named(names=('ann', 'dee', 'ben'), threshold=13.33..., n=4)

    Source: Wang, Ramdas (2022), Journal of the Royal Statistical Society B 84:822.
    """
    check_open_share(alpha, "alpha", "0.05")
    for name, value in e_values.items():
        if not value >= 0.0:
            raise ValueError(f"e_values has {value!r} for {name!r}; give e-values of at least 0.")
    n = len(e_values)
    ranked = sorted(e_values, key=lambda name: (-e_values[name], str(name)))
    values = np.array([e_values[name] for name in ranked], dtype=np.float64)
    needed = n / (alpha * np.arange(1, n + 1))
    enough = np.flatnonzero(values >= needed)
    if not len(enough):
        return Named((), None, n)
    k = int(enough[-1]) + 1
    return Named(tuple(ranked[:k]), float(needed[k - 1]), n)


def benjamini_hochberg(p_values: Mapping[Hashable, float], alpha: float = 0.05) -> Named:
    """The largest k people whose p-values are all at most k · alpha / n, out of n.

    The false discovery rate is at most ``alpha`` when the p-values are independent (or positively dependent, PRDS);
    :func:`e_bh` needs neither. Raises ValueError for a p-value outside 0 to 1.

    >>> benjamini_hochberg({"ann": 0.001, "ben": 0.02, "cem": 0.9, "dee": 0.04}).names
    ('ann', 'ben')

    Source: Benjamini, Hochberg (1995), Journal of the Royal Statistical Society B 57:289.
    """
    check_open_share(alpha, "alpha", "0.05")
    for name, value in p_values.items():
        if not 0.0 <= value <= 1.0:
            raise ValueError(f"p_values has {value!r} for {name!r}; give p-values from 0 to 1.")
    n = len(p_values)
    ranked = sorted(p_values, key=lambda name: (p_values[name], str(name)))
    allowed = alpha * np.arange(1, n + 1) / max(n, 1)
    enough = np.flatnonzero(np.array([p_values[name] for name in ranked], dtype=np.float64) <= allowed)
    if not len(enough):
        return Named((), None, n)
    k = int(enough[-1]) + 1
    return Named(tuple(ranked[:k]), float(allowed[k - 1]), n)


MONITOR = Monitor(CARD)
