"""Keeps the accuracies that adaptive overlap goes by up to date, off the path of any request."""

from __future__ import annotations

from assay.aggregation.stopping_rule import StoppingRule
from assay.flow.policy import Policy
from assay.flow.policy_rules import AdaptiveOverlap
from assay.flow.stopping_audit import stopping_threshold
from assay.labels.label_config import LabelConfig
from assay.report.accuracy import estimated_accuracies
from assay.store import accuracies
from assay.store.documents import VersionCache
from assay.store.engine import Store

_MORE = 1.1  # a project is estimated anew when it has so many times the annotations of the last time
_FIRST = 30


class AccuracySweep:
    """One for each process; two processes that do it write the same."""

    def __init__(self, store: Store, versions: VersionCache) -> None:
        self._store = store
        self._versions = versions
        self._seen: dict[int, int] = {}

    def run(self) -> int:
        """Estimate where adaptive overlap is on and there is enough that is new; how many projects it did."""
        done = 0
        for project in self._store.read(accuracies.open_projects):
            count = int(project.annotations)
            if count < max(_FIRST, self._seen.get(project.id, 0) * _MORE):
                continue
            config = self._store.read(
                lambda c, p=project: self._versions.label_config(c, p.id, p.label_config_version)  # type: ignore[misc]
            )
            policy = self._store.read(lambda c, p=project: self._versions.policy(c, p.id, p.policy_version))  # type: ignore[misc]
            if policy.adaptive is None and not policy.stages:
                continue
            self._seen[project.id] = count
            answers = self._store.read(lambda c, p=project: accuracies.newest_answers(c, p.id))  # type: ignore[misc]
            found = estimated_accuracies(config, *answers)
            self._store.write(lambda c, p=project, f=found: accuracies.write_accuracies(c, p.id, f))  # type: ignore[misc]
            if policy.adaptive is not None:
                self._audit(project.id, config, policy, policy.adaptive, found)
            done += 1
        return done

    def _audit(
        self, project_id: int, config: LabelConfig, policy: Policy, adaptive: AdaptiveOverlap, found: dict[str, float]
    ) -> None:
        first = policy.annotations_per_task if policy.overlap_share >= 1 else 1
        rule = StoppingRule(1.0 - adaptive.confidence, first, adaptive.most)
        audited = self._store.read(lambda c: accuracies.audited_tasks(c, project_id, adaptive))
        threshold = stopping_threshold(config, rule, found, audited)
        self._store.write(lambda c: accuracies.write_stop_below(c, project_id, threshold))
