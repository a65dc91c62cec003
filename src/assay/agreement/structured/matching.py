"""One-to-one matching of the objects of two annotators."""

from __future__ import annotations

import numpy as np

from assay.agreement.arrays import Floats, Mask


def match(similarity: Floats, allowed: Mask) -> tuple[list[tuple[int, int]], float]:
    """The pairs (row, column) matched one to one, and the sum of their similarity.

    ``similarity`` has shape (objects of a, objects of b) and lies in [0, 1]; only ``allowed`` pairs may match. As many
    pairs as possible are matched, and among those matchings the one with the largest total similarity is taken (the
    assignment problem; Kuhn 1955). Both are the same whichever annotator comes first.

    >>> match(np.array([[0.9, 0.6], [0.7, 0.0]]), np.array([[True, True], [True, False]]))
    ([(0, 1), (1, 0)], 1.2999999999999998)
    """
    if not allowed.any():
        return [], 0.0
    rows, columns = np.flatnonzero(allowed.any(axis=1)), np.flatnonzero(allowed.any(axis=0))
    inner, fine = similarity[np.ix_(rows, columns)], allowed[np.ix_(rows, columns)]
    if (fine.sum(axis=0) == 1).all() and (fine.sum(axis=1) == 1).all():
        at = fine.argmax(axis=1)
    else:
        from scipy.optimize import linear_sum_assignment

        # One more matched pair is always worth more than any total of similarities.
        gain = np.where(fine, inner + min(inner.shape) + 1.0, 0.0)
        chosen, places = linear_sum_assignment(gain, maximize=True)
        at = np.full(len(rows), -1)
        at[chosen] = places
    pairs = [(int(rows[i]), int(columns[j])) for i, j in enumerate(at.tolist()) if j >= 0 and bool(fine[i, j])]
    return pairs, float(sum(similarity[i, j] for i, j in pairs))
