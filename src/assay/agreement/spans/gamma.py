"""Gamma: whether annotators mark and label the same spans, by the best alignment against that of random ones."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from math import ceil, isfinite
from time import monotonic
from typing import Any

import numpy as np

from assay.agreement.arrays import Floats
from assay.agreement.interval import check_level
from assay.agreement.names import in_stable_order
from assay.agreement.result import Estimate
from assay.agreement.spans.alignment import (
    Dissimilarity,
    LabelDistance,
    NoAlignment,
    Units,
    align,
    check_dissimilarity,
    label_distances,
    units_of,
)
from assay.agreement.spans.chance_ratio import chance_agreement, one_minus_ratio
from assay.agreement.spans.random_continua import RandomContinua, without_names
from assay.agreement.spans.table import Spans, SpanTable
from assay.agreement.structured.answer_table import Compared
from assay.agreement.structured.result import StructuredAgreement, task_values

_FIRST = 30
_FEWEST = 10
_Z = 1.959963984540054
_NOTHING = "Nobody marked a span in the compared tasks, so there is nothing to align; gamma is 0/0."


@dataclass(frozen=True)
class GammaAgreement(StructuredAgreement):
    """Gamma, and what it was worked out from.

    ``observed_disorder`` and ``expected_disorder`` are the two means whose ratio it is. ``precision`` is the half-width
    of the 95 % interval of the expected disorder, relative to it, with ``n_samples`` random annotations; ``is_precise``
    says whether the asked precision was reached. All three None and 0 where gamma is undefined.
    """

    observed_disorder: float | None = None
    expected_disorder: float | None = None
    precision: float | None = None
    n_samples: int = 0
    is_precise: bool = False

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        own = ("observed_disorder", "expected_disorder", "precision", "n_samples", "is_precise")
        return super().as_dict() | {name: getattr(self, name) for name in own}


def span_gamma(
    table: SpanTable,
    *,
    seed: int,
    alpha: float = 1.0,
    beta: float = 1.0,
    delta_empty: float = 1.0,
    distance: LabelDistance | None = None,
    precision: float = 0.02,
    time_budget_seconds: float = 60.0,
    level: float = 0.95,
) -> GammaAgreement:
    """1 - observed disorder / expected disorder; 1 is perfect, 0 what random annotations reach.

    *Observed:* spans are put into groups of at most one of each annotator so that the disorder is least (the best
    alignment; see :func:`best_alignment`). Two spans differ by ``alpha`` · position + ``beta`` · label, times
    ``delta_empty``: position is ((difference of starts + difference of ends) / (sum of lengths))², label is 0 or 1, or
    what ``distance(label, label)`` says (at least 0, the same in both directions). A missing span costs
    ``delta_empty``; what that is changes nothing but the unit. ``beta=0`` looks at places only.

    *Expected:* the mean over random annotations of the same text, real answers each moved along it by a random distance
    (:class:`RandomContinua`). The text goes from 0 to its length in ``lengths``, without one from the first to the last
    place that somebody marked. At least 30 are drawn (10 for each task), and more until the 95 % interval of the
    expected disorder is within ± ``precision`` of it. The same ``seed`` gives the same value, whatever tasks,
    annotators and labels are called.

    *Several tasks:* 1 - Σ w · observed / Σ w · expected, w being the mean number of spans of an annotator; one task is
    the gamma of the paper. Chance is each text's own: with a span or two a text (where moving them is all that chance
    can do, and labels hardly differ) prefer :func:`span_alpha` or :func:`span_f1`. The interval is the jackknife over
    tasks, Student's t; random annotations are drawn for each task, so their noise is in it.

    *Time:* the cost grows steeply with annotators and with overlapping spans. When ``time_budget_seconds`` is over the
    value stands on the random annotations drawn so far, with ``is_precise`` False and the ``precision`` reached; it is
    undefined, with a reason, when these are too few, or an alignment was not found. Only in that case does the value
    depend on the machine.

    ``by_task`` has each text's own gamma. ``value`` is None, with a reason, when nobody marked anything. Raises
    ValueError for arguments out of their range.

    >>> ann, ben = [(0, 4, "drug"), (9, 12, "dose"), (30, 34, "drug")], [(0, 5, "drug"), (9, 12, "dose")]
    >>> table = SpanTable.from_arrays(["t", "t"], ["ann", "ben"], [ann, ben], lengths={"t": 60})
    >>> found = span_gamma(table, seed=1)
    >>> round(found.observed_disorder, 3), round(found.value, 1), found.is_precise
    (0.405, 0.8, True)

    Source: Mathet, Widlöcher, Métivier (2015), The unified and holistic method gamma (γ) for inter-annotator agreement
    measure and alignment, Computational Linguistics 41:437.
    """
    check_level(level)
    _check(seed, precision, time_budget_seconds)
    labels = in_stable_order({span.label for spans in table.values for span in spans})
    place = {label: code for code, label in enumerate(labels)}
    apart = check_dissimilarity(alpha, beta, delta_empty, label_distances(labels, distance))
    part = table.compared()
    deadline = monotonic() + time_budget_seconds
    texts, text_of_row = _texts(table, part, place, apart, seed)
    try:
        reached = _work(texts, precision, deadline)
    except NoAlignment as cause:
        late = "" if monotonic() < deadline else f" (time_budget_seconds is {time_budget_seconds:g})"
        return _result(part, texts, text_of_row, None, level, f"Gamma was not worked out: {cause}{late}.", precision)
    return _result(part, texts, text_of_row, reached, level, _NOTHING, precision)


@dataclass
class _Text:
    """A text with what was marked in it; equal ones are worked out once. ``weight`` is spans by annotator."""

    units: list[Units]
    chance: RandomContinua
    apart: Dissimilarity
    stream: bytes
    weight: float
    n_tasks: int = 0
    observed: float = 0.0
    drawn: list[float] = field(default_factory=list)

    @property
    def expected(self) -> float:
        return float(np.mean(self.drawn))

    def draw(self, deadline: float) -> None:
        """One more random annotation. Raises NoAlignment when the time is over."""
        if monotonic() > deadline:
            raise NoAlignment("too few random annotations were aligned in the time given")
        self.drawn.append(align(self.chance.draw(), self.apart, deadline)[0])


def _check(seed: Any, precision: float, time_budget_seconds: float) -> None:
    if not isinstance(seed, (int, np.integer)) or isinstance(seed, bool) or seed < 0:
        raise ValueError(f"seed is {seed!r}; give a whole number from 0 on, and keep it with the result.")
    if not 0.0 < precision < 1.0:
        raise ValueError(f"precision is {precision!r}; give a share between 0 and 1, such as 0.02.")
    if not (isfinite(time_budget_seconds) and time_budget_seconds > 0.0):
        raise ValueError(f"time_budget_seconds is {time_budget_seconds!r}; give seconds, above 0.")


def _texts(
    table: SpanTable, part: Compared[Spans], place: dict[Hashable, int], apart: Dissimilarity, seed: int
) -> tuple[list[_Text], list[int | None]]:
    """The distinct texts with a span, in an order that names do not change; and which of them each task is."""
    found: dict[Hashable, _Text] = {}
    keys: list[Hashable] = []
    for task, answers in zip(part.tasks, part.answers, strict=True):
        marked = [spans for _, spans in answers]
        order, stream = without_names(marked, place)
        marked = [marked[k] for k in order]
        ends = [end for spans in marked for span in spans for end in (span.start, span.end)]
        if not ends:
            keys.append(None)
            continue
        low, high = (0.0, float(table.lengths[task])) if task in table.lengths else (min(ends), max(ends))
        key = (stream, low, high, *marked)
        if key not in found:
            units = [units_of(spans, place) for spans in marked]
            weight = sum(map(len, marked)) / len(marked)
            found[key] = _Text(units, RandomContinua(units, low, high, stream, seed), apart, stream, weight)
        found[key].n_tasks += 1
        keys.append(key)
    index = {key: k for k, key in enumerate(found)}
    return list(found.values()), [None if key is None else index[key] for key in keys]


def _work(texts: list[_Text], precision: float, deadline: float) -> float | None:
    """Align what was marked and random annotations until the precision is reached; returns the one reached."""
    for text in texts:
        if monotonic() > deadline:
            raise NoAlignment("the best alignment was not found in the time given")
        text.observed, _ = align(text.units, text.apart, deadline)
    if not texts:
        return None
    n = max(_FEWEST, ceil(_FIRST / len(texts)))
    while True:
        try:
            for text in texts:
                while len(text.drawn) < n:
                    text.draw(deadline)
        except NoAlignment:
            if min(len(text.drawn) for text in texts) < _FEWEST:
                raise
            return _precision(texts)
        reached = _precision(texts)
        if reached <= precision:
            return reached
        n = max(n + 1, ceil(min(n * (reached / precision) ** 2, 4.0 * n)))


def _precision(texts: list[_Text]) -> float:
    """z · standard error of the expected disorder, over it. Texts with the same random numbers err together."""
    errors: dict[bytes, float] = {}
    for text in texts:
        error = float(np.std(text.drawn, ddof=1)) / len(text.drawn) ** 0.5
        errors[text.stream] = errors.get(text.stream, 0.0) + text.n_tasks * text.weight * error
    total = sum(text.n_tasks * text.weight * text.expected for text in texts)
    return _Z * float(np.sqrt(sum(error**2 for error in errors.values()))) / total if total > 0.0 else 0.0


def _result(
    part: Compared[Spans],
    texts: list[_Text],
    text_of_row: list[int | None],
    reached: float | None,
    level: float,
    undefined: str,
    precision: float,
) -> GammaAgreement:
    n_rows = len(text_of_row)
    observed, expected, weight = np.zeros(n_rows), np.zeros(n_rows), np.zeros(n_rows)
    for row, place in enumerate(text_of_row):
        if place is not None and reached is not None:
            text = texts[place]
            observed[row], expected[row], weight[row] = text.observed, text.expected, text.weight
    estimate, error = one_minus_ratio(weight * observed, weight * expected, level, undefined)
    if estimate.value is None or reached is None:
        overall = chance_agreement("span_gamma", "Gamma", part, Estimate(None, reason=undefined), None, level)
        return GammaAgreement(overall, by_task=task_values(part, [None] * n_rows))
    pairs = zip(observed.tolist(), expected.tolist(), strict=True)
    return GammaAgreement(
        overall=chance_agreement("span_gamma", "Gamma", part, estimate, error, level),
        by_task=task_values(part, [1.0 - seen / chance if chance > 0.0 else None for seen, chance in pairs]),
        observed_disorder=_mean(observed, weight),
        expected_disorder=_mean(expected, weight),
        precision=reached,
        n_samples=sum(len(text.drawn) for text in texts),
        is_precise=reached <= precision,
    )


def _mean(values: Floats, weight: Floats) -> float:
    return float(np.dot(values, weight) / weight.sum())
