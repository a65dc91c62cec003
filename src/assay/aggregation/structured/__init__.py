"""What the aggregators of numbers, spans, shapes and texts have in common: the answers they take, the decisions."""

from assay.aggregation.structured.decision import AnnotatorQuality, Answers, Decision, Decisions

__all__ = ["AnnotatorQuality", "Answers", "Decision", "Decisions"]
