"""Linear models: scikit-learn teaches them, and what remains are a few named numbers that anybody can multiply out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from sklearn.linear_model import LogisticRegression, PoissonRegressor

from keyuan.insight.learning.arrays import Vector
from keyuan.insight.learning.boosting import chance
from keyuan.insight.learning.frames import Design


@dataclass(frozen=True, slots=True)
class Linear:
    """intercept + design x coefficients, before the link: log odds, or the log of a frequency."""

    design: Design
    coefficients: tuple[float, ...]
    intercept: float

    def raw(self, frame: pl.DataFrame) -> Vector:
        return np.asarray(self.design.matrix(frame) @ np.array(self.coefficients) + self.intercept, dtype=np.float64)

    def chance(self, frame: pl.DataFrame) -> Vector:
        """For a logistic model."""
        return chance(self.raw(frame))

    def as_dict(self) -> dict[str, Any]:
        return {
            "design": self.design.as_dict(),
            "coefficients": list(self.coefficients),
            "intercept": self.intercept,
        }

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Linear:
        return cls(Design.from_dict(told["design"]), tuple(map(float, told["coefficients"])), float(told["intercept"]))


def logistic(frame: pl.DataFrame, truth: Vector, design: Design, *, strength: float = 1.0) -> Linear:
    """Logistic regression with an L2 penalty; ``strength`` is scikit-learn's C: the larger, the freer."""
    model = LogisticRegression(C=strength, max_iter=2000)
    model.fit(design.matrix(frame), truth)
    return Linear(design, tuple(map(float, model.coef_[0])), float(model.intercept_[0]))


def poisson(frame: pl.DataFrame, count: Vector, exposure: Vector, design: Design, *, penalty: float = 1e-4) -> Linear:
    """A Poisson GLM with log link of the frequency (count per unit of exposure), weighted by exposure."""
    model = PoissonRegressor(alpha=penalty, max_iter=1000, tol=1e-6, solver="newton-cholesky")
    model.fit(design.matrix(frame), count / exposure, sample_weight=exposure)
    return Linear(design, tuple(map(float, model.coef_)), float(model.intercept_))
