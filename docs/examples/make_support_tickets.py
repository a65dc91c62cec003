"""Makes the support_tickets files: a crowd whose faults are known, to be found by the tutorial on agreement.

240 tickets, three of six annotators each. Half of the questions can also be read as bug reports, since the guideline
does not say where one ends: each annotator reads each of them in one way and stays with it. "eli" files feature
requests under questions. "fay" clicks on any label in two of five tickets. 60 answers were asked for a second time.
Then the guideline gets a rule, eli a conversation, and 150 further tickets are labeled.

    python docs/examples/make_support_tickets.py
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

LABELS = ("billing", "bug", "feature request", "question")
ANNOTATORS = ("ann", "ben", "cem", "dia", "eli", "fay")
SHARES = (0.2, 0.3, 0.2, 0.3)
EACH, REASKS, GOLD = 3, 60, 40
CAREFUL = np.array(
    [[0.97, 0.01, 0.01, 0.01], [0.01, 0.94, 0.02, 0.03], [0.01, 0.02, 0.94, 0.03], [0.02, 0.03, 0.02, 0.93]]
)
Row = tuple[str, str, str]


class Tickets:
    """Tickets of one phase, and what each annotator answers to them."""

    def __init__(self, random: np.random.Generator, count: int, prefix: str, *, rule: bool) -> None:
        self.random, self.prefix, self.rule = random, prefix, rule
        self.truth = random.choice(len(LABELS), size=count, p=SHARES)
        self.two_ways = (self.truth == 3) & (random.random(count) < 0.5) & (not rule)
        self.reads_as = random.choice([1, 3], size=(count, len(ANNOTATORS)))

    def answer(self, ticket: int, who: int) -> str:
        """One answer; asked again, the same reading, but not the same slips."""
        chances = CAREFUL[self.reads_as[ticket, who] if self.two_ways[ticket] else self.truth[ticket]]
        if ANNOTATORS[who] == "eli" and self.truth[ticket] == 2 and not self.rule:
            chances = np.array([0.01, 0.02, 0.27, 0.70])
        if ANNOTATORS[who] == "fay":
            chances = 0.6 * chances + 0.4 / len(LABELS)
        return LABELS[self.random.choice(len(LABELS), p=chances)]

    def rows(self) -> list[tuple[int, int, Row]]:
        """Every ticket answered by EACH annotators: (ticket, annotator, row)."""
        given = []
        for ticket in range(len(self.truth)):
            for who in sorted(self.random.choice(len(ANNOTATORS), size=EACH, replace=False).tolist()):
                row = (f"{self.prefix}{ticket + 1:03}", ANNOTATORS[who], self.answer(ticket, who))
                given.append((ticket, who, row))
        return given


def write(name: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """A CSV file beside this one."""
    with (Path(__file__).parent / name).open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main() -> None:
    """Write the five files."""
    random = np.random.default_rng(2026)
    header = ("task", "annotator", "label")
    tickets = Tickets(random, 240, "T", rule=False)
    given = tickets.rows()
    write("support_tickets.csv", header, [row for _, _, row in given])
    again = [given[place] for place in sorted(random.choice(len(given), size=REASKS, replace=False).tolist())]
    repeated = [(row[0], row[1], tickets.answer(ticket, who)) for ticket, who, row in again]
    write("support_tickets_reasks.csv", header, repeated)
    truth = [(f"T{ticket + 1:03}", LABELS[true]) for ticket, true in enumerate(tickets.truth)]
    write("support_tickets_truth.csv", ("task", "label"), truth)
    write("support_tickets_gold.csv", ("task", "label"), truth[:GOLD])
    after = Tickets(random, 150, "U", rule=True)
    write("support_tickets_after.csv", header, [row for _, _, row in after.rows()])


if __name__ == "__main__":
    main()
