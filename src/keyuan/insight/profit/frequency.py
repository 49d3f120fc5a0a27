"""How often a line's risks claim in a year of cover: boosted trees where claims are many, a Poisson GLM, or the mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import polars as pl

from keyuan.insight.learning import linear
from keyuan.insight.learning.arrays import Matrix, Vector
from keyuan.insight.learning.boosting import Recipe
from keyuan.insight.learning.frames import Design
from keyuan.insight.learning.linear import Linear
from keyuan.insight.learning.models import Boosted

#: So many claims before trees are taught, and before a linear model is.
TREES_FROM: Final = 150
LINEAR_FROM: Final = 25
#: Where only means are told apart, each product begins with so many claims at the mean of its line.
PRIOR_CLAIMS: Final = 5.0
#: No more rows than this teach one model.
MOST_ROWS: Final = 300_000
RECIPE: Final = Recipe(
    "poisson",
    120,
    {
        "learning_rate": 0.05,
        "num_leaves": 6,
        "min_data_in_leaf": 40,
        "lambda_l2": 5.0,
        "feature_fraction": 0.7,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "cat_smooth": 30,
        "cat_l2": 10,
        "min_data_per_group": 20,
        "poisson_max_delta_step": 0.3,
    },
)


class Frequency(Protocol):
    """The log of claims a year: as one number, and as what each feature adds to it (the mean last)."""

    @property
    def names(self) -> tuple[str, ...]: ...

    def raw(self, frame: pl.DataFrame) -> Vector: ...

    def contributions(self, frame: pl.DataFrame) -> Matrix: ...


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of each product, as far as its years on risk carry it; ``apart``: log of it over the mean of the line."""

    log_mean: float
    apart: Mapping[str, float]
    names: tuple[str, ...] = ("product",)

    def raw(self, frame: pl.DataFrame) -> Vector:
        return np.asarray(self._apart(frame) + self.log_mean, dtype=np.float64)

    def contributions(self, frame: pl.DataFrame) -> Matrix:
        return np.column_stack([self._apart(frame), np.full(frame.height, self.log_mean)])

    def _apart(self, frame: pl.DataFrame) -> Vector:
        found = frame["product"].replace_strict(dict(self.apart), default=0.0, return_dtype=pl.Float64)
        return found.fill_null(0.0).to_numpy()


def _mean(frame: pl.DataFrame, count: Vector, mean: float) -> Mean:
    by = frame.select("product", "exposure").with_columns(count=pl.Series(count)).group_by("product")
    rows = by.agg(pl.col("exposure").sum(), pl.col("count").sum()).drop_nulls("product").sort("product")
    prior = PRIOR_CLAIMS / mean  # years on risk that give so many claims at the mean
    apart = {
        str(product): float(np.log((claims + PRIOR_CLAIMS) / (years + prior) / mean))
        for product, years, claims in rows.iter_rows()
    }
    return Mean(float(np.log(mean)), apart)


@dataclass(frozen=True, slots=True)
class Trees:
    """Boosted trees; what they add is TreeSHAP, exact, by LightGBM itself."""

    model: Boosted
    log_mean: float
    names: tuple[str, ...]

    def raw(self, frame: pl.DataFrame) -> Vector:
        return np.asarray(self.model.raw(frame) + self.log_mean, dtype=np.float64)

    def contributions(self, frame: pl.DataFrame) -> Matrix:
        found = self.model.contributions(frame)
        found[:, -1] += self.log_mean
        return found


@dataclass(frozen=True, slots=True)
class Glm:
    """A linear model; what a feature adds is its coefficient times its distance from the mean."""

    model: Linear
    centre: tuple[float, ...]
    names: tuple[str, ...]

    def raw(self, frame: pl.DataFrame) -> Vector:
        return self.model.raw(frame)

    def contributions(self, frame: pl.DataFrame) -> Matrix:
        coefficients, centre = np.array(self.model.coefficients), np.array(self.centre)
        parts = (self.model.design.matrix(frame) - centre) * coefficients
        columns = [name.split("=")[0] for name in self.model.design.names]
        found = np.zeros((frame.height, len(self.names) + 1))
        for place, column in enumerate(columns):
            found[:, self.names.index(column)] += parts[:, place]
        found[:, -1] = self.model.intercept + float((centre * coefficients).sum())
        return found


def teach(frame: pl.DataFrame, count: Vector, *, numbers: Sequence[str], words: Sequence[str]) -> Frequency:
    """The model that so many claims allow. ``frame`` has an ``exposure`` in years beside the features."""
    exposure = frame["exposure"].to_numpy()
    claims = float(count.sum())
    mean = (claims + 0.5) / (float(exposure.sum()) + 1.0)
    if claims < LINEAR_FROM or not (numbers or words):
        return _mean(frame, count, mean)
    if claims < TREES_FROM:
        few = tuple(name for name in words if name in ("sex", "use", "product"))
        design = Design.learn(frame, numbers=tuple(numbers), categories=few)
        model = linear.poisson(frame, count, exposure, design, penalty=2.0 / float(exposure.sum()))
        centre = np.average(design.matrix(frame), axis=0, weights=exposure)
        return Glm(model, tuple(map(float, centre)), (*numbers, *few))
    boosted = Boosted.teach(
        frame,
        count,
        RECIPE,
        numbers=tuple(numbers),
        categories=tuple(words),
        rarest=20,
        offset=np.log(exposure) + np.log(mean),
    )
    return Trees(boosted, float(np.log(mean)), (*numbers, *words))
