"""Agreement on spans: stretches of a text, a recording or a sequence of tokens, each with a label."""

from assay.agreement.spans.alignment import Alignment, NoAlignment, best_alignment
from assay.agreement.spans.alpha import span_alpha
from assay.agreement.spans.errors import ErrorShare, SpanErrors, span_errors
from assay.agreement.spans.f1 import span_f1
from assay.agreement.spans.gamma import GammaAgreement, span_gamma
from assay.agreement.spans.table import Span, SpanTable
from assay.agreement.spans.unitizing_alpha import unitizing_alpha

__all__ = [
    "Alignment",
    "ErrorShare",
    "GammaAgreement",
    "NoAlignment",
    "Span",
    "SpanErrors",
    "SpanTable",
    "best_alignment",
    "span_alpha",
    "span_errors",
    "span_f1",
    "span_gamma",
    "unitizing_alpha",
]
