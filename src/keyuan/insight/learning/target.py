"""A category as the mean of what happened in it, drawn to the mean of all where little is known; inside folds when taught."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from keyuan.insight.learning.arrays import Vector, Whole
from keyuan.insight.learning.folds import each


@dataclass(frozen=True, slots=True)
class TargetMean:
    """``means`` by level; a level never seen has the mean of all."""

    mean: float
    means: Mapping[str, float]

    @classmethod
    def learn(cls, levels: pl.Series, truth: Vector, *, prior: float, weight: Vector | None = None) -> TargetMean:
        """(sum of truth + prior x mean) / (weight + prior): ``prior`` is how many rows of the mean each level begins with."""
        weight = np.ones(len(truth)) if weight is None else weight
        mean = float(truth.sum() / weight.sum())
        table = (
            pl.DataFrame({"level": levels.cast(pl.String), "truth": truth, "weight": weight})
            .drop_nulls("level")
            .group_by("level")
            .agg(pl.col("truth").sum(), pl.col("weight").sum())
            .sort("level")
        )
        drawn = (table["truth"] + prior * mean) / (table["weight"] + prior)
        return cls(mean, dict(zip(table["level"].to_list(), drawn.to_list(), strict=True)))

    def __call__(self, levels: pl.Series) -> Vector:
        found = levels.cast(pl.String).replace_strict(dict(self.means), default=self.mean, return_dtype=pl.Float64)
        return found.fill_null(self.mean).to_numpy()

    def as_dict(self) -> dict[str, Any]:
        return {"mean": self.mean, "means": dict(self.means)}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> TargetMean:
        return cls(float(told["mean"]), {str(level): float(value) for level, value in told["means"].items()})


def out_of_fold(levels: pl.Series, truth: Vector, fold: Whole, *, prior: float, weight: Vector | None = None) -> Vector:
    """The target mean of each row, learnt from the rows of the other folds: no row sees its own answer."""
    found = np.empty(len(truth))
    for learn, judge in each(fold):
        told = TargetMean.learn(
            levels.filter(pl.Series(learn)), truth[learn], prior=prior, weight=None if weight is None else weight[learn]
        )
        found[judge] = told(levels.filter(pl.Series(judge)))
    return found
