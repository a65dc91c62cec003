"""How much annotators agree, each number with its interval. Needs NumPy (and SciPy for some); usable alone.

>>> from assay.agreement import krippendorff_alpha
>>> tasks = ["t1", "t1", "t2", "t2", "t3", "t3"]
>>> annotators = ["ann", "ben", "ann", "ben", "ann", "ben"]
>>> print(krippendorff_alpha(tasks, annotators, ["cat", "cat", "dog", "dog", "cat", "dog"]))
Krippendorff's alpha 0.444 [-0.393, 0.922] at 95% (3 tasks, 6 annotations, 2 annotators)

Adding a metric is one file with a ``METRIC`` (its card and its function) and one line in ``METRICS`` (``metric_list``).
"""

from assay.agreement.ambiguity import Ambiguity, ambiguity
from assay.agreement.annotator_bias import AnnotatorBias, LabelBias, annotator_bias
from assay.agreement.bootstrap import bootstrap
from assay.agreement.brennan_prediger import brennan_prediger
from assay.agreement.by_annotator import AnnotatorAgreement, by_annotator
from assay.agreement.by_label import LabelAgreement, by_label
from assay.agreement.card import Metric, MetricCard, Scale
from assay.agreement.cohen_kappa import cohen_kappa
from assay.agreement.compare import Difference, adjust_for_many, adjusted_p_values, compare, difference
from assay.agreement.fleiss_kappa import fleiss_kappa
from assay.agreement.gwet_ac import gwet_ac1, gwet_ac2
from assay.agreement.icc import IccForm, icc, icc_forms
from assay.agreement.kendall_tau_b import kendall_tau_b
from assay.agreement.kendall_w import kendall_w
from assay.agreement.krippendorff_alpha import krippendorff_alpha
from assay.agreement.label_confusion import LabelConfusion, label_confusion
from assay.agreement.label_csv import LabelFileError, read_label_csv
from assay.agreement.label_table import DuplicateLabel, LabelTable
from assay.agreement.lin_concordance import lin_concordance
from assay.agreement.metric_list import METRICS, metric_named
from assay.agreement.pairwise import PairAgreement, Pairwise, pairwise
from assay.agreement.percent_agreement import percent_agreement
from assay.agreement.result import Agreement, Estimate, LeftOut
from assay.agreement.scott_pi import scott_pi
from assay.agreement.task_disagreement import TaskDisagreement, TaskDisagreements, task_disagreement
from assay.agreement.two_way_interval import two_way_interval
from assay.agreement.weighted_kappa import weighted_kappa

__all__ = [
    "METRICS",
    "Agreement",
    "Ambiguity",
    "AnnotatorAgreement",
    "AnnotatorBias",
    "Difference",
    "DuplicateLabel",
    "Estimate",
    "IccForm",
    "LabelAgreement",
    "LabelBias",
    "LabelConfusion",
    "LabelFileError",
    "LabelTable",
    "LeftOut",
    "Metric",
    "MetricCard",
    "PairAgreement",
    "Pairwise",
    "Scale",
    "TaskDisagreement",
    "TaskDisagreements",
    "adjust_for_many",
    "adjusted_p_values",
    "ambiguity",
    "annotator_bias",
    "bootstrap",
    "brennan_prediger",
    "by_annotator",
    "by_label",
    "cohen_kappa",
    "compare",
    "difference",
    "fleiss_kappa",
    "gwet_ac1",
    "gwet_ac2",
    "icc",
    "icc_forms",
    "kendall_tau_b",
    "kendall_w",
    "krippendorff_alpha",
    "label_confusion",
    "lin_concordance",
    "metric_named",
    "pairwise",
    "percent_agreement",
    "read_label_csv",
    "scott_pi",
    "task_disagreement",
    "two_way_interval",
    "weighted_kappa",
]
