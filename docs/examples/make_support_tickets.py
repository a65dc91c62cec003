"""Makes support_tickets.csv and support_tickets_gold.csv: a crowd whose faults are known, to be found by the tutorial.

240 tickets, three of six annotators each. Everybody reads some questions as bugs, as if the guideline did not say
where one ends; "eli" files feature requests under questions; "fay" clicks on any label in two of five tickets.

    python docs/examples/make_support_tickets.py
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

LABELS = ("billing", "bug", "feature request", "question")
ANNOTATORS = ("ann", "ben", "cem", "dia", "eli", "fay")
TASKS, EACH, GOLD = 240, 3, 40
CAREFUL = np.array(
    [[0.96, 0.01, 0.01, 0.02], [0.01, 0.90, 0.02, 0.07], [0.01, 0.02, 0.94, 0.03], [0.02, 0.22, 0.02, 0.74]]
)


def confusion(annotator: str) -> np.ndarray:
    """The chance of each answer (columns) for each true label (rows)."""
    rows = CAREFUL.copy()
    if annotator == "eli":
        rows[2] = [0.01, 0.02, 0.37, 0.60]
    if annotator == "fay":
        rows = 0.6 * rows + 0.4 / len(LABELS)
    return rows


def main() -> None:
    random = np.random.default_rng(2026)
    truth = random.choice(len(LABELS), size=TASKS, p=[0.2, 0.35, 0.2, 0.25])
    folder = Path(__file__).parent
    with (folder / "support_tickets.csv").open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["task", "annotator", "label"])
        for task, true in enumerate(truth, 1):
            for who in sorted(random.choice(len(ANNOTATORS), size=EACH, replace=False)):
                answer = random.choice(len(LABELS), p=confusion(ANNOTATORS[who])[true])
                rows.writerow([f"T{task:03}", ANNOTATORS[who], LABELS[answer]])
    with (folder / "support_tickets_gold.csv").open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["task", "label"])
        rows.writerows([f"T{task:03}", LABELS[true]] for task, true in enumerate(truth[:GOLD], 1))


if __name__ == "__main__":
    main()
