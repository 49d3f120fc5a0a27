"""Several models as one: the mean of their chances, or of their ranks where only the order counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from keyuan.insight.learning.arrays import Vector


def ranks(score: Vector) -> Vector:
    """From just above 0 (lowest) to 1 (highest); equal scores share the middle of their ranks."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - (count - 1) / 2
    return np.asarray(middle[place] / len(score), dtype=np.float64)


def mean(scores: Sequence[Vector], weights: Sequence[float] | None = None) -> Vector:
    return np.asarray(np.average(np.vstack(scores), axis=0, weights=weights), dtype=np.float64)


def mean_rank(scores: Sequence[Vector], weights: Sequence[float] | None = None) -> Vector:
    return mean([ranks(score) for score in scores], weights)
