"""That 30% means 30 of 100: a monotone curve from score to chance, learnt on predictions out of fold, kept as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from keyuan.insight.learning.arrays import Vector

EDGE = 1e-4


@dataclass(frozen=True, slots=True)
class Curve:
    """Straight lines between (score, chance) points, level outside; the points rise."""

    scores: tuple[float, ...]
    chances: tuple[float, ...]

    def __call__(self, score: Vector) -> Vector:
        return np.interp(score, self.scores, self.chances)

    def as_dict(self) -> dict[str, Any]:
        return {"scores": list(self.scores), "chances": list(self.chances)}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Curve:
        return cls(tuple(map(float, told["scores"])), tuple(map(float, told["chances"])))


def isotonic(score: Vector, truth: Vector) -> Curve:
    """The rising curve of least squares; never quite 0 or 1, for no sample proves that."""
    model = IsotonicRegression(y_min=EDGE, y_max=1 - EDGE, out_of_bounds="clip")
    model.fit(score, truth)
    return Curve(tuple(map(float, model.X_thresholds_)), tuple(map(float, model.y_thresholds_)))


def logistic(score: Vector, truth: Vector) -> tuple[float, float]:
    """Platt: (slope, shift) so that the chance is 1 / (1 + exp(-(slope x score + shift))); ``score`` are log odds."""
    model = LogisticRegression(C=1e6, max_iter=1000)
    model.fit(score[:, None], truth)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


@dataclass(frozen=True, slots=True)
class Bin:
    """One group of rows of similar predicted chance."""

    rows: int
    predicted: float
    observed: float


def reliability(truth: Vector, chance: Vector, *, bins: int = 10) -> tuple[Bin, ...]:
    """The table behind a calibration plot: groups of equal size, from the lowest predicted chance to the highest."""
    order = np.argsort(chance, kind="stable")
    return tuple(
        Bin(len(part), float(chance[part].mean()), float(truth[part].mean()))
        for part in np.array_split(order, bins)
        if len(part)
    )
