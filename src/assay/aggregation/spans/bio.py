"""Spans of tokens as BIO tags."""

from __future__ import annotations

from collections.abc import Sequence

from assay.aggregation.spans.voted import GivenSpan


def spans_to_bio(spans: Sequence[GivenSpan], n_tokens: int) -> list[str]:
    """One tag a token: "B-label" at the start of a span, "I-label" inside it, "O" outside.

    Always valid: no "I" without a "B" before it. Raises ValueError for spans that overlap, end beyond the tokens, or
    are not in whole tokens: BIO cannot say them.

    >>> from assay.aggregation.spans import VotedSpan
    >>> spans_to_bio([VotedSpan(0, 2, "PER", 1.0), VotedSpan(2, 3, "PER", 0.5)], 4)
    ['B-PER', 'I-PER', 'B-PER', 'O']
    """
    tags = ["O"] * n_tokens
    for span in spans:
        start, end = int(span.start), int(span.end)
        if (start, end) != (span.start, span.end) or end > n_tokens:
            raise ValueError(f"spans has one from {span.start} to {span.end}; give whole tokens, at most {n_tokens}.")
        if any(tag != "O" for tag in tags[start:end]):
            raise ValueError(f"spans overlap at token {start}; BIO has one tag a token, so decide them place by place.")
        tags[start:end] = [f"B-{span.label}"] + [f"I-{span.label}"] * (end - start - 1)
    return tags
