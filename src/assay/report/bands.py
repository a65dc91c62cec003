"""What a coefficient means: a verdict that looks at the interval, not at the point."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from assay.agreement import Agreement
from assay.kernel.errors import BadInput

VerdictName = Literal["strong", "acceptable", "low", "cannot tell yet", "undefined"]

# More than that many times the tasks there are (and more than a thousand) is not advice that anybody can follow.
_MOST_TIMES = 20
_MOST_TASKS = 1000
# With fewer tasks the width itself is too uncertain to work out how many more are needed.
_FEWEST_TASKS = 20


@dataclass(frozen=True, slots=True)
class Bands:
    """The limits of a project: under ``warning`` agreement is low, from ``strong`` on it is strong.

    ``target`` is what labels should reach before they are relied on. Raises BadInput unless
    -1 < warning <= target <= strong <= 1.
    """

    strong: float = 0.8
    target: float = 0.7
    warning: float = 0.6

    def __post_init__(self) -> None:
        if not -1.0 < self.warning <= self.target <= self.strong <= 1.0:
            raise BadInput(
                f"The bands are warning {self.warning}, target {self.target}, strong {self.strong}.",
                field="bands",
                action="Give numbers with -1 < warning <= target <= strong <= 1.",
            )

    def as_dict(self) -> dict[str, float]:
        """JSON-ready."""
        return {"strong": self.strong, "target": self.target, "warning": self.warning}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One word, and the sentence that explains it.

    ``more_tasks`` is about how many more shared tasks would settle what is open (None when nothing is, or
    when more tasks alone would hardly settle it).
    """

    name: VerdictName
    sentence: str
    more_tasks: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"verdict": self.name, "sentence": self.sentence, "more_tasks": self.more_tasks}


def judge(agreement: Agreement, bands: Bands, *, chance_corrected: bool = True) -> Verdict:
    """The verdict on one metric.

    "strong" when the whole interval is at or above ``bands.strong``; "low" when it is wholly under
    ``bands.warning``; "acceptable" when it is wholly at or above ``bands.warning``; "cannot tell yet" when
    the warning line lies inside it, or there is no interval; "undefined" when there is no value.
    """
    if agreement.value is None:
        return Verdict("undefined", agreement.reason or "It is undefined.")
    if agreement.low is None or agreement.high is None:
        return Verdict("cannot tell yet", f"Can't tell yet: {agreement.interval_reason}. Add shared tasks.")
    caution = "" if chance_corrected else " It is not corrected for chance: read it beside Krippendorff's alpha."
    interval = f"the interval from {agreement.low:.2f} to {agreement.high:.2f}"
    if agreement.low >= bands.strong:
        return Verdict("strong", f"Strong: {interval} is wholly at or above {bands.strong:g}.{caution}")
    if agreement.high < bands.warning:
        return Verdict("low", f"Low: {interval} is wholly under {bands.warning:g}.{caution}")
    if agreement.low < bands.warning:
        more, advice = _advice(agreement, agreement.value, bands.warning)
        contains = f"{interval} has values on both sides of {bands.warning:g}"
        return Verdict("cannot tell yet", f"Can't tell yet: {contains}; {advice}.{caution}", more)
    more, open_question = _above_warning(agreement, agreement.value, agreement.low, agreement.high, bands)
    return Verdict("acceptable", f"Acceptable: {interval} {open_question}.{caution}", more)


def _above_warning(agreement: Agreement, value: float, low: float, high: float, bands: Bands) -> tuple[int | None, str]:
    if high < bands.target:
        return None, f"is above {bands.warning:g}, but under the target of {bands.target:g}"
    if low < bands.target:
        more, advice = _advice(agreement, value, bands.target)
        return more, f"is above {bands.warning:g}; whether it reaches the target of {bands.target:g} is open: {advice}"
    if high < bands.strong:
        return None, f"reaches the target of {bands.target:g}"
    more, advice = _advice(agreement, value, bands.strong)
    return more, f"reaches the target of {bands.target:g}; whether it is strong ({bands.strong:g}) is open: {advice}"


def _advice(agreement: Agreement, value: float, limit: float) -> tuple[int | None, str]:
    more = more_tasks_to_settle(agreement, limit)
    if more is None:
        return None, f"{value:.2f} is so near {limit:g} that more tasks alone will hardly settle it"
    return more, f"about {more:,} more shared task{'s' if more != 1 else ''} would settle it, if the value stays"


def more_tasks_to_settle(agreement: Agreement, limit: float) -> int | None:
    """About how many more shared tasks would bring ``limit`` out of the interval, were the value to stay.

    The half of the interval that holds the limit shrinks with the square root of the number of tasks; at least
    20 tasks are asked for. None when it would take more than a thousand tasks and more than twenty times those
    there are, or when there is no interval.
    """
    if agreement.value is None or agreement.low is None or agreement.high is None:
        return None
    gap = abs(agreement.value - limit)
    half = agreement.value - agreement.low if agreement.value >= limit else agreement.high - agreement.value
    needed = max(agreement.n_tasks * (half / gap) ** 2, _FEWEST_TASKS) if gap > 0.0 else math.inf
    if needed > max(_MOST_TIMES * agreement.n_tasks, _MOST_TASKS):
        return None
    return _about(needed - agreement.n_tasks)


def _about(n: float) -> int:
    """Rounded up so far that it does not look exact: 7, 40, 130, 2,600."""
    whole = max(1, math.ceil(n - 1e-6))
    if whole < 10:
        return whole
    unit = 10 ** max(1, len(str(whole)) - 2)
    return int(math.ceil(whole / unit) * unit)
