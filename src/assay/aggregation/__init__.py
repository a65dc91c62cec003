"""One label for each task out of the annotations of several annotators. Needs nothing but NumPy and SciPy.

Adding an aggregator is one file with an ``AGGREGATOR`` (its card and its function) and one line in
``AGGREGATORS``.
"""

from assay.aggregation.annotators import AnnotatorQuality, AnnotatorTable
from assay.aggregation.auto import AGGREGATOR as _AUTO
from assay.aggregation.auto import auto
from assay.aggregation.bayesian_dawid_skene import AGGREGATOR as _BAYESIAN_DAWID_SKENE
from assay.aggregation.bayesian_dawid_skene import bayesian_dawid_skene
from assay.aggregation.card import Aggregator, AggregatorCard, CodedLabels
from assay.aggregation.dawid_skene import AGGREGATOR as _DAWID_SKENE
from assay.aggregation.dawid_skene import dawid_skene
from assay.aggregation.glad import AGGREGATOR as _GLAD
from assay.aggregation.glad import glad
from assay.aggregation.mace import AGGREGATOR as _MACE
from assay.aggregation.mace import mace
from assay.aggregation.majority import AGGREGATOR as _MAJORITY
from assay.aggregation.majority import majority
from assay.aggregation.one_coin import AGGREGATOR as _ONE_COIN
from assay.aggregation.one_coin import one_coin
from assay.aggregation.replay import Replay, ReplayPoint, replay
from assay.aggregation.result import Aggregation, Candidate, Fit, TaskLabel, TieRule
from assay.aggregation.stopping import AnnotatorModels, TaskState, what_to_ask, whom_to_ask
from assay.aggregation.stopping_rule import (
    Advice,
    StoppingAudit,
    StoppingRule,
    ask_one_more,
    audit_stopping,
    tasks_to_audit,
)
from assay.aggregation.weighted_majority import AGGREGATOR as _WEIGHTED_MAJORITY
from assay.aggregation.weighted_majority import weighted_majority

AGGREGATORS: tuple[Aggregator, ...] = (
    _AUTO,
    _MAJORITY,
    _WEIGHTED_MAJORITY,
    _ONE_COIN,
    _DAWID_SKENE,
    _BAYESIAN_DAWID_SKENE,
    _GLAD,
    _MACE,
)

__all__ = [
    "AGGREGATORS",
    "Advice",
    "Aggregation",
    "Aggregator",
    "AggregatorCard",
    "AnnotatorModels",
    "AnnotatorQuality",
    "AnnotatorTable",
    "Candidate",
    "CodedLabels",
    "Fit",
    "Replay",
    "ReplayPoint",
    "StoppingAudit",
    "StoppingRule",
    "TaskLabel",
    "TaskState",
    "TieRule",
    "ask_one_more",
    "audit_stopping",
    "auto",
    "bayesian_dawid_skene",
    "dawid_skene",
    "glad",
    "mace",
    "majority",
    "one_coin",
    "replay",
    "tasks_to_audit",
    "weighted_majority",
    "what_to_ask",
    "whom_to_ask",
]
