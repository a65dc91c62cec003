"""Who marked which spans in which text, checked once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from numbers import Real
from typing import Any, NamedTuple

from assay.agreement.names import in_stable_order, quoted
from assay.agreement.structured.answer_table import AnswerTable, read_answers


class Span(NamedTuple):
    """From ``start`` to before ``end``, in characters, tokens or seconds; ``label`` is None where there is one kind."""

    start: float
    end: float
    label: Hashable = None

    @property
    def length(self) -> float:
        """Never 0."""
        return self.end - self.start

    def overlap(self, other: Span) -> float:
        """The length of what both cover."""
        return max(0.0, min(self.end, other.end) - max(self.start, other.start))

    def iou(self, other: Span) -> float:
        """Length of the intersection over that of the union; labels do not matter."""
        both = self.overlap(other)
        return both / (self.length + other.length - both)


Spans = tuple[Span, ...]


@dataclass(frozen=True, eq=False)
class SpanTable(AnswerTable[Spans]):
    """Answers that are spans, each answer sorted by place and label.

    An answer is a list of ``(start, end)`` or ``(start, end, label)`` with start < end; the empty list says "I looked
    and marked nothing", None that there is no answer. The same span twice in one answer counts once; spans may
    overlap. ``lengths`` (task -> length of its text, in the unit of the spans) is needed where what nobody marked
    counts too: :func:`span_alpha` and :func:`unitizing_alpha`.

    >>> table = SpanTable.from_arrays(
    ...     ["t1", "t1"], ["ann", "ben"], [[(0, 4, "drug")], [(0, 4, "drug"), (9, 12, "dose")]], lengths={"t1": 20}
    ... )
    >>> table.labels, table.values[1][1].length
    (('dose', 'drug'), 3)
    """

    lengths: Mapping[Hashable, float] = field(default_factory=dict)

    @classmethod
    def from_arrays(
        cls,
        tasks: Iterable[Hashable],
        annotators: Iterable[Hashable],
        spans: Iterable[Any],
        *,
        lengths: Mapping[Any, float] | None = None,
    ) -> SpanTable:
        """From three columns, one row an answer.

        Raises ValueError for columns of different lengths, a span that is reversed, empty, negative, not a number or
        beyond the end of its text, and DuplicateLabel for two answers of an annotator to one task.
        """
        known = dict(lengths or {})
        for task, length in known.items():
            if not _is_number(length) or length <= 0:
                raise ValueError(f"lengths[{quoted(task)}] is {length!r}; give the length of the text, above 0.")

        def check(answer: Any, task: Hashable, where: str) -> Spans:
            return _read(answer, where, known.get(task))

        return cls(*read_answers(tasks, annotators, spans, "spans", check), lengths=known)

    @property
    def labels(self) -> tuple[Hashable, ...]:
        """The distinct labels in stable order."""
        return tuple(in_stable_order({span.label for spans in self.values for span in spans}))

    def length_of(self, task: Hashable) -> float:
        """The length of the task's text. Raises ValueError when it was not given."""
        if task not in self.lengths:
            raise ValueError(
                f"lengths has nothing for task {quoted(task)}; what nobody marked counts here, so give "
                "SpanTable.from_arrays(..., lengths={task: length of its text})."
            )
        return self.lengths[task]


def _read(answer: Any, where: str, length: float | None) -> Spans:
    if isinstance(answer, (str, bytes)) or not isinstance(answer, Iterable):
        raise ValueError(f"{where} is {answer!r}; give a list of (start, end, label), or [] for nothing marked.")
    found = {_span(item, f"{where}[{place}]", length) for place, item in enumerate(answer)}
    return tuple(sorted(found, key=lambda span: (span.start, span.end, quoted(span.label))))


def _span(item: Any, where: str, length: float | None) -> Span:
    if isinstance(item, (str, bytes)) or not isinstance(item, Iterable) or len(parts := tuple(item)) not in (2, 3):
        raise ValueError(f"{where} is {item!r}; give (start, end) or (start, end, label).")
    start, end, *label = parts
    if not (_is_number(start) and _is_number(end)):
        raise ValueError(f"{where} goes from {start!r} to {end!r}; give two finite numbers.")
    if start < 0:
        raise ValueError(f"{where} starts at {start!r}; places count from 0.")
    if start >= end:
        raise ValueError(f"{where} goes from {start!r} to {end!r}; start must be before end, and end is not included.")
    if length is not None and end > length:
        raise ValueError(f"{where} ends at {end!r}, beyond the text, which has length {length!r}; correct one of them.")
    if label and not isinstance(label[0], Hashable):
        raise ValueError(f"{where} has the label {label[0]!r}, which has no hash; give a name, a tuple or a frozenset.")
    return Span(start, end, label[0] if label else None)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and isfinite(value)
