"""The benchmark beside krippendorff runs, gets the same number from both, and says what it scaled."""

from __future__ import annotations

from bench.statistics.agreement import compare, import_seconds


def test_both_give_the_same_number() -> None:
    row = compare("columns interval", 3000, 10, rounds=1)
    assert row["ratio"] is None or row["ratio"] > 0
    assert row["assay_peak_mb"] > 10 and row["peer_peak_mb"] > 10


def test_the_loop_is_scaled_up_and_says_so() -> None:
    row = compare("bootstrap nominal", 3000, 10, rounds=1)
    assert row["note"] == "peer: 1 rounds timed, scaled to 1,000"
    assert row["peer_s"] > row["assay_s"]


def test_importing_is_quick() -> None:
    """Beyond NumPy; 0.3 s is the promise for all of it, with room here for a busy machine."""
    assert import_seconds("assay.agreement", 3) - import_seconds("numpy", 3) < 0.5
