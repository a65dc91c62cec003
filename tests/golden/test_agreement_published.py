"""Worked examples from the literature."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assay.agreement import (
    LabelTable,
    by_label,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    percent_agreement,
    scott_pi,
)

# Krippendorff (2011), Computing Krippendorff's alpha-reliability, sections A to C; "." is a missing label.
FOUR_OBSERVERS = {
    "A": "1 2 3 3 2 1 4 1 2 . . .",
    "B": "1 2 3 3 2 2 4 1 2 5 . 3",
    "C": ". 3 3 3 2 3 4 2 2 5 1 .",
    "D": "1 2 3 3 2 4 4 1 2 5 1 .",
}
TWO_OBSERVERS_BINARY = {"A": "0 1 0 0 0 0 0 0 1 0", "B": "1 1 1 0 0 1 0 0 0 0"}
TWO_OBSERVERS = {"A": "a a b b d c c c e d d a", "B": "b a b b b c c c e d d d"}

# Fleiss (1971), table 1: 30 patients, 6 psychiatrists, 5 diagnoses.
FLEISS_1971 = """
    00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
    00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""

# Wikipedia's worked example of Fleiss' kappa: 10 subjects, 14 raters, 5 categories.
FLEISS_TEN_SUBJECTS = [
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
]


def by_observer(rows: dict[str, str]) -> LabelTable:
    return LabelTable.from_columns(
        {observer: [None if cell == "." else cell for cell in row.split()] for observer, row in rows.items()}
    )


def by_count(tasks: Sequence[tuple[int, ...]]) -> LabelTable:
    """Counts do not say who gave which label; Fleiss' kappa does not ask."""
    rows = []
    for task, counts in enumerate(tasks):
        labels = [label for label, count in enumerate(counts) for _ in range(count)]
        rows += [(task, annotator, label) for annotator, label in enumerate(labels)]
    return LabelTable.from_rows(rows)


def by_cell(confusion: list[list[int]]) -> LabelTable:
    """Two annotators, from how often one gave label i where the other gave label j."""
    pairs = [(i, j) for i, row in enumerate(confusion) for j, count in enumerate(row) for _ in range(count)]
    return LabelTable.from_columns({"one": [i for i, _ in pairs], "other": [j for _, j in pairs]})


@pytest.mark.parametrize(
    ("rows", "alpha", "n_tasks", "n_annotations"),
    [(FOUR_OBSERVERS, 0.743, 11, 40), (TWO_OBSERVERS_BINARY, 0.095, 10, 20), (TWO_OBSERVERS, 0.692, 12, 24)],
)
def test_alpha_of_krippendorffs_examples(rows: dict[str, str], alpha: float, n_tasks: int, n_annotations: int) -> None:
    found = krippendorff_alpha(by_observer(rows))
    assert found.value == pytest.approx(alpha, abs=0.0005)
    assert (found.n_tasks, found.n_annotations) == (n_tasks, n_annotations)


def test_kappa_of_fleiss_1971() -> None:
    counts = [tuple(int(digit) for digit in task) for task in FLEISS_1971.split()]
    found = fleiss_kappa(by_count(counts))
    assert found.value == pytest.approx(0.430, abs=0.0005)
    assert [found.observed, found.expected] == pytest.approx([0.5556, 0.2199], abs=0.0001)


def test_kappa_of_ten_subjects() -> None:
    found = fleiss_kappa(by_count(FLEISS_TEN_SUBJECTS))
    assert found.value == pytest.approx(0.210, abs=0.0005)
    assert [found.observed, found.expected] == pytest.approx([0.378, 0.213], abs=0.0005)


def test_kappa_of_cohen_1960() -> None:
    """Two psychologists, 200 patients, 3 diagnoses; Fleiss, Cohen and Everitt (1969) give the formula of its error."""
    found = cohen_kappa(by_cell([[88, 14, 18], [10, 40, 10], [2, 6, 12]]))
    assert found.value == pytest.approx(0.492, abs=0.0005)
    assert [found.observed, found.expected] == pytest.approx([0.70, 0.41])
    assert found.standard_error == pytest.approx(0.0510, abs=0.0005)


def test_pi_and_kappa_of_artstein_and_poesio_2008() -> None:
    table = by_cell([[20, 20], [10, 50]])
    assert percent_agreement(table).value == pytest.approx(0.7)
    assert scott_pi(table).value == pytest.approx(0.341, abs=0.0005)
    assert cohen_kappa(table).value == pytest.approx(0.348, abs=0.0005)


@pytest.mark.parametrize(
    ("confusion", "kappa", "positive", "negative"),
    [([[40, 9], [6, 45]], 0.70, 0.842, 0.857), ([[80, 10], [5, 5]], 0.32, 0.914, 0.400)],
)
def test_paradox_of_feinstein_and_cicchetti_1990(
    confusion: list[list[int]], kappa: float, positive: float, negative: float
) -> None:
    """Both tables agree on 85 %; kappa halves with the prevalence, and specific agreement says where."""
    table = by_cell(confusion)
    assert percent_agreement(table).value == pytest.approx(0.85)
    assert cohen_kappa(table).value == pytest.approx(kappa, abs=0.005)
    specific = [row.specific.value for row in by_label(table)]
    assert specific == [pytest.approx(positive, abs=0.0005), pytest.approx(negative, abs=0.0005)]
