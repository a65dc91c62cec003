"""chrF: the F-score of shared character n-grams."""

from __future__ import annotations

from collections import Counter


def chrf(hypothesis: str, reference: str, *, max_n: int = 6, beta: float = 2.0) -> float:
    """From 0 (nothing shared) to 1: sacrebleu's chrF2 of one sentence, divided by 100.

    White space is dropped. For n = 1..6 the n-grams of both texts are counted; precision and recall are averaged over
    the orders for which both texts are long enough, and F = (1 + β²) P R / (β² P + R), with β = 2: recall counts twice
    as much, so the two arguments may not be exchanged (``beta=1`` is symmetric). No order at all (an empty text): 1
    when both are equal without their white space, else 0 (sacrebleu says 0 for two empty texts; two annotators who both
    write nothing agree).

    Raises ValueError when ``max_n`` is below 1 or ``beta`` not above 0.

    >>> round(chrf("the cat is on the mat", "there is a cat on the mat"), 4)
    0.4789

    Source: Popović (2015), chrF: character n-gram F-score for automatic MT evaluation, WMT; the averaging is that of
    sacrebleu 2 ("effective order").
    """
    if max_n < 1:
        raise ValueError(f"max_n is {max_n!r}; give the longest n-gram, at least 1.")
    if not beta > 0.0:
        raise ValueError(f"beta is {beta!r}; give a number above 0: 1 weighs both texts alike, 2 is chrF2.")
    ours, theirs = "".join(hypothesis.split()), "".join(reference.split())
    precision = recall = 0.0
    orders = min(max_n, len(ours), len(theirs))
    if orders == 0:
        return 1.0 if ours == theirs else 0.0
    for n in range(1, orders + 1):
        shared = (_ngrams(ours, n) & _ngrams(theirs, n)).total()
        precision += shared / (len(ours) - n + 1) / orders
        recall += shared / (len(theirs) - n + 1) / orders
    if precision + recall <= 0.0:
        return 0.0
    square = beta**2
    return (1.0 + square) * precision * recall / (square * precision + recall)


def chrf_distance(a: str, b: str) -> float:
    """1 - chrF1, a symmetric distance for medoids and for Krippendorff's alpha.

    >>> chrf_distance("a cat", "a cat")
    0.0
    """
    return 1.0 - chrf(a, b, beta=1.0)


def _ngrams(text: str, n: int) -> Counter[str]:
    return Counter(text[start : start + n] for start in range(len(text) - n + 1))
