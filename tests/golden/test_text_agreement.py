"""Texts: the numbers of sacrebleu and rapidfuzz."""

from __future__ import annotations

import pytest

from assay.agreement.text import chrf, edit_distance, edit_similarity, word_error_rate

# sacrebleu 2.6.0: CHRF().sentence_score(h, [r]).score / 100, CHRF(beta=1)...; rapidfuzz 3.14.6: Levenshtein.distance.
PEERS = [
    ("the cat is on the mat", "there is a cat on the mat", 0.4789240835624157, 0.5065260348605081, 9),
    ("ab", "abc", 0.6363636363636362, 0.7368421052631579, 1),
    ("hello", "yellow", 0.43997429305912605, 0.47377162629757785, 2),
    ("Ein Haus am See.", "Das Haus an dem See!", 0.3063967885187634, 0.32742172217514837, 8),
    ("x", "y", 0.0, 0.0, 1),
    ("naïve café", "naive cafe", 0.39411375661375664, 0.39411375661375664, 2),
    ("a", "abcdefgh", 0.15151515151515152, 0.2222222222222222, 7),
]


@pytest.mark.parametrize(("a", "b", "chrf2", "chrf1", "distance"), PEERS)
def test_the_numbers_of_the_peers(a: str, b: str, chrf2: float, chrf1: float, distance: int) -> None:
    assert chrf(a, b) == pytest.approx(chrf2, abs=1e-9)
    assert chrf(a, b, beta=1.0) == pytest.approx(chrf1, abs=1e-9)
    assert chrf(b, a, beta=1.0) == pytest.approx(chrf1, abs=1e-9)
    assert edit_distance(a, b) == edit_distance(b, a) == distance
    assert edit_similarity(a, b) == pytest.approx(1 - distance / max(len(a), len(b)), abs=1e-12)


def test_empty_texts_agree_with_each_other_and_with_nothing_else() -> None:
    assert chrf("", "") == chrf(" ", "") == edit_similarity("", "") == 1.0
    assert chrf("", "x") == edit_similarity("", "x") == 0.0
    assert word_error_rate("", "") == 0.0


def test_arguments_are_named_when_they_are_wrong() -> None:
    with pytest.raises(ValueError, match="max_n is 0"):
        chrf("a", "b", max_n=0)
    with pytest.raises(ValueError, match=r"beta is 0\.0"):
        chrf("a", "b", beta=0.0)
