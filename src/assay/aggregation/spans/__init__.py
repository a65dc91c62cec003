"""One set of spans for each text: place by place, or span by span."""

from assay.aggregation.spans.bio import spans_to_bio
from assay.aggregation.spans.place_dawid_skene import place_dawid_skene
from assay.aggregation.spans.place_vote import place_vote
from assay.aggregation.spans.span_vote import span_vote
from assay.aggregation.spans.voted import VotedSpan

__all__ = ["VotedSpan", "place_dawid_skene", "place_vote", "span_vote", "spans_to_bio"]
