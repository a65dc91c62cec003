"""Taking disagreement apart: habits of annotators, different readings of tasks, and noise.

How it works
------------
Two annotators differ on a task for one of three reasons, and the share of differing pairs is their sum:

- *bias*: one of them gives a label more often than the other throughout;
- *ambiguity*: they read this task differently, and would again: what a better guideline can mend;
- *noise*: at least one of them would answer differently the next time.

With y = 1 where an annotator gave a label and 0 else, half the mean squared difference of two annotators, summed
over labels, is the share of pairs that differ. The same quantity for one annotator asked twice is the noise. And a
habit shows on every task in the same direction: the product of a pair's differences on *two* tasks has nothing of
noise or single readings in it, so its mean is the bias. Ambiguity is the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.agreement.arrays import Codes, Floats, sum_by
from assay.agreement.disagreement import NONE
from assay.agreement.interval import ONE_TASK, check_level, jackknife_variance, score_bounds
from assay.agreement.krippendorff_alpha import krippendorff_alpha
from assay.agreement.label_table import LabelTable
from assay.agreement.pairs import PairCells, annotation_pairs, pair_cells, too_many_pairs
from assay.agreement.result import Agreement, Estimate
from assay.agreement.usable import usable_part

NO_REASKS = "Nobody was asked the same task twice, so what is noise and what is ambiguity cannot be told apart."
NO_PAIRS = "No two annotators share two tasks, so a habit cannot be told from chance."


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """The parts of disagreement, each a share of pairs of annotations that differ.

    ``disagreement`` = ``bias`` + ``ambiguity`` + ``noise``, but for rounding and bounds at 0. ``reachable_agreement``
    is percent agreement and ``reachable_alpha`` Krippendorff's alpha (nominal) if everybody read every task the same
    way and had the same habits: what is left is noise. ``alpha`` is what it is now. ``n_reasks`` are the answers
    given twice by one annotator that it rests on.
    """

    disagreement: Estimate
    bias: Estimate
    ambiguity: Estimate
    noise: Estimate
    reachable_agreement: Estimate
    reachable_alpha: Estimate
    alpha: Agreement
    n_tasks: int
    n_reasks: int

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return {name: each.as_dict() if hasattr(each, "as_dict") else each for name, each in plain.items()}


def ambiguity(table: LabelTable, reasks: LabelTable | None = None, *, level: float = 0.95) -> Ambiguity:
    """Where disagreement comes from, and how far agreement could rise if the guideline left nothing open.

    ``reasks`` holds second answers: the same annotators on tasks that they have in ``table`` (others are ignored).
    They should be a random sample, blind and late enough to be forgotten: who remembers an answer repeats it, and
    noise then looks smaller than it is. Someone torn between two labels counts as noise.

    Without ``reasks`` bias is still known, but ambiguity and noise are not, and say so. Intervals leave out one task
    at a time, from the table and the re-asks at once. Labels are equal or not. Small negative estimates are chance
    and are shown as 0. Raises ValueError for a level outside (0, 1).

    >>> table = LabelTable.from_columns({"ann": list("xxyyxyxx") * 5, "ben": list("xxyyyyxx") * 5})
    >>> again = LabelTable.from_columns({"ann": list("xxyyxyxx") * 5})
    >>> parts = ambiguity(table, again)
    >>> [round(part.value, 3) for part in (parts.disagreement, parts.bias, parts.ambiguity, parts.noise)]
    [0.125, 0.013, 0.112, 0.0]
    >>> parts.reachable_alpha.value, round(parts.alpha.value, 3)
    (1.0, 0.749)

    Source: the components of variance of Cronbach et al. (1972), The dependability of behavioral measurements, for
    indicators of labels (Light and Margolin 1971, JASA 66:534).
    """
    check_level(level)
    part = usable_part(table)
    alpha = krippendorff_alpha(table, level=level)
    why = part.reason or too_many_pairs(table)
    if why is not None:
        none = Estimate(None, reason=why)
        return Ambiguity(none, none, none, none, none, none, alpha, part.n_tasks, 0)
    sums = _sums(table, reasks)
    replicates = sums.without()
    whole = sums.parts()
    noise_reason = NO_REASKS if sums.n_reasks == 0 else None
    bias_reason = NO_PAIRS if not np.isfinite(whole["bias"]) else None

    def estimate(name: str, reason: str | None) -> Estimate:
        if reason is not None or not np.isfinite(whole[name]):
            return Estimate(None, reason=reason or alpha.reason or "There is nothing to divide by.")
        value, without, n = whole[name], replicates[name], sums.n_of(name)
        if name in ("bias", "ambiguity"):
            return _part(value, without, n[0], level)
        return _share(value, without, n, 1.0 - sums.by_chance if name == "reachable_alpha" else 0.0, level)

    return Ambiguity(
        disagreement=estimate("disagreement", None),
        bias=estimate("bias", bias_reason),
        ambiguity=estimate("ambiguity", noise_reason or bias_reason),
        noise=estimate("noise", noise_reason),
        reachable_agreement=estimate("reachable_agreement", noise_reason),
        reachable_alpha=estimate("reachable_alpha", noise_reason),
        alpha=alpha,
        n_tasks=part.n_tasks,
        n_reasks=sums.n_reasks,
    )


@dataclass(frozen=True, slots=True)
class _Sums:
    """What the parts are made of, whole and by task: (n_tasks,) arrays are what a task adds."""

    differing: Floats
    compared: Floats
    bias: float
    bias_pairs: float
    bias_change: Floats
    bias_pairs_change: Floats
    changed: Floats
    asked: Floats
    by_chance: float
    chance_without: Floats

    @property
    def n_reasks(self) -> int:
        return int(self.asked.sum())

    def n_of(self, name: str) -> tuple[int, int]:
        """Tasks and yes-or-no comparisons behind a part."""
        counts = self.asked if name in ("noise", "reachable_agreement", "reachable_alpha") else self.compared
        return int((counts > 0).sum()), int(counts.sum())

    def parts(self) -> dict[str, Any]:
        """The parts from the whole sums; NaN where undefined."""
        found: dict[str, Any] = _parts(
            self.differing.sum(), self.compared.sum(), self.bias, self.bias_pairs, self.changed.sum(),
            self.asked.sum(), self.by_chance,
        )  # fmt: skip
        return found

    def without(self) -> dict[str, Any]:
        """The parts without each task that is in one of the sums."""
        used = (self.compared > 0) | (self.asked > 0)
        found: dict[str, Any] = _parts(
            (self.differing.sum() - self.differing)[used],
            (self.compared.sum() - self.compared)[used],
            (self.bias + self.bias_change)[used],
            (self.bias_pairs + self.bias_pairs_change)[used],
            (self.changed.sum() - self.changed)[used],
            (self.asked.sum() - self.asked)[used],
            self.chance_without[used],
        )
        return found


def _parts(differing: Any, compared: Any, bias: Any, pairs: Any, changed: Any, asked: Any, chance: Any) -> Any:
    disagreement, habit, noise = _ratio(differing, compared), _ratio(bias, pairs), _ratio(changed, asked)
    return {
        "disagreement": disagreement,
        "bias": habit,
        "noise": noise,
        "ambiguity": disagreement - habit - noise,
        "reachable_agreement": 1.0 - noise,
        "reachable_alpha": 1.0 - _ratio(noise, np.where(np.asarray(chance) > NONE, chance, 0.0)),
    }


def _ratio(above: Any, below: Any) -> Any:
    above, below = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    found = np.divide(above, below, out=np.full(np.broadcast(above, below).shape, np.nan), where=below > 0.0)
    return float(found) if found.ndim == 0 else found


def _sums(table: LabelTable, reasks: LabelTable | None) -> _Sums:
    n_tasks = len(table.tasks)
    cells = pair_cells(table)
    habit = _Habits(cells)
    differing, compared, change, pairs_change = (np.zeros(n_tasks) for _ in range(4))
    for block in annotation_pairs(table):
        cell = cells.cell_of(block.key)
        differing += sum_by(block.task, 1.0 - cells.same[cell], n_tasks)
        compared += np.bincount(block.task, minlength=n_tasks)
        change += sum_by(block.task, habit.change[cell], n_tasks)
        pairs_change += sum_by(block.task, habit.pairs_change[cell], n_tasks)
    changed, asked = _reasked(table, reasks)
    by_chance, chance_without = _chance(table)
    return _Sums(
        differing, compared, float(habit.bias.sum()), float(habit.pairs.sum()), change, pairs_change, changed, asked,
        by_chance, chance_without,
    )  # fmt: skip


class _Habits:
    """For each pair of annotators the bias between them times their shared tasks, and without a task of each cell.

    With g_c how much more often the first gave label c: Σ_c (g_c² - Σ_t δ_tc²) / 2 is the sum of products over
    two different tasks, half of it for each order; divided by n - 1 it is the bias times n.
    """

    def __init__(self, cells: PairCells) -> None:
        self.n_labels = int(max(cells.first.max(initial=-1), cells.second.max(initial=-1))) + 1
        n, pair = cells.n_tasks, cells.pair
        key = np.concatenate([pair * self.n_labels + cells.first, pair * self.n_labels + cells.second])
        self._key, place = np.unique(key, return_inverse=True)
        self._more = sum_by(place, np.concatenate([cells.count, -cells.count]), len(self._key))
        half = sum_by(self._key // max(self.n_labels, 1), self._more**2, cells.n_pairs) / 2.0
        product = half - (n - cells.n_same)
        self.bias = np.divide(product, n - 1.0, out=np.zeros_like(n), where=n > 1.0)
        self.pairs = np.where(n > 1.0, n, 0.0)
        differs = 1.0 - cells.same
        moved = differs * (1.0 - self._at(pair, cells.first) + self._at(pair, cells.second))
        product_without = product[pair] + moved + differs
        left = n[pair] - 1.0
        bias_without = np.divide(product_without, left - 1.0, out=np.zeros_like(left), where=left > 1.0)
        self.change: Floats = bias_without - self.bias[pair]
        self.pairs_change: Floats = np.where(left > 1.0, left, 0.0) - self.pairs[pair]

    def _at(self, pair: Codes, label: Codes) -> Floats:
        found: Floats = self._more[np.searchsorted(self._key, pair * self.n_labels + label)]
        return found


def matched_reasks(table: LabelTable, reasks: LabelTable | None) -> tuple[Codes, Codes]:
    """For each second answer to a task in the table, the first answer's place and whether it changed (0 or 1)."""
    if reasks is None:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    first = zip(table.task_codes.tolist(), table.annotator_codes.tolist(), strict=True)
    place = {(table.tasks[task], table.annotators[who]): at for at, (task, who) in enumerate(first)}
    found, changed = [], []
    rows = zip(reasks.task_codes.tolist(), reasks.annotator_codes.tolist(), reasks.label_codes.tolist(), strict=True)
    for task, who, label in rows:
        at = place.get((reasks.tasks[task], reasks.annotators[who]))
        if at is not None:
            found.append(at)
            changed.append(int(table.labels[table.label_codes[at]] != reasks.labels[label]))
    return np.array(found, dtype=np.int64), np.array(changed, dtype=np.int64)


def _reasked(table: LabelTable, reasks: LabelTable | None) -> tuple[Floats, Floats]:
    place, changed = matched_reasks(table, reasks)
    task, n_tasks = table.task_codes[place], len(table.tasks)
    return sum_by(task, changed, n_tasks), np.bincount(task, minlength=n_tasks).astype(np.float64)


def _chance(table: LabelTable) -> tuple[float, Floats]:
    """Alpha's disagreement by chance, and without each task."""
    counts = table.task_counts.counts
    m = np.where(counts.n_annotations >= 2, counts.n_annotations, 0).astype(np.float64)
    kept = counts.n_annotations[counts.row] >= 2
    totals = sum_by(counts.label[kept], counts.count[kept], counts.n_labels)
    n, squares = float(m.sum()), float(totals @ totals)
    own = np.where(kept, counts.count * (counts.count - 2.0 * totals[counts.label]), 0.0)
    rest, left = squares + counts.sum_by_row(own), n - m
    without = np.full(len(table.tasks), np.nan)
    room = left * (left - 1.0)
    without[table.task_counts.task] = np.divide(left**2 - rest, room, out=np.zeros_like(left), where=left > 1.0)
    return (n * n - squares) / (n * (n - 1.0)), without


def _share(value: float, without: Floats, n: tuple[int, int], expected: float, level: float) -> Estimate:
    """A share, or alpha with agreement by chance ``expected``: Wilson's shape."""
    n_tasks, n_compared = n
    if n_tasks < 2:
        return Estimate(value, interval_reason=ONE_TASK)
    low, high = score_bounds(value, _variance(value, without), expected, n_tasks, max(n_compared, n_tasks), level)
    return Estimate(value, float(low), float(high))


def _part(value: float, without: Floats, n_tasks: int, level: float) -> Estimate:
    """A difference of shares, shown as at least 0, with Student's t around what is shown."""
    from scipy.special import stdtrit

    shown = min(max(value, 0.0), 1.0)
    if n_tasks < 2:
        return Estimate(shown, interval_reason=ONE_TASK)
    error = float(np.sqrt(_variance(value, without)))
    if error < NONE:
        return Estimate(shown, interval_reason="every task has the same part in it")
    half = float(stdtrit(n_tasks - 1.0, 0.5 + level / 2.0)) * error
    return Estimate(shown, max(shown - half, 0.0), min(shown + half, 1.0))


def _variance(value: float, without: Floats) -> float:
    known = np.where(np.isfinite(without), without, value)
    return jackknife_variance(value, known, np.ones(len(known)))
