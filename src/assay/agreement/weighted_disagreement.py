"""Disagreement under a sampling design: every pair of annotations counts by one over the chance of being there."""

from __future__ import annotations

import numpy as np

from assay.agreement.arrays import Codes, Floats, sum_by
from assay.agreement.disagreement import Disagreement
from assay.agreement.distances import Distance
from assay.agreement.label_table import LabelTable
from assay.agreement.pairs import annotation_pairs


def weighted_totals(table: LabelTable) -> Floats:
    """How much weight each label has among the compared annotations, in pairs; shape (labels,)."""
    weights = _weights(table)
    totals = np.zeros(len(table.labels))
    for block in annotation_pairs(table):
        weight = np.maximum(weights[block.first], weights[block.second])
        for side in (block.first, block.second):
            totals += sum_by(table.label_codes[side], weight, len(totals))
    return totals


def _weights(table: LabelTable) -> Floats:
    return table.weights if table.weights is not None else np.ones(table.n_annotations)


def weighted_disagreement(table: LabelTable, distance: Distance, *, corrected: bool = True) -> Disagreement:
    """Seen and expected disagreement from the weighted coincidences, with and without each task.

    Annotations of a task come one after the other, and a later one only when the earlier ones are there. So a
    pair is there with the probability of its later, rarer annotation, and its weight is the larger of the
    two. With w_ab that weight, seen is Σ_t Σ_ab w_ab d / Σ_t Σ_ab w_ab: each sum estimates, without bias
    whatever the routing looked at, what it would be had every annotation been asked for (Horvitz, Thompson).
    Expected disagreement is that of the label shares of the weighted pairs, without replacement for the n
    annotations compared when ``corrected``, else 1 (for a metric that does not correct for chance).
    """
    weights, n_tasks = _weights(table), len(table.tasks)
    apart, both = np.zeros(n_tasks), np.zeros(n_tasks)
    of_annotation = np.zeros(table.n_annotations)
    for block in annotation_pairs(table):
        weight = np.maximum(weights[block.first], weights[block.second])
        first, second = table.label_codes[block.first], table.label_codes[block.second]
        apart += sum_by(block.task, weight * distance.between(first, second), n_tasks)
        both += sum_by(block.task, weight, n_tasks)
        of_annotation += sum_by(block.first, weight, table.n_annotations)
        of_annotation += sum_by(block.second, weight, table.n_annotations)
    used = np.flatnonzero(both)
    apart, total = apart / distance.largest, float(both.sum())
    seen = float(apart.sum())
    left = total - both[used]
    some = left > total * 1e-12
    safe = np.where(some, left, 1.0)
    seen_without = np.where(some, np.maximum(seen - apart[used], 0.0) / safe, 0.0)
    weight_of_task = np.ones(len(used), dtype=np.int64)
    if not corrected:
        without = np.where(some, 1.0, 0.0)
        return Disagreement(seen / total, 1.0, seen_without, without, weight_of_task)
    m = table.n_annotations_of_task[used]
    n = float(m.sum())
    by_chance, chance_without = _chance(table, distance, of_annotation, 2.0 * both)
    n_left = n - m
    factor = np.divide(n_left, n_left - 1.0, out=np.ones(len(used)), where=n_left > 1.0)
    without = np.where(some, chance_without[used] * factor, 0.0)
    return Disagreement(seen / total, by_chance * n / (n - 1.0), seen_without, without, weight_of_task)


def _chance(table: LabelTable, distance: Distance, of_annotation: Floats, mass: Floats) -> tuple[float, Floats]:
    """Σ_cc' p_c p_c' d(c, c') of the label shares p of the weighted pairs, and without each task (tasks,)."""
    n_tasks, n_labels = len(table.tasks), len(table.labels)
    key, place = np.unique(table.task_codes * n_labels + table.label_codes, return_inverse=True)
    amount = sum_by(place, of_annotation, len(key))
    task, label = np.divmod(key, n_labels)
    totals = sum_by(label, amount, n_labels)
    to_all = distance.to_all(totals) / distance.largest
    everything, total = float(totals @ to_all), float(mass.sum())
    within = _within(task, label, amount, distance, n_tasks)
    left = total - mass
    rest = everything - 2.0 * sum_by(task, amount * to_all[label], n_tasks) + within
    without = np.divide(np.maximum(rest, 0.0), left * left, out=np.zeros(n_tasks), where=left > total * 1e-12)
    return everything / (total * total), without


def _within(task: Codes, label: Codes, amount: Floats, distance: Distance, n_tasks: int) -> Floats:
    """For each task Σ_cc' x_c x_c' d(c, c') of its amounts x; entries are sorted by task."""
    length = np.bincount(task, minlength=n_tasks)
    start = np.concatenate(([0], np.cumsum(length)[:-1]))
    within = np.zeros(n_tasks)
    for offset in range(1, int(length.max(initial=0))):
        tasks = np.flatnonzero(length > offset)
        n_first = length[tasks] - offset
        row = np.repeat(tasks, n_first)
        first = start[row] + np.arange(len(row)) - np.repeat(np.cumsum(n_first) - n_first, n_first)
        second = first + offset
        apart = distance.between(label[first], label[second]) / distance.largest
        within += sum_by(row, 2.0 * amount[first] * amount[second] * apart, n_tasks)
    return within
