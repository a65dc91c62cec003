"""Deal annotations into folds by what was answered, never by names: renaming tasks or annotators changes nothing.

Each task, annotator and label gets a *color*: a number that is refined a few times from the colors around it
(Weisfeiler, Leman 1968). Two that could be swapped without changing the table keep one color. Tasks of one color are
dealt in turn, and so are the annotations of a task, so folds are balanced and no task loses all of them at once.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from assay.aggregation.arrays import Codes
from assay.aggregation.crowd import Crowd

N_FOLDS = 5
_ROUNDS = 3

Colors = npt.NDArray[np.uint64]


def deal(crowd: Crowd) -> tuple[Codes, Codes]:
    """The fold 0..4 of each annotation, and the turn of each task (for dealing tasks: take it modulo the folds)."""
    if not crowd.n_annotations:
        return np.zeros(0, dtype=np.int64), np.arange(crowd.n_tasks)
    task_color, annotator_color = _colors(crowd)
    turn = _turns(task_color)
    order = np.lexsort((crowd.annotator, annotator_color[crowd.annotator], crowd.task))
    start = np.concatenate([[0], np.cumsum(crowd.n_of_task)]).astype(np.int64)
    place = np.empty(crowd.n_annotations, dtype=np.int64)
    place[order] = np.arange(crowd.n_annotations) - start[crowd.task]
    return (place + turn[crowd.task]) % N_FOLDS, turn


def _colors(crowd: Crowd) -> tuple[Colors, Colors]:
    groups = (crowd.task, crowd.annotator, crowd.label)
    sizes = (crowd.n_tasks, crowd.n_annotators, crowd.n_labels)
    orders = [np.argsort(group, kind="stable") for group in groups]
    colors = [
        _mix(np.bincount(group, minlength=size).astype(np.uint64)) for group, size in zip(groups, sizes, strict=True)
    ]
    for _ in range(_ROUNDS):
        task, annotator, label = (color[group] for color, group in zip(colors, groups, strict=True))
        seen = _mix(task + _mix(annotator + _mix(label)))
        colors = [
            _mix(color + _sum(seen, group, order, size))
            for color, group, order, size in zip(colors, groups, orders, sizes, strict=True)
        ]
    return colors[0], colors[1]


def _sum(values: Colors, group: Codes, order: Codes, size: int) -> Colors:
    """Exact sums modulo 2^64 by group: they do not depend on the order."""
    in_order = group[order]
    first = np.flatnonzero(np.diff(in_order, prepend=-1))
    out = np.zeros(size, dtype=np.uint64)
    out[in_order[first]] = np.add.reduceat(values[order], first)
    return out


def _mix(x: Colors) -> Colors:
    """Scramble 64 bits (the finalizer of SplitMix64, Steele et al. 2014)."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _turns(color: Colors) -> Codes:
    """0, 1, 2 ... through the tasks of each color, every color beginning somewhere else."""
    order = np.lexsort((np.arange(len(color)), color))
    begins = np.flatnonzero(np.diff(color[order], prepend=~color[order][:1]))
    length = np.diff(begins, append=len(color))
    turn = np.empty(len(color), dtype=np.int64)
    offset = (color[order] >> np.uint64(33)).astype(np.int64)
    turn[order] = np.arange(len(color)) - np.repeat(begins, length) + offset
    return turn
