"""Agreement on free text: transcripts, translations, summaries, answers."""

from assay.agreement.text.agreement import TextMeasure, text_agreement
from assay.agreement.text.chrf import chrf, chrf_distance
from assay.agreement.text.edit_distance import edit_distance, edit_similarity, word_error_rate
from assay.agreement.text.table import TextTable

__all__ = [
    "TextMeasure",
    "TextTable",
    "chrf",
    "chrf_distance",
    "edit_distance",
    "edit_similarity",
    "text_agreement",
    "word_error_rate",
]
