"""The input of every metric: who gave which label to which task, checked and coded once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from assay.agreement.arrays import Codes, Floats, Mask
from assay.agreement.dense_codes import code_integers, code_numbers, integers_of, sorted_places
from assay.agreement.names import encode, in_stable_order, quoted, values_of
from assay.agreement.patterns import LabelCounts, TaskCounts, count_labels, patterns_of_few_labels
from assay.agreement.unsorted import Unsorted, may_stay_unsorted
from assay.kernel import columns


class DuplicateLabel(ValueError):
    """One annotator has two labels on one task. ``rows`` are the places of both in the input, from 0."""

    def __init__(self, task: Hashable, annotator: Hashable, rows: tuple[int, int]) -> None:
        self.task, self.annotator, self.rows = task, annotator, rows
        super().__init__(
            f"Annotator {quoted(annotator)} has two labels on task {quoted(task)} "
            f"(rows {rows[0]} and {rows[1]}, counted from 0). "
            "Keep one label for each task and annotator, for example the latest."
        )


Names = tuple[tuple[Hashable, ...] | range | Codes, Codes]


class Coded(NamedTuple):
    """Three columns, each as its distinct names and the place of each row's name among them."""

    task: Names
    annotator: Names
    label: Names


@dataclass(frozen=True, eq=False)
class LabelTable:
    """Annotations as codes, sorted by task and annotator, with missing labels left out and counted.

    Build one with :meth:`from_arrays`, :meth:`from_rows`, :meth:`from_columns`, :meth:`from_matrix`,
    :meth:`from_frame`, :meth:`from_csv` or :meth:`from_parquet`. Tasks, annotators and labels may be anything hashable;
    labels are compared by equality, and ranked only where their order is stated (:meth:`in_order`) or they are numbers.
    A label that is None, NaN or the empty string was not given; an empty frozenset *is* a label ("none of them"). The
    order of the input rows changes nothing.

    ``tasks``, ``annotators`` and ``labels`` are the distinct names in stable order; the three code
    arrays, each of shape (annotations,), point into them. ``ordered`` says that the labels were stated from
    lowest to highest, ``period`` how long a circle they lie on (24 for hours), and ``weights`` (annotations,)
    how many annotations each one stands for: one over the probability with which it came to be asked for.

    >>> table = LabelTable.from_arrays(["t1", "t1", "t2"], ["ann", "ben", "ann"], ["cat", "dog", None])
    >>> table.tasks, table.annotators, table.labels
    (('t1', 't2'), ('ann', 'ben'), ('cat', 'dog'))
    >>> table.n_annotations, table.n_missing
    (2, 1)
    """

    tasks: tuple[Hashable, ...]
    annotators: tuple[Hashable, ...]
    labels: tuple[Hashable, ...]
    task_codes: Codes
    annotator_codes: Codes
    label_codes: Codes
    n_missing: int = 0
    ordered: bool = False
    period: float | None = None
    weights: Floats | None = None

    @classmethod
    def from_arrays(
        cls,
        tasks: Iterable[Hashable],
        annotators: Iterable[Hashable],
        labels: Iterable[Any],
        *,
        weights: Iterable[float] | None = None,
    ) -> LabelTable:
        """From three columns of equal length: lists, NumPy arrays or data-frame columns.

        ``weights``, one for each row, are for annotations that were not asked for with equal probability: one
        over the probability, given how its task was routed, that this annotation came to be (so the weight of
        the third annotation of a task is the product of one over each step's probability). Metrics whose card
        has ``carries_weights`` use them; the others are undefined and say so. Breakdowns (by label, annotator, pair,
        task) describe the annotations that there are, without weights.

        Raises ValueError when the lengths differ, a task or annotator is missing, or a weight is not a
        positive number, and :class:`DuplicateLabel` when an annotator has two labels on one task.
        """
        given: dict[str, Iterable[Any]] = {"tasks": tasks, "annotators": annotators, "labels": labels}
        if weights is not None:
            given["weights"] = weights
        lists = {argument: _as_values(column, argument) for argument, column in given.items()}
        lengths = {argument: len(values) for argument, values in lists.items()}
        if len(set(lengths.values())) > 1:
            said = ", ".join(f"{argument} has {length}" for argument, length in lengths.items())
            raise ValueError(f"tasks, annotators and labels must have one entry for each annotation; {said}.")
        weight = None if weights is None else _positive(list(lists["weights"]))
        coded = Coded(
            _encode_whole(lists["tasks"], "tasks"),
            _encode_whole(lists["annotators"], "annotators"),
            _encode(lists["labels"], "labels"),
        )
        return cls.from_codes(coded, weight)

    @classmethod
    def from_codes(cls, coded: Coded, weight: Floats | None = None) -> LabelTable:
        """From names in stable order and the place of each row's name among them (-1: no label), in any order of rows.

        Raises :class:`DuplicateLabel` when an annotator has two labels on one task.
        """
        (task_names, task_codes), (annotator_names, annotator_codes), (label_names, label_codes) = coded
        n_missing, given_rows = 0, None
        if len(label_codes) and label_codes.min() < 0:
            given_rows = np.flatnonzero(label_codes >= 0)
            n_missing = len(label_codes) - len(given_rows)
            task_codes, annotator_codes = task_codes[given_rows], annotator_codes[given_rows]
            label_codes = label_codes[given_rows]
            weight = None if weight is None else weight[given_rows]
        annotators, labels = _tuple(annotator_names), _tuple(label_names)
        width = max(len(annotators), 1)
        key = task_codes * width + annotator_codes
        n_cells = len(task_names) * width
        if weight is None and may_stay_unsorted(key, n_cells):
            rest = Unsorted(task_names, len(annotators), task_codes, annotator_codes, label_codes)
            return cls._unsorted_table(rest, annotators, labels, n_missing)
        rows, ordered = sorted_places(key, n_cells)
        repeated = np.flatnonzero(ordered[1:] == ordered[:-1])
        if len(repeated):
            first = repeated[np.argmin(rows[repeated + 1])]
            pair = int(rows[first]), int(rows[first + 1])
            task, annotator = _tuple(task_names)[task_codes[pair[0]]], annotators[annotator_codes[pair[0]]]
            if given_rows is not None:
                pair = int(given_rows[pair[0]]), int(given_rows[pair[1]])
            raise DuplicateLabel(task, annotator, pair)
        task_of_row = ordered // width
        return cls(
            tasks=_tuple(task_names),
            annotators=annotators,
            labels=labels,
            task_codes=task_of_row,
            annotator_codes=ordered - task_of_row * width,
            label_codes=label_codes[rows],
            n_missing=n_missing,
            weights=None if weight is None else weight[rows],
        )

    @classmethod
    def _unsorted_table(
        cls, rest: Unsorted, annotators: tuple[Hashable, ...], labels: tuple[Hashable, ...], n_missing: int
    ) -> LabelTable:
        """A table whose code arrays are sorted, and whose tasks are listed, when they are first asked for."""
        table = object.__new__(cls)
        known = {"annotators": annotators, "labels": labels, "n_missing": n_missing, "_unsorted": rest}
        table.__dict__.update(known | {"ordered": False, "period": None, "weights": None})
        return table

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Called only for what a table made by ``_unsorted_table`` does not have yet."""
            rest = self.__dict__.get("_unsorted")
            if rest is not None and name == "tasks":
                self.__dict__["tasks"] = rest.task_names()
            elif rest is not None and name in ("task_codes", "annotator_codes", "label_codes"):
                self.__dict__.update(rest.in_order())
                codes = (self.__dict__[each] for each in ("task_codes", "annotator_codes", "label_codes"))
                self.__dict__["_unsorted"] = Unsorted(rest.tasks, rest.n_annotators, *codes)
            else:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            return self.__dict__[name]

    @property
    def n_tasks(self) -> int:
        """How many tasks there are, with a label or without."""
        rest: Unsorted | None = self.__dict__.get("_unsorted")
        return len(self.tasks) if rest is None else len(rest.tasks)

    @property
    def codes_in_any_order(self) -> tuple[Codes, Codes, Codes]:
        """Task, annotator and label codes, lined up, in an order that says nothing: for counting."""
        rest: Unsorted | None = self.__dict__.get("_unsorted")
        if rest is None:
            return self.task_codes, self.annotator_codes, self.label_codes
        return rest.task, rest.annotator, rest.label

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[Hashable, Hashable, Any]]) -> LabelTable:
        """From (task, annotator, label) rows.

        >>> LabelTable.from_rows([("t1", "ann", 1), ("t1", "ben", 2)]).n_annotations
        2
        """
        listed = list(rows)
        for position, row in enumerate(listed):
            if not isinstance(row, Sequence) or isinstance(row, str) or len(row) != 3:
                raise ValueError(f"rows[{position}] is {row!r}; give (task, annotator, label).")
        task, annotator, label = ([row[place] for row in listed] for place in range(3))
        return cls.from_arrays(task, annotator, label)

    @classmethod
    def from_columns(
        cls, by_annotator: Mapping[Any, Iterable[Any]], tasks: Iterable[Hashable] | None = None
    ) -> LabelTable:
        """From one column of labels for each annotator, with a missing label where they gave none.

        Columns are lined up by place, so every column needs one entry for each task; without ``tasks``
        the tasks are numbered from 1.

        >>> LabelTable.from_columns({"ann": ["cat", None], "ben": ["cat", "dog"]}).n_missing
        1
        """
        columns_given = {name: values_of(column, f"column {name!r}") for name, column in by_annotator.items()}
        lengths = {len(column) for column in columns_given.values()}
        names = None if tasks is None else values_of(tasks, "tasks")
        if len(lengths | ({len(names)} if names is not None else set())) > 1:
            said = ", ".join(f"{name!r} has {len(column)}" for name, column in columns_given.items())
            said += f", tasks has {len(names)}" if names is not None else ""
            raise ValueError(f"Every annotator's column needs one entry for each task; {said}.")
        n_tasks = lengths.pop() if lengths else 0
        task_names = list(range(1, n_tasks + 1)) if names is None else names
        return cls.from_arrays(
            [task for _ in columns_given for task in task_names],
            [name for name in columns_given for _ in task_names],
            [label for column in columns_given.values() for label in column],
        )

    @classmethod
    def from_matrix(cls, ratings: npt.ArrayLike) -> LabelTable:
        """From a matrix of numbers with one row an annotator and one column a task; NaN is a missing label.

        This is ``reliability_data`` of the krippendorff package. Annotators and tasks are numbered from 1.
        Raises ValueError for another number of dimensions, and for what are not numbers.

        >>> table = LabelTable.from_matrix([[1, 2, np.nan], [1, 3, 3]])
        >>> table.labels, table.n_annotations, table.n_missing
        ((1.0, 2.0, 3.0), 5, 1)
        """
        matrix = np.asarray(ratings)
        if matrix.ndim != 2 or matrix.dtype.kind not in "iuf":
            raise ValueError(
                f"ratings has {matrix.ndim} dimensions and the type {matrix.dtype}; give a matrix of numbers with one "
                "row an annotator and one column a task, or use from_columns."
            )
        n_annotators, n_tasks = matrix.shape
        # Row by row, which stays in the fast cache. NaN is not equal to itself.
        given = [np.flatnonzero(row == row) for row in matrix]
        counts = [len(places) for places in given]
        names, codes = code_numbers(_joined([row[places] for row, places in zip(matrix, given, strict=True)]))
        annotator = np.repeat(np.arange(n_annotators), counts)
        rest = Unsorted(range(1, n_tasks + 1), n_annotators, _joined(given), annotator, codes)
        return cls._unsorted_table(rest, tuple(range(1, n_annotators + 1)), names, matrix.size - len(codes))

    @classmethod
    def from_frame(
        cls, frame: Any, *, task: str | None = None, annotator: str | None = None, label: str | None = None
    ) -> LabelTable:
        """From a data frame (pandas, Polars) or any mapping of column name to values, one row an annotation.

        Column names not given are looked for: task, task_id, item, id; annotator, worker, rater, user;
        label, annotation, value, answer (the first that is there).

        >>> LabelTable.from_frame({"item": [1, 1], "worker": ["a", "b"], "label": ["x", "x"]}).n_annotations
        2
        """
        available = [str(name) for name in (frame.columns if hasattr(frame, "columns") else frame.keys())]
        chosen = {
            "task": _column(available, task, columns.TASK, "task"),
            "annotator": _column(available, annotator, columns.ANNOTATOR, "annotator"),
            "label": _column(available, label, columns.LABEL, "label"),
        }
        return cls.from_arrays(frame[chosen["task"]], frame[chosen["annotator"]], frame[chosen["label"]])

    @classmethod
    def from_csv(cls, path: str | Path) -> LabelTable:
        """From a CSV or TSV file: ``task,annotator,label``, or one column an annotator.

        See :func:`assay.agreement.label_csv.read_label_csv` for the rules and errors.
        """
        from assay.agreement.label_csv import read_label_csv

        return read_label_csv(path).table

    @classmethod
    def from_parquet(cls, path: str | Path) -> LabelTable:
        """From a Parquet file with the columns task, annotator and label. Needs pyarrow.

        See :func:`assay.agreement.label_parquet.read_label_parquet` for the rules and errors.
        """
        from assay.agreement.label_parquet import read_label_parquet

        return read_label_parquet(path).table

    @property
    def n_annotations(self) -> int:
        """How many labels were given."""
        return len(self.codes_in_any_order[2])

    @property
    def n_rows(self) -> int:
        """How many rows came in: the labels given and those missing."""
        return self.n_annotations + self.n_missing

    @cached_property
    def task_counts(self) -> TaskCounts:
        """The counts n[task, label], computed once."""
        return count_labels(self.task_codes, self.label_codes, len(self.labels))

    @cached_property
    def patterns(self) -> LabelCounts:
        """The distinct count vectors, each with the number of tasks that have it."""
        task, _, label = self.codes_in_any_order
        quick = patterns_of_few_labels(task, label, self.n_annotations_of_task, len(self.labels))
        return self.task_counts.patterns if quick is None else quick

    @cached_property
    def n_annotations_of_task(self) -> Codes:
        """How many labels each task has; shape (tasks,)."""
        return np.bincount(self.codes_in_any_order[0], minlength=self.n_tasks).astype(np.int64, copy=False)

    def only_annotators(self, annotators: Iterable[Hashable]) -> LabelTable:
        """The annotations of these annotators alone; tasks they did not touch are gone.

        Raises ValueError naming an annotator who is not in the table.
        """
        wanted = set(annotators)
        unknown = in_stable_order(wanted - set(self.annotators))
        if unknown:
            raise ValueError(f"There is no annotator {quoted(unknown[0])} in this table.")
        keep = np.array([name in wanted for name in self.annotators], dtype=bool)
        return self.where(keep[self.annotator_codes])

    def in_order(self, levels: Iterable[Hashable]) -> LabelTable:
        """The same annotations, with the labels stated from lowest to highest.

        ``levels`` may hold labels that nobody used: they count in the metrics that ask how many there are.
        Raises ValueError for a level named twice and for a label that is not among them.

        >>> table = LabelTable.from_columns({"ann": ["low", "high"], "ben": ["mid", "high"]})
        >>> table.in_order(["low", "mid", "high"]).label_codes.tolist()
        [0, 1, 2, 2]
        """
        names = values_of(levels, "levels")
        place = {name: position for position, name in enumerate(names)}
        if len(place) < len(names):
            twice = next(name for position, name in enumerate(names) if place[name] != position)
            raise ValueError(f"levels has {quoted(twice)} twice; give each label once, from lowest to highest.")
        unknown = [name for name in self.labels if name not in place]
        if unknown:
            raise ValueError(
                f"levels does not have {quoted(unknown[0])}, which is among the labels; give every label once, from "
                "lowest to highest."
            )
        new = np.array([place[name] for name in self.labels], dtype=np.int64)
        return replace(self, labels=tuple(names), label_codes=new[self.label_codes], ordered=True)

    def on_circle(self, period: float) -> LabelTable:
        """The same annotations, with labels that come round after ``period``: 24 for hours, 360 for degrees.

        Raises ValueError unless ``period`` is a positive number.
        """
        if not 0.0 < period < np.inf:
            raise ValueError(f"period is {period!r}; give a positive number, such as 24 for hours or 360 for degrees.")
        return replace(self, period=float(period))

    def as_numbers(self) -> LabelTable:
        """The same annotations with labels read as numbers, so that "1" and "1.0" are one label.

        Raises ValueError naming a label that is not a finite number. For labels that come from a text file.

        >>> LabelTable.from_columns({"ann": ["1", "10"], "ben": ["1.0", "9"]}).as_numbers().labels
        (1.0, 9.0, 10.0)
        """
        numbers = [_number(label) for label in self.labels]
        names, codes = encode(numbers, "labels")
        return replace(self, labels=names, label_codes=codes[self.label_codes], ordered=False)

    def where(self, keep: Mask) -> LabelTable:
        """The annotations with True in ``keep`` (annotations,); names that nothing points to any more are gone.

        Labels stay when their order was stated: a level that nobody chose is still a level.
        """
        tasks, task_codes = _compress(self.tasks, self.task_codes[keep])
        annotators, annotator_codes = _compress(self.annotators, self.annotator_codes[keep])
        labels, label_codes = self.labels, self.label_codes[keep]
        if not self.ordered:
            labels, label_codes = _compress(labels, label_codes)
        return replace(
            self,
            tasks=tasks,
            annotators=annotators,
            labels=labels,
            task_codes=task_codes,
            annotator_codes=annotator_codes,
            label_codes=label_codes,
            n_missing=0,
            weights=None if self.weights is None else self.weights[keep],
        )


LabelInput = LabelTable | Mapping[str, Any] | Iterable[Hashable]


def as_table(tasks: LabelInput, annotators: Iterable[Hashable] | None, labels: Iterable[Any] | None) -> LabelTable:
    """What the metrics accept: a label table, a data frame, or three columns."""
    if isinstance(tasks, LabelTable):
        if annotators is not None or labels is not None:
            raise ValueError("A LabelTable already holds annotators and labels; give the table alone.")
        return tasks
    if annotators is None and labels is None:
        if isinstance(tasks, Mapping) or hasattr(tasks, "columns"):
            return LabelTable.from_frame(tasks)
        raise ValueError("Give three columns (tasks, annotators, labels), a data frame, or a LabelTable.")
    if annotators is None or labels is None:
        missing = "annotators" if annotators is None else "labels"
        raise ValueError(f"{missing} is missing; give three columns: tasks, annotators, labels.")
    return LabelTable.from_arrays(tasks, annotators, labels)


def _as_values(column: Iterable[Any], argument: str) -> list[Any] | Codes:
    """A column of integers as it is, any other as a list."""
    integers = integers_of(column)
    return values_of(column, argument) if integers is None else integers


def _encode(values: list[Any] | Codes, argument: str) -> Names:
    return code_integers(values) if isinstance(values, np.ndarray) else encode(values, argument)


def _encode_whole(values: list[Any] | Codes, argument: str) -> Names:
    names, codes = _encode(values, argument)
    if not isinstance(values, np.ndarray) and len(codes) and codes.min() < 0:
        position = int(np.argmin(codes))
        raise ValueError(f"{argument}[{position}] is missing; every annotation needs its {argument[:-1]}.")
    return names, codes


def _tuple(names: tuple[Hashable, ...] | range | Codes) -> tuple[Hashable, ...]:
    return tuple(names.tolist()) if isinstance(names, np.ndarray) else tuple(names)


def _joined(parts: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _positive(values: list[Any]) -> Floats:
    for position, value in enumerate(values):
        if isinstance(value, (str, bytes)) or value is None or not 0.0 < value < np.inf:
            raise ValueError(f"weights[{position}] is {value!r}; give a positive number for each annotation.")
    return np.asarray(values, dtype=np.float64)


def _number(label: Hashable) -> float:
    try:
        number = float(label)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = np.nan
    if not np.isfinite(number):
        raise ValueError(f"The label {quoted(label)} is not a number; give numbers, or leave these annotations out.")
    return number + 0.0  # -0.0 and 0.0 are one label


def _column(available: Sequence[str], given: str | None, known: Sequence[str], what: str) -> str:
    if given is not None:
        if given not in available:
            raise ValueError(f"There is no column {given!r}; the columns are {', '.join(available)}.")
        return given
    found = columns.find_column(available, known)
    if found is None:
        raise ValueError(
            f"No {what} column among {', '.join(available)}; name one of them {known[0]!r}, or give {what}=."
        )
    return available[found]


def _compress(names: tuple[Hashable, ...], codes: Codes) -> tuple[tuple[Hashable, ...], Codes]:
    used, new = np.unique(codes, return_inverse=True)
    return tuple(names[code] for code in used), new.astype(np.int64)
