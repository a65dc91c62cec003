"""Watching quality while it is made: tests that may be looked at after every answer. Needs NumPy and SciPy only.

>>> from assay.monitoring import AccuracyTest
>>> ann = AccuracyTest(bar=0.9, alpha=0.05)
>>> ann.update_counts(n_right=28, n_wrong=12), round(ann.e_value)
(True, 74)

Adding a monitor is one file with a ``MONITOR`` (its card, and how to start it when it is a stream) and one line in
``MONITORS``.
"""

from assay.monitoring.card import Monitor, MonitorCard, Stream
from assay.monitoring.confidence_sequence import MONITOR as _CONFIDENCE_SEQUENCE
from assay.monitoring.confidence_sequence import AccuracySequence, Bounds, accuracy_confidence_sequence
from assay.monitoring.cusum import MONITOR as _CUSUM
from assay.monitoring.cusum import Cusum, CusumPlan, cusum_plan, cusum_scores
from assay.monitoring.detection_table import DetectionRow, detection_table
from assay.monitoring.e_bh import MONITOR as _E_BH
from assay.monitoring.e_bh import Named, benjamini_hochberg, e_bh
from assay.monitoring.e_detector import MONITOR as _E_DETECTOR
from assay.monitoring.e_detector import EDetector, e_detector
from assay.monitoring.e_process import MONITOR as _E_PROCESS
from assay.monitoring.e_process import AccuracyTest, EProcess, accuracy_e_process
from assay.monitoring.label_shift import MONITOR as _LABEL_SHIFT
from assay.monitoring.label_shift import LabelShift
from assay.monitoring.ratio_rule import hit_by_counts, hit_by_ratio, hit_by_window
from assay.monitoring.response_time import MONITOR as _RESPONSE_TIME
from assay.monitoring.response_time import FastAnswers, ResponseTimes, fast_answers, fit_response_times
from assay.monitoring.session_slope import MONITOR as _SESSION_SLOPE
from assay.monitoring.session_slope import SessionSlope, session_slope
from assay.monitoring.shared_errors import MONITOR as _SHARED_ERRORS
from assay.monitoring.shared_errors import PairErrors, SharedErrors, shared_errors
from assay.monitoring.sprt import MONITOR as _SPRT
from assay.monitoring.sprt import Sprt, SprtOutcome, SprtPlan, sprt

MONITORS: tuple[Monitor, ...] = (
    _E_PROCESS,
    _CONFIDENCE_SEQUENCE,
    _SPRT,
    _CUSUM,
    _E_DETECTOR,
    _E_BH,
    _LABEL_SHIFT,
    _RESPONSE_TIME,
    _SHARED_ERRORS,
    _SESSION_SLOPE,
)

__all__ = [
    "MONITORS",
    "AccuracySequence",
    "AccuracyTest",
    "Bounds",
    "Cusum",
    "CusumPlan",
    "DetectionRow",
    "EDetector",
    "EProcess",
    "FastAnswers",
    "LabelShift",
    "Monitor",
    "MonitorCard",
    "Named",
    "PairErrors",
    "ResponseTimes",
    "SessionSlope",
    "SharedErrors",
    "Sprt",
    "SprtOutcome",
    "SprtPlan",
    "Stream",
    "accuracy_confidence_sequence",
    "accuracy_e_process",
    "benjamini_hochberg",
    "cusum_plan",
    "cusum_scores",
    "detection_table",
    "e_bh",
    "e_detector",
    "fast_answers",
    "fit_response_times",
    "hit_by_counts",
    "hit_by_ratio",
    "hit_by_window",
    "session_slope",
    "shared_errors",
    "sprt",
]
