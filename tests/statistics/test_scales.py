"""What labels mean is stated, never guessed: orders, periods, numbers, weights; and bad ones are refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from assay.agreement import (
    LabelTable,
    brennan_prediger,
    gwet_ac1,
    gwet_ac2,
    icc,
    kendall_tau_b,
    kendall_w,
    krippendorff_alpha,
    label_confusion,
    lin_concordance,
    weighted_kappa,
)
from assay.agreement.dense_codes import encode_integers, sorted_places

WORDS = LabelTable.from_columns({"ann": ["low", "mid", "high", "low"], "ben": ["low", "high", "high", "mid"]})
NUMBERS = LabelTable.from_columns({"ann": [1, 2, 3, 4, 2], "ben": [1, 3, 3, 4, 1]})

REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: WORDS.in_order(["low", "mid"]), "levels does not have 'high'"),
    (lambda: WORDS.in_order(["low", "mid", "high", "low"]), "levels has 'low' twice"),
    (lambda: WORDS.in_order("low"), "levels is one string"),
    (lambda: WORDS.as_numbers(), "The label 'high' is not a number"),
    (lambda: NUMBERS.on_circle(0), "period is 0; give a positive number"),
    (lambda: NUMBERS.on_circle(float("nan")), "period is nan"),
    (lambda: krippendorff_alpha(NUMBERS, distance="circular"), "period is missing"),
    (lambda: krippendorff_alpha(WORDS, distance="interval"), r"'high' is not a number; .*LabelTable\.as_numbers"),
    (lambda: krippendorff_alpha(WORDS, distance="ordinal"), r"state their order by levels="),
    (lambda: krippendorff_alpha(["t", "t"], ["a", "b"], [1, -2], distance="ratio"), "The label -2 is negative"),
    (lambda: krippendorff_alpha(["t", "t"], ["a", "b"], [1, float("inf")], distance="interval"), "is not finite"),
    (lambda: krippendorff_alpha(["t", "t"], ["a", "b"], [1, 1e200], distance="interval"), "too large to square"),
    (lambda: krippendorff_alpha(NUMBERS, distance=np.zeros((4, 4))), "give levels="),
    (lambda: krippendorff_alpha(NUMBERS, distance=np.zeros((3, 3)), levels=[1, 2, 3, 4]), r"has the shape \(3, 3\)"),
    (lambda: krippendorff_alpha(NUMBERS, distance=-np.ones((4, 4)), levels=[1, 2, 3, 4]), "negative or not finite"),
    (lambda: krippendorff_alpha(NUMBERS, distance=np.ones((4, 4)), levels=[1, 2, 3, 4]), "0 on the diagonal"),
    (lambda: krippendorff_alpha(NUMBERS, distance=np.triu(np.ones((4, 4)), 1), levels=[1, 2, 3, 4]), "symmetric"),
    (lambda: weighted_kappa(WORDS), "state their order by levels="),
    (lambda: weighted_kappa(NUMBERS, weights="cubic"), "no weights 'cubic'"),
    (lambda: weighted_kappa(NUMBERS, weights=np.zeros((4, 4))), "give levels="),
    (lambda: weighted_kappa(NUMBERS, weights=np.ones((2, 2)), levels=[1, 2, 3, 4]), "weights has the shape"),
    (lambda: gwet_ac2(WORDS), "state their order by levels="),
    (lambda: brennan_prediger(WORDS, weights="linear"), "state their order by levels="),
    (lambda: icc(WORDS), "'high' is not a number"),
    (lambda: icc(NUMBERS, form="ICC(4,1)"), r"no form 'ICC\(4,1\)'; use one of ICC\(1,1\)"),  # type: ignore[arg-type]
    (lambda: lin_concordance(WORDS), "'high' is not a number"),
    (lambda: kendall_w(WORDS), "state their order by levels="),
    (lambda: kendall_tau_b(WORDS), "state their order by levels="),
]


@pytest.mark.parametrize(("call", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_does_not_fit_is_refused_with_the_fix(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_levels_that_nobody_used_count_where_their_number_matters() -> None:
    three, five = NUMBERS.in_order([1, 2, 3, 4]), NUMBERS.in_order([1, 2, 3, 4, 5, 6])
    for metric in (gwet_ac1, gwet_ac2, brennan_prediger):
        assert metric(three).value == metric(NUMBERS).value != metric(five).value
    assert krippendorff_alpha(five, distance="ordinal").value == krippendorff_alpha(NUMBERS, distance="ordinal").value


def test_a_gap_between_the_levels_is_a_step_where_it_is_stated() -> None:
    """1, 2, 5 are places 0, 1, 2 unless the scale is said to go to 5."""
    table = LabelTable.from_columns({"ann": [1, 2, 5, 2, 1, 5], "ben": [1, 2, 5, 5, 2, 5]})
    assert weighted_kappa(table).value == weighted_kappa(table, levels=[1, 2, 5]).value
    assert weighted_kappa(table, levels=range(1, 6)).value == pytest.approx(lin_concordance(table).value)


def test_far_from_zero_is_as_exact_as_near_it() -> None:
    far = LabelTable.from_columns(
        {"ann": [1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4, 1e9 + 2]} | {"ben": [1e9 + x for x in (1, 3, 3, 4, 1)]}
    )
    for metric in (lin_concordance, icc, lambda table: krippendorff_alpha(table, distance="interval")):
        assert metric(far).value == pytest.approx(metric(NUMBERS).value, abs=1e-7)
    small = LabelTable.from_columns({"ann": [1e-9, 2e-9, 3e-9, 4e-9, 2e-9], "ben": [1e-9, 3e-9, 3e-9, 4e-9, 1e-9]})
    assert krippendorff_alpha(small, distance="interval").value == pytest.approx(
        krippendorff_alpha(NUMBERS, distance="interval").value
    )


def test_the_icc_can_be_negative_and_says_which_form_it_is() -> None:
    table = LabelTable.from_columns({"ann": [1, 2, 3, 4], "ben": [4, 3, 2, 1]})
    found = icc(table, form="ICC(1,1)")
    assert found.value == -1.0 and found.title == "Intraclass correlation ICC(1,1)"
    assert found.low is None and "no width" in (found.interval_reason or "")
    means = icc(table, form="ICC(3,k)")
    assert means.value is None and means.reason is not None and "do not differ in their mean" in means.reason


def test_the_one_way_icc_takes_unequal_numbers_and_the_others_complete_tasks() -> None:
    columns = {"a": [1.0, 2, 3, 4, 9, None], "b": [1.5, 2, 2.5, 5, None, 2], "c": [1, 2.5, 3, 4, None, None]}
    table = LabelTable.from_columns(columns)
    one_way, two_way = icc(table, form="ICC(1,1)"), icc(table)
    assert (one_way.n_tasks, two_way.n_tasks) == (4, 4)
    more = icc(LabelTable.from_columns(columns | {"c": [1, None, 3, 4, None, None]}), form="ICC(1,1)")
    assert (more.n_tasks, more.n_annotations) == (4, 11)
    assert more.interval_method is not None and "unequal numbers" in more.interval_method
    partly = icc(LabelTable.from_columns(columns | {"c": [1, None, 3, 4, None, None]}))
    assert (partly.n_tasks, partly.n_annotations) == (3, 9)
    assert any("every annotator" in item.reason for item in partly.left_out)


def test_ranks_that_rank_nothing_have_a_reason() -> None:
    flat = LabelTable.from_columns({"a": [1, 2, 3], "b": [2, 2, 2]})
    assert "ranks nothing" in (kendall_w(flat).reason or "") and "ranks nothing" in (kendall_tau_b(flat).reason or "")
    some = LabelTable.from_columns({"a": [1, 2, 3], "b": [2, 2, 2], "c": [1, 3, 2]})
    found = kendall_tau_b(some)
    assert (found.n_pairs, found.n_annotations) == (1, 6)
    assert [item.n_pairs for item in found.left_out] == [2]


def test_words_in_a_stated_order_are_the_numbers_of_their_places() -> None:
    order = ["low", "mid", "high"]
    numbers = LabelTable.from_columns({"ann": [0, 1, 2, 0], "ben": [0, 2, 2, 1]})
    for metric in (weighted_kappa, gwet_ac2, kendall_w, kendall_tau_b):
        words, places = metric(WORDS, levels=order), metric(numbers)
        assert (words.value, words.low, words.high) == (places.value, places.low, places.high)
    assert krippendorff_alpha(WORDS, distance="ordinal", levels=order).value == pytest.approx(
        krippendorff_alpha(numbers, distance="ordinal").value
    )


def test_many_levels_leave_the_ranks_as_they_are_but_keep_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    from assay.agreement import ordinal_disagreement

    rng = np.random.default_rng(1)
    truth = rng.integers(0, 9, 80)
    table = LabelTable.from_columns({who: np.clip(truth + rng.integers(-1, 2, 80), 0, 9) for who in "abc"})
    exact = krippendorff_alpha(table, distance="ordinal")
    monkeypatch.setattr(ordinal_disagreement, "MOST_LABELS", 3)
    rough = krippendorff_alpha(table, distance="ordinal")
    assert rough.value == pytest.approx(exact.value, abs=1e-12)
    assert rough.standard_error == pytest.approx(exact.standard_error, rel=0.05)


@pytest.mark.parametrize("values", [[], [5], [3, 3], [-4, 7, -4, 0], [10**15, 0, -(10**15)], list(range(2000, 0, -1))])
def test_integers_are_coded_as_by_sorting(values: list[int]) -> None:
    array = np.array(values, dtype=np.int64)
    names, codes = encode_integers(array)
    expected, place = np.unique(array, return_inverse=True)
    assert list(names) == expected.tolist() and codes.tolist() == place.tolist()
    order, ordered = sorted_places(codes, len(names))
    assert ordered.tolist() == sorted(codes.tolist())
    assert order.tolist() == np.argsort(codes, kind="stable").tolist()


def test_arrays_of_integers_and_lists_make_the_same_table() -> None:
    rng = np.random.default_rng(2)
    cells = rng.permutation(400 * 9)[:2000]
    columns = cells // 9, cells % 9, rng.integers(-3, 4, 2000)
    one, other = LabelTable.from_arrays(*columns), LabelTable.from_arrays(*(column.tolist() for column in columns))
    assert (one.tasks, one.annotators, one.labels) == (other.tasks, other.annotators, other.labels)
    for name in ("task_codes", "annotator_codes", "label_codes"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert all(type(name) is int for name in (*one.tasks, *one.labels))
    assert krippendorff_alpha(one) == krippendorff_alpha(other)
    assert [row.a for row in label_confusion(one, limit=3)] == [row.a for row in label_confusion(other, limit=3)]
