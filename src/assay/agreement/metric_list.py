"""The metrics there are: adding one is one line here."""

from __future__ import annotations

from assay.agreement.brennan_prediger import METRIC as _BRENNAN_PREDIGER
from assay.agreement.card import Metric
from assay.agreement.cohen_kappa import METRIC as _COHEN_KAPPA
from assay.agreement.fleiss_kappa import METRIC as _FLEISS_KAPPA
from assay.agreement.gwet_ac import METRIC_AC1 as _GWET_AC1
from assay.agreement.gwet_ac import METRIC_AC2 as _GWET_AC2
from assay.agreement.icc import METRIC as _ICC
from assay.agreement.kendall_tau_b import METRIC as _KENDALL_TAU_B
from assay.agreement.kendall_w import METRIC as _KENDALL_W
from assay.agreement.krippendorff_alpha import METRIC as _KRIPPENDORFF_ALPHA
from assay.agreement.lin_concordance import METRIC as _LIN_CONCORDANCE
from assay.agreement.percent_agreement import METRIC as _PERCENT_AGREEMENT
from assay.agreement.scott_pi import METRIC as _SCOTT_PI
from assay.agreement.weighted_kappa import METRIC as _WEIGHTED_KAPPA

METRICS: tuple[Metric, ...] = (
    _PERCENT_AGREEMENT,
    _COHEN_KAPPA,
    _FLEISS_KAPPA,
    _KRIPPENDORFF_ALPHA,
    _SCOTT_PI,
    _GWET_AC1,
    _BRENNAN_PREDIGER,
    _WEIGHTED_KAPPA,
    _GWET_AC2,
    _ICC,
    _LIN_CONCORDANCE,
    _KENDALL_W,
    _KENDALL_TAU_B,
)


def metric_named(metric_id: str) -> Metric:
    """The metric of that id. Raises ValueError, naming those there are.

    >>> metric_named("scott_pi").card.title
    "Scott's pi"
    """
    for metric in METRICS:
        if metric.id == metric_id:
            return metric
    raise ValueError(f"There is no metric {metric_id!r}; use one of {', '.join(metric.id for metric in METRICS)}.")
