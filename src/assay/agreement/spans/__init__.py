"""Agreement on spans: stretches of a text, a recording or a sequence of tokens, each with a label."""

from assay.agreement.spans.alpha import span_alpha
from assay.agreement.spans.errors import ErrorShare, SpanErrors, span_errors
from assay.agreement.spans.f1 import span_f1
from assay.agreement.spans.table import Span, SpanTable
from assay.agreement.spans.unitizing_alpha import unitizing_alpha

__all__ = ["ErrorShare", "Span", "SpanErrors", "SpanTable", "span_alpha", "span_errors", "span_f1", "unitizing_alpha"]
