"""One label for each task of a file that may be larger than memory."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assay.aggregation.arrays import Codes, Floats
from assay.aggregation.decide import check_tie_rule, leaders
from assay.aggregation.label_writer import LabelWriter
from assay.aggregation.result import Fit, TieRule
from assay.aggregation.streaming.crowd import StreamedCrowd
from assay.aggregation.streaming.methods import METHODS, Judge, StreamedMethod
from assay.aggregation.streaming.source import Source, open_source


@dataclass(frozen=True)
class StreamedAggregation:
    """What was written, in numbers, and how good annotators are.

    ``n_labeled``, ``n_tied`` (without a label) and ``n_silent`` (no annotation has a label) add up to ``n_tasks``;
    ``n_annotations`` were used, ``n_missing`` had no label, and ``n_gold`` tasks had their truth given.
    ``expected_wrong`` is how many of the labels are expected to be wrong (None where the method gives shares of votes).
    ``labels`` and ``annotators`` are in stable order; ``n_annotations_of`` and ``accuracy`` have shape (annotators,):
    what the model takes them for (None for majority), without interval. ``confusion_of(row)`` gives the confusion
    matrix (truth, label given) of an annotator, for Dawid-Skene. ``label_prior`` has shape (labels,).
    """

    method: str
    version: int
    tie_rule: TieRule
    output: Path
    columns_read: str
    n_tasks: int
    n_annotations: int
    n_missing: int
    n_labeled: int
    n_tied: int
    n_gold: int
    expected_wrong: float | None
    labels: tuple[Hashable, ...]
    annotators: tuple[Hashable, ...]
    n_annotations_of: Codes
    accuracy: Floats | None
    label_prior: Floats | None
    fit: Fit | None
    confusion_of: Callable[[int], Floats] | None

    @property
    def n_silent(self) -> int:
        return self.n_tasks - self.n_labeled - self.n_tied


def aggregate_file(
    path: str | Path,
    output: str | Path,
    *,
    method: str = "dawid_skene",
    gold: Mapping[Any, Any] | None = None,
    tie_rule: TieRule = "report",
    task: str | None = None,
    annotator: str | None = None,
    label: str | None = None,
    progress: Callable[[str], None] | None = None,
    **options: Any,
) -> StreamedAggregation:
    """Aggregate a Parquet or CSV file, sorted by task, of any length in bounded memory.

    The file has one row an annotation; ``task``, ``annotator`` and ``label`` name the columns (None: look for task,
    task_id, item, id; annotator, worker, rater, user; label, annotation, value, answer). Parquet columns are text,
    whole numbers, numbers or yes/no, plain or dictionary-encoded; a label that is null, NaN or empty text was not
    given. In CSV (UTF-8) everything is text without outer spaces, and NA, NaN and null are missing too.

    Tasks may rise or fall, by size, by code point, or text by length first. ``method`` is "majority",
    "weighted_majority", "one_coin" or "dawid_skene"; ``options`` are those of that function (``smoothing``,
    ``max_iterations``, ``tolerance``; ``rounds``), and decisions and posteriors are those that it gives in memory, to
    rounding. ``gold`` maps a task to its true label, both as the file has them.

    ``output`` gets the columns task, label, confidence in the order of the file: Parquet when the name ends in .parquet
    or .pq, else CSV; whole or not at all. A label is empty (null) in a tie, unless ``tie_rule`` is "prior", and where
    there is no annotation. The folder of ``output`` holds scratch files meanwhile: 20 bytes an annotation, and the
    names of the tasks. In memory are a block of tasks, and what belongs to annotators and labels: annotators x labels x
    labels at most.

    Raises ValueError naming the row (from 1, the header not counted) and the fix: columns that are missing or nested, a
    file that cannot be read, is empty or not sorted by task, a row without task or annotator, two labels of an
    annotator on a task, a gold label that no annotation has, an unknown method, option or tie rule. ImportError without
    pyarrow.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> rows = ["t1,ann,x", "t1,ben,x", "t2,ann,y", "t2,ben,x", "t2,cem,y", "t3,ann,x", "t3,cem,y"]
    >>> _ = (folder / "votes.csv").write_text("\\n".join(["task,annotator,label", *rows]))
    >>> found = aggregate_file(folder / "votes.csv", folder / "labels.csv", method="majority")
    >>> (found.n_labeled, found.n_tied), (folder / "labels.csv").read_text().split()
    ((2, 1), ['task,label,confidence', 't1,x,1', 't2,y,0.666667', 't3,,0.5'])

    Source: the methods' own; EM needs of each task only its share of the expected counts (Dempster, Laird, Rubin 1977).
    """
    check_tie_rule(tie_rule)
    chosen = _method(method, gold, options)
    source, output = open_source(path, (task, annotator, label)), Path(output)
    tell = progress or (lambda _: None)
    tell(f"reading {path}")
    with StreamedCrowd(source, output.parent, gold) as crowd:
        tell(f"aggregating {crowd.n_annotations:,} annotations by {method}")
        judge = chosen.fit(crowd, **options)
        tell(f"writing {output}")
        written = _write(crowd, judge, output, source, tie_rule)
        return StreamedAggregation(
            method=method,
            version=chosen.version,
            tie_rule=tie_rule,
            output=output,
            columns_read=source.columns_read,
            n_tasks=crowd.n_tasks,
            n_annotations=crowd.n_annotations,
            n_missing=crowd.n_missing,
            n_labeled=written.n_labeled,
            n_tied=written.n_tied,
            n_gold=crowd.n_gold,
            expected_wrong=written.expected_wrong if chosen.card.gives_probabilities else None,
            labels=crowd.labels,
            annotators=crowd.annotators,
            n_annotations_of=crowd.n_of_annotator.astype(np.int64),
            accuracy=judge.accuracy,
            label_prior=judge.label_prior,
            fit=judge.fit,
            confusion_of=judge.confusion_of,
        )


@dataclass
class _Written:
    n_labeled: int = 0
    n_tied: int = 0
    expected_wrong: float = 0.0


def _write(crowd: StreamedCrowd, judge: Judge, output: Path, source: Source, tie_rule: TieRule) -> _Written:
    written = _Written()
    names = np.array([*crowd.labels, None], dtype=object)
    with LabelWriter(output, (source.types[0], source.types[2])) as writer:
        for tasks, block in crowd.named_blocks():
            told = block.n_of_task > 0 if block.gold is None else (block.n_of_task > 0) | (block.gold >= 0)
            lead = leaders(judge.posterior(block), told, tie_rule, lambda: crowd.n_of_label)
            confidence = [
                sure if knows else None for sure, knows in zip(lead.confidence.tolist(), told.tolist(), strict=True)
            ]
            writer.add(tasks.to_pylist(), names[lead.winner].tolist(), confidence)
            labeled = lead.winner >= 0
            written.n_labeled += int(labeled.sum())
            written.n_tied += int((told & ~labeled).sum())
            written.expected_wrong += float((1.0 - lead.confidence[labeled]).sum())
    return written


def _method(method: str, gold: Mapping[Any, Any] | None, options: Mapping[str, Any]) -> StreamedMethod:
    if method not in METHODS:
        raise ValueError(
            f"The method {method!r} cannot be streamed; use one of {', '.join(METHODS)}, or read the file whole."
        )
    chosen = METHODS[method]
    if gold and not chosen.card.accepts_gold:
        raise ValueError(f"{chosen.card.title} does not use gold; leave gold out, or use 'dawid_skene'.")
    known = list(inspect.signature(chosen.fit).parameters)[1:]
    unknown = [name for name in options if name not in known]
    if unknown:
        raise ValueError(f"{method} has no option {unknown[0]!r}; it has {', '.join(known) or 'none'}.")
    return chosen
