"""Delay against false alarms against the share of checks: the table to look at before choosing the share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.monitoring.arguments import Floats, check_open_share
from assay.monitoring.cusum import CusumPlan, cusum_plan

PER_LABELS = 5000
_LONGEST = 100_000_000


@dataclass(frozen=True, slots=True)
class DetectionRow:
    """One design: how long a drop goes unseen, and how often the alarm is false.

    ``median_labels`` and ``p90_labels`` are numbers of labels from the drop to the alarm (all of the person's
    labels, checks or not), ``median_checks`` the checks among them; ``false_alarms`` is the mean number of false
    alarms in 5,000 labels of somebody who stays ``good``, and ``any_false_alarm`` the chance of at least one in the
    first 5,000.
    """

    check_share: float
    good: float
    bad: float
    false_alarms: float
    any_false_alarm: float
    median_labels: int
    p90_labels: int
    median_checks: int
    plan: CusumPlan

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready; the plan as its up, down and limit."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "plan"}
        return plain | {"up": self.plan.up, "down": self.plan.down, "limit": self.plan.limit}


def detection_table(
    good: float = 0.9,
    *,
    drops: Sequence[float] = (0.05, 0.1, 0.2),
    check_shares: Sequence[float] = (0.01, 0.02, 0.05, 0.1),
    false_alarms: Sequence[float] = (0.05, 0.5),
) -> tuple[DetectionRow, ...]:
    """For each check share, drop and allowed number of false alarms per 5,000 labels: the CUSUM that keeps to it, and
    how many labels pass until it rings.

    Each label is a check with chance ``check_share``, independent of the others (which is how hidden checks have to be
    placed). The number of labels to an alarm is then the number of checks, thinned binomially. Everything is
    computed exactly, from the Markov chain (some 30 ms a row); delays are counted from the worst moment for a drop (a
    score of 0).

    Rows come sorted as given: by share, then drop, then false alarms. Raises ValueError for a share or drop out of
    range (a drop has to leave an accuracy above 0), or for more false alarms than one in each check.

    >>> for row in detection_table(0.9, drops=[0.1], check_shares=[0.02, 0.1], false_alarms=[0.5]):
    ...     print(row.check_share, round(row.false_alarms, 2), row.median_labels, row.p90_labels, row.median_checks)
    0.02 0.46 1360 3443 27
    0.1 0.48 522 1188 52

    Sources: Page (1954), Biometrika 41:100; Reynolds, Stoumbos (1999), Journal of Quality Technology 31:87.
    """
    check_open_share(good, "good", "0.9")
    rows = []
    for share in check_shares:
        if not 0.0 < share <= 1.0:
            raise ValueError(f"check_shares has {share!r}; give shares above 0, up to 1.")
        for drop in drops:
            if not 0.0 < drop < good:
                raise ValueError(f"drops has {drop!r}; give drops above 0 and below good ({good!r}).")
            rows += [_row(share, good, round(good - drop, 12), allowed) for allowed in false_alarms]
    return tuple(rows)


def _row(share: float, good: float, bad: float, allowed: float) -> DetectionRow:
    n_checks = PER_LABELS * share
    if not 0.0 < allowed <= n_checks:
        raise ValueError(f"false_alarms has {allowed!r}; give more than 0 and at most one for each check.")
    plan = cusum_plan(good, bad, arl=n_checks / allowed)
    silent = plan.chain.silent_until(bad)
    median, p90 = (_labels_until(silent, share, chance) for chance in (0.5, 0.9))
    honest = plan.chain.silent(good, PER_LABELS if share == 1.0 else _most_checks(PER_LABELS, share))
    return DetectionRow(
        check_share=share,
        good=good,
        bad=bad,
        false_alarms=n_checks / plan.average_run_length(good),
        any_false_alarm=1.0 - _still_silent(honest, share, PER_LABELS),
        median_labels=median,
        p90_labels=p90,
        median_checks=int(np.argmax(silent <= 0.5)),
        plan=plan,
    )


def _labels_until(silent: Floats, share: float, chance: float) -> int:
    """The first number of labels by which it has rung with that chance: doubling, then halving."""
    high = 1
    while 1.0 - _still_silent(silent, share, high) < chance and high < _LONGEST:
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if 1.0 - _still_silent(silent, share, middle) < chance:
            low = middle
        else:
            high = middle
    return high


def _still_silent(silent: Floats, share: float, n_labels: int) -> float:
    """The chance of no alarm within that many labels: over the binomial number of checks among them."""
    if share == 1.0:
        return float(silent[n_labels]) if n_labels < len(silent) else 0.0
    from scipy.stats import binom

    counts = np.arange(min(len(silent), n_labels + 1))
    return float(np.dot(binom.pmf(counts, n_labels, share), silent[counts]))


def _most_checks(n_labels: int, share: float) -> int:
    """More checks than that among so many labels have a chance of under 1e-12."""
    from scipy.stats import binom

    return int(min(n_labels, binom.isf(1e-12, n_labels, share) + 1))
