"""The medoid: the text that is nearest to what all annotators of the task wrote."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping

from assay.aggregation.structured.decision import Answers, Decision, Decisions, by_task, qualities, undecided

VERSION = 1


def medoid(
    table: Answers[str], *, distance: Callable[[str, str], float], weights: Mapping[Hashable, float] | None = None
) -> Decisions[str]:
    """For each task the given text with the smallest weighted mean distance to the texts of the others.

    Nothing is synthesised: the decision is a text that somebody wrote (minimum Bayes risk among the answers). With
    ``distance`` 0 for equal texts and above 0 else, for example ``assay.agreement.text.chrf_distance`` (take it to be
    symmetric); the distance is a choice, so there is no default. ``weights`` (annotator -> weight, at least 0, missing
    ones 1) weigh the answers. Equal texts count together.

    *Ties* (means equal up to 1e-12): the text that more annotators wrote, then the shorter one, then the first by code
    point; so neither rows nor names decide. ``expected_loss`` is the mean distance to all answers (the own included),
    ``confidence`` 1 minus it, at least 0. Annotators' quality is 1 - the mean distance of their texts to the decisions.
    A task with one answer takes it, with expected loss 0 that says nothing: look at ``annotators``.

    Raises ValueError for a weight below 0 and a distance that is negative or no number.

    >>> from assay.agreement.text import TextTable, chrf_distance
    >>> table = TextTable.from_arrays(["t"] * 3, ["ann", "ben", "cem"], ["a cat sat", "a cat sits", "dogs"])
    >>> medoid(table, distance=chrf_distance)["t"].value
    'a cat sat'

    Source: Kumar, Byrne (2004), Minimum Bayes-risk decoding for statistical machine translation, NAACL.
    """
    weight = {name: float((weights or {}).get(name, 1.0)) for name in table.annotators}
    if not all(0.0 <= each < float("inf") for each in weight.values()):
        raise ValueError("weights has a weight that is not a number of at least 0.")
    decisions: list[Decision[str]] = []
    alike: dict[int, list[float]] = {}
    for task, answers in zip(table.tasks, by_task(table), strict=True):
        if not answers:
            decisions.append(undecided(task))
            continue
        mass: dict[str, float] = {}
        count: dict[str, int] = {}
        for annotator, text in sorted(answers, key=lambda answer: (answer[1], weight[table.annotators[answer[0]]])):
            mass[text] = mass.get(text, 0.0) + weight[table.annotators[annotator]]
            count[text] = count.get(text, 0) + 1
        names = tuple(table.annotators[annotator] for annotator, _ in answers)
        total = sum(mass.values())
        if total <= 0.0:
            decisions.append(undecided(task, names, "every annotator of the task has weight 0"))
            continue
        apart = {text: {other: _checked(distance, text, other) for other in mass} for text in mass}
        mean = {text: sum(mass[other] * apart[text][other] for other in mass) / total for text in mass}
        least = min(mean.values()) + 1e-12
        best = min((text for text in mass if mean[text] <= least), key=lambda text: (-count[text], len(text), text))
        for annotator, text in answers:
            alike.setdefault(annotator, []).append(max(0.0, 1.0 - apart[text][best]))
        decisions.append(Decision(task, best, None, max(0.0, 1.0 - mean[best]), mean[best], names))
    return Decisions(
        method="medoid",
        version=VERSION,
        rules=(("distance", getattr(distance, "__name__", str(distance))),),
        decisions=tuple(decisions),
        annotators=qualities(table, alike),
    )


def _checked(distance: Callable[[str, str], float], a: str, b: str) -> float:
    if a == b:
        return 0.0
    apart = float(distance(a, b))
    if not 0.0 <= apart < float("inf"):
        raise ValueError(f"distance({a[:40]!r}, {b[:40]!r}) is {apart}; give a number of at least 0.")
    return apart
