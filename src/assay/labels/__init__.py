"""Floor 1: label configs, answers, guidelines, and one file per label type (the list is in ``label_types``)."""

from assay.labels.guideline import Gap, Guideline, check_guideline, empty_guideline, read_guideline
from assay.labels.label_config import LabelConfig, label_type_of, parse_label_config
from assay.labels.label_type import Answer, Control, LabelType, LabelTypeCard
from assay.labels.label_types import LABEL_TYPES
from assay.labels.outline import OutlineNode
from assay.labels.result import build_result, canonical, read_result
from assay.labels.task_data import check_task_data, visible_data
from assay.labels.templates import TEMPLATES, Template

__all__ = [
    "LABEL_TYPES",
    "TEMPLATES",
    "Answer",
    "Control",
    "Gap",
    "Guideline",
    "LabelConfig",
    "LabelType",
    "LabelTypeCard",
    "OutlineNode",
    "Template",
    "build_result",
    "canonical",
    "check_guideline",
    "check_task_data",
    "empty_guideline",
    "label_type_of",
    "parse_label_config",
    "read_guideline",
    "read_result",
    "visible_data",
]
