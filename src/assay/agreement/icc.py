"""The intraclass correlation: of the variance of numeric labels, which share is the tasks' own."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np

from assay.agreement.arrays import Floats, sum_by
from assay.agreement.card import Metric, MetricCard, Scale
from assay.agreement.complete_part import CompletePart, complete_part, too_few_complete, undefined
from assay.agreement.interval import check_level, score_bounds
from assay.agreement.label_table import LabelInput, LabelTable, as_table
from assay.agreement.result import Agreement, LeftOut
from assay.agreement.scales import label_numbers
from assay.agreement.usable import Usable, one_label_reason, usable_part

IccForm = Literal["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"]
FORMS: tuple[IccForm, ...] = get_args(IccForm)

CARD = MetricCard(
    id="icc",
    title="Intraclass correlation ICC(2,1)",
    summary="For numbers: the share of variance that is the tasks' own; annotators a sample, absolute agreement.",
    scales=("interval", "ratio"),
    chance_corrected=True,
    cost="one pass",
    reference="Shrout, Fleiss 1979; McGraw, Wong 1996 for the intervals",
    min_tasks=2,
    complete=True,
    interval="F distribution",
    corrects_sample_size=True,
)

METHOD = "F distribution (normal errors)"
METHOD_UNBALANCED = "F distribution (normal errors; approximate, for unequal numbers of annotations)"
NO_WIDTH = "the mean labels of the tasks are all equal, and the interval would have no width"
METHOD_EXACT = "Wilson score of exact agreement"


def icc(
    tasks: LabelInput,
    annotators: Iterable[Hashable] | None = None,
    labels: Iterable[Any] | None = None,
    *,
    form: IccForm = "ICC(2,1)",
    level: float = 0.95,
) -> Agreement:
    """One of the six forms of Shrout and Fleiss, from the mean squares of an analysis of variance.

    The first number says who the annotators are: 1, different ones on each task (their bias is noise); 2, a random
    sample who all label all tasks (their bias counts as disagreement: absolute agreement); 3, these very ones (their
    bias is taken out: consistency). The second says whose label is judged: that of one annotator, or the mean of k.

    With tasks T, k annotators, mean squares B between tasks, W within tasks, J between annotators and E residual:
    ICC(1,1) = (B - W) / (B + (k-1) W); ICC(2,1) = (B - E) / (B + (k-1) E + k (J - E) / T);
    ICC(3,1) = (B - E) / (B + (k-1) E); ICC(1,k) = (B - W) / B; ICC(2,k) = (B - E) / (B + (J - E) / T);
    ICC(3,k) = (B - E) / B. Negative values are possible.

    Forms 1 take unequal numbers of annotations (k becomes the usual k_0; the interval is then approximate). Forms 2
    and 3 use the tasks that every annotator labeled; the others are left out and counted. Intervals are those of
    McGraw and Wong, exact (form 2: nearly) when errors are normal; they include the annotators' variance in form 2.
    When all agree exactly, the interval is Wilson's for as many agreeing tasks.

    Labels are numbers, else ValueError. ``value`` is None, with a ``reason``, with fewer than two such tasks, when
    all labels are equal (0/0), and for ICC(.,k) when tasks do not differ at all.

    >>> table = LabelTable.from_columns({"ann": [9, 6, 8, 7, 10, 6], "ben": [2, 1, 4, 1, 5, 2],
    ...                                  "cem": [5, 3, 6, 2, 6, 4], "dan": [8, 2, 8, 6, 9, 7]})
    >>> print(icc(table))
    Intraclass correlation ICC(2,1) 0.290 [0.019, 0.761] at 95% (6 tasks, 24 annotations, 4 annotators)

    Sources: Shrout and Fleiss (1979), Intraclass correlations: uses in assessing rater reliability, Psychological
    Bulletin 86:420; McGraw and Wong (1996), Forming inferences about some intraclass correlation coefficients,
    Psychological Methods 1:30.
    """
    if form not in FORMS:
        raise ValueError(f"There is no form {form!r}; use one of {', '.join(FORMS)}.")
    return _icc(as_table(tasks, annotators, labels), form, level)


def icc_forms(table: LabelTable, *, level: float = 0.95) -> dict[IccForm, Agreement]:
    """All six forms of a table, by name.

    >>> table = LabelTable.from_columns({"ann": [9, 6, 8, 7], "ben": [2, 1, 4, 1], "cem": [5, 3, 6, 2]})
    >>> [round(found.value, 2) for found in icc_forms(table).values()]
    [-0.12, 0.17, 0.71, -0.46, 0.38, 0.88]
    """
    return {form: _icc(table, form, level) for form in FORMS}


def _compute(table: LabelTable, level: float, scale: Scale = "interval") -> Agreement:
    return _icc(table, "ICC(2,1)", level)


def _icc(table: LabelTable, form: IccForm, level: float) -> Agreement:
    check_level(level)
    card = replace(CARD, title=f"Intraclass correlation {form}")
    part = usable_part(table)
    numbers = label_numbers(table, "interval")
    if part.reason is not None:
        return undefined(card, part, level, part.reason)
    if form.startswith("ICC(1"):
        squares, left_out, n = _one_way(table, numbers), part.left_out, part.n_annotations
        too_few = None if part.n_tasks >= 2 else f"Only one task has two labels, and {card.title} needs two such tasks."
        n_tasks, n_annotators = part.n_tasks, part.n_annotators
    else:
        whole = complete_part(table, numbers)
        too_few, left_out = too_few_complete(whole, card.title), whole.left_out
        squares = _two_way(whole) if too_few is None else None
        n_tasks, n_annotators = whole.values.shape
        n = whole.values.size
    if too_few is not None or squares is None:
        return undefined(card, part, level, too_few or "", left_out)
    value, reason = _value(squares, form, table, part, card.title)
    if value is None:
        return undefined(card, part, level, reason or "", left_out)
    low, high, method = _bounds(squares, form, value, level)
    if not high - low >= 1e-12:
        return replace(_found(card, value, level, n_tasks, n, n_annotators, left_out), interval_reason=NO_WIDTH)
    found = _found(card, value, level, n_tasks, n, n_annotators, left_out)
    return replace(found, low=low, high=high, interval_method=method)


def _found(
    card: MetricCard,
    value: float,
    level: float,
    n_tasks: int,
    n: int,
    n_annotators: int,
    left_out: tuple[LeftOut, ...],
) -> Agreement:
    return Agreement(
        metric=card.id,
        title=card.title,
        value=value,
        low=None,
        high=None,
        level=level,
        interval_method=None,
        n_tasks=n_tasks,
        n_annotations=n,
        n_annotators=n_annotators,
        left_out=left_out,
    )


@dataclass(frozen=True, slots=True)
class _Squares:
    """Mean squares between tasks, within (or residual) and between annotators (0 in the one-way design)."""

    between: float
    noise: float
    annotators: float
    n: int
    k: float
    noise_freedom: float
    share_apart: float
    balanced: bool = True


def _one_way(table: LabelTable, numbers: Floats) -> _Squares | None:
    m_all = table.n_annotations_of_task
    used = m_all[table.task_codes] >= 2
    task, x = np.unique(table.task_codes[used], return_inverse=True)[1], numbers[table.label_codes[used]]
    m = np.bincount(task).astype(np.float64)
    n, total = len(m), float(m.sum())
    if n < 2:
        return None
    x = _of_range_one(x)
    mean = sum_by(task, x, n) / m
    within = float(((x - mean[task]) ** 2).sum())
    between = float(np.dot(m, mean**2))
    k = (total - float(np.dot(m, m)) / total) / (n - 1)
    apart = 2.0 * float(np.var(x))
    balanced = bool(m.min() == m.max())
    return _Squares(between / (n - 1), within / (total - n), 0.0, n, k, total - n, apart, balanced)


def _of_range_one(x: Floats) -> Floats:
    """Centered, and divided by the range: the same coefficient, and no square of it overflows."""
    scaled: Floats = (x - x.mean()) / (float(np.ptp(x)) or 1.0)
    return scaled


def _two_way(part: CompletePart) -> _Squares:
    x = _of_range_one(part.values)
    n, k = x.shape
    rows, columns = x.mean(axis=1), x.mean(axis=0)
    residual = float(((x - rows[:, None] - columns) ** 2).sum())
    freedom = float((n - 1) * (k - 1))
    apart = 2.0 * float(np.var(x))
    return _Squares(
        k * float((rows**2).sum()) / (n - 1),
        residual / freedom,
        n * float((columns**2).sum()) / (k - 1),
        n,
        float(k),
        freedom,
        apart,
    )


def _value(s: _Squares, form: IccForm, table: LabelTable, part: Usable, title: str) -> tuple[float | None, str | None]:
    tiny = 1e-12 * (s.between + s.noise + s.annotators)
    if s.between + s.noise + s.annotators <= 0.0 or s.share_apart <= 0.0:
        if part.only_label is not None:
            return None, one_label_reason(table, part.only_label, part.n_annotations, title)
        return None, f"All labels of the compared tasks are equal, so {title} is 0/0."
    shift = s.annotators - s.noise
    divisor = {
        "ICC(1,1)": s.between + (s.k - 1.0) * s.noise,
        "ICC(2,1)": s.between + (s.k - 1.0) * s.noise + s.k * shift / s.n,
        "ICC(3,1)": s.between + (s.k - 1.0) * s.noise,
        "ICC(1,k)": s.between,
        "ICC(2,k)": s.between + shift / s.n,
        "ICC(3,k)": s.between,
    }[form]
    if divisor <= tiny:
        return None, f"The tasks do not differ in their mean labels, so {title} has nothing to divide by."
    return min((s.between - s.noise) / divisor, 1.0), None


def _bounds(s: _Squares, form: IccForm, value: float, level: float) -> tuple[float, float, str]:
    """McGraw and Wong (1996), tables 7 and 8, for one label; the mean of k by Spearman and Brown's formula."""
    if s.noise <= 1e-12 * (s.between + s.annotators) and value > 1.0 - 1e-9:
        lower, upper = score_bounds(1.0, 0.0, 1.0 - min(s.share_apart, 1.0), s.n, s.n, level)
        return float(lower), float(upper), METHOD_EXACT
    low_one, high_one = _bounds_of_one(s, form, level)
    if form.endswith("k)"):
        low_one, high_one = (_of_mean(bound, s.k) for bound in (low_one, high_one))
    low, high = max(min(low_one, value), min(-1.0, value)), min(max(high_one, value), 1.0)
    return low, high, METHOD if s.balanced else METHOD_UNBALANCED


def _of_mean(one: float, k: float) -> float:
    divisor = 1.0 + (k - 1.0) * one
    return k * one / divisor if divisor > 1e-9 else -1.0


def _bounds_of_one(s: _Squares, form: IccForm, level: float) -> tuple[float, float]:
    from scipy.special import fdtri

    share, n, k = 0.5 + level / 2.0, s.n, s.k
    if not form.startswith("ICC(2"):
        ratio = s.between / s.noise if s.noise > 0.0 else np.inf
        low = ratio / float(fdtri(n - 1, s.noise_freedom, share))
        high = ratio * float(fdtri(s.noise_freedom, n - 1, share))
        return (low - 1.0) / (low + k - 1.0), 1.0 if np.isinf(high) else (high - 1.0) / (high + k - 1.0)
    one = _value_of_2(s)
    a = k * one / (n * (1.0 - one)) if one < 1.0 else np.inf
    b = 1.0 + k * one * (n - 1.0) / (n * (1.0 - one)) if one < 1.0 else np.inf
    part_annotators, part_noise = a * s.annotators, b * s.noise
    below = part_annotators**2 / (k - 1.0) + part_noise**2 / s.noise_freedom
    # Nothing but noise leaves no variance of annotators to be unsure of.
    freedom = (part_annotators + part_noise) ** 2 / below if 0.0 < below < np.inf else s.noise_freedom
    freedom = max(freedom, k - 1.0)  # as it always is, unless the estimate is negative
    upper, lower = float(fdtri(n - 1, freedom, share)), float(fdtri(freedom, n - 1, share))
    rest = k * s.annotators + (k * n - k - n) * s.noise
    return (
        n * (s.between - upper * s.noise) / (upper * rest + n * s.between),
        n * (lower * s.between - s.noise) / (rest + n * lower * s.between),
    )


def _value_of_2(s: _Squares) -> float:
    divisor = s.between + (s.k - 1.0) * s.noise + s.k * (s.annotators - s.noise) / s.n
    return (s.between - s.noise) / divisor if divisor > 0.0 else 0.0


METRIC = Metric(CARD, _compute)
