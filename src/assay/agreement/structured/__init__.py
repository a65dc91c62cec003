"""What agreement of spans, shapes, comparisons and texts has in common: the table of answers and the result."""

from assay.agreement.structured.answer_table import AnswerTable, Compared
from assay.agreement.structured.result import LabelValue, StructuredAgreement, TaskValue

__all__ = ["AnswerTable", "Compared", "LabelValue", "StructuredAgreement", "TaskValue"]
